// Device nodes and links.
import { describe, expect, it } from 'vitest'
import type { Device, Mount } from '../../../lib/config/types.ts'
import type { Host } from '../../../lib/host.ts'
import { planDevices } from '../../../lib/mounts/devices.ts'
import { CAP_MKNOD } from '../../../lib/plan/flags.ts'
import { opsOf, rootConfig, rootHost } from '../plan/fixtures.ts'

const powerless: Host = { ...rootHost, capabilities: rootHost.capabilities & ~(1n << BigInt(CAP_MKNOD)) }

const withDevices = (...devices: Device[]) =>
  rootConfig(({ linux }) => {
    linux.devices = devices
  })

const made = (...devices: Device[]) => opsOf(planDevices(withDevices(...devices), rootHost, false).make, 'makeDevice')

describe('planDevices', () => {
  it('makes the default devices, readable and writable by all (config-linux.md, Default Devices)', () => {
    expect(
      made().map(({ path, type, major, minor, mode, uid, gid }) => [path, type, major, minor, mode, uid, gid]),
    ).toEqual([
      ['/dev/null', 0o020000, 1, 3, 0o666, 0, 0],
      ['/dev/zero', 0o020000, 1, 5, 0o666, 0, 0],
      ['/dev/full', 0o020000, 1, 7, 0o666, 0, 0],
      ['/dev/random', 0o020000, 1, 8, 0o666, 0, 0],
      ['/dev/urandom', 0o020000, 1, 9, 0o666, 0, 0],
      ['/dev/tty', 0o020000, 5, 0, 0o666, 0, 0],
    ])
  })

  it('makes the links (runtime-linux.md, Dev symbolic links)', () => {
    const links = opsOf(planDevices(rootConfig(), rootHost, false).make, 'makeSymlink')
    expect(links.map(({ path, target }) => `${path} ${target}`)).toEqual([
      '/dev/fd /proc/self/fd',
      '/dev/stdin /proc/self/fd/0',
      '/dev/stdout /proc/self/fd/1',
      '/dev/stderr /proc/self/fd/2',
      '/dev/ptmx pts/ptmx',
    ])
  })

  it.each([
    ['c', 0o020000],
    ['u', 0o020000],
    ['b', 0o060000],
    ['p', 0o010000],
  ] as const)('%s is file type %i (include/uapi/linux/stat.h)', (type, fileType) => {
    const device = { type, path: '/dev/x', major: 10n, minor: 200, fileMode: 0o600, uid: 1, gid: 2 }
    expect(made(device).at(-1)).toEqual({
      op: 'makeDevice',
      path: '/dev/x',
      type: fileType,
      mode: 0o600,
      major: 10,
      minor: 200,
      uid: 1,
      gid: 2,
    })
  })

  it('takes the document’s device in place of a default, and the last of several', () => {
    const devices = made(
      { type: 'c', path: '/dev//zero', major: 9, minor: 9 },
      { type: 'c', path: '/dev/x', major: 1, minor: 1 },
      { type: 'c', path: '/dev/x/', major: 2, minor: 2 },
    )
    expect(devices.filter(({ path }) => path === '/dev/zero')).toMatchObject([{ major: 9, minor: 9 }])
    expect(devices.filter(({ path }) => path === '/dev/x')).toMatchObject([{ major: 2, minor: 2 }])
    expect(devices).toHaveLength(7)
  })

  it('takes mode 0 as said', () => {
    expect(made({ type: 'p', path: '/dev/x', fileMode: 0 }).at(-1)).toMatchObject({ mode: 0 })
  })

  it.each([
    ['in a new user namespace', rootHost, true],
    ['inside a user namespace', { ...rootHost, inUserNamespace: true }, false],
    ['without CAP_MKNOD', powerless, false],
  ])('binds the host’s nodes %s, but makes FIFOs', (_, host, userNamespace) => {
    const config = withDevices(
      { type: 'c', path: '/dev/fuse', major: 10, minor: 229 },
      { type: 'p', path: '/dev/pipe' },
    )
    const { open, make } = planDevices(config, host, userNamespace)
    const paths = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom', '/dev/tty', '/dev/fuse']
    expect(opsOf(open, 'openDevice').map(({ path }) => path)).toEqual(paths)
    expect(opsOf(open, 'openDevice').at(-1)).toMatchObject({ type: 0o020000, major: 10, minor: 229 })
    expect(opsOf(make, 'bindMount').map(({ target }) => target)).toEqual(paths)
    expect(opsOf(make, 'bindMount').map(({ tree }) => tree)).toEqual(opsOf(open, 'openDevice').map(({ tree }) => tree))
    expect(opsOf(make, 'makeDevice').map(({ path }) => path)).toEqual(['/dev/pipe'])
    expect(opsOf(make, 'makeSymlink')).toHaveLength(5)
  })

  it.each([
    ['is a bind mount', { destination: '/dev', type: 'bind', source: '/dev' }, true],
    ['is a bind mount by option, untidily', { destination: '/dev/', source: '/dev', options: ['rbind'] }, true],
    ['is a tmpfs', { destination: '/dev', type: 'tmpfs' }, false],
    ['only has a bind mount in it', { destination: '/dev/x', type: 'bind', source: '/dev/x' }, false],
  ] as ReadonlyArray<readonly [string, Mount, boolean]>)('when /dev %s, leaves it alone: %s', (_, mount, alone) => {
    const config = rootConfig((config) => {
      config.mounts = [mount]
    })
    const { open, make } = planDevices(config, rootHost, false)
    expect(open.length + make.length === 0).toBe(alone)
  })
})
