// Where a container's cgroup goes.
import { describe, expect, it } from 'vitest'
import { placeCgroup } from '../../../lib/cgroups/placement.ts'
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
    v1Controllers: [],
  },
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
