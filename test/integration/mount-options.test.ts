// What mount options mean to a container: recursive attributes, mapped ids, filled tmpfs, remounts. Asked of the probe inside.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Config, Mount } from '../../lib/config/types.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { finish, mountAt, probe } from '../support/report.ts'

const bundle = useBundle()

const configWith = (mounts: readonly Mount[], args: readonly string[] = ['report']): Config => {
  const config = probeConfig(bundle, args)
  return { ...config, mounts: [...(config.mounts ?? []), ...mounts] }
}

const withPaths = (mounts: readonly Mount[], ...paths: string[]) => configWith(mounts, ['report', ...paths])

let source: string

beforeEach(() => {
  source = join(bundle.directory, 'source')
  rmSync(source, { recursive: true, force: true })
  mkdirSync(join(source, 'below'), { recursive: true })
  writeFileSync(join(source, 'file'), 'text')
})

describe('recursive attributes', () => {
  /** /dev of the host has mounts below it, whoever runs the tests. */
  const dev = (...options: string[]): Mount => ({
    destination: '/data',
    source: '/dev',
    options: ['rbind', ...options],
  })

  it('reach the mounts below, those of the mount alone do not', async () => {
    const report = await probe(bundle, configWith([dev('ro', 'rnosuid', 'rnoexec')]))
    expect(mountAt(report, '/data')?.options).toEqual(expect.arrayContaining(['ro', 'nosuid', 'noexec']))
    const below = mountAt(report, '/data/shm')?.options
    expect(below).toEqual(expect.arrayContaining(['nosuid', 'noexec', 'rw']))
  })

  it('rro makes all of it read-only', async () => {
    const report = await probe(bundle, withPaths([dev('rro')], '/data', '/data/shm'))
    expect(report.writes).toEqual({ '/data': 'EROFS', '/data/shm': 'EROFS' })
  })

  it('make a new filesystem what they say too', async () => {
    const mount = { destination: '/data', type: 'tmpfs', source: 'tmpfs', options: ['rro', 'rnodev', 'rnoatime'] }
    const report = await probe(bundle, withPaths([mount], '/data'))
    expect(report.writes).toEqual({ '/data': 'EROFS' })
    expect(mountAt(report, '/data')?.options).toEqual(expect.arrayContaining(['ro', 'nodev', 'noatime']))
  })
})

describe('tmpcopyup', () => {
  const tmpfs = (...options: string[]): Mount => ({ destination: '/etc', type: 'tmpfs', source: 'tmpfs', options })

  it('fills the tmpfs with what it covers, which is not touched', async () => {
    const etc = join(bundle.rootfs, 'etc')
    mkdirSync(join(etc, 'deep/deeper'), { recursive: true })
    writeFileSync(join(etc, 'deep/deeper/file'), 'x'.repeat(100_000), { mode: 0o640 })
    symlinkSync('/nowhere/at/all', join(etc, 'deep/link'))
    const paths = ['/etc', '/etc/lower', '/etc/deep/deeper', '/etc/deep/deeper/file', '/etc/deep/link']
    const report = await probe(bundle, withPaths([tmpfs('tmpcopyup')], ...paths))
    expect(report.writes).toEqual({
      '/etc': null,
      '/etc/lower': null,
      '/etc/deep/deeper': null,
      '/etc/deep/deeper/file': null,
      '/etc/deep/link': 'ENOENT',
    })
    expect(mountAt(report, '/etc')?.type).toBe('tmpfs')
    expect(() => statSync(join(etc, 'written-by-probe'))).toThrow('ENOENT')
    rmSync(join(etc, 'deep'), { recursive: true })
  })

  it('may be read-only', async () => {
    const report = await probe(bundle, withPaths([tmpfs('tmpcopyup', 'ro')], '/etc', '/etc/lower'))
    expect(report.writes).toEqual({ '/etc': 'EROFS', '/etc/lower': 'EROFS' })
  })
})

describe('remount', () => {
  it('changes what it names of a mount that is there', async () => {
    const mounts = [
      { destination: '/data', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'size=64k'] },
      { destination: '/data', options: ['remount', 'noexec', 'size=128k'] },
    ]
    const report = await probe(bundle, configWith(mounts))
    expect(mountAt(report, '/data')?.options).toEqual(expect.arrayContaining(['nosuid', 'noexec']))
    expect(report.mountinfo).toMatch(/ \/data .*size=128k/)
  })

  it('makes a bind mount read-only afterwards', async () => {
    const mounts = [
      { destination: '/data', source, options: ['bind'] },
      { destination: '/data', options: ['bind', 'remount', 'ro'] },
    ]
    expect((await probe(bundle, withPaths(mounts, '/data'))).writes).toEqual({ '/data': 'EROFS' })
  })

  it('says so where nothing is mounted', async () => {
    const attempt = finish(bundle, configWith([{ destination: '/data', options: ['remount', 'ro'] }]))
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_SYSTEM', op: 'setMountAttributes', errno: 'EINVAL' })
  })
})

describe.runIf(isRoot)('an id-mapped mount', () => {
  const mapping = (containerID: number, hostID: number, size = 1) => [{ containerID, hostID, size }]
  const ids = { uidMappings: mapping(0, 1000), gidMappings: mapping(0, 1001) }
  const owner = (report: { stats: Record<string, { uid: number; gid: number } | null> }, path: string) => {
    const stat = report.stats[path]
    return stat == null ? stat : [stat.uid, stat.gid]
  }

  it('shows files as its own mappings say, and writes as them', async () => {
    chmodSync(source, 0o777)
    const mount = { destination: '/data', source, options: ['bind'], ...ids }
    const report = await probe(bundle, withPaths([mount], '/data', '/data/file'))
    expect(owner(report, '/data/file')).toEqual([1000, 1001])
    // Root has no owner on the other side, so it cannot make a file.
    expect(report.writes['/data']).toBe('EOVERFLOW')
    expect(mountAt(report, '/data')?.options).toContain('idmapped')
  })

  it('takes the mappings of the container’s user namespace', async () => {
    const config = configWith(
      [{ destination: '/data', source, options: ['bind', 'idmap'] }],
      ['report', '/data', '/data/file'],
    )
    const { namespaces = [] } = config.linux ?? {}
    const linux = {
      ...config.linux,
      namespaces: [...namespaces, { type: 'user' as const }],
      uidMappings: mapping(0, 100000, 65536),
      gidMappings: mapping(0, 100000, 65536),
    }
    const report = await probe(bundle, { ...config, linux })
    expect(owner(report, '/data/file')).toEqual([0, 0])
    expect(report.writes['/data']).toBeNull()
    // On the host it is root's, who is 100000 in the container's terms nowhere.
    expect(statSync(join(source, 'written-by-probe')).uid).toBe(0)
    expect(readFileSync(join(source, 'file'), 'utf8')).toBe('text')
  })

  it('maps the mounts below with ridmap alone', async () => {
    const mount = (destination: string, word: string): Mount => ({
      destination,
      source: '/',
      options: ['rbind', word],
      ...ids,
    })
    const report = await probe(bundle, configWith([mount('/data', 'idmap')]))
    expect(mountAt(report, '/data')?.options).toContain('idmapped')
    expect(mountAt(report, '/data/proc')?.options).not.toContain('idmapped')
    // A procfs cannot be mapped, which shows that it was tried.
    await expect(finish(bundle, configWith([mount('/data', 'ridmap')]))).rejects.toMatchObject({
      code: 'ERR_SYSTEM',
      syscall: 'mount_setattr',
    })
  })
})

describe.runIf(!isRoot)('an ordinary user', () => {
  it('cannot map the ids of a mount, and is told so before anything happens', async () => {
    const attempt = finish(bundle, configWith([{ destination: '/data', source, options: ['bind', 'idmap'] }]))
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
  })

  it('gets the host’s /sys, read-only throughout, with the host’s network', async () => {
    const config = probeConfig(bundle, ['report', '/sys', '/sys/fs/cgroup'], { network: 'host' })
    const mounts = (config.mounts ?? []).map((mount) =>
      mount.destination === '/sys'
        ? { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid'] }
        : mount,
    )
    const report = await probe(bundle, { ...config, mounts })
    expect(report.writes['/sys']).toBe('EROFS')
    expect(mountAt(report, '/sys')?.options).toEqual(expect.arrayContaining(['ro', 'nosuid']))
  })
})

/** A directory of this machine that is mounted nosuid; which one, and whether there is one, depends on the machine. */
function findNosuid(): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return mounts
    .map((line) => line.split(' '))
    .filter(([, , , , , options = '']) => /\bnosuid\b/.test(options))
    .map(([, , , , point = '']) => point)
    .find((point) => {
      try {
        return readdirSync(point) !== undefined
      } catch {
        return false // a file, or not for this user
      }
    })
}

const nosuid = findNosuid()

describe('locked attributes', () => {
  it.runIf(!isRoot && nosuid !== undefined)(
    'of the source cannot be taken off in a user namespace, and the error says why',
    async () => {
      const attempt = finish(
        bundle,
        configWith([{ destination: '/data', source: nosuid ?? '', options: ['bind', 'suid'] }]),
      )
      await expect(attempt).rejects.toMatchObject({
        op: 'bindMount',
        errno: 'EPERM',
        hint: expect.stringContaining('locked'),
      })
    },
  )
})
