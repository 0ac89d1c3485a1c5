// The guest's disk and kernel, made from Debian's packages once and kept outside of the tree.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Image {
  /** The root file system, ext4. Never written to. */
  readonly disk: string
  readonly kernel: string
  /** What the initial file system needs to find the disk: busybox, and modules in the order of loading. */
  readonly busybox: string
  readonly modules: readonly string[]
}

/** Programs, each with the package that has it. */
const TOOLS: ReadonlyArray<readonly [program: string, debianPackage: string]> = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['mmdebstrap', 'mmdebstrap'],
  ['mke2fs', 'e2fsprogs'],
]

/** Why there can be no virtual machine here; undefined when there can. */
export function whyNoMachine(): string | undefined {
  if (process.arch !== 'x64') return `the guest is for x64, this is ${process.arch}`
  if (process.geteuid?.() !== 0) return 'making the guest’s disk needs root'
  const missing = TOOLS.filter(
    ([program]) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined,
  )
  if (missing.length === 0) return undefined
  return `needs ${missing.map(([program, name]) => `${program} (Debian: ${name})`).join(', ')}`
}

const self = fileURLToPath(import.meta.url)
const packageList = fileURLToPath(new URL('../../test/vm/packages.txt', import.meta.url))

/** Where images are kept; safe to delete. */
export const imagesDirectory = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'libcontainer-vm')

/** The image for the package list as it is now: the one that is kept, or a new one. */
export function provideImage(): Image {
  const suite = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
  const packages = readFileSync(packageList, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter(existsSync).slice(0, 1)
  const key = createHash('sha256')
  for (const part of [suite, ...packages, ...[self, ...sources].map((file) => readFileSync(file, 'utf8'))])
    key.update(`${part}\0`)
  const directory = join(imagesDirectory(), key.digest('hex').slice(0, 16))
  if (!existsSync(directory)) makeImage(directory, suite, packages, sources)
  const modules = readdirSync(join(directory, 'modules')).sort()
  return {
    disk: join(directory, 'root.ext4'),
    kernel: join(directory, 'vmlinuz'),
    busybox: join(directory, 'busybox'),
    modules: modules.map((name) => join(directory, 'modules', name)),
  }
}

function makeImage(directory: string, suite: string, packages: readonly string[], sources: readonly string[]): void {
  console.log(`making the guest’s disk in ${directory}`)
  mkdirSync(imagesDirectory(), { recursive: true })
  const scratch = mkdtempSync(`${directory}.new-`)
  const root = join(scratch, 'root')
  const image = join(scratch, 'image')
  try {
    mkdirSync(join(image, 'modules'), { recursive: true })
    bootstrap(root, suite, packages, sources)
    takeKernel(root, unpackKernel(join(scratch, 'kernel')), image)
    makeDisk(root, join(image, 'root.ext4'), '4G')
    // Of two that make it at once the second finds it there.
    if (!existsSync(directory)) renameSync(image, directory)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function bootstrap(root: string, suite: string, packages: readonly string[], sources: readonly string[]): void {
  const unread = ['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`)
  run('mmdebstrap', [
    ...['--quiet', '--mode=root', '--variant=minbase', `--include=${packages.join(',')}`, ...unread],
    ...['--dpkgopt=force-unsafe-io', '--aptopt=Apt::Install-Recommends "false"'],
    ...[suite, root, ...sources],
  ])
}

/** Not installed: its scripts would make an initial file system that nobody boots. @returns where it is */
function unpackKernel(directory: string): string {
  mkdirSync(directory)
  const depends = run('apt-cache', ['depends', 'linux-image-cloud-amd64'])
  const name = /^ *Depends: (linux-image-\S+)/m.exec(depends)?.[1]
  if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64: apt-get update')
  run('apt-get', ['-qq', 'download', name], directory)
  const [archive = ''] = readdirSync(directory)
  run('dpkg-deb', ['-x', archive, '.'], directory)
  return directory
}

/** Loaded before there is a disk, each behind what it depends on. */
const EARLY_MODULES = ['virtio_pci', 'virtio_blk', 'virtio_console']

function takeKernel(root: string, kernel: string, image: string): void {
  const [release = ''] = readdirSync(join(kernel, 'lib/modules'))
  const modules = join(root, 'usr/lib/modules', release)
  cpSync(join(kernel, 'lib/modules', release), modules, { recursive: true })
  run('chroot', [root, '/usr/sbin/depmod', release])
  copyFileSync(join(kernel, 'boot', `vmlinuz-${release}`), join(image, 'vmlinuz'))
  copyFileSync(join(root, 'bin/busybox'), join(image, 'busybox'))
  const dependencies = readFileSync(join(modules, 'modules.dep'), 'utf8').split('\n')
  const wanted = EARLY_MODULES.flatMap((name) => {
    const line = dependencies.find((each) => new RegExp(`/${name}\\.ko\\S*:`).test(each))
    if (line === undefined) throw new Error(`the kernel ${release} has no module ${name}`)
    // Nearest first.
    return line.replace(':', '').split(' ').filter(Boolean).toReversed()
  })
  for (const [index, file] of [...new Set(wanted)].entries()) {
    copyFileSync(join(modules, file), join(image, 'modules', `${String(index).padStart(2, '0')}-${basename(file)}`))
  }
}

/** An ext4 file system with what is in `directory`, without mounting anything. */
export function makeDisk(directory: string, disk: string, size: string): void {
  const features = ['-O', '^has_journal,^metadata_csum', '-E', 'lazy_itable_init=1,nodiscard,root_owner=0:0', '-m', '0']
  run('mke2fs', ['-q', '-t', 'ext4', ...features, '-d', directory, disk, size])
}

function run(program: string, args: readonly string[], cwd?: string): string {
  const options = { encoding: 'utf8', maxBuffer: 1 << 26, ...(cwd === undefined ? {} : { cwd }) } as const
  const { status, stdout, stderr, error } = spawnSync(program, args, options)
  if (status === 0) return stdout
  throw new Error(`${program} ended with ${status}: ${error?.message ?? `${stdout}${stderr}`.slice(-4000)}`)
}
