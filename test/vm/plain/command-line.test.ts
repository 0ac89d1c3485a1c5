// What the command line tells of limits.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { it } from 'node:test'
import { call, RUNTIME } from '../engines.ts'
import { MiB, run, stateDir } from '../support.ts'

it('events tells of a kill for want of memory at once, and ends with the container', { timeout: 60_000 }, async () => {
  await using container = await run({ memory: { limit: 32 * MiB, swap: 32 * MiB } })
  const { id } = container
  const globals = ['--root', stateDir]
  // Nobody waits that long: what comes is told of by the kernel.
  const watching = spawn(RUNTIME, [...globals, 'events', '--interval', '1h', id], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(watching, 'exit')
  const lines = createInterface({ input: watching.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>
  assert.equal((await next())['type'], 'stats')
  assert.equal((await call(RUNTIME, [...globals, 'exec', id, 'load', 'memory', String(200 * MiB)])).code, 137)
  assert.deepEqual(await next(), { type: 'oom', id })
  await container.kill()
  assert.deepEqual(await ended, [0, null])
  assert.equal((await lines.next()).done, true)
})
