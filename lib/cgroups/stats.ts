// What a cgroup has used, as its files tell it. Pure; cgroups/driver.ts reads them.

/** Share of time in which work waited for a resource (PSI: Documentation/accounting/psi.rst). */
export interface PressureLine {
  /** Per cent over the last 10 seconds. */
  readonly avg10: number
  /** Per cent over the last minute. */
  readonly avg60: number
  /** Per cent over the last five minutes. */
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

/**
 * What a cgroup has used (cgroup-v2.rst), since it was made. Null stands for what this machine does not count for it: a
 * controller that is missing, PSI that is off. Times are microseconds, sizes bytes.
 */
export interface Stats {
  /** cpu.stat; the kernel counts it without the controller, too. */
  readonly cpu: {
    /** Microseconds of processor time, of all processors together. */
    readonly usageUs: number
    /** Of them in user mode. */
    readonly userUs: number
    /** Of them in the kernel. */
    readonly systemUs: number
    /** What the quota (cpu.max) did; null without the cpu controller. */
    readonly throttling: {
      /** Periods that have passed with a quota (nr_periods). */
      readonly periods: number
      /** Those in which it was used up (nr_throttled). */
      readonly throttled: number
      /** How long processes had to wait for the next period, in all. */
      readonly throttledUs: number
      /** Periods in which more than the quota was used (cpu.max.burst). */
      readonly bursts: number
      /** The time that was. */
      readonly burstUs: number
    } | null
    /** cpu.pressure */
    readonly pressure: Pressure | null
  }
  /** Bytes. A limit is null where there is none; a figure where the kernel has no such file. */
  readonly memory: {
    /** In use now: of processes, of files in memory (tmpfs) and of the page cache. */
    readonly current: number
    /** The most that ever was in use; null before Linux 5.19. */
    readonly peak: number | null
    /** The limit. */
    readonly max: number | null
    /** Above this the cgroup is slowed down. */
    readonly high: number | null
    /** What the kernel tries to leave to it. */
    readonly low: number | null
    /** Swapped out now. */
    readonly swapCurrent: number | null
    /** The most that ever was; null before Linux 6.5. */
    readonly swapPeak: number | null
    /** The limit of swap alone. */
    readonly swapMax: number | null
    /** Compressed in memory (zswap). */
    readonly zswapCurrent: number | null
    /** memory.stat: what the memory is used for, bytes, and how often things happened, by the kernel's names. */
    readonly stat: Readonly<Record<string, number>>
    /** memory.events: how often each happened, here and below. */
    readonly events: Readonly<Record<string, number>>
  } | null
  /** memory.pressure */
  readonly memoryPressure: Pressure | null
  /** By device, `major:minor`: io.stat by the kernel's names, e.g. `rbytes`. */
  readonly io: Readonly<Record<string, Readonly<Record<string, number>>>> | null
  /** io.pressure */
  readonly ioPressure: Pressure | null
  /** Processes and threads. */
  readonly pids: {
    /** There are now. */
    readonly current: number
    /** The most that ever were; null where the kernel does not tell (before Linux 6.1). */
    readonly peak: number | null
    /** The limit; null for none. */
    readonly max: number | null
    /** How often one could not be made for want of it. */
    readonly maxHits: number
  } | null
  /** Huge pages by their size, e.g. `2MB`. Bytes. */
  readonly hugetlb: Readonly<
    Record<
      string,
      {
        /** In use now. */
        readonly current: number
        /** The limit of it; null for none. */
        readonly max: number | null
        /** Reserved now. */
        readonly reserved: number | null
        /** The limit of that; null for none. */
        readonly reservedMax: number | null
        /** How often `max` was hit. */
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
