// What limits do to programs in sandboxes, found out from their cgroups.
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunOptions, Sandbox, type SandboxOptions, type SandboxProcess, sandbox } from 'libcontainer'
import { MiB, MOUNT_POINT, ROOTFS } from './support.ts'

const LOAD = { '/load': { bind: `${ROOTFS}/bin/load` } } as const

/** @param cgroup the parent of all sandboxes, which has controllers to pass on; undefined: this program's own, or a scope */
export class Limits {
  readonly #options: SandboxOptions

  constructor(cgroup: string | undefined, stateDir: string) {
    this.#options = { stateDir, files: LOAD, ...(cgroup === undefined ? {} : { cgroup }) }
  }

  run(args: readonly string[], options: SandboxOptions & RunOptions) {
    return sandbox.run('/load', args, { ...this.#options, ...options })
  }

  async memory() {
    const { signal, exitCode, oomKilled, enforced, usage } = await this.run(['memory', String(200 * MiB)], {
      memory: '64M',
    })
    const peak = usage.peakMemoryBytes ?? 0
    return { signal, exitCode, oomKilled, enforced, isPeakWithin: peak > 60 * MiB && peak <= 64 * MiB }
  }

  /** Forks until the kernel refuses, then waits. */
  async pids() {
    await using box = await Sandbox.create({ ...this.#options, pids: 10, memory: '64M' })
    const running = await box.start('/load', ['processes', '100'])
    const said = await firstChunk(running)
    const { pids, memoryBytes, countedBy } = await running.stats()
    const most = readCgroup(running, 'pids.max')
    running.signal('SIGKILL')
    const { enforced, signal } = await running.result
    return { said, pids, most, isCounted: memoryBytes > 0, countedBy, enforced, signal }
  }

  async bomb() {
    const script = 'f() { f | f & }; f; wait; echo over'
    const options = { ...this.#options, pids: 20, timeout: '20s', memory: '256M' } as const
    const { endedBy, enforced, oomKilled } = await sandbox.run('sh', ['-c', script], options)
    const next = await sandbox.run('echo', ['next'], options)
    return { isOver: endedBy === null || endedBy === 'timeout', enforced, oomKilled, next: next.stdout }
  }

  /** By the kernel's own count of periods: an emulated processor stands still for as long as its host likes. */
  async cpus() {
    const quota = 30_000
    await using box = await Sandbox.create({ ...this.#options, cpus: quota / 100_000 })
    const running = await box.start('/load', ['spin'])
    const look = () =>
      new Map(
        readCgroup(running, 'cpu.stat')
          .split('\n')
          .map((line) => line.split(' ') as [string, string]),
      )
    const before = look()
    const since = (now: ReturnType<typeof look>, name: string) => Number(now.get(name)) - Number(before.get(name))
    let now = look()
    while (since(now, 'nr_throttled') < 10) {
      await delay(100)
      now = look()
    }
    const [used, periods] = [since(now, 'usage_usec'), since(now, 'nr_periods')]
    const most = readCgroup(running, 'cpu.max')
    running.signal('SIGKILL')
    const { enforced } = await running.result
    // One more than were counted: it looks in the middle of one.
    return { isHeld: used <= 1.1 * (periods + 1) * quota, most, enforced }
  }

  /** Two at once, neither of which uses so much. */
  async cpuTime() {
    const options = { ...this.#options, cpuTime: '3s', pids: 20 } as const
    const { endedBy, timedOut, enforced, usage } = await sandbox.run(
      'sh',
      ['-c', '/load spin & /load spin & wait'],
      options,
    )
    return { endedBy, timedOut, enforced, isUsed: usage.cpuMs >= 3000 }
  }

  async all() {
    return {
      memory: await this.memory(),
      pids: await this.pids(),
      bomb: await this.bomb(),
      cpus: await this.cpus(),
      cpuTime: await this.cpuTime(),
    }
  }

  /** @param directory on a disk, with a file `written` of 4 MiB in it */
  async io(directory: string) {
    const files = { ...LOAD, '/data': { bind: directory, writable: true } }
    const { stdout, usage } = await this.run(['write', '/data/written', String(4 * MiB)], { files, memory: '64M' })
    return { stdout, isWritten: (usage.io?.writtenBytes ?? 0) >= 4 * MiB }
  }
}

async function firstChunk({ stdout }: SandboxProcess): Promise<string> {
  return stdout === null ? '' : String(...((await once(stdout, 'data')) as [unknown]))
}

function readCgroup({ pid }: SandboxProcess, file: string): string {
  const path = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1]
  return readFileSync(`${MOUNT_POINT}${path}/${file}`, 'utf8').trim()
}

/** Cgroups in one, and records: what sandboxes would leave. */
export function leftIn(cgroup: string, stateDir: string): string[] {
  const entries = readdirSync(`${MOUNT_POINT}${cgroup}`, { withFileTypes: true })
  return [...entries.filter((each) => each.isDirectory()).map(({ name }) => name), ...readdirSync(stateDir)]
}

/** What {@link Limits.all} finds where all limits hold. */
export const HELD = {
  memory: { signal: 'SIGKILL', exitCode: null, oomKilled: true, enforced: { memory: 'cgroup' }, isPeakWithin: true },
  pids: {
    ...{ said: '10 Resource temporarily unavailable\n', pids: 11, most: '12', isCounted: true, signal: 'SIGKILL' },
    countedBy: { cpu: 'cgroup', memory: 'cgroup', pids: 'cgroup' },
    enforced: { memory: 'cgroup', pids: 'cgroup' },
  },
  bomb: { isOver: true, enforced: { memory: 'cgroup', pids: 'cgroup' }, oomKilled: false, next: 'next\n' },
  cpus: { isHeld: true, most: '30000 100000', enforced: { cpus: 'cgroup' } },
  cpuTime: { endedBy: 'cpuTime', timedOut: false, enforced: { cpuTime: 'cgroup', pids: 'cgroup' }, isUsed: true },
}
