// `npm run bench -- --limits`: what limits add to a container's start, in one run.
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Arena } from './arena.ts'
import { makeRootfs } from './bundle.ts'
import { Config, Container } from './library.ts'
import { quantile } from './quantile.ts'
import { type Cell, formatTable } from './table.ts'

const WARM_UP = 20
const ROUNDS = 400

type Resources = NonNullable<NonNullable<Config['linux']>['resources']>

const core: Resources = { unified: { 'cgroup.max.depth': '5', 'cgroup.max.descendants': '50' } }
const hugetlb: Resources = { hugepageLimits: [{ pageSize: '2MB', limit: 4 << 20 }] }

/** Each has a cgroup of its own and the default device rules. Controllers that a machine does not have are left out. */
const VARIANTS: Readonly<Record<string, Resources>> = {
  'no limits': {},
  'two of the core (cgroup.max.depth, .descendants)': core,
  'huge pages (two files, one controller)': hugetlb,
  'these four': { ...core, ...hugetlb },
  'processes, memory, shares and quota (four files, three controllers)': {
    pids: { limit: 50 },
    memory: { limit: 64 << 20 },
    cpu: { shares: 512, quota: 50_000 },
  },
}

const median = (samples: readonly number[]): number | null => quantile(samples, 0.5)

/** Times `Container.run` until the program has been executed, the variants in turn. */
export async function benchLimits({ directory, cgroup }: Arena): Promise<string> {
  if (cgroup === null) throw new Error('bench: this machine gives no cgroup2 to make cgroups in')
  const rootPath = makeRootfs(join(directory, 'rootfs'))
  const stateDir = join(directory, 'state')
  mkdirSync(stateDir)
  const time = async (resources: Resources, id: string): Promise<number> => {
    const config = Config.template({ args: ['/bin/true'], rootPath })
    config.linux = { ...config.linux, resources, cgroupsPath: `${basename(cgroup)}/${id}` }
    const start = performance.now()
    await using container = await Container.run(id, config, { stateDir, stdio: 'ignore' })
    const passed = performance.now() - start
    await container.wait()
    return passed
  }
  const samples = new Map<string, number[]>()
  for (const [name, resources] of Object.entries(VARIANTS)) {
    const isPossible = await time(resources, 'probe').then(
      () => true,
      () => false,
    )
    if (isPossible) samples.set(name, [])
  }
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // Forth and back, so that none is always behind the same other one.
    for (const [name, times] of round % 2 === 0 ? samples : [...samples].reverse()) {
      const passed = await time(VARIANTS[name] ?? {}, 'limited')
      if (round >= 0) times.push(passed)
    }
  }
  const [[, without = []] = []] = samples
  const rows = Object.keys(VARIANTS).map((name): Cell[] => {
    const times = samples.get(name)
    if (times === undefined) return [name, null, null]
    return [name, median(times), median(times.map((passed, index) => passed - (without[index] ?? 0)))]
  })
  return formatTable('Starting a container with limits, ms', ['', 'median', 'more, in pairs'], rows)
}
