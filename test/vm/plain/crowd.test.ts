// Many containers with limits: none leaves a cgroup behind.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { it } from 'node:test'
import { MiB, MOUNT_POINT, PARENT, run } from '../support.ts'

// Under emulation one takes the better part of a second, so there are fewer than a real machine would be asked for.
const COUNT = 100
const AT_ONCE = 25

it(`${COUNT} containers with limits leave no cgroup behind`, { timeout: 240_000 }, async () => {
  const resources = { memory: { limit: 64 * MiB }, pids: { limit: 10 }, cpu: { quota: 50_000 } }
  for (let made = 0; made < COUNT; made += AT_ONCE) {
    const containers = await Promise.all(Array.from({ length: AT_ONCE }, () => run(resources, ['probe', 'exit', '0'])))
    for (const container of containers) assert.equal((await container.wait()).exitCode, 0)
    await Promise.all(containers.map((container) => container.delete()))
  }
  const parent = `${MOUNT_POINT}${PARENT}`
  assert.deepEqual(existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith('vm-')) : [], [])
})
