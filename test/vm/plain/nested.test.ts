// A container that owns its cgroup runs this library, which runs a container with limits in it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Config, Container } from 'libcontainer'
import { MiB, MOUNT_POINT, newId, PARENT, ROOTFS, read, stateDir } from '../support.ts'

const bind = (path: string) => ({ destination: path, source: path, options: ['bind', 'ro'] })
const IDS = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const RIGHTS = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'MKNOD',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'SETFCAP',
  'SYS_ADMIN',
  'SYS_CHROOT',
]
  .concat(['NET_BIND_SERVICE', 'AUDIT_WRITE'])
  .map((name) => `CAP_${name}`)

/** A root of the guest's programs, with a cgroup to divide. */
function outer(id: string, withUsers: boolean): Config {
  const config = Config.template({
    args: ['/work/node', '/work/tests/nested.mjs', withUsers ? 'rootless' : 'root'],
    rootPath: ROOTFS,
  })
  config.process = {
    ...config.process,
    cwd: '/',
    capabilities: { bounding: RIGHTS, permitted: RIGHTS, effective: RIGHTS },
  }
  const others = (config.mounts ?? []).filter(({ destination }) => destination !== '/sys/fs/cgroup')
  config.mounts = [
    ...others,
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'noexec', 'nodev'] },
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs' },
    ...['/usr', '/lib', '/lib64', '/work'].map(bind),
  ]
  const { namespaces = [] } = config.linux ?? {}
  config.linux = {
    ...config.linux,
    namespaces: withUsers ? [...namespaces, { type: 'user' }] : namespaces,
    ...(withUsers ? { uidMappings: IDS, gidMappings: IDS } : {}),
    // A procfs that has parts hidden may not be mounted anew in a user namespace.
    maskedPaths: [],
    readonlyPaths: [],
    cgroupsPath: `${PARENT}/${id}`,
    resources: { memory: { limit: 512 * MiB }, pids: { limit: 200 }, devices: [{ allow: true, access: 'rwm' }] },
  }
  return config
}

describe('a container that owns its cgroup', () => {
  for (const withUsers of [false, true]) {
    it(`runs containers with limits${withUsers ? ', in a user namespace' : ''}`, { timeout: 120_000 }, async () => {
      const id = newId()
      const stdio = ['pipe', 'pipe', 'inherit'] as const
      await using container = await Container.run(id, outer(id, withUsers), { stateDir, stdio })
      let text = ''
      for await (const chunk of container.process.stdout ?? []) {
        text += String(chunk)
        if (text.includes('\n')) break
      }
      assert.deepEqual(JSON.parse(text), {
        files: { 'memory.max': String(20 * MiB), 'pids.max': '20' },
        end: { signal: 'SIGKILL', oomKilled: true },
      })
      // The same by the kernel's word out here; the limits of the whole are out of its reach.
      assert.equal(read(container, 'nested/memory.max'), String(20 * MiB))
      assert.match(read(container, 'cgroup.subtree_control'), /memory/)
      assert.equal(read(container, 'memory.max'), String(512 * MiB))

      // Its own cgroup can hold no process any more: EBUSY.
      const beside = await container.exec({ args: ['probe', 'wait'] })
      const membership = readFileSync(`/proc/${beside.pid}/cgroup`, 'utf8').trim()
      assert.equal(membership, `0::${PARENT}/${id}/program`)
      const told = await container.exec({ args: ['probe', 'wait'] }, { cgroup: 'program' })
      assert.equal(readFileSync(`/proc/${told.pid}/cgroup`, 'utf8').trim(), membership)
      for (const each of [beside, told]) {
        each.signal('SIGKILL')
        await each.wait()
      }

      container.process.stdin?.end('\n')
      assert.equal((await container.wait()).exitCode, 0)
      assert.equal(existsSync(`${MOUNT_POINT}${PARENT}/${id}/nested`), false)
      await container.delete()
      assert.equal(existsSync(`${MOUNT_POINT}${PARENT}/${id}`), false)
    })
  }
})
