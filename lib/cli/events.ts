// events: a container's statistics and its kills for want of memory, in runc's shape, one JSON object a line.
import type { Container, Stats } from '../index.ts'
import { loadContainer, refuseStatus } from './container.ts'
import { CommandFailure } from './failure.ts'
import type { Context } from './program.ts'

export async function events(
  id: string,
  { stats = false, interval }: { readonly stats?: boolean; readonly interval: string },
  { globals }: Context,
): Promise<void> {
  const container = await loadContainer(id, globals)
  await refuseStatus(container, { stopped: 'container not running' })
  const period = parseDuration(interval)
  if (stats) return print(id, 'stats', describeStats(await container.stats()))
  await follow(container, period, (type, data) => print(id, type, data))
}

type Tell = (type: 'stats' | 'oom', data?: unknown) => void

/** Until its first process has ended. A failure on either side ends the other. */
export async function follow(
  container: Pick<Container, 'events' | 'stats'>,
  interval: number,
  tell: Tell,
): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  let statistics = Promise.resolve()
  try {
    for await (const { type } of container.events({ signal })) {
      // By its first event it is watched: nothing that happens after the first statistics is missed.
      if (type === 'created') {
        statistics = tellStats(container, { interval, signal }, tell)
        statistics.catch((cause: unknown) => over.abort(cause))
      }
      if (type === 'oomKill') tell('oom')
      if (type === 'exited' || type === 'destroyed') break
    }
  } finally {
    over.abort()
  }
  await statistics.catch((cause: unknown) => {
    if (cause !== signal.reason) throw cause
  })
}

async function tellStats(
  container: Pick<Container, 'stats'>,
  options: { readonly interval: number; readonly signal: AbortSignal },
  tell: Tell,
): Promise<void> {
  for await (const each of container.stats(options)) tell('stats', describeStats(each))
}

function print(id: string, type: string, data: unknown): void {
  process.stdout.write(`${JSON.stringify({ type, id, ...(data === undefined ? {} : { data }) })}\n`)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** As Go writes durations: `5s`, `1m30s`, `500ms`. In milliseconds. Pure. */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) throw new CommandFailure(`invalid duration ${JSON.stringify(text)}`)
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  const period = parts.reduce((sum, [, value, unit = 'ms']) => sum + Number(value) * (UNITS[unit] ?? 0), 0)
  if (period <= 0) throw new CommandFailure('duration interval must be greater than 0')
  return period
}

/** Pure. Times in nanoseconds, sizes in bytes. */
export function describeStats({ cpu, memory, pids, io }: Stats): object {
  return {
    cpu: {
      usage: { total: cpu.usageUs * 1000, kernel: cpu.systemUs * 1000, user: cpu.userUs * 1000 },
      throttling: {
        periods: cpu.throttling?.periods ?? 0,
        throttledPeriods: cpu.throttling?.throttled ?? 0,
        throttledTime: (cpu.throttling?.throttledUs ?? 0) * 1000,
      },
    },
    ...(memory === null ? {} : { memory: describeMemory(memory) }),
    ...(pids === null ? {} : { pids: { current: pids.current, ...(pids.max === null ? {} : { limit: pids.max }) } }),
    blkio: { ioServiceBytesRecursive: Object.entries(io ?? {}).flatMap(describeDevice) },
  }
}

function describeMemory({
  current,
  max,
  peak,
  swapCurrent,
  swapMax,
  stat,
  events,
}: NonNullable<Stats['memory']>): object {
  const limit = (value: number | null) => (value === null ? {} : { limit: value })
  return {
    cache: stat['file'] ?? 0,
    usage: { usage: current, ...limit(max), max: peak ?? 0, failcnt: events['max'] ?? 0 },
    swap: { usage: swapCurrent ?? 0, ...limit(swapMax), max: 0, failcnt: 0 },
    raw: stat,
  }
}

function describeDevice([device, counts]: readonly [string, Readonly<Record<string, number>>]): object[] {
  const [major, minor] = device.split(':').map(Number)
  const operations = [
    ['Read', counts['rbytes']],
    ['Write', counts['wbytes']],
  ] as const
  return operations.map(([op, value = 0]) => ({ major, minor, op, value }))
}
