// Podman's limits, with its cgroupfs manager.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { cgroupOf, readCgroup } from '../engines.ts'
import { openPodman } from '../podman.ts'
import { MiB, MOUNT_POINT } from '../support.ts'

const BOMB = 'for each in 1 2 3 4 5 6 7 8 9 10; do sleep 1000 & done'

it('gives podman’s containers limits, which hold for what is executed in them', async () => {
  const podman = openPodman('cgroupfs')
  const limits = ['--memory', '20m', '--pids-limit', '8', '--cpus', '0.5']
  const id = await podman.succeed('run', '-d', '--name', 'web', ...limits, '--rootfs', podman.rootfs, 'probe', 'wait')
  const cgroup = cgroupOf(await podman.succeed('inspect', '--format', '{{.State.Pid}}', 'web'))
  assert.equal(cgroup, `/libpod_parent/libpod-${id}`)
  const files = ['memory.max', 'pids.max', 'cpu.max'].map((file) => readCgroup(cgroup, file))
  assert.deepEqual(files, [String(20 * MiB), '8', '50000 100000'])
  const hog = await podman.call('exec', 'web', 'load', 'memory', String(200 * MiB))
  assert.equal(hog.code, 137, hog.stderr)
  const bomb = await podman.call('exec', 'web', 'sh', '-c', BOMB)
  assert.match(bomb.stderr, /can't fork/)
  await podman.succeed('rm', '--force', '--time', '0', 'web')
  assert.equal(existsSync(`${MOUNT_POINT}${cgroup}`), false)
})
