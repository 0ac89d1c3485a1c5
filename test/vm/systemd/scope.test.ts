// A container as a transient scope of the machine's systemd.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { Config, Container, type Resources } from 'libcontainer'
import { showUnit } from '../engines.ts'
import { MiB, newId, output, PIPED, ROOTFS, stateDir } from '../support.ts'

function config(resources: Resources, cgroupsPath?: string): Config {
  const made = Config.template({ args: ['probe', 'wait'], rootPath: ROOTFS })
  made.linux = { ...made.linux, resources, ...(cgroupsPath === undefined ? {} : { cgroupsPath }) }
  return made
}

const cgroupOf = (container: Container): string =>
  /^0::(.*)$/m.exec(readFileSync(`/proc/${container.process.pid}/cgroup`, 'utf8'))?.[1] ?? ''

const read = (cgroup: string, file: string) => readFileSync(`/sys/fs/cgroup${cgroup}/${file}`, 'utf8').trim()

const NODES = '/work/scope-nodes'

/** What a program in the container may do with the null device, which is everybody's, and with one that is nobody's. */
async function mayUse(container: Container): Promise<string> {
  const executed = await container.exec({ args: ['load', 'devices', '/data'] }, PIPED)
  return await output(executed)
}

describe('a scope', () => {
  before(() => {
    mkdirSync(NODES)
    execFileSync('mknod', [join(NODES, 'null'), 'c', '1', '3'])
    execFileSync('mknod', [join(NODES, 'other'), 'c', '10', '237'])
  })

  it('has the limits as its properties, and keeps them when systemd is reloaded', async () => {
    const resources: Resources = {
      memory: { limit: 64 * MiB, reservation: 8 * MiB },
      cpu: { shares: 2048, quota: 50_000, period: 100_000, cpus: '0' },
      pids: { limit: 50 },
    }
    const asked = config(resources, `machine.slice:test:${newId()}`)
    asked.mounts = [...(asked.mounts ?? []), { destination: '/data', source: NODES, options: ['bind'] }]
    await using container = await Container.run(newId(), asked, { stateDir })
    const cgroup = cgroupOf(container)
    assert.match(cgroup, /^\/machine\.slice\/test-vm-\d+\.scope$/)
    const unit = cgroup.slice(cgroup.lastIndexOf('/') + 1)
    const properties = {
      ActiveState: 'active',
      Slice: 'machine.slice',
      ControlGroup: cgroup,
      MemoryMax: String(64 * MiB),
      MemoryLow: String(8 * MiB),
      CPUWeight: '174',
      CPUQuotaPerSecUSec: '500ms',
      AllowedCPUs: '0',
      TasksMax: '50',
      DevicePolicy: 'strict',
    }
    assert.deepEqual(showUnit(unit, ...Object.keys(properties)), properties)
    const files = ['memory.max', 'memory.low', 'cpu.weight', 'cpu.max', 'cpuset.cpus', 'pids.max']
    const look = () => files.map((file) => read(cgroup, file))
    const expected = [String(64 * MiB), String(8 * MiB), '174', '50000 100000', '0', '50']
    assert.deepEqual(look(), expected)
    const devices = await mayUse(container)
    assert.equal(devices, 'null rw\nother \n')
    execFileSync('systemctl', ['daemon-reload'])
    assert.deepEqual(look(), expected)
    assert.equal(await mayUse(container), devices)
    await container.update({ memory: { limit: 32 * MiB }, pids: { limit: 20 } })
    assert.deepEqual(showUnit(unit, 'MemoryMax', 'TasksMax'), { MemoryMax: String(32 * MiB), TasksMax: '20' })
    assert.deepEqual([read(cgroup, 'memory.max'), read(cgroup, 'pids.max')], [String(32 * MiB), '20'])
    await container.delete({ force: true })
    assert.equal(showUnit(unit, 'LoadState')['LoadState'], 'not-found')
    assert.equal(existsSync(`/sys/fs/cgroup${cgroup}`), false)
  })

  it('comes by itself where limits are wanted that this process cannot pass on', async () => {
    const hog = config({ memory: { limit: 20 * MiB } })
    await using container = await Container.run(newId(), hog, { stateDir })
    const cgroup = cgroupOf(container)
    assert.match(cgroup, /^\/system\.slice\/libcontainer-vm-\d+\.scope$/)
    assert.equal(read(cgroup, 'memory.max'), String(20 * MiB))
    const executed = await container.exec({ args: ['load', 'memory', String(200 * MiB)] })
    const { signal, oomKilled } = await executed.wait()
    assert.deepEqual({ signal, oomKilled }, { signal: 'SIGKILL', oomKilled: true })
  })
})
