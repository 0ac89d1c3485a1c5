// The place the benchmark runs in: a private mount namespace with a pure cgroup2 view and a tmpfs for all its files.
// Entered once, by executing the benchmark again below unshare(1), so that every contestant pays for the same mounts and
// nothing has to be cleaned up on the host afterwards but one empty directory and the cgroups.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const INSIDE = 'LIBCONTAINER_BENCH_ARENA'

export interface Arena {
  /** A tmpfs that vanishes with the benchmark. */
  readonly directory: string
  /** A writable cgroup2 directory of our own, or null when the machine has none. */
  readonly cgroup: string | null
}

/** True in the process that runs inside the arena already. */
export function isInside(): boolean {
  return process.env[INSIDE] !== undefined
}

/** Runs this very command again inside an arena, and returns its exit code. */
export function runInside(useFifo: boolean): number {
  if (process.getuid?.() !== 0) {
    throw new Error('bench: crun, runc and the C floor need root for equal isolation; run the benchmark as root')
  }
  const directory = mkdtempSync(join(tmpdir(), 'libcontainer-bench-'))
  const command = ['unshare', '--mount', '--propagation', 'private', process.execPath, ...process.execArgv]
  if (useFifo) command.unshift('chrt', '--fifo', '10')
  const [file = '', ...args] = [...command, ...process.argv.slice(1)]
  try {
    const { status, error } = spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, [INSIDE]: directory } })
    if (error) throw error
    return status ?? 1
  } finally {
    rmdirSync(directory)
  }
}

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`bench: mount ${args.join(' ')}: ${stderr.trim()}`)
}

function findCgroup2(): string | null {
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [left, right] = line.split(' - ')
    if (right?.startsWith('cgroup2 ')) return left?.split(' ')[4] ?? null
  }
  return null
}

/** crun and runc refuse a host with both cgroup versions: show them, and ourselves, the second alone. */
function showOnlyCgroup2(scratch: string): string | null {
  const found = findCgroup2()
  if (found === null || found === '/sys/fs/cgroup') return found
  mkdirSync(scratch)
  mount('--bind', found, scratch)
  spawnSync('umount', ['--recursive', '--lazy', '/sys/fs/cgroup'])
  mount('--move', scratch, '/sys/fs/cgroup')
  return '/sys/fs/cgroup'
}

function ownCgroup(): string {
  const line = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('0::'))
  return line?.slice(3) ?? '/'
}

function makeCgroup(mountPoint: string | null): string | null {
  if (mountPoint === null) return null
  const path = join(mountPoint, ownCgroup(), `libcontainer-bench-${process.pid}`)
  try {
    mkdirSync(path)
    return path
  } catch {
    return null
  }
}

/** Prepares the arena. Call it once, inside. */
export function prepareArena(): Arena {
  const directory = process.env[INSIDE] ?? ''
  mount('-t', 'tmpfs', '-o', 'mode=755', 'bench', directory)
  return { directory, cgroup: makeCgroup(showOnlyCgroup2(join(directory, 'cgroup2'))) }
}

/** Removes what outlives the mount namespace: the cgroup and, were a contestant killed, those below it. */
export function removeArena(arena: Arena): void {
  if (arena.cgroup !== null) removeCgroupTree(arena.cgroup)
}

function removeCgroupTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroupTree(join(path, entry.name))
  }
  writeFileSync(join(path, 'cgroup.kill'), '1')
  for (let attempt = 0; ; attempt++) {
    try {
      rmdirSync(path)
      return
    } catch (error) {
      if (attempt === 50) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
