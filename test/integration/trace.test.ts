// LIBCONTAINER_TRACE: what a whole life says on standard error.
import { expect, it } from 'vitest'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()

async function traced(words: string | undefined, options: { failAt?: number } = {}) {
  const message: CreatorMessage = {
    operation: 'run',
    id: bundle.newId(),
    config: probeConfig(bundle, ['exit', '3']),
    options: { stateDir: bundle.stateDir, ...options },
  }
  const env = { ...process.env, ...(words === undefined ? {} : { LIBCONTAINER_TRACE: words }) }
  const { code, stderr } = await runNode('test/support/waiting-creator.ts', message, { env })
  return { code, stderr, id: message.id, lines: stderr.split('\n') }
}

it('says nothing unless it is asked', async () => {
  expect(await traced(undefined)).toMatchObject({ code: 3, stderr: '' })
  expect(await traced('nonsense')).toMatchObject({ code: 3, stderr: '' })
})

it('prints the plan', async () => {
  const { code, lines, id } = await traced('plan')
  expect(code).toBe(3)
  expect(lines[0]).toBe(`plan    ${id}`)
  expect(lines).toContainEqual(expect.stringMatching(/^ *\d+ pivotRoot +fd:rootfs/))
})

it('tells every message on the socket', async () => {
  const { code, lines, id } = await traced('wire')
  expect(code).toBe(3)
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^${id}: → plan, \\d+ bytes, with .*stdin stdout stderr`)),
    `${id}: ← done`,
    `${id}: ← end`,
    '',
  ])
})

it('tells the failure of a step', async () => {
  const { code, stderr, id } = await traced('wire', { failAt: 0 })
  expect(code).not.toBe(0)
  expect(stderr).toMatch(new RegExp(`^${id}: ← failed in 1 \\w+: injected 125`, 'm'))
})

it('times every operation but the last, which init does not outlive', async () => {
  const { code, lines, id } = await traced('time')
  expect(code).toBe(3)
  const timed = lines.filter((line) => line !== '')
  timed.forEach((line, index) => {
    expect(line).toMatch(new RegExp(`^${id}: ${index + 1} \\w+ {2}[\\d.]+ µs$`))
  })
  expect(timed.at(-1)).toContain('findExecutable')
})
