// `npm run bench [-- --quick] [-- --json FILE] [-- --fifo]`: measures this library against its peers in one run; with
// `-- --seccomp`, `-- --limits` or `-- --pool` filters, limits or pools of sandboxes alone. See docs/benchmarks.md for what the numbers mean.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Arena } from './arena.ts'
import { isInside, prepareArena, removeArena, runInside } from './arena.ts'
import { makeBundle, makeRootfs } from './bundle.ts'
import { benchLimits } from './limits.ts'
import type { Samples, Throughput } from './measure.ts'
import type { Stage } from './peers/contestant.ts'
import { compileFloor } from './peers/floor.ts'
import { benchPool } from './pool.ts'
import type { HeapResult, Measurements } from './report.ts'
import { jsonReport, textReport } from './report.ts'
import { benchSeccomp } from './seccomp.ts'
import { SubjectProcess } from './subject-process.ts'
import { countSyscalls } from './syscalls.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    fifo: { type: 'boolean', default: false },
    seccomp: { type: 'boolean', default: false },
    limits: { type: 'boolean', default: false },
    pool: { type: 'boolean', default: false },
  },
})

/** How much of everything; --quick ends within four minutes on a slow machine. */
const effort = options.quick
  ? { warmUp: 10, blocks: 8, blockRounds: 5, blocked: 150, peersBlocked: 20, throughputMs: 1500, throughputBlocks: 2 }
  : { warmUp: 20, blocks: 40, blockRounds: 5, blocked: 500, peersBlocked: 50, throughputMs: 3000, throughputBlocks: 3 }

const LIFE = ['run', 'life', 'spawn', 'crun', 'runc', 'bwrap', 'floor']
const EXEC = ['exec', 'crun exec', 'runc exec']
const CONCURRENCY = [1, 8, 32]

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function makeStage(arena: Arena): Stage {
  const rootfs = makeRootfs(join(arena.directory, 'rootfs'))
  return {
    rootfs,
    bundle: makeBundle(join(arena.directory, 'bundle'), rootfs, ['/bin/true']),
    pauseBundle: makeBundle(join(arena.directory, 'pause-bundle'), rootfs, ['/bin/pause']),
    stateDir: join(arena.directory, 'state'),
    cgroup: arena.cgroup,
    floor: compileFloor(arena.directory),
  }
}

function append(to: Samples, from: Samples): void {
  for (const [name, samples] of Object.entries(from)) {
    to[name] = [...(to[name] ?? []), ...samples]
  }
}

function emptyResult(): HeapResult {
  return { latency: {}, exec: {}, blocked: {}, throughput: {} }
}

/** Both subjects measured in turn, block by block. */
class Session {
  readonly refused: Record<string, string> = {}
  readonly small = emptyResult()
  readonly large = emptyResult()
  readonly #stage: Stage
  readonly #subjects = [
    { subject: new SubjectProcess(0), result: this.small },
    { subject: new SubjectProcess(2 ** 30), result: this.large },
  ]

  constructor(stage: Stage) {
    this.#stage = stage
  }

  #here(names: readonly string[]): string[] {
    return names.filter((name) => !(name in this.refused))
  }

  async open(): Promise<void> {
    for (const [index, { subject }] of this.#subjects.entries()) {
      const stage = { ...this.#stage, stateDir: `${this.#stage.stateDir}-${index}` }
      const ask = { stage, heapBytes: subject.heapBytes, names: this.#here([...LIFE, ...EXEC]) }
      Object.assign(this.refused, await subject.ask('open', ask))
    }
    if ('run' in this.refused) throw new Error(`bench: our own container does not run: ${this.refused['run']}`)
    for (const { subject } of this.#subjects) {
      await subject.ask('latency', { names: this.#here([...LIFE, ...EXEC]), rounds: effort.warmUp })
    }
  }

  async latency(): Promise<void> {
    for (let block = 0; block < effort.blocks; block++) {
      for (const { subject, result } of this.#subjects) {
        const rounds = effort.blockRounds
        append(result.latency, await subject.ask('latency', { names: this.#here(LIFE), rounds }))
        append(result.exec, await subject.ask('latency', { names: this.#here(EXEC), rounds }))
      }
    }
  }

  async blocked(): Promise<void> {
    for (const { subject, result } of this.#subjects) {
      await subject.ask('blocked', { name: 'run', rounds: effort.warmUp })
      result.blocked['control'] = await subject.ask('blocked', { name: null, rounds: effort.blocked })
      result.blocked['run'] = await subject.ask('blocked', { name: 'run', rounds: effort.blocked })
      for (const name of this.#here(['exec', 'spawn', 'crun'])) {
        result.blocked[name] = await subject.ask('blocked', { name, rounds: effort.peersBlocked })
      }
    }
  }

  async throughput(): Promise<void> {
    const names = this.#here(['run', 'crun'])
    for (const { subject, result } of this.#subjects) {
      for (const concurrency of CONCURRENCY) {
        const blocks: Record<string, Throughput[]> = Object.fromEntries(names.map((name) => [name, []]))
        for (let block = 0; block < effort.throughputBlocks; block++) {
          for (const name of names) {
            const ask = { name, concurrency, milliseconds: effort.throughputMs }
            blocks[name]?.push(await subject.ask('throughput', ask))
          }
        }
        for (const name of names) {
          result.throughput[name] = { ...result.throughput[name], [concurrency]: mean(blocks[name] ?? []) }
        }
      }
    }
  }

  async counts(): Promise<Pick<Measurements, 'parkedRssKiB' | 'faultsPerRun' | 'syscalls'>> {
    const stage = this.#stage
    const [small] = this.#subjects
    if (!small) throw new Error('no subject')
    return {
      parkedRssKiB: await small.subject.ask('parked', { stage }),
      faultsPerRun: await small.subject.ask('faults', { stage, rounds: 25 }),
      syscalls: countSyscalls(stage, 'ignore'),
    }
  }

  async close(): Promise<void> {
    for (const { subject } of this.#subjects) await subject.close()
  }
}

function mean(blocks: readonly Throughput[]): Throughput {
  const sum = (pick: (block: Throughput) => number) => blocks.reduce((total, block) => total + pick(block), 0)
  return {
    perSecond: sum((block) => block.perSecond) / blocks.length,
    loopActiveMs: sum((block) => block.loopActiveMs) / blocks.length,
  }
}

async function measureAll(stage: Stage): Promise<Measurements> {
  const begin = performance.now()
  const session = new Session(stage)
  try {
    say('opening contestants, filling the 1 GiB heap')
    await session.open()
    say('latency')
    await session.latency()
    say('event loop')
    await session.blocked()
    say('throughput')
    await session.throughput()
    say('counts')
    const counts = await session.counts()
    const { small, large, refused } = session
    return { small, large, refused, ...counts, seconds: (performance.now() - begin) / 1000, fifo: options.fifo }
  } finally {
    await session.close()
  }
}

async function main(): Promise<number> {
  if (options.seccomp) {
    process.stdout.write(benchSeccomp())
    return 0
  }
  if (!isInside()) return runInside(options.fifo)
  const arena = prepareArena()
  try {
    if (options.limits) {
      process.stdout.write(await benchLimits(arena))
      return 0
    }
    if (options.pool) {
      process.stdout.write(await benchPool(arena))
      return 0
    }
    const measurements = await measureAll(makeStage(arena))
    process.stdout.write(`${textReport(measurements)}\n`)
    if (options.json !== undefined) {
      writeFileSync(resolve(options.json), `${JSON.stringify(jsonReport(measurements), null, 2)}\n`)
    }
    return 0
  } finally {
    removeArena(arena)
  }
}

process.exitCode = await main()
