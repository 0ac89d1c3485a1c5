// What a container has for files: mounts and the root filesystem, as the probe inside reports it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { mountAt, parseMounts, probe } from '../support/report.ts'

const bundle = useBundle()

type Change = (config: Config) => Config

const reportOf = (change: Change = (config) => config, paths: readonly string[] = []) =>
  probe(bundle, change(probeConfig(bundle, ['report', ...paths])))

const withLinux =
  (linux: Partial<NonNullable<Config['linux']>>): Change =>
  (config) => ({ ...config, linux: { ...config.linux, ...linux } })

const withMounts =
  (...mounts: NonNullable<Config['mounts']>): Change =>
  (config) => ({ ...config, mounts: [...(config.mounts ?? []), ...mounts] })

describe('mounts', () => {
  it('binds a directory, writable or read-only', async () => {
    const source = join(bundle.directory, 'source')
    mkdirSync(source, { recursive: true })
    const bind = (destination: string, ...options: string[]) => ({ destination, type: 'bind', source, options })
    const change = withMounts(bind('/data', 'bind', 'ro', 'nodev'), bind('/tmp', 'rbind', 'nosuid', 'noexec'))
    const report = await reportOf(change, ['/data', '/tmp'])
    expect(report.writes).toEqual({ '/data': 'EROFS', '/tmp': null })
    expect(readdirSync(source)).toEqual(['written-by-probe'])
    const options = (point: string) => mountAt(report, point)?.options
    expect(options('/data')).toEqual(expect.arrayContaining(['ro', 'nodev']))
    expect(options('/tmp')).toEqual(expect.arrayContaining(['rw', 'nosuid', 'noexec']))
  })

  it('binds a file from the bundle onto a file that is not there', async () => {
    writeFileSync(join(bundle.directory, 'one-file'), 'text')
    const mount = { destination: '/tmp/some/where', source: 'one-file', options: ['bind', 'ro'] }
    const config = withMounts(mount)(probeConfig(bundle, ['report', '/tmp/some/where']))
    const report = await probe(bundle, config, { bundle: bundle.directory })
    expect(report.writes).toEqual({ '/tmp/some/where': 'EROFS' })
  })

  it('makes a tmpfs of a size and mode', async () => {
    const mount = { destination: '/data', type: 'tmpfs', source: 'tmpfs', options: ['size=64k', 'mode=711', 'nodev'] }
    const report = await reportOf(withMounts(mount), ['/data'])
    expect(report.writes).toEqual({ '/data': null })
    expect(mountAt(report, '/data')?.type).toBe('tmpfs')
    expect(readdirSync(join(bundle.rootfs, 'data'))).toEqual([])
  })

  it('masks and protects the paths asked for', async () => {
    const change = withLinux({ maskedPaths: ['/etc/lower', '/data', '/not/there'], readonlyPaths: ['/dev/shm'] })
    const report = await reportOf(change, ['/dev/shm', '/data'])
    expect(report.writes).toEqual({ '/dev/shm': 'EROFS', '/data': 'EROFS' })
    const points = parseMounts(report).map(({ point }) => point)
    for (const point of ['/etc/lower', '/data', '/dev/shm']) expect(points).toContain(point)
    expect(points).not.toContain('/not/there')
  })
})

describe('the root filesystem', () => {
  it('takes writes when it is not read-only', async () => {
    const config = probeConfig(bundle, ['report', '/data'], { readonlyRoot: false })
    expect((await probe(bundle, config)).writes).toEqual({ '/data': null })
    expect(readdirSync(join(bundle.rootfs, 'data'))).toEqual(['written-by-probe'])
    rmSync(join(bundle.rootfs, 'data/written-by-probe')) // not to be met by the other tests
  })

  it('is an overlay whose writes vanish', async () => {
    const config = probeConfig(bundle, ['report', '/', '/etc', '/etc/lower'], { readonlyRoot: false })
    const rootfs = { overlay: { lower: [bundle.rootfs] } }
    for (const round of [1, 2]) {
      const report = await probe(bundle, config, { rootfs })
      expect(report.writes, `round ${round}`).toEqual({ '/': null, '/etc': null, '/etc/lower': null })
      expect(mountAt(report, '/')?.type).toBe('overlay')
      expect(report.root).not.toContain('written-by-probe')
    }
    expect(readdirSync(bundle.rootfs)).not.toContain('written-by-probe')
    expect(readdirSync(join(bundle.rootfs, 'etc'))).toEqual(['lower'])
  })

  it('is an overlay that keeps its writes in a directory', async () => {
    const [upper, work] = [join(bundle.directory, 'upper'), join(bundle.directory, 'work')]
    for (const directory of [upper, work]) mkdirSync(directory, { recursive: true })
    const config = probeConfig(bundle, ['report', '/data'], { readonlyRoot: false })
    const report = await probe(bundle, config, { rootfs: { overlay: { lower: [bundle.rootfs], upper, work } } })
    expect(report.writes).toEqual({ '/data': null })
    expect(readdirSync(join(upper, 'data'))).toEqual(['written-by-probe'])
    expect(readdirSync(join(bundle.rootfs, 'data'))).toEqual([])
  })

  it('is an overlay of several layers, the first on top', async () => {
    const top = join(bundle.directory, 'top')
    mkdirSync(join(top, 'etc'), { recursive: true })
    writeFileSync(join(top, 'etc/on-top'), '')
    const rootfs = { overlay: { lower: [top, bundle.rootfs], size: 1 << 20 } }
    const report = await probe(bundle, probeConfig(bundle, ['report', '/etc/on-top', '/etc/lower']), { rootfs })
    expect(report.writes).toEqual({ '/etc/on-top': 'EROFS', '/etc/lower': 'EROFS' })
  })

  it('may be named relative to the bundle', async () => {
    const config = probeConfig(bundle, ['report'])
    const report = await probe(
      bundle,
      { ...config, root: { path: 'rootfs', readonly: true } },
      { bundle: bundle.directory },
    )
    expect(mountAt(report, '/')?.root).toMatch(/\/rootfs$/)
  })
})
