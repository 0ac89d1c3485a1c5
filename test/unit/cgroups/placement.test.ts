// Where a container's cgroup goes.
import { describe, expect, it } from 'vitest'
import { type CgroupDriver, placeCgroup } from '../../../lib/cgroups/placement.ts'
import type { ValidConfig } from '../../../lib/config/types.ts'
import type { ContainerError } from '../../../lib/errors.ts'
import type { Host } from '../../../lib/host.ts'
import { rootConfig, rootHost, thrownBy, userHost } from '../plan/fixtures.ts'

const asking = (cgroupsPath?: string) =>
  rootConfig(({ linux }) => {
    if (cgroupsPath !== undefined) linux.cgroupsPath = cgroupsPath
  })

const nested: Host = {
  ...rootHost,
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/system.slice/app',
    writable: true,
    controllers: [],
    passedOn: [],
    v1Controllers: [],
  },
}
/** Limits come from systemd there: this process has a cgroup that passes nothing on. */
const managed: Host = { ...nested, systemd: { manager: 'system', cgroup: '/' } }
const user: Host = {
  ...userHost,
  systemd: { manager: 'user', cgroup: '/user.slice/user-1000.slice/user@1000.service' },
}
const without: Host = { ...rootHost, cgroup2: null }

describe('placeCgroup', () => {
  it.each([
    ['nothing asked, own cgroup is the root', undefined, rootHost, '/libcontainer-web'],
    ['nothing asked, own cgroup is below it', undefined, nested, '/system.slice/app/libcontainer-web'],
    ['the empty path asks for nothing', '', nested, '/system.slice/app/libcontainer-web'],
    ['absolute', '/pods/web', nested, '/pods/web'],
    ['absolute, where this process may write nothing', '/delegated/web', userHost, '/delegated/web'],
    ['relative', 'pods/web', nested, '/system.slice/app/pods/web'],
    ['relative to the root', 'pods/web', rootHost, '/pods/web'],
    ['untidy', '//pods/./web/', nested, '/pods/web'],
    ['with colons, but of another form', 'a:b', rootHost, '/a:b'],
    ['with colons inside a path', '/a:b:c', rootHost, '/a:b:c'],
  ])('%s', (_, cgroupsPath, host, path) => {
    expect(placeCgroup(asking(cgroupsPath), host, 'web')).toEqual({ path })
  })

  it.each([
    ['there is no cgroup2', without],
    ['none can be made', userHost],
  ])('does without when nothing was asked for and %s', (_, host) => {
    expect(placeCgroup(asking(), host, 'web')).toBeNull()
  })

  it.each([
    ['without cgroup2', '/pods/web', without, 'ERR_UNSUPPORTED', /no cgroup2 hierarchy[\s\S]*mount -t cgroup2/],
    ['relative, where none can be made', 'web', userHost, 'ERR_UNSUPPORTED', /session-1\.scope[\s\S]*Delegate=yes/],
    ['of the systemd driver', 'system.slice:app:web', rootHost, 'ERR_UNSUPPORTED', /slice:prefix:name/],
    ['of the systemd driver, default slice', ':app:web', rootHost, 'ERR_UNSUPPORTED', /slice:prefix:name/],
    ['that climbs out', '/pods/../../web', rootHost, 'ERR_INVALID_CONFIG', /must not contain \.\./],
    ['that climbs out, relative', '../web', rootHost, 'ERR_INVALID_CONFIG', /must not contain \.\./],
    ['that is the root', '/', rootHost, 'ERR_INVALID_CONFIG', /no cgroup of its own/],
    ['that is the own cgroup', '.', nested, 'ERR_INVALID_CONFIG', /no cgroup of its own/],
  ])('refuses a path %s', (_, cgroupsPath, host, code, message) => {
    const error = thrownBy(() => placeCgroup(asking(cgroupsPath), host, 'web')) as ContainerError
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.message).toContain(JSON.stringify(cgroupsPath))
  })
})

describe('placeCgroup and systemd', () => {
  const limited = rootConfig(({ linux }) => {
    linux.resources = { memory: { limit: 4096 } }
  })
  const enabled: Host = {
    ...managed,
    cgroup2: { ...(managed.cgroup2 as NonNullable<Host['cgroup2']>), passedOn: ['memory'] },
  }

  it.each<[string, ValidConfig, Host, CgroupDriver, string, string | undefined]>([
    ['the form of a unit', asking('machine.slice:pod:x'), managed, 'auto', '/machine.slice/pod-x.scope', 'pod-x.scope'],
    [
      'limits that only systemd can give',
      limited,
      managed,
      'auto',
      '/system.slice/libcontainer-web.scope',
      'libcontainer-web.scope',
    ],
    [
      'limits for a user without a cgroup of his own',
      limited,
      user,
      'auto',
      '/user.slice/user-1000.slice/user@1000.service/user.slice/libcontainer-web.scope',
      'libcontainer-web.scope',
    ],
    ['no limits', asking(), managed, 'auto', '/system.slice/app/libcontainer-web', undefined],
    ['limits that are passed on', limited, enabled, 'auto', '/system.slice/app/libcontainer-web', undefined],
    [
      'no limits, but chosen',
      asking(),
      managed,
      'systemd',
      '/system.slice/libcontainer-web.scope',
      'libcontainer-web.scope',
    ],
    ['limits, but not chosen', limited, managed, 'fs', '/system.slice/app/libcontainer-web', undefined],
    ['a path', asking('/pods/web'), managed, 'auto', '/pods/web', undefined],
    [
      'the root of the hierarchy',
      limited,
      { ...rootHost, systemd: managed.systemd },
      'auto',
      '/libcontainer-web',
      undefined,
    ],
  ])('%s', (_, config, host, driver, path, name) => {
    const place = placeCgroup(config, host, 'web', driver)
    expect(place?.path).toBe(path)
    expect(place?.unit?.name).toBe(name)
  })

  it('takes properties from annotations, where there is a unit', () => {
    const annotated = rootConfig((config) => {
      config.annotations = { 'org.systemd.property.KillMode': "'mixed'", 'org.systemd.property.Nice': 'no' }
    })
    expect(placeCgroup(annotated, managed, 'web', 'fs')).toEqual({ path: '/system.slice/app/libcontainer-web' })
    expect(thrownBy(() => placeCgroup(annotated, managed, 'web', 'systemd'))).toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: [{ path: '/annotations/org.systemd.property.Nice' }],
    })
  })

  it.each<[string, string, Host, CgroupDriver, string]>([
    ['without systemd', 'a.slice:b:c', nested, 'auto', 'ERR_UNSUPPORTED'],
    ['without cgroup2', 'a.slice:b:c', { ...managed, cgroup2: null }, 'auto', 'ERR_UNSUPPORTED'],
    ['a path for systemd', '/a/b', managed, 'systemd', 'ERR_UNSUPPORTED'],
    ['a unit for the driver of files', 'a.slice:b:c', managed, 'fs', 'ERR_UNSUPPORTED'],
    ['a slice for a container', 'a.slice:b:c.slice', managed, 'auto', 'ERR_INVALID_CONFIG'],
  ])('refuses %s', (_, path, host, driver, code) => {
    expect(thrownBy(() => placeCgroup(asking(path), host, 'web', driver))).toMatchObject({ code })
  })
})
