// What a command has used. Pure.
import type { ContainerStats, ExitStatus } from '../index.ts'
import type { SandboxUsage } from './options.ts'

/** @param before, after null where nothing is counted for all together */
export function usageOf(
  exit: ExitStatus,
  before: ContainerStats | null,
  after: ContainerStats | null,
  wallMs: number,
): SandboxUsage {
  const own = (exit.usage?.userMs ?? 0) + (exit.usage?.systemMs ?? 0)
  const all = after === null ? own : (after.cpu.usageUs - (before?.cpu.usageUs ?? 0)) / 1000
  return {
    cpuMs: Math.max(all, own),
    peakMemoryBytes: after?.memory?.peak ?? exit.usage?.maxRssBytes ?? null,
    wallMs,
    io: ioOf(after, before),
  }
}

/** Null without the io controller. */
export function ioOf(after: ContainerStats | null, before: ContainerStats | null): SandboxUsage['io'] {
  if (after?.io == null) return null
  return { readBytes: sum(after, before, 'rbytes'), writtenBytes: sum(after, before, 'wbytes') }
}

const total = (stats: ContainerStats | null, key: string): number =>
  Object.values(stats?.io ?? {}).reduce((all, device) => all + (device[key] ?? 0), 0)

const sum = (after: ContainerStats, before: ContainerStats | null, key: string): number =>
  total(after, key) - total(before, key)
