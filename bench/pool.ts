// `npm run bench -- --pool`: from a request to the first instruction of its program, and to its result: in a sandbox made
// for it and in one of a pool, turn by turn in one run.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Arena } from './arena.ts'
import { SandboxPool, sandbox } from './library.ts'
import { quantile, ratio } from './quantile.ts'
import { type Cell, formatTable } from './table.ts'

const WARM_UP = 10
const ROUNDS = 150

interface Times {
  readonly executed: number[]
  readonly ended: number[]
}

export async function benchPool({ directory }: Arena): Promise<string> {
  const program = join(directory, 'now')
  execFileSync(process.env['CC'] ?? 'cc', ['-O2', '-static', '-o', program, join(import.meta.dirname, 'now.c')])
  const stateDir = join(directory, 'state')
  mkdirSync(stateDir)
  const options = { stateDir, files: { '/now': { bind: program } } }
  await using pool = new SandboxPool({ ...options, size: 1 })
  await using reused = new SandboxPool({ ...options, size: 1, reuse: true })
  const variants: Readonly<Record<string, () => Promise<{ readonly stdout: string }>>> = {
    'sandbox.run': () => sandbox.run('/now', [], options),
    'pool.run': () => pool.run('/now'),
    'pool.run, reuse': () => reused.run('/now'),
  }
  const all = new Map(Object.keys(variants).map((name): [string, Times] => [name, { executed: [], ended: [] }]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // Forth and back, so that none is always behind the same other one.
    for (const [name, times] of round % 2 === 0 ? all : [...all].reverse()) {
      await Promise.all([pool.fill(), reused.fill()])
      // What the kernel still does for the last one is not this one's.
      await delay(10)
      const begin = process.hrtime.bigint()
      const result = await variants[name]?.()
      const ended = Number(process.hrtime.bigint() - begin) / 1e6
      if (round < 0) continue
      times.executed.push(Number(BigInt(result?.stdout ?? '0') - begin) / 1e6)
      times.ended.push(ended)
    }
  }
  const cold = all.get('sandbox.run')
  const rows = [...all].map(([name, { executed, ended }]): Cell[] => {
    const [mine, theirs] = [quantile(executed, 0.5), quantile(cold?.executed ?? [], 0.5)]
    const [whole, wholeCold] = [quantile(ended, 0.5), quantile(cold?.ended ?? [], 0.5)]
    return [name, mine, quantile(executed, 0.9), ratio(mine, theirs), whole, ratio(whole, wholeCold)]
  })
  const heading = ['', 'executed', 'p90', 'of cold', 'result', 'of cold']
  return formatTable('From a request to its program, and to its result, ms', heading, rows)
}
