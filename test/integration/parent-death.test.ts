// parentDeathSignal: a container that ends with its creator, and one that does not.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runWaiting } from '../support/namespaces.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()

/** A container whose creator has ended. */
async function orphan(
  operation: 'create' | 'run',
  options: Pick<CreateOptions, 'init' | 'parentDeathSignal'>,
  args = ['wait'],
): Promise<Container> {
  const id = bundle.newId()
  const { stateDir } = bundle
  const config = probeConfig(bundle, args)
  const message: CreatorMessage = { operation, id, config, options: { stateDir, stdio: 'ignore', ...options } }
  expect(await runNode('test/support/creator.ts', message)).toMatchObject({ code: 0, stderr: '' })
  return Container.load(id, { stateDir })
}

async function untilStopped(container: Container): Promise<void> {
  while ((await container.status()) !== 'stopped') await delay(5)
}

describe.each(['create', 'run'] as const)('after %s', { timeout: 30_000 }, (operation) => {
  it('the container ends with its creator', async () => {
    await using container = await orphan(operation, { parentDeathSignal: 'SIGKILL' })
    await untilStopped(container)
  })

  it('it outlives its creator when nothing is said', async () => {
    await using container = await orphan(operation, {})
    expect(await container.status()).toBe(operation === 'create' ? 'created' : 'running')
  })
})

it('is told to the program beneath an init of ours', { timeout: 30_000 }, async () => {
  await using container = await orphan('run', { parentDeathSignal: 'SIGTERM', init: true }, ['handle'])
  await untilStopped(container)
})

it('does not end a container while its creator lives', async () => {
  await using container = await runWaiting(bundle, undefined, { parentDeathSignal: 'KILL' })
  expect(await container.status()).toBe('running')
})

it('refuses what is no signal', async () => {
  await expect(runWaiting(bundle, undefined, { parentDeathSignal: 'SIGNOTHING' })).rejects.toMatchObject({
    code: 'ERR_INVALID_CONFIG',
  })
})
