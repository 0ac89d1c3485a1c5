// Names of options, and which one was meant. Pure.
import type { Faults } from './faults.ts'

export const SANDBOX_OPTIONS = [
  ...['root', 'files', 'env', 'cwd', 'user', 'network', 'memory', 'cpus', 'pids', 'disk', 'limits', 'seccomp'],
  ...['capabilities', 'cgroup', 'stateDir'],
] as const
export const RUN_OPTIONS = [
  ...['cwd', 'env', 'timeout', 'idle', 'cpuTime', 'input', 'output', 'maxOutput', 'encoding', 'tty', 'signal'],
  ...['onStdout', 'onStderr', 'changes', 'copyOut', 'trace'],
] as const
export const POOL_OPTIONS = ['size', 'concurrency', 'reuse'] as const

/** Which names may be given in one place, and where others belong that exist. */
export interface Place {
  readonly known: readonly string[]
  readonly elsewhere: readonly string[]
  readonly remedy: string
}

const TO_COMMAND = 'it belongs to a command: give it to run or start'

export const OF_SANDBOX: Place = { known: SANDBOX_OPTIONS, elsewhere: RUN_OPTIONS, remedy: TO_COMMAND }
export const OF_COMMAND: Place = {
  known: RUN_OPTIONS,
  elsewhere: SANDBOX_OPTIONS,
  remedy: 'it belongs to the sandbox: give it to Sandbox.create',
}
/** A sandbox for one command. */
export const OF_BOTH: Place = {
  known: [...new Set([...SANDBOX_OPTIONS, ...RUN_OPTIONS])],
  elsewhere: POOL_OPTIONS,
  remedy: 'it belongs to a pool: give it to new SandboxPool',
}
export const OF_POOL: Place = {
  known: [...POOL_OPTIONS, ...SANDBOX_OPTIONS],
  elsewhere: RUN_OPTIONS,
  remedy: TO_COMMAND,
}
export const OF_POOLED_COMMAND: Place = {
  known: RUN_OPTIONS,
  elsewhere: [...SANDBOX_OPTIONS, ...POOL_OPTIONS],
  remedy:
    'the sandboxes of a pool are made before their command: give it to new SandboxPool, or use sandbox.run for this one',
}

/** What others call them. */
const ALIASES: Readonly<Record<string, string>> = {
  mem: 'memory',
  memoryLimit: 'memory',
  ram: 'memory',
  cpu: 'cpus',
  cgroupParent: 'cgroup',
  cgroupsPath: 'cgroup',
  processes: 'pids',
  net: 'network',
  mounts: 'files',
  binds: 'files',
  volumes: 'files',
  uid: 'user',
  workdir: 'cwd',
  stdin: 'input',
  stdio: 'output',
  stdout: 'output',
  stderr: 'output',
  maxBuffer: 'maxOutput',
  timeoutMs: 'timeout',
  abortSignal: 'signal',
  rootfs: 'root',
  image: 'root',
  min: 'size',
  max: 'concurrency',
}

export function checkNames(faults: Faults, given: object, { known, elsewhere, remedy }: Place): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    if (elsewhere.includes(name)) {
      faults.add(name, 'cannot be given here', remedy)
      continue
    }
    const alias = ALIASES[name] ?? ''
    const meant = known.includes(alias)
      ? alias
      : known.find((each) => distance(each.toLowerCase(), name.toLowerCase()) <= 2)
    faults.add(
      name,
      'is no option',
      meant === undefined ? `the options are ${known.join(', ')}` : `do you mean ${meant}?`,
    )
  }
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
