// What a cgroup has used, as its files tell it. Pure; cgroups/driver.ts reads them.

/** Share of time in which work waited for a resource (PSI: Documentation/accounting/psi.rst). */
export interface PressureLine {
  /** Per cent over the last 10, 60 and 300 seconds. */
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
  /** Microseconds in all. */
  readonly totalUs: number
}

/** How much the cgroup's processes have waited for one resource. */
export interface Pressure {
  /** Some of the processes waited. */
  readonly some: PressureLine
  /** All of them did; null where the kernel does not tell. */
  readonly full: PressureLine | null
}

/** Null stands for what this machine does not count for the cgroup: a controller that is missing, PSI that is off. */
export interface Stats {
  readonly cpu: {
    readonly usageUs: number
    readonly userUs: number
    readonly systemUs: number
    /** Periods with a quota, those in which it was used up, and the time lost; null without the cpu controller. */
    readonly throttling: { readonly periods: number; readonly throttled: number; readonly throttledUs: number } | null
    readonly pressure: Pressure | null
  }
  /** Bytes. `max`: null for no limit. */
  readonly memory: {
    readonly current: number
    readonly peak: number | null
    readonly max: number | null
    readonly swapCurrent: number | null
    readonly swapMax: number | null
    /** memory.stat, by the kernel's names. */
    readonly stat: Readonly<Record<string, number>>
    /** memory.events: how often each happened, here and below. */
    readonly events: Readonly<Record<string, number>>
  } | null
  readonly memoryPressure: Pressure | null
  /** By device, `major:minor`: io.stat by the kernel's names, e.g. `rbytes`. */
  readonly io: Readonly<Record<string, Readonly<Record<string, number>>>> | null
  readonly ioPressure: Pressure | null
  readonly pids: { readonly current: number; readonly peak: number | null; readonly max: number | null } | null
  /** By device: rdma.current by the kernel's names. */
  readonly rdma: Readonly<Record<string, Readonly<Record<string, number>>>> | null
  /** By resource: misc.current. */
  readonly misc: Readonly<Record<string, number>> | null
  /** cgroup.stat by the kernel's names, e.g. `nr_descendants`. */
  readonly cgroup: Readonly<Record<string, number>>
}

/** The files that {@link parseStats} knows. */
export const STAT_FILES = [
  ...['cpu.stat', 'cpu.pressure', 'memory.current', 'memory.peak', 'memory.max', 'memory.swap.current'],
  ...['memory.swap.max', 'memory.stat', 'memory.events', 'memory.pressure', 'io.stat', 'io.pressure'],
  ...['pids.current', 'pids.peak', 'pids.max', 'rdma.current', 'misc.current', 'cgroup.stat'],
] as const

/** @param files contents by name; those that do not exist are absent */
export function parseStats(files: ReadonlyMap<string, string>): Stats {
  const number = (name: string): number | null => toNumber(files.get(name))
  const cpu = flatKeyed(files.get('cpu.stat') ?? '')
  const optional = <T>(name: string, parse: (text: string) => T): T | null => {
    const text = files.get(name)
    return text === undefined ? null : parse(text)
  }
  return {
    cpu: {
      usageUs: cpu['usage_usec'] ?? 0,
      userUs: cpu['user_usec'] ?? 0,
      systemUs: cpu['system_usec'] ?? 0,
      throttling:
        cpu['nr_periods'] === undefined
          ? null
          : {
              periods: cpu['nr_periods'],
              throttled: cpu['nr_throttled'] ?? 0,
              throttledUs: cpu['throttled_usec'] ?? 0,
            },
      pressure: optional('cpu.pressure', parsePressure),
    },
    memory: optional('memory.current', (text) => ({
      current: toNumber(text) ?? 0,
      peak: number('memory.peak'),
      max: number('memory.max'),
      swapCurrent: number('memory.swap.current'),
      swapMax: number('memory.swap.max'),
      stat: flatKeyed(files.get('memory.stat') ?? ''),
      events: flatKeyed(files.get('memory.events') ?? ''),
    })),
    memoryPressure: optional('memory.pressure', parsePressure),
    io: optional('io.stat', nestedKeyed),
    ioPressure: optional('io.pressure', parsePressure),
    pids: optional('pids.current', (text) => ({
      current: toNumber(text) ?? 0,
      peak: number('pids.peak'),
      max: number('pids.max'),
    })),
    rdma: optional('rdma.current', nestedKeyed),
    misc: optional('misc.current', flatKeyed),
    cgroup: flatKeyed(files.get('cgroup.stat') ?? ''),
  }
}

/** null for `max`, and for what is not there. */
function toNumber(text: string | undefined): number | null {
  const value = Number(text?.trim() || 'max')
  return Number.isNaN(value) ? null : value
}

/** Lines of `key value`. */
function flatKeyed(text: string): Record<string, number> {
  const pairs = lines(text).map((line) => line.split(' '))
  return Object.fromEntries(pairs.map(([key = '', value]) => [key, Number(value)]))
}

/** Lines of `key name=value name=value`. */
function nestedKeyed(text: string): Record<string, Record<string, number>> {
  const entries = lines(text).map((line) => {
    const [key = '', ...words] = line.split(' ')
    const values = words.map((word) => word.split('='))
    return [key, Object.fromEntries(values.map(([name = '', value]) => [name, Number(value)]))] as const
  })
  return Object.fromEntries(entries)
}

function parsePressure(text: string): Pressure | null {
  const found = nestedKeyed(text)
  const line = (name: string): PressureLine | null => {
    const values = found[name]
    if (values === undefined) return null
    const { avg10 = 0, avg60 = 0, avg300 = 0, total = 0 } = values
    return { avg10, avg60, avg300, totalUs: total }
  }
  const some = line('some')
  return some === null ? null : { some, full: line('full') }
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean)
