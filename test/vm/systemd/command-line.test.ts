// The command line's --systemd-cgroup, as containerd, CRI-O and podman pass it.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { it } from 'node:test'
import { Config, type Resources } from 'libcontainer'
import { call, cgroupOf, RUNTIME, readCgroup, showUnit, succeed } from '../engines.ts'
import { MiB, MOUNT_POINT, ROOTFS } from '../support.ts'

const directory = mkdtempSync('/tmp/systemd-cgroup-')
const globals = ['--root', `${directory}/state`, '--systemd-cgroup']
const runtime = (...args: string[]) => succeed(RUNTIME, [...globals, ...args])

function writeBundle(name: string, cgroupsPath: string, resources: Resources): string {
  const config = Config.template({ args: ['probe', 'wait'], rootPath: ROOTFS })
  const bundle = `${directory}/${name}`
  mkdirSync(bundle)
  writeFileSync(
    `${bundle}/config.json`,
    JSON.stringify({ ...config, linux: { ...config.linux, cgroupsPath, resources } }),
  )
  return bundle
}

it('makes a scope, changes its properties, and removes it', async () => {
  const resources = { memory: { limit: 64 * MiB }, pids: { limit: 50 } }
  const bundle = writeBundle('web', 'machine.slice:engine:web', resources)
  await runtime('create', '--bundle', bundle, 'web')
  const { pid } = JSON.parse(await runtime('state', 'web')) as { pid: number }
  const cgroup = cgroupOf(pid)
  assert.equal(cgroup, '/machine.slice/engine-web.scope')
  const look = () => showUnit('engine-web.scope', 'ActiveState', 'MemoryMax', 'TasksMax')
  assert.deepEqual(look(), { ActiveState: 'active', MemoryMax: String(64 * MiB), TasksMax: '50' })
  await runtime('start', 'web')
  await runtime('update', '--memory', String(32 * MiB), '--pids-limit', '20', 'web')
  assert.deepEqual(look(), { ActiveState: 'active', MemoryMax: String(32 * MiB), TasksMax: '20' })
  assert.deepEqual([readCgroup(cgroup, 'memory.max'), readCgroup(cgroup, 'pids.max')], [String(32 * MiB), '20'])
  await runtime('delete', '--force', 'web')
  assert.equal(showUnit('engine-web.scope', 'LoadState')['LoadState'], 'not-found')
  assert.equal(existsSync(`${MOUNT_POINT}${cgroup}`), false)
})

it('refuses a path that is not slice:prefix:name, and leaves nothing', async () => {
  const bundle = writeBundle('path', '/some/where', {})
  const { code, stderr } = await call(RUNTIME, [...globals, 'create', '--bundle', bundle, 'path'])
  assert.equal(code, 1)
  assert.match(stderr, /slice:prefix:name/)
  assert.equal((await call(RUNTIME, [...globals, 'state', 'path'])).code, 1)
})
