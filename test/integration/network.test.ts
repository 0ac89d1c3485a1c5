// The network lane (test/network) in a network namespace of its own, so that the machine's is never touched; each of its
// tests is told here.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { RUN } from '../support/bundle.ts'

interface Run {
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
const isRoot = process.geteuid?.() === 0

async function runLane(): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}network-`))
  const report = join(directory, 'report.json')
  const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'network']
  const args = ['-n', '--', ...vitest, '--reporter=json', `--outputFile=${report}`]
  try {
    const env = { ...process.env, LIBCONTAINER_OWN_NETWORK: '1' }
    // It fails when a test does: the report says which.
    const output = await promisify(execFile)('unshare', args, { cwd: root, env }).catch((error: unknown) => error)
    try {
      return JSON.parse(readFileSync(report, 'utf8')) as Run
    } catch {
      throw new Error(`the network lane did not report: ${JSON.stringify(output)}`)
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const { testResults } = isRoot ? await runLane() : { testResults: [] }

// An ordinary user's network namespace cannot reach out of its user namespace.
describe.runIf(isRoot)('in a network namespace of its own', () => {
  it('all files of the lane are run', () => {
    expect(testResults.length).toBeGreaterThan(0)
    for (const { name, message, assertionResults } of testResults) {
      expect(message === '' || assertionResults.length > 0, `${name}: ${message}`).toBe(true)
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
})
