// When descriptors run out, and when containers come and go in numbers: refusals, but nothing lost.
import { existsSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Container } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()

it('fails cleanly with ever so few descriptors, until there are enough', { timeout: 60_000 }, async () => {
  const config = probeConfig(bundle, ['exit', '9'])
  const message: CreatorMessage = {
    operation: 'run',
    id: bundle.newId(),
    // The template's limit on descriptors is above what this process may have now.
    config: { ...config, process: { ...config.process, cwd: '/', rlimits: [] } },
    options: { stateDir: bundle.stateDir },
  }
  const wrapper = ['prlimit', '--nofile=256:256', '--']
  const { code, stdout, stderr } = await runNode('test/support/exhausted.ts', message, { wrapper })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { outcomes, left } = JSON.parse(stdout) as { outcomes: string[]; left: string[] }
  expect(left).toEqual([])
  expect(outcomes[0]).toBe('exit 9')
  expect(outcomes.at(-1)).toBe('exit 9')
  expect(outcomes).toContain('ERR_SYSTEM EMFILE')
  // Once there are enough, more do no harm: refusals come first, and all of them say why.
  const refused = outcomes.slice(1, outcomes.indexOf('exit 9', 1))
  expect(new Set(refused)).toEqual(new Set(['ERR_SYSTEM EMFILE']))
  expect(new Set(outcomes.slice(1 + refused.length))).toEqual(new Set(['exit 9']))
  expect(readdirSync(bundle.stateDir)).toEqual([])
})

it('runs hundreds of containers and keeps nothing of them', { timeout: 120_000 }, async () => {
  const config = probeConfig(bundle, ['exit', '0'])
  for (let round = 0; round < 30; round++) {
    const batch = Array.from({ length: 10 }, async () => {
      const container = await Container.run(bundle.newId(), config, { stateDir: bundle.stateDir, stdio: 'pipe' })
      const { exitCode } = await container.wait()
      await container.delete()
      return exitCode
    })
    expect(await Promise.all(batch)).toEqual(Array(10).fill(0))
  }
  expect(existsSync(bundle.stateDir) ? readdirSync(bundle.stateDir) : []).toEqual([])
})
