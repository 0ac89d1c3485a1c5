// Runs files of test/network in a network namespace of their own, so that the machine's is never touched, and tells each of
// their tests where it is called.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { RUN } from './bundle.ts'

export interface LaneRun {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }>
  }>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @param wrapper a command that runs another in a network namespace
 * @param files all of the lane, where none is named
 */
export async function runNetworkLane(wrapper: readonly string[], files: readonly string[] = []): Promise<LaneRun> {
  const directory = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}network-`))
  const report = join(directory, 'report.json')
  const vitest = [
    process.execPath,
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    'network',
    '--configLoader',
    'runner',
    ...files,
  ]
  const [program = '', ...args] = [...wrapper, ...vitest, '--reporter=json', `--outputFile=${report}`]
  try {
    const env = { ...process.env, LIBCONTAINER_OWN_NETWORK: '1' }
    // It fails when a test does: the report says which.
    const output = await promisify(execFile)(program, args, { cwd: root, env }).catch((error: unknown) => error)
    try {
      return JSON.parse(readFileSync(report, 'utf8')) as LaneRun
    } catch {
      throw new Error(`the network lane did not report: ${JSON.stringify(output)}`)
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

export function tellNetworkLane({ testResults }: LaneRun): void {
  it('all files of the lane are run', () => {
    expect(testResults.length).toBeGreaterThan(0)
    for (const { name, message, assertionResults } of testResults) {
      expect(message, name).toBe('')
      expect(assertionResults.length, name).toBeGreaterThan(0)
    }
  })

  for (const { name, assertionResults } of testResults) {
    describe(name.slice(root.length), () => {
      for (const { ancestorTitles, title, status, failureMessages } of assertionResults) {
        const full = [...ancestorTitles, title].join(' › ')
        it.skipIf(status === 'skipped' || status === 'pending')(full, () => {
          if (status !== 'passed') throw new Error(failureMessages.join('\n'))
        })
      }
    })
  }
}
