// Podman with systemd as its cgroup manager.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { cgroupOf, readCgroup, showUnit } from '../engines.ts'
import { openPodman } from '../podman.ts'
import { MiB, MOUNT_POINT } from '../support.ts'

it('puts podman’s containers into scopes with their limits', async () => {
  const podman = openPodman('systemd')
  const limits = ['--memory', '32m', '--pids-limit', '20']
  const id = await podman.succeed('run', '-d', '--name', 'web', ...limits, '--rootfs', podman.rootfs, 'probe', 'wait')
  const unit = `libpod-${id}.scope`
  const cgroup = cgroupOf(await podman.succeed('inspect', '--format', '{{.State.Pid}}', 'web'))
  assert.equal(cgroup, `/machine.slice/${unit}`)
  const properties = { ActiveState: 'active', Slice: 'machine.slice', MemoryMax: String(32 * MiB), TasksMax: '20' }
  assert.deepEqual(showUnit(unit, ...Object.keys(properties)), properties)
  assert.deepEqual([readCgroup(cgroup, 'memory.max'), readCgroup(cgroup, 'pids.max')], [String(32 * MiB), '20'])
  assert.equal(await podman.succeed('exec', 'web', 'cat', '/proc/self/cgroup'), '0::/')
  await podman.succeed('rm', '--force', '--time', '0', 'web')
  assert.equal(showUnit(unit, 'LoadState')['LoadState'], 'not-found')
  assert.equal(existsSync(`${MOUNT_POINT}${cgroup}`), false)
})
