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
    readonly throttling: {
      readonly periods: number
      readonly throttled: number
      readonly throttledUs: number
      /** Periods in which more than the quota was used (cpu.max.burst), and the time that was. */
      readonly bursts: number
      readonly burstUs: number
    } | null
    readonly pressure: Pressure | null
  }
  /** Bytes. `max`: null for no limit. */
  readonly memory: {
    readonly current: number
    readonly peak: number | null
    readonly max: number | null
    /** Above this the cgroup is slowed down; what the kernel tries to leave to it. */
    readonly high: number | null
    readonly low: number | null
    readonly swapCurrent: number | null
    readonly swapPeak: number | null
    readonly swapMax: number | null
    /** Compressed in memory (zswap). */
    readonly zswapCurrent: number | null
    /** memory.stat: what the memory is used for, bytes, and how often things happened, by the kernel's names. */
    readonly stat: Readonly<Record<string, number>>
    /** memory.events: how often each happened, here and below. */
    readonly events: Readonly<Record<string, number>>
  } | null
  readonly memoryPressure: Pressure | null
  /** By device, `major:minor`: io.stat by the kernel's names, e.g. `rbytes`. */
  readonly io: Readonly<Record<string, Readonly<Record<string, number>>>> | null
  readonly ioPressure: Pressure | null
  /** `maxHits`: how often a process could not be made for want of pids.max. */
  readonly pids: {
    readonly current: number
    readonly peak: number | null
    readonly max: number | null
    readonly maxHits: number
  } | null
  /** By page size, e.g. `2MB`: bytes, in use and reserved. `max`: null for no limit; `maxHits`: how often it was hit. */
  readonly hugetlb: Readonly<
    Record<
      string,
      {
        readonly current: number
        readonly max: number | null
        readonly reserved: number | null
        readonly reservedMax: number | null
        readonly maxHits: number
      }
    >
  > | null
  /** By device: rdma.current by the kernel's names. */
  readonly rdma: Readonly<Record<string, Readonly<Record<string, number>>>> | null
  /** By resource: misc.current. */
  readonly misc: Readonly<Record<string, number>> | null
  /** Time in which interrupts kept the cgroup's processes from running; null before Linux 6.1. */
  readonly irqPressure: PressureLine | null
  /** cgroup.stat by the kernel's names, e.g. `nr_descendants`. */
  readonly cgroup: Readonly<Record<string, number>>
}

const STAT_FILES = [
  ...['cpu.stat', 'cpu.pressure', 'irq.pressure', 'cgroup.stat', 'io.stat', 'io.pressure', 'memory.pressure'],
  ...['memory.current', 'memory.peak', 'memory.max', 'memory.high', 'memory.low', 'memory.stat', 'memory.events'],
  ...['memory.swap.current', 'memory.swap.peak', 'memory.swap.max', 'memory.zswap.current'],
  ...['pids.current', 'pids.peak', 'pids.max', 'pids.events', 'rdma.current', 'misc.current'],
]

/**
 * The files that {@link parseStats} knows.
 * @param pageSizes of huge pages, as the kernel names them, e.g. `2MB`
 */
export function statFiles(pageSizes: readonly string[]): string[] {
  const hugetlb = ['current', 'max', 'rsvd.current', 'rsvd.max', 'events']
  return [...STAT_FILES, ...pageSizes.flatMap((size) => hugetlb.map((name) => `hugetlb.${size}.${name}`))]
}

/** `hugepages-2048kB`, as /sys/kernel/mm/hugepages has it, to `2MB`, as the controller does (mem_fmt, mm/hugetlb_cgroup.c). */
export function pageSizeOf(directory: string): string | undefined {
  const KiB = Number(/^hugepages-(\d+)kB$/.exec(directory)?.[1])
  if (Number.isNaN(KiB)) return undefined
  if (KiB >= 1 << 20) return `${KiB >> 20}GB`
  return KiB >= 1 << 10 ? `${KiB >> 10}MB` : `${KiB}KB`
}

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
              bursts: cpu['nr_bursts'] ?? 0,
              burstUs: cpu['burst_usec'] ?? 0,
            },
      pressure: optional('cpu.pressure', parsePressure),
    },
    memory: optional('memory.current', (text) => ({
      current: toNumber(text) ?? 0,
      peak: number('memory.peak'),
      max: number('memory.max'),
      high: number('memory.high'),
      low: number('memory.low'),
      swapCurrent: number('memory.swap.current'),
      swapPeak: number('memory.swap.peak'),
      swapMax: number('memory.swap.max'),
      zswapCurrent: number('memory.zswap.current'),
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
      maxHits: flatKeyed(files.get('pids.events') ?? '')['max'] ?? 0,
    })),
    hugetlb: parseHugetlb(files),
    rdma: optional('rdma.current', nestedKeyed),
    misc: optional('misc.current', flatKeyed),
    irqPressure: optional('irq.pressure', (text) => pressureLine(text, 'full')),
    cgroup: flatKeyed(files.get('cgroup.stat') ?? ''),
  }
}

function parseHugetlb(files: ReadonlyMap<string, string>): Stats['hugetlb'] {
  const sizes = [...files.keys()].flatMap((name) => /^hugetlb\.(\w+)\.current$/.exec(name)?.[1] ?? [])
  if (sizes.length === 0) return null
  const entries = sizes.map((size) => {
    const file = (name: string) => files.get(`hugetlb.${size}.${name}`)
    const counts = {
      current: toNumber(file('current')) ?? 0,
      max: toNumber(file('max')),
      reserved: toNumber(file('rsvd.current')),
      reservedMax: toNumber(file('rsvd.max')),
      maxHits: flatKeyed(file('events') ?? '')['max'] ?? 0,
    }
    return [size, counts] as const
  })
  return Object.fromEntries(entries)
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

/** What a file of PSI says; null when it says nothing. */
export function parsePressure(text: string): Pressure | null {
  const some = pressureLine(text, 'some')
  return some === null ? null : { some, full: pressureLine(text, 'full') }
}

function pressureLine(text: string, name: 'full' | 'some'): PressureLine | null {
  const values = nestedKeyed(text)[name]
  if (values === undefined) return null
  const { avg10 = 0, avg60 = 0, avg300 = 0, total = 0 } = values
  return { avg10, avg60, avg300, totalUs: total }
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean)
