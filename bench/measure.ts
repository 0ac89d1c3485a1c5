// The measurements, each over contestants that are open already.
import type { LoopGap } from './loop-gap.ts'
import type { Contestant } from './peers/contestant.ts'

/** Milliseconds by contestant name. */
export type Samples = Record<string, number[]>

/** `rounds` times each contestant in turn: A B C A B C …, so that a drift of the machine meets all of them alike. */
export async function measureLatency(contestants: readonly Contestant[], rounds: number): Promise<Samples> {
  const samples: Samples = Object.fromEntries(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      samples[contestant.name]?.push(await contestant.once())
      await settle(TEARDOWN_MS)
    }
  }
  return samples
}

/** For each of `rounds` lives, the longest time the JS thread was kept from its event loop, in milliseconds. */
export async function measureBlocked(once: () => Promise<unknown>, rounds: number, gap: LoopGap): Promise<number[]> {
  const longest: number[] = []
  for (let round = 0; round < rounds; round++) {
    gap.start()
    await once()
    longest.push(gap.stop())
    await settle(1)
  }
  return longest
}

/** The kernel takes namespaces and cgroups down after their last process has gone; the next contestant shall not pay. */
const TEARDOWN_MS = 10

/** Lets what the last round left (a closing handle, a finished promise) run outside the next one's window. */
function settle(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}

export interface Throughput {
  readonly perSecond: number
  /** Time the JS thread was not waiting for events, per container. */
  readonly loopActiveMs: number
}

/** Keeps `concurrency` containers in flight for `milliseconds`, then waits for the last. */
export async function measureThroughput(
  contestant: Contestant,
  concurrency: number,
  milliseconds: number,
): Promise<Throughput> {
  const begin = performance.now()
  const loopBefore = performance.eventLoopUtilization()
  let finished = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - begin < milliseconds) {
      await contestant.once()
      finished++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  const seconds = (performance.now() - begin) / 1000
  const { active } = performance.eventLoopUtilization(loopBefore)
  return { perSecond: finished / seconds, loopActiveMs: active / finished }
}
