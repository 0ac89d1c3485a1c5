// The process whose event loop and heap are measured: forked by main.ts once small and once with a 1 GiB heap, and asked
// for one measurement at a time, so that both can be interleaved.
import { fillHeap } from './heap.ts'
import { LoopGap } from './loop-gap.ts'
import type { Samples, Throughput } from './measure.ts'
import { measureBlocked, measureLatency, measureThroughput } from './measure.ts'
import { faultsPerRun, openOurExec, openOurLife, openOurRun, parkedRssKiB } from './ours.ts'
import { openBubblewrap } from './peers/bubblewrap.ts'
import type { Contestant, OpenContestant, Stage } from './peers/contestant.ts'
import { openFloor } from './peers/floor.ts'
import { runtimeExec, runtimeRun } from './peers/oci-runtime.ts'
import { openPlainSpawn } from './peers/plain-spawn.ts'

const openers: Record<string, OpenContestant> = {
  run: openOurRun,
  life: openOurLife,
  spawn: openPlainSpawn,
  crun: runtimeRun('crun'),
  runc: runtimeRun('runc'),
  bwrap: openBubblewrap,
  floor: openFloor,
  exec: openOurExec,
  'crun exec': runtimeExec('crun'),
  'runc exec': runtimeExec('runc'),
}

/** What can be asked of a subject: each request's name with its parameters and its answer. */
export interface Requests {
  /** Opens the contestants. The answer names those that cannot run here, each with the reason. */
  open: { ask: { stage: Stage; heapBytes: number; names: string[] }; answer: Record<string, string> }
  latency: { ask: { names: string[]; rounds: number }; answer: Samples }
  blocked: { ask: { name: string | null; rounds: number }; answer: number[] }
  throughput: { ask: { name: string; concurrency: number; milliseconds: number }; answer: Throughput }
  parked: { ask: { stage: Stage }; answer: number | null }
  faults: { ask: { stage: Stage; rounds: number }; answer: number | null }
  close: { ask: Record<string, never>; answer: number }
}

export type RequestName = keyof Requests

const contestants = new Map<string, Contestant>()
const gap = new LoopGap()

function contestant(name: string): Contestant {
  const found = contestants.get(name)
  if (!found) throw new Error(`the contestant ${name} is not open`)
  return found
}

const STEPS = 8
const STEP_MS = 0.05

/**
 * Eight callbacks of 50 µs, about what one container takes of the JS thread: what the watch shows when the truth is known.
 * Whatever lies above is the machine.
 */
async function knownSteps(): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
    for (const begin = performance.now(); performance.now() - begin < STEP_MS; );
  }
}

const handlers: { [Name in RequestName]: (ask: Requests[Name]['ask']) => Promise<Requests[Name]['answer']> } = {
  open: async ({ stage, heapBytes, names }) => {
    const refused: Record<string, string> = {}
    fillHeap(heapBytes)
    for (const name of names) {
      try {
        const open = openers[name]
        if (open) contestants.set(name, await open(stage))
      } catch (error) {
        refused[name] = error instanceof Error ? error.message : String(error)
      }
    }
    return refused
  },
  latency: ({ names, rounds }) => measureLatency(names.map(contestant), rounds),
  blocked: ({ name, rounds }) => measureBlocked(name === null ? knownSteps : contestant(name).once, rounds, gap),
  throughput: ({ name, concurrency, milliseconds }) => measureThroughput(contestant(name), concurrency, milliseconds),
  parked: ({ stage }) => parkedRssKiB(stage),
  faults: ({ stage, rounds }) => faultsPerRun(stage, rounds),
  close: async () => {
    for (const open of contestants.values()) await open.close()
    gap.close()
    process.disconnect()
    return 0
  },
}

process.on('message', (message: { name: RequestName; ask: never }) => {
  // A rejected measurement is the answer: the benchmark decides whether it can go on without it.
  handlers[message.name](message.ask).then(
    (answer) => process.connected && process.send?.({ answer }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
