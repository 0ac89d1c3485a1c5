// Our side of the benchmark: the library as its users call it, and nothing else.
import { readFileSync } from 'node:fs'
import { Config, Container } from './library.ts'
import type { Contestant, Stage } from './peers/contestant.ts'
import { freshId } from './peers/contestant.ts'
import { quantile } from './quantile.ts'

/** One container from call to removal. `ended`: milliseconds until its end was known; `removed`: until it was gone. */
async function runOne(config: Config, stage: Stage) {
  const { bundle, stateDir } = stage
  const begin = performance.now()
  const container = await Container.run(freshId('run'), config, { bundle, stateDir, stdio: 'ignore' })
  const status = await container.wait()
  const ended = performance.now() - begin
  await container.delete()
  const removed = performance.now() - begin
  if (status.exitCode !== 0) throw new Error(`our container ended with ${status.signal ?? status.exitCode}`)
  return { ...status, ended, removed }
}

function openOurs(name: string, measure: (one: Awaited<ReturnType<typeof runOne>>) => number) {
  return async (stage: Stage): Promise<Contestant> => {
    const config = await Config.load(stage.bundle)
    await runOne(config, stage)
    return { name, once: async () => measure(await runOne(config, stage)), close: async () => {} }
  }
}

/** `Container.run` of the /bin/true bundle until `wait` has settled; it is removed off the clock. */
export const openOurRun = openOurs('run', ({ ended }) => ended)

/** The same with `delete` on the clock, as the other runtimes have it. */
export const openOurLife = openOurs('life', ({ removed }) => removed)

/** `container.exec` of /bin/true in a container that waits, until `wait` has settled. */
export async function openOurExec({ pauseBundle, stateDir }: Stage): Promise<Contestant> {
  const config = await Config.load(pauseBundle)
  const options = { bundle: pauseBundle, stateDir, stdio: 'ignore' } as const
  const container = await Container.run(freshId('exec'), config, options)
  const once = async () => {
    const begin = performance.now()
    const process = await container.exec({ args: ['/bin/true'] }, { stdio: 'ignore' })
    const status = await process.wait()
    const ended = performance.now() - begin
    if (status.exitCode !== 0) throw new Error(`our process ended with ${status.signal ?? status.exitCode}`)
    return ended
  }
  return { name: 'exec', once, close: () => container.delete({ force: true }) }
}

/** Median minor faults of a container's process, from clone to exit. */
export async function faultsPerRun(stage: Stage, rounds: number): Promise<number | null> {
  const config = await Config.load(stage.bundle)
  const faults: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { usage } = await runOne(config, stage)
    if (usage === null) return null
    faults.push(usage.minorFaults)
  }
  return quantile(faults, 0.5)
}

/** Resident KiB of the init of a container that is created and waits to be started. */
export async function parkedRssKiB(stage: Stage): Promise<number> {
  const { bundle, stateDir } = stage
  const config = await Config.load(bundle)
  const container = await Container.create(freshId('parked'), config, { bundle, stateDir, stdio: 'ignore' })
  try {
    const rollup = readFileSync(`/proc/${container.process.pid}/smaps_rollup`, 'utf8')
    const [, rss] = /^Rss:\s+(\d+) kB$/m.exec(rollup) ?? []
    if (rss === undefined) throw new Error('smaps_rollup has no Rss')
    return Number(rss)
  } finally {
    await container.delete()
  }
}
