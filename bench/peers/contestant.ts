// What the benchmark compares: something that can run one container to its end and say how long that took.
import { spawn, spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'

/** Everything a contestant needs to find its files. */
export interface Stage {
  readonly rootfs: string
  /** Bundle whose program is /bin/true. */
  readonly bundle: string
  /** Bundle whose program never ends, for exec. */
  readonly pauseBundle: string
  /** A directory on a tmpfs for state of its own, not yet made. */
  readonly stateDir: string
  /** A writable cgroup2 directory, or null. */
  readonly cgroup: string | null
  /** The compiled C floor, or null. */
  readonly floor: string | null
}

export interface Contestant {
  readonly name: string
  /** Runs one container to its end, all traces of it removed. Resolves to milliseconds. */
  once(): Promise<number>
  close(): Promise<void>
}

/** Opens a contestant; throws, with the reason, where the machine cannot run it. */
export type OpenContestant = (stage: Stage) => Promise<Contestant>

let serial = 0

/** An id no other container of this benchmark has. */
export function freshId(prefix: string): string {
  return `bench-${prefix}-${process.pid}-${serial++}`
}

/** Spawns a command as a user would and resolves, when it has exited with 0, to the milliseconds that took. */
export function timeSpawn(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const child = spawn(command, args, { stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      const elapsed = performance.now() - begin
      if (code === 0) resolve(elapsed)
      else reject(new Error(`${command} ${args.join(' ')}: ended with ${signal ?? code}`))
    })
  })
}

/** Runs a command once and throws what it said when it failed: used to find out whether a peer works at all. */
export function tryCommand(command: string, args: readonly string[]): void {
  // 'ignore' for the output: a detached container would hold a pipe open for ever.
  const { status, error, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', args.includes('--detach') ? 'ignore' : 'pipe'],
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${String(stderr ?? '').trim()}`)
}
