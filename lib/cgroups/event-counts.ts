// What has happened in a cgroup, told by how its files of events have changed. Pure; cgroups/events.ts reads them.

/** What the kernel counts, by file and by its name there. */
const COUNTED: Readonly<Partial<Record<EventFile, Readonly<Record<string, LimitEvent['type']>>>>> = {
  'memory.events': {
    low: 'memoryLow',
    high: 'memoryHigh',
    max: 'memoryMax',
    oom: 'oom',
    oom_kill: 'oomKill',
    oom_group_kill: 'oomGroupKill',
  },
  'memory.swap.events': { max: 'swapMax', fail: 'swapFail' },
  'pids.events': { max: 'pidsMax' },
}

/** What the kernel tells the present state of. */
const STATES = { 'cgroup.events': { populated: 'populated', frozen: 'frozen' } } as const

/**
 * One thing that happened to the cgroup or below it (cgroup-v2.rst, memory.events, pids.events, cgroup.events).
 *
 * - `memoryLow`: memory was taken from it although it used less than memory.low
 * - `memoryHigh`, `memoryMax`: it ran into memory.high, and was slowed down, or memory.max
 * - `oom`: memory could not be given; `oomKill`: a process was killed for that; `oomGroupKill`: all of a cgroup were
 * - `swapMax`, `swapFail`: swap could not be given for want of memory.swap.max, or of swap
 * - `pidsMax`: a process could not be made for want of pids.max
 */
export type CgroupEvent =
  | LimitEvent
  /** Whether there are processes. */
  | { readonly type: 'populated'; readonly populated: boolean }
  /** Whether all of them are frozen. */
  | { readonly type: 'frozen'; readonly frozen: boolean }

/** A limit was met `count` times since it was last told; `total` times in all. */
export interface LimitEvent {
  /** Which: see {@link CgroupEvent}. */
  readonly type:
    | 'memoryLow'
    | 'memoryHigh'
    | 'memoryMax'
    | 'oom'
    | 'oomKill'
    | 'oomGroupKill'
    | 'swapMax'
    | 'swapFail'
    | 'pidsMax'
  /** Since it was last told. */
  readonly count: number
  /** Since the cgroup was made. */
  readonly total: number
}

/** The files that {@link changesOf} knows. Those of missing controllers do not exist. */
export const EVENT_FILES = ['cgroup.events', 'memory.events', 'memory.swap.events', 'pids.events'] as const
export type EventFile = (typeof EVENT_FILES)[number]

/** What a file said, by the kernel's names. */
export type EventCounts = ReadonlyMap<string, number>

/** Lines of `key value`. */
export function parseEvents(text: string): EventCounts {
  const lines = text.split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]))
}

/** What has happened between two readings of a file: each thing once, in the order of the file. */
export function changesOf(file: EventFile, before: EventCounts, after: EventCounts): CgroupEvent[] {
  return [...after].flatMap(([name, total]): CgroupEvent[] => {
    const count = total - (before.get(name) ?? 0)
    if (count === 0) return []
    if (file === 'cgroup.events') {
      const state = (STATES[file] as Readonly<Record<string, 'populated' | 'frozen'>>)[name]
      return state === undefined ? [] : [stateEvent(state, total === 1)]
    }
    const type = COUNTED[file]?.[name]
    return type === undefined || count < 0 ? [] : [{ type, count, total }]
  })
}

function stateEvent(type: 'populated' | 'frozen', is: boolean): CgroupEvent {
  return type === 'populated' ? { type, populated: is } : { type, frozen: is }
}

/** How many processes the kernel has killed for want of memory, as memory.events says. */
export function oomKillsOf(memoryEvents: string): number {
  return parseEvents(memoryEvents).get('oom_kill') ?? 0
}
