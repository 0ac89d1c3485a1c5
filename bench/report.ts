// From the measurements to the figures people quote: the JSON object and the tables.
import { arch, cpus, loadavg, release, totalmem } from 'node:os'
import type { Samples, Throughput } from './measure.ts'
import { quantile, ratio, summarize } from './quantile.ts'
import type { SyscallCount } from './syscalls.ts'
import type { Cell } from './table.ts'
import { formatTable } from './table.ts'

/** Everything one heap size was measured for. */
export interface HeapResult {
  readonly latency: Samples
  readonly exec: Samples
  /** Longest turn of the event loop per life, in milliseconds, by contestant; "control" is known to be 0.05. */
  readonly blocked: Samples
  /** By contestant, then by concurrency. */
  readonly throughput: Record<string, Record<number, Throughput>>
}

export interface Measurements {
  readonly small: HeapResult
  readonly large: HeapResult
  readonly parkedRssKiB: number | null
  readonly faultsPerRun: number | null
  readonly syscalls: SyscallCount | null
  /** Why a contestant did not take part. */
  readonly refused: Record<string, string>
  readonly seconds: number
  readonly fifo: boolean
}

const median = (samples: readonly number[] | undefined) => quantile(samples ?? [], 0.5)
const p99 = (samples: readonly number[] | undefined) => quantile(samples ?? [], 0.99)

function perSecond(heap: HeapResult, name: string, concurrency: number): number | null {
  return heap.throughput[name]?.[concurrency]?.perSecond ?? null
}

export function ratios({ small }: Measurements): Record<string, number | null> {
  const run = median(small.latency['run'])
  const life = median(small.latency['life'])
  const exec = median(small.exec['exec'])
  return {
    'run/spawn': ratio(run, median(small.latency['spawn'])),
    'run/crun': ratio(run, median(small.latency['crun'])),
    'run/runc': ratio(run, median(small.latency['runc'])),
    'run/bwrap': ratio(run, median(small.latency['bwrap'])),
    'run/floor': ratio(run, median(small.latency['floor'])),
    'life/crun': ratio(life, median(small.latency['crun'])),
    'life/runc': ratio(life, median(small.latency['runc'])),
    'life/bwrap': ratio(life, median(small.latency['bwrap'])),
    'exec/crun': ratio(exec, median(small.exec['crun exec'])),
    'exec/runc': ratio(exec, median(small.exec['runc exec'])),
    'throughput32/crun': ratio(perSecond(small, 'run', 32), perSecond(small, 'crun', 32)),
  }
}

export function figures({ small, large, parkedRssKiB, syscalls, faultsPerRun }: Measurements) {
  return {
    loopBlockedP99Ms: p99(small.blocked['run']),
    loopBlockedP99Ms1GiB: p99(large.blocked['run']),
    loopControlP99Ms: p99(small.blocked['control']),
    loopControlP99Ms1GiB: p99(large.blocked['control']),
    parkedRssKiB,
    syscallsPerRun: syscalls === null ? null : syscalls.container + syscalls.launch,
    faultsPerRun,
  }
}

/** The object `--json` writes. */
export function jsonReport(measurements: Measurements): object {
  const { small, large } = measurements
  const summaries = (samples: Samples) =>
    Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, summarize(values)]))
  const heap = (result: HeapResult) => ({
    latencyMs: summaries({ ...result.latency, ...result.exec }),
    loopBlockedMs: summaries(result.blocked),
    throughput: result.throughput,
  })
  return {
    ratios: ratios(measurements),
    figures: figures(measurements),
    ratios1GiB: ratios({ ...measurements, small: large }),
    smallHeap: heap(small),
    heap1GiB: heap(large),
    syscalls: measurements.syscalls,
    refused: measurements.refused,
    machine: {
      kernel: release(),
      arch: arch(),
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: cpus().length,
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      loadAverage: loadavg(),
      fifo: measurements.fifo,
    },
    seconds: measurements.seconds,
  }
}

function latencyTable(title: string, small: Samples, large: Samples, unit: string): string {
  const base = median(small[unit])
  const rows = Object.entries(small).map(([name, samples]): Cell[] => {
    const one = summarize(samples)
    const big = summarize(large[name] ?? [])
    return [name, one.p50, one.p90, ratio(base, one.p50), big.p50, big.p90, ratio(median(large[unit]), big.p50)]
  })
  return formatTable(title, ['', 'p50 ms', 'p90 ms', `${unit}/it`, '1G p50', '1G p90', `1G ${unit}/it`], rows)
}

function blockedTable({ small, large }: Measurements): string {
  const rows = Object.entries(small.blocked).map(([name, samples]): Cell[] => {
    const one = summarize(samples)
    const big = summarize(large.blocked[name] ?? [])
    return [name, one.p50, one.p99, one.max, big.p50, big.p99, big.max]
  })
  return formatTable(
    'Event loop blocked per container, ms',
    ['', 'p50', 'p99', 'max', '1G p50', '1G p99', '1G max'],
    rows,
  )
}

function throughputTable({ small, large }: Measurements): string {
  const rows = Object.entries(small.throughput).flatMap(([name, levels]) =>
    Object.entries(levels).map(([level, one]): Cell[] => {
      const big = large.throughput[name]?.[Number(level)] ?? null
      return [`${name} x${level}`, one.perSecond, one.loopActiveMs, big?.perSecond ?? null, big?.loopActiveMs ?? null]
    }),
  )
  return formatTable(
    'Containers per second, by number in flight',
    ['', 'per s', 'loop ms each', '1G per s', '1G loop ms'],
    rows,
  )
}

export function textReport(measurements: Measurements): string {
  const { small, large, refused } = measurements
  const pairs = (values: Record<string, number | null>) => Object.entries(values)
  return [
    latencyTable(
      'One container: run + wait; life adds delete, which the other runtimes have within',
      small.latency,
      large.latency,
      'run',
    ),
    latencyTable('One more process in a running container', small.exec, large.exec, 'exec'),
    blockedTable(measurements),
    throughputTable(measurements),
    formatTable('Ratios (smaller is better but for throughput)', ['', 'ratio'], pairs(ratios(measurements))),
    formatTable('Figures', ['', 'value'], pairs(figures(measurements))),
    ...Object.entries(refused).map(([name, reason]) => `not measured: ${name}: ${reason}`),
    `took ${measurements.seconds.toFixed(0)} s; node ${process.version}, kernel ${release()}, ${cpus().length} CPUs`,
  ].join('\n')
}
