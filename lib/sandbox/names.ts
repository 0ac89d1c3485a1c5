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
}

export function checkNames(
  faults: Faults,
  given: object,
  known: readonly string[],
  elsewhere: readonly string[],
): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    if (elsewhere.includes(name)) {
      const place =
        elsewhere === SANDBOX_OPTIONS
          ? 'it belongs to the sandbox: give it to Sandbox.create'
          : 'it belongs to a command: give it to run or start'
      faults.add(name, 'cannot be given here', place)
      continue
    }
    const meant = ALIASES[name] ?? known.find((each) => distance(each.toLowerCase(), name.toLowerCase()) <= 2)
    const remedy = meant === undefined ? `the options are ${known.join(', ')}` : `do you mean ${meant}?`
    faults.add(name, 'is no option', remedy)
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
