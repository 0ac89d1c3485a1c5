// The systemd driver against a systemd that is none: what is said to it, and that a container is really in its scope.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Variant } from '../../lib/cgroups/dbus-message.ts'
import { setUnitProperties, startUnit, stopUnit } from '../../lib/cgroups/systemd.ts'
import type { Unit } from '../../lib/cgroups/units.ts'
import type { Config, Resources } from '../../lib/config/types.ts'
import { Container, type CreateOptions, type Host, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { type FakeSystemd, removeSlice, startFakeSystemd } from '../support/fake-systemd.ts'
import { useBundle } from '../support/lane.ts'
import { probe } from '../support/report.ts'

const bundle = useBundle()
const context = { operation: 'test', id: 'web' }
const unit: Unit = { manager: 'system', name: 'test-web.scope', slice: 'machine.slice' }

let scratch: string
let fake: FakeSystemd
const addressed = process.env['DBUS_SYSTEM_BUS_ADDRESS']

async function start(root: string | null = null, mountPoint = ''): Promise<void> {
  fake = await startFakeSystemd(join(scratch, 'bus'), root, mountPoint)
  process.env['DBUS_SYSTEM_BUS_ADDRESS'] = `unix:path=${fake.path},guid=00`
}

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'libcontainer-systemd-'))
})
afterEach(async () => {
  await fake.close()
  rmSync(scratch, { recursive: true })
  if (addressed === undefined) delete process.env['DBUS_SYSTEM_BUS_ADDRESS']
  else process.env['DBUS_SYSTEM_BUS_ADDRESS'] = addressed
})

const members = () => fake.calls.map(([member]) => member)

describe('what is said to systemd', () => {
  it('makes a scope, and waits for the job', async () => {
    await start()
    expect(await startUnit(unit, 4711, () => [], context)).toBe('machine.slice/test-web.scope')
    expect(members()).toEqual(['Subscribe', 'StartTransientUnit', 'GetUnit'])
    expect(Object.fromEntries(fake.units.get(unit.name) ?? [])).toEqual({
      Description: 'libcontainer container web',
      Slice: 'machine.slice',
      PIDs: [4711],
      Delegate: true,
      DefaultDependencies: false,
      CollectMode: 'inactive-or-failed',
      MemoryAccounting: true,
      CPUAccounting: true,
      IOAccounting: true,
      TasksAccounting: true,
    })
  })

  it('forgets a scope that has failed, once', async () => {
    await start()
    let failed = true
    fake.override = ({ member }) => {
      if (member === 'ResetFailedUnit') failed = false
      return member === 'StartTransientUnit' && failed ? { error: 'org.freedesktop.systemd1.UnitExists' } : undefined
    }
    await startUnit(unit, 4711, () => [], context)
    expect(members()).toEqual(['Subscribe', 'StartTransientUnit', 'ResetFailedUnit', 'StartTransientUnit', 'GetUnit'])
    fake.override = () => undefined
    await expect(startUnit(unit, 4711, () => [], context)).rejects.toMatchObject({ code: 'ERR_EXISTS', id: 'web' })
  })

  it('says how a job has ended', async () => {
    await start()
    fake.result = 'failed'
    await expect(startUnit(unit, 4711, () => [], context)).rejects.toThrow(/ended as “failed”/)
  })

  it('stops a scope, one that is gone as well', async () => {
    await start()
    await startUnit(unit, 4711, () => [], context)
    fake.calls.length = 0
    await stopUnit(unit, context)
    await stopUnit(unit, context)
    expect(members()).toEqual(['Subscribe', 'StopUnit', 'ResetFailedUnit', 'Subscribe', 'StopUnit', 'ResetFailedUnit'])
  })

  it('tells what systemd says, and what to do', async () => {
    await start()
    fake.override = ({ member }) =>
      member === 'SetUnitProperties' ? { error: 'org.freedesktop.DBus.Error.AccessDenied' } : undefined
    const refused = setUnitProperties(unit, () => [['TasksMax', new Variant('t', 5n)]], context)
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_SYSTEM',
      message: expect.stringMatching(/systemd \(system\): SetUnitProperties of test-web\.scope/),
      hint: expect.stringMatching(/his own manager/),
    })
  })

  it('does not wait for one that hangs up, speaks no D-Bus, or is not there', async () => {
    await start()
    fake.override = ({ member }) => {
      if (member === 'StopUnit') fake.hangUp()
      return member === 'StopUnit' ? null : undefined
    }
    await expect(stopUnit(unit, context)).rejects.toThrow(/hung up/)
    await fake.close()
    await expect(stopUnit(unit, context)).rejects.toMatchObject({ code: 'ERR_SYSTEM', hint: expect.any(String) })
  })
})

describe.runIf(isRoot)('a container in a scope', () => {
  let root: string
  let host: Host

  beforeEach(async () => {
    const real = await probeHost()
    const { mountPoint = '', own = '/' } = real.cgroup2 ?? {}
    root = join(mountPoint, own, `libcontainer-${bundle.marker}-manager`)
    mkdirSync(root)
    host = { ...real, systemd: { manager: 'system', cgroup: root.slice(mountPoint.length) } }
    await start(root, mountPoint)
  })
  afterEach(async () => {
    await removeSlice(join(root, 'pods.slice'))
    await removeSlice(root)
  })

  const options = (more: CreateOptions = {}): CreateOptions => ({ stateDir: bundle.stateDir, host, ...more })
  const inScope = (args: readonly string[], resources: Resources = {}): Config => {
    const config = probeConfig(bundle, args)
    return { ...config, linux: { ...config.linux, cgroupsPath: 'pods.slice:test:web', resources } }
  }
  const scope = () => join(root, 'pods.slice/test-web.scope')
  const file = (name: string) => readFileSync(join(scope(), name), 'latin1')

  it('is in it before its program runs, with limits that systemd has no name for', { timeout: 30_000 }, async () => {
    const config = inScope(['wait'], { unified: { 'cgroup.max.depth': '3' } })
    await using container = await Container.create(bundle.newId(), config, options())
    expect(file('cgroup.procs')).toBe(`${container.process.pid}\n`)
    expect(file('cgroup.max.depth')).toBe('3\n')
    await container.start()
    const sleeper = await container.exec({ args: ['probe', 'wait'] })
    expect(file('cgroup.procs').split('\n')).toContain(String(sleeper.pid))
    expect(Object.fromEntries(fake.units.get('test-web.scope') ?? [])).toMatchObject({
      Slice: 'pods.slice',
      DevicePolicy: 'strict',
      DeviceAllow: expect.arrayContaining([['/dev/char/1:3', 'rwm']]),
    })
    await container.update({ unified: { 'cgroup.max.depth': '4' } })
    expect(file('cgroup.max.depth')).toBe('4\n')
    await container.delete({ force: true })
    expect(existsSync(scope())).toBe(false)
    expect(members()).toContain('StopUnit')
  })

  it('has a cgroup namespace that begins there', { timeout: 30_000 }, async () => {
    const { cgroup } = await probe(bundle, inScope(['report']), options())
    expect(cgroup).toMatch(/^0::\/$/m)
  })

  it('is what its annotations say', { timeout: 30_000 }, async () => {
    const annotations = { 'org.systemd.property.TimeoutStopSec': '7', 'org.systemd.property.KillMode': "'mixed'" }
    const config = { ...inScope(['wait']), annotations }
    await using container = await Container.run(bundle.newId(), config, options())
    expect(Object.fromEntries(fake.units.get('test-web.scope') ?? [])).toMatchObject({
      TimeoutStopUSec: 7_000_000n,
      KillMode: 'mixed',
    })
    expect(await container.status()).toBe('running')
  })

  it('of a user whose session is elsewhere takes more processes by systemd', { timeout: 30_000 }, async () => {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = process.env['DBUS_SYSTEM_BUS_ADDRESS']
    const own = host.systemd?.cgroup ?? ''
    const users: Host = { ...host, systemd: { manager: 'user', cgroup: own } }
    try {
      await using container = await Container.run(bundle.newId(), inScope(['wait']), options({ host: users }))
      const sleeper = await container.exec({ args: ['probe', 'wait'] }, { host: users })
      expect(fake.calls).toContainEqual(['AttachProcessesToUnit', 'test-web.scope', '', [sleeper.pid]])
      expect(file('cgroup.procs').trim().split('\n').map(Number).sort()).toEqual(
        [container.process.pid, sleeper.pid].sort(),
      )
      fake.override = ({ member }) =>
        member === 'AttachProcessesToUnit' ? { error: 'org.freedesktop.DBus.Error.AccessDenied' } : undefined
      const refused = container.exec({ args: ['probe', 'wait'] }, { host: users })
      await expect(refused).rejects.toMatchObject({ code: 'ERR_SYSTEM', operation: 'exec' })
    } finally {
      delete process.env['DBUS_SESSION_BUS_ADDRESS']
    }
  })

  it('can be deleted by another program', { timeout: 30_000 }, async () => {
    const container = await Container.run(bundle.newId(), inScope(['wait']), options({ stdio: 'ignore' }))
    const other = await Container.load(container.id, options())
    await other.delete({ force: true })
    await container.wait()
    expect(existsSync(scope())).toBe(false)
    expect(fake.units.size).toBe(0)
  })

  it('leaves nothing when systemd refuses, when a limit is refused, and when its name is taken', {
    timeout: 60_000,
  }, async () => {
    fake.override = ({ member }) =>
      member === 'StartTransientUnit' ? { error: 'org.freedesktop.DBus.Error.InvalidArgs' } : undefined
    await expect(Container.run(bundle.newId(), inScope(['wait']), options())).rejects.toThrow(/systemd \(system\)/)
    fake.override = () => undefined

    const refused = inScope(['wait'], { unified: { 'cgroup.max.depth': 'many' } })
    await expect(Container.run(bundle.newId(), refused, options())).rejects.toMatchObject({ errno: 'EINVAL' })
    expect(existsSync(scope())).toBe(false)
    expect(fake.units.size).toBe(0)

    await using first = await Container.run(bundle.newId(), inScope(['wait']), options())
    const second = Container.run(bundle.newId(), inScope(['wait']), options())
    await expect(second).rejects.toMatchObject({ code: 'ERR_EXISTS' })
    expect(await first.status()).toBe('running')
  })

  it('gets its old limits back when an update is refused', { timeout: 30_000 }, async () => {
    await using container = await Container.run(
      bundle.newId(),
      inScope(['wait'], { unified: { 'cgroup.max.depth': '3' } }),
      options(),
    )
    const update = { unified: { 'cgroup.max.depth': '5', 'cgroup.max.descendants': 'many' } }
    await expect(container.update(update)).rejects.toMatchObject({ errno: 'EINVAL' })
    expect(file('cgroup.max.depth')).toBe('3\n')
    fake.override = ({ member }) =>
      member === 'SetUnitProperties' ? { error: 'org.freedesktop.DBus.Error.InvalidArgs' } : undefined
    const both: Resources = {
      devices: [{ allow: true, type: 'c', major: 10 }],
      unified: { 'cgroup.max.depth': '5' },
    }
    await expect(container.update(both)).rejects.toMatchObject({ code: 'ERR_SYSTEM' })
    expect(file('cgroup.max.depth')).toBe('3\n')
  })
})
