// When descriptors run out, and when containers come and go in numbers: refusals, but nothing lost.
import { existsSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
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

interface Holdings {
  readonly descriptors: number
  readonly threads: number
  readonly children: string
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number }
}

it('runs a thousand containers in a row and two hundred at once, and keeps nothing', { timeout: 300_000 }, async () => {
  const message: CreatorMessage = {
    operation: 'run',
    id: bundle.newId(),
    config: probeConfig(bundle, ['exit', '7']),
    options: { stateDir: bundle.stateDir },
  }
  const { code, stdout, stderr } = await runNode('test/support/crowd.ts', message)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const said = JSON.parse(stdout) as { exitCodes: number[] } & Record<'before' | 'between' | 'after', Holdings>
  expect(said.exitCodes).toEqual([7])
  for (const { memory, ...held } of [said.between, said.after]) {
    const { memory: first, ...heldBefore } = said.before
    expect(held).toEqual(heldBefore)
    // A thousand times as little as 4 KiB would be more.
    expect(memory.heapUsed - first.heapUsed).toBeLessThan(3 << 20)
    expect(memory.external - first.external).toBeLessThan(1 << 20)
    // The allocators keep some of what two hundred at once have needed.
    expect(memory.rss - first.rss).toBeLessThan(24 << 20)
  }
  expect(existsSync(bundle.stateDir) ? readdirSync(bundle.stateDir) : []).toEqual([])
})
