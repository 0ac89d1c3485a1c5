// npm test [-- lane … [vitest arguments …]]: builds what is missing, runs each lane in its own process, prints totals.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, runNodeAsUser } from './as-user.ts'
import { whyNoMachine } from './vm/image.ts'
import type { Totals } from './vm/lane.ts'

/** `vm` is run when it is asked for: its first run takes minutes. */
const lanes = ['unit', 'init', 'integration', 'rootless', 'vm'] as const
type Lane = (typeof lanes)[number]

const root = fileURLToPath(new URL('..', import.meta.url))
const isRoot = process.geteuid?.() === 0

async function main(args: readonly string[]): Promise<void> {
  const wanted = lanes.filter((lane) => args.includes(lane))
  const vitestArgs = args.filter((arg) => !lanes.some((lane) => lane === arg))
  const { ensureBuilt } = createRequire(import.meta.url)('./ensure-built.cjs') as {
    ensureBuilt(parts: readonly string[]): void
  }
  if (wanted.length !== 1 || wanted[0] !== 'unit') ensureBuilt(wanted.includes('vm') ? ['native', 'ts'] : ['native'])
  const lines: string[] = []
  for (const lane of wanted.length > 0 ? wanted : lanes.filter((each) => each !== 'vm'))
    lines.push(await runOrExplain(lane, wanted, vitestArgs))
  console.log(lines.join('\n'))
}

async function runOrExplain(lane: Lane, wanted: readonly Lane[], vitestArgs: readonly string[]): Promise<string> {
  if (lane === 'integration' && !isRoot && wanted.length === 0) return line(lane, 'not run: needs root')
  const whyNot = lane === 'vm' ? whyNoMachine() : undefined
  if (whyNot !== undefined) return line(lane, `not run: ${whyNot}`)
  const { code, totals } = lane === 'vm' ? await runMachine(vitestArgs) : await run(lane, vitestArgs)
  const counts = `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`
  // A lane in which everything was skipped has shown nothing; that must not look like success.
  const nothingRan = totals.passed + totals.failed === 0
  if (code === 0 && !nothingRan) return line(lane, counts)
  process.exitCode = 1
  return line(lane, `${counts} ✗${code === 0 ? ' no test ran' : ''}`)
}

async function runMachine(args: readonly string[]): Promise<{ code: number; totals: Totals }> {
  const { runInMachine } = await import('./vm/lane.ts') // the bundler is for it alone
  return runInMachine(args)
}

function line(lane: Lane, text: string): string {
  return `${lane.padEnd(12)} ${text}`
}

async function run(
  lane: Exclude<Lane, 'vm'>,
  vitestArgs: readonly string[],
): Promise<{ code: number; totals: Totals }> {
  const scratch = mkdtempSync(join(tmpdir(), 'libcontainer-test-'))
  chmodSync(scratch, 0o777) // the rootless lane writes its report as somebody else
  const report = join(scratch, 'report.json')
  const args = [
    ...['node_modules/vitest/vitest.mjs', 'run', '--project', lane],
    // The default loader writes a bundled config into the checkout, which the rootless lane may not.
    ...['--configLoader', 'runner', '--reporter', 'default', '--reporter', 'json', '--outputFile.json', report],
    ...vitestArgs,
  ]
  try {
    const code = await (lane === 'rootless' ? runNodeAsUser : runNode)(root, args)
    return { code, totals: readTotals(report) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function readTotals(report: string): Totals {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
    return {
      passed: result['numPassedTests'] ?? 0,
      failed: result['numFailedTests'] ?? 0,
      skipped: (result['numPendingTests'] ?? 0) + (result['numTodoTests'] ?? 0),
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 } // vitest did not get as far as a report; its exit code tells
  }
}

await main(process.argv.slice(2))
