// Many containers with limits, all alive at once: none leaves a cgroup behind.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { it } from 'node:test'
import type { Container } from 'libcontainer'
import { MiB, MOUNT_POINT, PARENT, read, run } from '../support.ts'

const COUNT = 500
/** How many are under way at a time; more would only wait for the processor. */
const AT_ONCE = 25

async function inWaves<T, U>(items: readonly T[], act: (item: T) => Promise<U>): Promise<U[]> {
  const done: U[] = []
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(act))))
  }
  return done
}

const cgroups = () => readdirSync(`${MOUNT_POINT}${PARENT}`).filter((name) => name.startsWith('vm-'))

it(`${COUNT} containers with limits at once leave no cgroup behind`, { timeout: 400_000 }, async () => {
  const resources = { memory: { limit: 64 * MiB }, pids: { limit: 10 }, cpu: { quota: 50_000 } }
  const containers = await inWaves(Array.from({ length: COUNT }), () => run(resources))
  assert.equal(cgroups().length, COUNT)
  for (const container of containers) {
    assert.equal(read(container, 'memory.max'), String(64 * MiB))
    assert.match(read(container, 'cgroup.events'), /^populated 1$/m)
  }
  await inWaves(containers, (container: Container) => container.delete({ force: true }))
  assert.deepEqual(cgroups(), [])
})
