// What everything in a sandbox uses at the moment: as its cgroup counts it, else as its processes tell. Effects: reads /proc.
import { readFile } from 'node:fs/promises'
import type { Container, ContainerStats } from '../index.ts'
import type { SandboxStats } from './options.ts'
import { ioOf } from './usage.ts'

export type Load = Omit<SandboxStats, 'wallMs'>

/** @param before as the command began; null where nothing is counted for all together */
export async function readLoad(container: Container, before: ContainerStats | null): Promise<Load> {
  const counted = before === null ? null : await container.stats()
  const isAllCounted = counted?.memory != null && counted.pids !== null
  return loadOf(before, counted, isAllCounted ? [] : await readProcesses(container))
}

/** What one process uses. */
export interface ProcessLoad {
  /** Of its own, and of those it has waited for. */
  readonly cpuMs: number
  readonly memoryBytes: number
  readonly threads: number
}

/** @param processes those inside without the first, which waits; needed where not all is counted */
export function loadOf(
  before: ContainerStats | null,
  now: ContainerStats | null,
  processes: readonly ProcessLoad[],
): Load {
  const all = (key: keyof ProcessLoad) => processes.reduce((sum, each) => sum + each[key], 0)
  const pids = now?.pids ?? null
  return {
    cpuMs: now === null ? all('cpuMs') : (now.cpu.usageUs - (before?.cpu.usageUs ?? 0)) / 1000,
    memoryBytes: now?.memory?.current ?? all('memoryBytes'),
    pids: pids === null ? all('threads') : Math.max(0, pids.current - 1),
    io: ioOf(now, before),
    countedBy: {
      cpu: now === null ? 'process' : 'cgroup',
      memory: now?.memory == null ? 'process' : 'cgroup',
      pids: pids === null ? 'process' : 'cgroup',
    },
  }
}

async function readProcesses(container: Container): Promise<ProcessLoad[]> {
  const commands = (await container.ps()).filter(({ containerPid }) => containerPid !== 1)
  const found = await Promise.all(commands.map(({ pid }) => readProcess(pid)))
  return found.filter((each) => each !== null)
}

/** Null when it has ended since it was listed. */
async function readProcess(pid: number): Promise<ProcessLoad | null> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')
  const [stat, status] = await Promise.all([read('stat'), read('status')])
  return parseProcess(stat, status)
}

/** USER_HZ, the same on every processor that Node runs on (include/asm-generic/param.h). */
const TICKS_PER_SECOND = 100

/**
 * @param stat /proc/PID/stat: fields 14 to 17 are its own time and that of the children it has waited for (proc_pid_stat(5))
 * @param status /proc/PID/status; a zombie has no memory there
 * @returns null for what is not there any more
 */
export function parseProcess(stat: string, status: string): ProcessLoad | null {
  const threads = /^Threads:\t(\d+)$/m.exec(status)?.[1]
  // The name before may have spaces and parentheses in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (threads === undefined || fields.length < 15) return null
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return {
    cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
    memoryBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024,
    threads: Number(threads),
  }
}
