// The doctor's checks of Node, processor, kernel, addon and build tools. Pure.
import { type Check, check, type Examination } from './examination.ts'

const NODE_FLOOR = [20, 19] as const
const KERNEL_FLOOR = [5, 14] as const

/** Calls that newer kernels have and without which something else is done. */
const OPTIONAL_SYSCALLS: Readonly<Record<string, string>> = {
  fchmodat2: '6.6',
  open_tree_attr: '6.15',
  seccomp: '3.17',
  keyctl: '2.6',
  bpf: '3.18',
}

export function checkPlatform(examination: Examination): Check[] {
  const { host, nodeVersion, arch } = examination
  const [nodeMajor = 0, nodeMinor = 0] = nodeVersion.split('.').map(Number)
  const { release, major, minor } = host.kernel
  return [
    check(
      'requirement',
      'Node.js',
      isAtLeast(NODE_FLOOR, nodeMajor, nodeMinor),
      `${nodeVersion} (20.19 or later)`,
      'install Node.js 20.19 or later',
    ),
    check(
      'requirement',
      'processor',
      arch === 'x64' || arch === 'arm64',
      `${arch} (x64 or arm64)`,
      'init has system call stubs for these two alone',
    ),
    check(
      'requirement',
      'kernel',
      isAtLeast(KERNEL_FLOOR, major, minor),
      `${release} (5.14 or later)`,
      'boot a kernel of 5.14 or later: cgroup.kill, mount_setattr and more are missing before (docs/kernel-features.md)',
    ),
    checkAddon(examination),
    checkSyscalls(examination),
    checkNewSyscalls(examination),
  ]
}

function isAtLeast(floor: readonly [number, number], major: number, minor: number): boolean {
  return major > floor[0] || (major === floor[0] && minor >= floor[1])
}

function checkAddon({ addon, missingTools }: Examination): Check {
  if ('path' in addon) return check('requirement', 'native addon', true, addon.path)
  const tools = missingTools.map(({ name, install }) => `${name}: ${install}`)
  const remedy = [
    ...tools,
    'then compile it with `npm run build:native` (in a project that uses the package: `npx libcontainer-build`)',
  ]
  return check('requirement', 'native addon', false, addon.failure, remedy.join('\n'))
}

/** Compiled already, or prebuilt: then nobody needs a compiler. */
export function checkTools({ addon, missingTools }: Examination): Check {
  const found = missingTools.length === 0 ? 'g++, make, python3' : `missing: ${names(missingTools)}`
  const remedy = missingTools.map(({ name, install }) => `${name}: ${install}`).join('\n')
  const kind = 'path' in addon ? 'feature' : 'requirement'
  return check(kind, 'build tools', missingTools.length === 0, found, remedy)
}

const names = (tools: Examination['missingTools']): string => tools.map(({ name }) => name).join(', ')

function checkSyscalls({ host, trials }: Examination): Check {
  if (trials === null) return check('requirement', 'system calls', null, 'not tried without the addon')
  const missing = host.missingSyscalls.filter((name) => !(name in OPTIONAL_SYSCALLS))
  const found = missing.length === 0 ? 'all that init and the addon use' : `missing: ${missing.join(', ')}`
  return check('requirement', 'system calls', missing.length === 0, found, syscallRemedy(host.seccompFiltered))
}

const syscallRemedy = (filtered: boolean): string =>
  filtered
    ? 'a seccomp filter stands around this process, as container engines set one: run the outer container with a profile that allows these calls, or with --security-opt seccomp=unconfined'
    : 'the kernel is too old, or built without them'

function checkNewSyscalls({ host, trials }: Examination): Check {
  if (trials === null) return check('feature', 'newer system calls', null, 'not tried without the addon')
  const missing = host.missingSyscalls.filter((name) => name in OPTIONAL_SYSCALLS)
  const found = missing.length === 0 ? Object.keys(OPTIONAL_SYSCALLS).join(', ') : `missing: ${missing.join(', ')}`
  const since = missing.map((name) => `${name} since Linux ${OPTIONAL_SYSCALLS[name]}`).join(', ')
  return check('feature', 'newer system calls', missing.length === 0, found, `nothing has to be done: ${since}`)
}
