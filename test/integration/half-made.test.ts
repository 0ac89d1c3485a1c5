// A container whose creator was killed while init worked: until init learns of that its namespaces lead to the host.
import { describe, expect, it } from 'vitest'
import { type Config, Container } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()

/** Init is stopped in the middle, or it would end at once. */
const hook = {
  path: '/bin/sh',
  args: ['sh', '-c', 'kill -STOP $(grep -o \'"pid":[0-9]*\' | cut -d: -f2); kill -9 $PPID'],
  env: ['PATH=/usr/bin:/bin'],
}

async function leaveHalfMade(operation: 'create' | 'run'): Promise<Container> {
  const id = bundle.newId()
  const config: Config = { ...probeConfig(bundle, ['wait']), hooks: { createRuntime: [hook] } }
  const message: CreatorMessage = { operation, id, config, options: { stateDir: bundle.stateDir, stdio: 'ignore' } }
  expect(await runNode('test/support/creator.ts', message)).toMatchObject({ signal: 'SIGKILL' })
  return Container.load(id, { stateDir: bundle.stateDir })
}

describe.each(['create', 'run'] as const)('a creator killed in the middle of %s', (operation) => {
  it('leaves what nothing can join or start, and delete removes', { timeout: 60_000 }, async () => {
    await using container = await leaveHalfMade(operation)
    const refusal = { code: 'ERR_WRONG_STATUS', id: container.id }
    await expect(container.exec({ args: ['probe', 'exit', '0'] })).rejects.toMatchObject({
      ...refusal,
      operation: 'exec',
      message: expect.stringMatching('is not set up'),
    })
    await expect(container.start()).rejects.toMatchObject({ ...refusal, operation: 'start' })
  })
})
