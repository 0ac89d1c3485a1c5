// A hostile root filesystem or document against the host: each test attacks, and fails to reach anything outside.
import {
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { Container, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { probe, type Report } from '../support/report.ts'

const bundle = useBundle()

let hostile: string
let victim: string

/** A root filesystem that is the attacker's, and a directory of the host that must stay as it is. */
beforeEach(() => {
  hostile = join(bundle.directory, 'hostile')
  victim = join(bundle.directory, 'victim')
  for (const directory of [hostile, victim]) rmSync(directory, { recursive: true, force: true })
  for (const name of ['bin', 'proc', 'dev', 'sys', 'tmp', 'etc', 'data']) {
    mkdirSync(join(hostile, name), { recursive: true })
  }
  copyFileSync(join(bundle.rootfs, 'bin/probe'), join(hostile, 'bin/probe'))
  mkdirSync(victim)
  writeFileSync(join(victim, 'file'), 'untouched')
})

function plant(name: string, target: string): void {
  rmSync(join(hostile, name), { recursive: true, force: true })
  symlinkSync(target, join(hostile, name))
}

const hostileConfig = (args: readonly string[] = ['report']): Config => ({
  ...probeConfig(bundle, args),
  root: { path: hostile, readonly: false },
})

const withMounts = (config: Config, ...mounts: NonNullable<Config['mounts']>): Config => ({
  ...config,
  mounts: [...(config.mounts ?? []), ...mounts],
})

/** What the probe saw, or that there was no container; in either case the victim is what it was. */
async function attack(config: Config): Promise<Report | null> {
  const report = await probe(bundle, config).catch((error: { code?: string }) => {
    expect(error.code, String(error)).toMatch(/^ERR_/)
    return null
  })
  expect(readdirSync(victim)).toEqual(['file'])
  expect(readFileSync(join(victim, 'file'), 'utf8')).toBe('untouched')
  return report
}

describe('a symbolic link in the root filesystem', () => {
  const ways: ReadonlyArray<readonly [string, () => string]> = [
    ['absolute', () => victim],
    ['relative', () => `../../../../../../../../..${victim}`],
  ]

  describe.each(ways)('(%s)', (_, target) => {
    it.each(['proc', 'sys'])(
      'at /%s is refused: a kernel interface belongs on a directory (CVE-2019-19921)',
      async (name) => {
        plant(name, target())
        await expect(probe(bundle, hostileConfig())).rejects.toMatchObject({ op: 'mount', errno: 'ELOOP' })
        expect(readdirSync(victim)).toEqual(['file'])
      },
    )

    it('at /dev takes the mount on it to a place inside', async () => {
      plant('dev', target())
      await attack(hostileConfig())
    })

    it('at /dev, on which nothing is mounted, takes no node or link out (CVE-2026-47766)', async () => {
      plant('dev', target())
      const config = hostileConfig()
      const mounts = (config.mounts ?? []).filter(({ destination }) => !destination.startsWith('/dev'))
      await attack({ ...config, mounts })
    })

    it('above the target of a bind mount makes nothing outside (CVE-2021-30465)', async () => {
      plant('data', target())
      const source = join(bundle.directory, 'one-file')
      writeFileSync(source, 'text')
      await attack(withMounts(hostileConfig(), { destination: '/data/deep/made', source, options: ['bind'] }))
      await attack(withMounts(hostileConfig(), { destination: '/data/file', source, options: ['bind', 'ro'] }))
    })

    it('above a tmpfs, filled or not, neither covers nor copies what is outside', async () => {
      plant('data', target())
      for (const word of ['mode=755', 'tmpcopyup']) {
        const config = hostileConfig(['report', '/data/file'])
        await attack(withMounts(config, { destination: '/data', type: 'tmpfs', options: [word] }))
      }
    })

    it('above the working directory makes nothing outside', async () => {
      plant('data', target())
      const config = hostileConfig()
      await attack({ ...config, process: { ...config.process, cwd: '/data/made' } })
    })

    it('at a masked or read-only path hides nothing of the host', async () => {
      plant('data', target())
      const config = hostileConfig()
      await attack({ ...config, linux: { ...config.linux, maskedPaths: ['/data/file'], readonlyPaths: ['/data'] } })
    })
  })

  it('inside a volume does not lead a later mount out of the root', async () => {
    const volume = join(bundle.directory, 'volume')
    rmSync(volume, { recursive: true, force: true })
    mkdirSync(volume)
    symlinkSync(victim, join(volume, 'link'))
    const bind = { destination: '/data', source: volume, options: ['bind'] }
    await attack(withMounts(hostileConfig(), bind, { destination: '/data/link/x', type: 'tmpfs' }))
  })
})

describe('a false procfs', () => {
  it('to which a link at /proc leads gets none of what is written to the kernel (CVE-2025-52881)', async () => {
    const { mounts = [], linux, ...config } = hostileConfig(['report'])
    const fake = join(hostile, 'data/fake')
    mkdirSync(join(fake, 'sys/net/core'), { recursive: true })
    mkdirSync(join(fake, 'self/attr'), { recursive: true })
    const files = ['sys/net/core/somaxconn', 'self/oom_score_adj', 'self/attr/exec', 'self/attr/keycreate']
    for (const file of files) writeFileSync(join(fake, file), 'fake')
    plant('proc', '/data/fake')
    const withoutProc = mounts.filter(({ destination }) => !destination.startsWith('/proc'))
    const report = await attack({
      ...config,
      process: { cwd: '/', ...config.process, oomScoreAdj: 300 },
      mounts: [...withoutProc, { destination: '/data/true', type: 'proc', source: 'proc' }],
      linux: { ...linux, maskedPaths: [], readonlyPaths: [], sysctl: { 'net.core.somaxconn': '77' } },
    })
    // What it sees at /proc is the false one.
    expect(report).toMatchObject({ somaxconn: 'fake', oomScoreAdj: 'fake' })
    for (const file of files) expect(readFileSync(join(fake, file), 'utf8')).toBe('fake')
  })
})

describe('a false null device', () => {
  it('in place of /dev/null is found out or covered, and masks are not made of it (CVE-2025-31133)', async () => {
    const source = join(victim, 'file')
    const config = withMounts(hostileConfig(), { destination: '/dev/null', source, options: ['bind'] })
    const report = await attack(config)
    if (report !== null) expect(report.devices['null']).toMatchObject({ major: 1, minor: 3 })
  })

  it('as a link left in the image’s own /dev leads nowhere', async () => {
    symlinkSync(join(victim, 'file'), join(hostile, 'dev/null'))
    const config = hostileConfig()
    const mounts = (config.mounts ?? []).filter(({ destination }) => !destination.startsWith('/dev'))
    // Refused, or what the link names inside the root is covered by the true one.
    await attack({ ...config, mounts })
  })
})

describe('the cgroups of this machine', () => {
  it('are not the container’s to write for lack of a cgroup namespace (CVE-2023-25809)', async ({ skip }) => {
    const { cgroup2 } = await probeHost()
    if (cgroup2 === null) return skip('no cgroup2 hierarchy is mounted')
    const files = readdirSync(join(cgroup2.mountPoint, cgroup2.own)).filter((name) => name.startsWith('cgroup.'))
    const paths = ['/sys/fs/cgroup', ...files.map((name) => `/sys/fs/cgroup/${name}`)]
    const { mounts = [], linux = {}, ...config } = probeConfig(bundle, ['report', ...paths])
    const { writes } = await probe(bundle, {
      ...config,
      mounts: [
        ...mounts,
        { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'rw'] },
      ],
      linux: { ...linux, namespaces: (linux.namespaces ?? []).filter(({ type }) => type !== 'cgroup') },
    })
    // With a cgroup of its own it sees that, and what it changes there is its own.
    if (cgroup2.writable) return expect(Object.keys(writes)).toEqual(paths)
    expect(writes['/sys/fs/cgroup']).toBe('EROFS')
    // Who may not write it by its mode either is told of that first.
    for (const path of paths) expect(['EROFS', 'EACCES'], path).toContain(writes[path])
  })
})

describe('what is left open', () => {
  it('is nothing but the standard streams', async () => {
    const report = await probe(bundle, hostileConfig())
    expect(Object.keys(report.fds).sort()).toEqual(['0', '1', '2'])
  })

  it.each([3, 4, 5, 6, 7, 8, 9, 10])(
    'cannot be the working directory: /proc/self/fd/%i (CVE-2024-21626)',
    async (fd) => {
      const config = hostileConfig()
      expect(await attack({ ...config, process: { ...config.process, cwd: `/proc/self/fd/${fd}` } })).toBeNull()
    },
  )
})

describe('init', () => {
  it('cannot be overwritten through /proc/PID/exe (CVE-2019-5736)', async () => {
    await using container = await Container.create(bundle.newId(), hostileConfig(['exit', '0']), {
      stateDir: bundle.stateDir,
    })
    const { pid } = await container.state()
    for (const flags of ['r+', 'w', 'a']) {
      expect(() => openSync(`/proc/${pid}/exe`, flags), flags).toThrow(isRoot ? /ETXTBSY|EPERM|EACCES/ : /E/)
    }
    await container.delete({ force: true })
  })
})
