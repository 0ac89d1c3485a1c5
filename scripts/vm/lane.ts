// The lane of tests that run in a virtual machine: bundles them, boots, and counts what became of them.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bootGuest, type GuestKind } from './boot.ts'
import { type Image, provideImage } from './image.ts'

export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const KINDS: readonly GuestKind[] = ['plain', 'systemd']
const MOST_MINUTES = 15

/**
 * @param args `-t PATTERN` for tests of that name, anything else for files whose path contains it
 * @returns code 0 when every boot's tests have passed
 */
export async function runInMachine(args: readonly string[]): Promise<{ code: number; totals: Totals }> {
  const { files, options } = parseArguments(args)
  const image = provideImage()
  let code = 0
  const totals = { passed: 0, failed: 0, skipped: 0 }
  for (const kind of KINDS) {
    const wanted = testFiles(kind).filter((file) => files.length === 0 || files.some((each) => file.includes(each)))
    if (wanted.length === 0) continue
    const work = mkdtempSync(join(tmpdir(), 'libcontainer-vm-work-'))
    try {
      await fillWorkDirectory(work, image, wanted, options)
      for (const line of await bootGuest(image, {
        kind,
        work,
        timeout: MOST_MINUTES * 60_000,
      })) {
        const { outcome, exit } = JSON.parse(line) as { outcome?: keyof Totals | 'pass' | 'fail'; exit?: number }
        if (outcome === 'pass') totals.passed++
        if (outcome === 'fail') totals.failed++
        if (outcome === 'skipped') totals.skipped++
        if (exit !== undefined && exit !== 0) code = exit
      }
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
  return { code, totals }
}

function parseArguments(args: readonly string[]): { files: string[]; options: string[] } {
  const files: string[] = []
  const options: string[] = []
  for (let index = 0; index < args.length; index++) {
    if (args[index] === '-t') options.push(`--test-name-pattern=${args[++index]}`)
    else files.push(args[index] ?? '')
  }
  return { files, options }
}

const testFiles = (kind: GuestKind): string[] =>
  readdirSync(join(root, 'test/vm'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith(`${kind}/`) && name.endsWith('.test.ts'))
    .map((name) => `test/vm/${name}`)

/** Node, the tests as one file, the addon, and a root file system for containers. */
async function fillWorkDirectory(
  work: string,
  image: Image,
  files: readonly string[],
  options: readonly string[],
): Promise<void> {
  mkdirSync(join(work, 'guest'))
  writeFileSync(join(work, 'guest/arguments'), options.join(' '))
  await bundle(files.map((file) => `import './${file}'`).join('\n'), join(work, 'tests/main.mjs'))
  // Programs for tests to run as somebody else, or somewhere else.
  for (const name of ['as-user', 'nested', 'sandbox-as-user'])
    await bundle(`import './test/vm/${name}.ts'`, join(work, `tests/${name}.mjs`))
  copyFileSync(process.execPath, join(work, 'node'))
  // The command line, as engines call it.
  cpSync(join(root, 'dist'), join(work, 'dist'), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) })
  writeFileSync(join(work, 'libcontainer'), '#!/bin/sh\nexec /work/node /work/dist/cli.js "$@"\n', { mode: 0o755 })
  cpSync(join(root, 'build/Release/libcontainer.node'), join(work, 'build/Release/libcontainer.node'))
  cpSync(join(root, 'node_modules/node-gyp-build'), join(work, 'node_modules/node-gyp-build'), { recursive: true })
  makeRootfs(join(work, 'rootfs'), image.busybox)
}

async function bundle(contents: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    alias: { libcontainer: join(root, 'lib/index.ts') },
    ignoreAnnotations: true, // package.json says of all of these that importing them does nothing
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', sourcemap: 'inline', logLevel: 'warning' },
  })
}

function makeRootfs(rootfs: string, busybox: string): void {
  for (const name of ['bin', 'proc', 'dev', 'sys', 'tmp', 'etc', 'data'])
    mkdirSync(join(rootfs, name), { recursive: true })
  chmodSync(rootfs, 0o755)
  copyFileSync(busybox, join(rootfs, 'bin/busybox'))
  for (const [program, source] of [
    ['probe', 'test/support/probe.c'],
    ['load', 'test/vm/load.c'],
  ] as const) {
    const args = ['-static', '-O1', '-D_GNU_SOURCE', '-o', join(rootfs, 'bin', program), join(root, source)]
    const { status, stderr } = spawnSync('cc', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`cc ${source}: ${stderr}`)
  }
}
