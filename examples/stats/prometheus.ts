// node --import tsx examples/stats/prometheus.ts [STATE_DIR]: what all containers use, in the text format of Prometheus.
import { Container, isContainerError, type Stats } from 'libcontainer'

/** A figure of one container. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  /** None where the machine does not count it. */
  readonly samples: (stats: Stats) => readonly Sample[]
}

const one = (value: number | null | undefined): Sample[] =>
  value === null || value === undefined ? [] : [{ labels: {}, value }]

const METRICS: readonly Metric[] = [
  {
    name: 'container_cpu_usage_seconds_total',
    help: 'CPU time used.',
    type: 'counter',
    samples: ({ cpu }) => one(cpu.usageUs / 1e6),
  },
  {
    name: 'container_cpu_throttled_seconds_total',
    help: 'Time in which the quota was used up.',
    type: 'counter',
    samples: ({ cpu }) => one(cpu.throttling && cpu.throttling.throttledUs / 1e6),
  },
  {
    name: 'container_memory_usage_bytes',
    help: 'Memory in use.',
    type: 'gauge',
    samples: ({ memory }) => one(memory?.current),
  },
  {
    name: 'container_memory_limit_bytes',
    help: 'The most memory it may use.',
    type: 'gauge',
    samples: ({ memory }) => one(memory?.max),
  },
  {
    name: 'container_memory_bytes',
    help: 'What the memory is used for, as memory.stat says.',
    type: 'gauge',
    samples: ({ memory }) =>
      ['anon', 'file', 'kernel', 'shmem', 'slab'].flatMap((kind) =>
        one(memory?.stat[kind]).map(({ value }) => ({ labels: { kind }, value })),
      ),
  },
  {
    name: 'container_oom_kills_total',
    help: 'Processes killed for want of memory.',
    type: 'counter',
    samples: ({ memory }) => one(memory?.events['oom_kill']),
  },
  {
    name: 'container_processes',
    help: 'Processes and threads.',
    type: 'gauge',
    samples: ({ pids }) => one(pids?.current),
  },
  {
    name: 'container_io_bytes_total',
    help: 'Bytes read from and written to a device.',
    type: 'counter',
    samples: ({ io }) =>
      Object.entries(io ?? {}).flatMap(([device, counts]) =>
        (['read', 'write'] as const).flatMap((direction) =>
          one(counts[direction === 'read' ? 'rbytes' : 'wbytes']).map(({ value }) => ({
            labels: { device, direction },
            value,
          })),
        ),
      ),
  },
  {
    name: 'container_pressure_waiting_seconds_total',
    help: 'Time in which some process waited for a resource (PSI).',
    type: 'counter',
    samples: ({ cpu, memoryPressure, ioPressure }) =>
      Object.entries({ cpu: cpu.pressure, memory: memoryPressure, io: ioPressure }).flatMap(([resource, pressure]) =>
        one(pressure && pressure.some.totalUs / 1e6).map(({ value }) => ({ labels: { resource }, value })),
      ),
  },
]

/** Of all containers that have a cgroup; those that are deleted meanwhile are left out. */
async function readAll(stateDir: string | undefined): Promise<Map<string, Stats>> {
  const options = stateDir === undefined ? {} : { stateDir }
  const found = new Map<string, Stats>()
  for await (const { id } of Container.list(options)) {
    try {
      found.set(id, await (await Container.load(id, options)).stats())
    } catch (error) {
      if (!isContainerError(error)) throw error
    }
  }
  return found
}

function print(all: ReadonlyMap<string, Stats>): string {
  const lines = METRICS.flatMap(({ name, help, type, samples }) => {
    const values = [...all].flatMap(([id, stats]) =>
      samples(stats).map(({ labels, value }) => `${name}{${printLabels({ id, ...labels })}} ${value}`),
    )
    return values.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values]
  })
  return lines.map((line) => `${line}\n`).join('')
}

const printLabels = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')

process.stdout.write(print(await readAll(process.argv[2])))
