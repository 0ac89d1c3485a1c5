// What a container is isolated from and given, as the probe inside reports it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { mountAt, parseMounts, probe, statusLine } from '../support/report.ts'

const bundle = useBundle()

type Change = (config: Config) => Config

const reportOf = (change: Change = (config) => config, paths: readonly string[] = []) =>
  probe(bundle, change(probeConfig(bundle, ['report', ...paths])))

const withProcess =
  (process: Partial<NonNullable<Config['process']>>): Change =>
  (config) => ({ ...config, process: { ...config.process, cwd: '/', ...process } })

const withLinux =
  (linux: Partial<NonNullable<Config['linux']>>): Change =>
  (config) => ({ ...config, linux: { ...config.linux, ...linux } })

/** kernel/capability numbers: CAP_KILL, CAP_NET_BIND_SERVICE, CAP_AUDIT_WRITE. */
const TEMPLATE_CAPABILITIES = '0000000020000420'
const NONE = '0000000000000000'

describe('the template', () => {
  it('is the first process of namespaces that are all new', async () => {
    const report = await reportOf()
    expect(report).toMatchObject({ pid: 1, ppid: 0, session: 1, hostname: 'probed' })
    const requested = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', ...(isRoot ? [] : ['user'])]
    for (const name of requested) {
      expect(report.namespaces[name], name).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`))
      expect(report.namespaces[name], name).not.toBe(readlinkSync(`/proc/self/ns/${name}`))
    }
    expect(report.namespaces['time']).toBe(readlinkSync('/proc/self/ns/time'))
    if (isRoot) expect(report.namespaces['user']).toBe(readlinkSync('/proc/self/ns/user'))
    expect(hostname()).not.toBe('probed')
    expect(report.proc.filter((name) => /^\d+$/.test(name))).toEqual(['1'])
    expect(report.links).toEqual(['lo'])
    expect(report.loopbackUp).toBe(true)
    expect(report.cgroup).toMatch(/^0::\/$/m)
  })

  it('gives no right beyond those asked for', async () => {
    const report = await reportOf()
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(statusLine(report, set), set).toBe(TEMPLATE_CAPABILITIES)
    for (const set of ['CapInh', 'CapAmb']) expect(statusLine(report, set), set).toBe(NONE)
    expect(statusLine(report, 'NoNewPrivs')).toBe('1')
    expect(report).toMatchObject({ uids: [0, 0, 0], gids: [0, 0, 0], umask: 0o022, cwd: '/' })
    expect(report.rlimits['7']).toEqual(['1024', '1024'])
  })

  it('leaves nothing of Node behind: descriptors, signals, environment', async () => {
    const config = probeConfig(bundle, ['report'])
    const report = await probe(bundle, config)
    expect(Object.keys(report.fds).sort()).toEqual(['0', '1', '2'])
    for (const fd of Object.values(report.fds)) expect(fd).toMatch(/^pipe:\[\d+\]$/)
    for (const set of ['SigIgn', 'SigBlk', 'SigPnd', 'ShdPnd']) expect(statusLine(report, set), set).toBe(NONE)
    expect(report.env).toEqual([...(config.process?.env ?? []), 'HOME=/'])
    expect(report.args).toEqual(['probe', 'report'])
  })

  it('shows none of the host’s mounts, and only the root’s files', async () => {
    const report = await reportOf()
    const mounts = parseMounts(report)
    const { maskedPaths = [], readonlyPaths = [] } = probeConfig(bundle, []).linux ?? {}
    const own = ['/', '/proc', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue', '/sys', '/sys/fs/cgroup']
    const devices = isRoot ? [] : ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`)
    const known = new Set([...own, ...devices, ...maskedPaths, ...readonlyPaths])
    expect(mounts.map(({ point }) => point).filter((point) => !known.has(point))).toEqual([])
    for (const point of own) expect(mounts.map((mount) => mount.point)).toContain(point)
    expect(mountAt(report, '/')?.root).toMatch(/\/rootfs$/)
    for (const { optional, point } of mounts) expect(optional, point).not.toMatch('shared:')
    expect([...report.root].sort()).toEqual(readdirSync(bundle.rootfs).sort())
  })

  it('cannot be written to', async () => {
    const readonly = ['/', '/etc', '/etc/lower', '/sys', '/sys/fs/cgroup', '/proc/sys/net/core/somaxconn']
    const report = await reportOf((config) => config, [...readonly, '/dev/shm', '/dev'])
    // Of a user namespace's root the file's permissions ask first.
    for (const path of readonly) expect(report.writes[path], path).toMatch(isRoot ? /^EROFS$/ : /^(EROFS|EACCES)$/)
    expect(report.writes).toMatchObject({ '/dev/shm': null, '/dev': null })
    const options = (point: string) => mountAt(report, point)?.options
    expect(options('/')).toContain('ro')
    for (const point of ['/proc', '/dev/shm', '/dev/mqueue', '/sys', '/sys/fs/cgroup']) {
      expect(options(point), point).toEqual(expect.arrayContaining(['nosuid', 'noexec', 'nodev']))
    }
  })

  it('hides what tells of the host', async () => {
    const report = await reportOf()
    expect(report.kcore ?? '').toBe('')
    expect(report.timerList ?? '').toBe('')
    expect(report.firmware).toEqual([])
    expect(mountAt(report, '/proc/interrupts')?.root).toBe('/null')
    expect(mountAt(report, '/proc/irq')?.options).toContain('ro')
  })

  it('has the devices of the spec, and no others', async () => {
    const { devices } = await reportOf()
    expect(Object.keys(devices).sort()).toEqual(['full', 'null', 'random', 'tty', 'urandom', 'zero'])
    const numbers = { null: [1, 3], zero: [1, 5], full: [1, 7], random: [1, 8], urandom: [1, 9], tty: [5, 0] }
    for (const [name, [major, minor]] of Object.entries(numbers)) {
      expect(devices[name], name).toMatchObject({ major, minor })
      expect(devices[name]?.mode ?? 0, name).toSatisfy((mode: number) => (mode & 0o777) === 0o666)
      // There is no controlling terminal to open.
      expect(devices[name]?.opens, name).toBe(name !== 'tty')
    }
  })
})

describe('the process', () => {
  it('gets its environment as given, of two of one name the last', async () => {
    const env = ['PATH=/bin', 'EMPTY=', 'A=1', 'B=with = and "quotes"', 'A=2', 'UTF8=hélas', 'HOME=/h']
    const report = await reportOf(withProcess({ env }))
    expect(report.env).toEqual(['PATH=/bin', 'EMPTY=', 'B=with = and "quotes"', 'A=2', 'UTF8=hélas', 'HOME=/h'])
  })

  it('gets an empty environment, but for a home directory', async () => {
    const report = await reportOf(withProcess({ env: [], args: ['/bin/probe', 'report'] }))
    expect(report.env).toEqual(['HOME=/'])
  })

  it('gets arguments byte by byte', async () => {
    const args = ['probe', 'report', '', ' ', '*', '$HOME', '--', 'ü\n"']
    expect((await reportOf(withProcess({ args }))).args).toEqual(args)
  })

  it('begins in its working directory, which is made where it is missing', async () => {
    expect((await reportOf(withProcess({ cwd: '/data' }))).cwd).toBe('/data')
    expect((await reportOf(withProcess({ cwd: '/tmp/deep/er' }))).cwd).toBe('/tmp/deep/er')
  })

  it('gets resource limits, umask and out-of-memory score', async () => {
    const rlimits = [
      { type: 'RLIMIT_NOFILE', soft: 100, hard: 200 },
      { type: 'RLIMIT_CORE', soft: 0, hard: 4096 },
    ]
    const report = await reportOf(withProcess({ rlimits, user: { uid: 0, gid: 0, umask: 0o077 }, oomScoreAdj: 500 }))
    expect(report.rlimits['7']).toEqual(['100', '200'])
    expect(report.rlimits['4']).toEqual(['0', '4096'])
    expect(report.umask).toBe(0o077)
    expect(report.oomScoreAdj).toBe('500\n')
  })

  it('may go without no_new_privs', async () => {
    expect(statusLine(await reportOf(withProcess({ noNewPrivileges: false })), 'NoNewPrivs')).toBe('0')
  })

  it('has no capability where none is listed', async () => {
    const { capabilities: _left, ...bare } = probeConfig(bundle, ['report']).process ?? { cwd: '/' }
    const report = await reportOf((config) => ({ ...config, process: bare }))
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(statusLine(report, set)).toBe(NONE)
  })

  it('gets each set of capabilities as listed', async () => {
    const [kill, bind] = ['CAP_KILL', 'CAP_NET_BIND_SERVICE']
    const capabilities = {
      bounding: [kill, bind, 'CAP_CHOWN'],
      permitted: [kill, bind],
      effective: [kill],
      inheritable: [kill, bind],
      ambient: [bind],
    }
    const report = await reportOf(withProcess({ capabilities }))
    expect(statusLine(report, 'CapBnd')).toBe('0000000000000421')
    expect(statusLine(report, 'CapInh')).toBe('0000000000000420')
    expect(statusLine(report, 'CapAmb')).toBe('0000000000000400')
  })
})

describe.runIf(isRoot)('as root of the machine', () => {
  it('becomes the user and groups asked for, and has no capability then', async () => {
    const user = { uid: 1234, gid: 5678, additionalGids: [5, 99] }
    const report = await reportOf(withProcess({ user }))
    expect(report).toMatchObject({ uids: [1234, 1234, 1234], gids: [5678, 5678, 5678] })
    expect([...report.groups].sort()).toEqual([5, 99])
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect(statusLine(report, set), set).toBe(NONE)
    expect(statusLine(report, 'CapBnd')).toBe(TEMPLATE_CAPABILITIES)
  })

  it('leaves the groups of the host behind', async () => {
    expect((await reportOf()).groups).toEqual([])
  })

  it('keeps ambient capabilities for another user', async () => {
    const few = ['CAP_NET_BIND_SERVICE']
    const sets = { bounding: few, permitted: few, effective: few, inheritable: few, ambient: few }
    const report = await reportOf(withProcess({ user: { uid: 1234, gid: 1234 }, capabilities: sets }))
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(statusLine(report, set), set).toBe('0000000000000400')
    }
  })

  it('owns its standard streams', async () => {
    const report = await reportOf(
      withProcess({ user: { uid: 1234, gid: 1234 }, args: ['probe', 'report', '/dev/stdout'] }),
    )
    expect(report.writes).toEqual({ '/dev/stdout': null })
  })

  it('makes devices with exactly the mode and owner asked for', async () => {
    const devices = [
      { type: 'c' as const, path: '/dev/kmsg2', major: 1, minor: 11, fileMode: 0o620, uid: 7, gid: 8 },
      { type: 'b' as const, path: '/dev/disk', major: 7, minor: 0, fileMode: 0o600 },
      { type: 'p' as const, path: '/dev/fifo', fileMode: 0o622 },
      { type: 'c' as const, path: '/dev/zero', major: 1, minor: 5, fileMode: 0o400 },
    ]
    const report = await reportOf(withLinux({ devices }))
    expect(report.devices).toMatchObject({
      kmsg2: { mode: 0o020620, major: 1, minor: 11, uid: 7, gid: 8 },
      disk: { mode: 0o060600, major: 7, minor: 0, uid: 0, gid: 0 },
      fifo: { mode: 0o010622 },
      zero: { mode: 0o020400, major: 1, minor: 5 },
    })
  })

  it('maps ids into a user namespace of its own', async () => {
    const linux = probeConfig(bundle, []).linux
    const ranges = [{ containerID: 0, hostID: 100_000, size: 1000 }]
    const namespaces = [...(linux?.namespaces ?? []), { type: 'user' as const }]
    const inner = withLinux({ namespaces, uidMappings: ranges, gidMappings: ranges })
    const mapped: Change = (config) => inner(withProcess({ user: { uid: 7, gid: 8, additionalGids: [9] } })(config))
    const report = await reportOf(mapped)
    expect(report).toMatchObject({ uids: [7, 7, 7], gids: [8, 8, 8], groups: [9], pid: 1 })
    expect(report.namespaces['user']).not.toBe(readlinkSync('/proc/self/ns/user'))
    for (const set of ['CapPrm', 'CapEff']) expect(statusLine(report, set), set).toBe(NONE)
    expect(Object.keys(report.fds).sort()).toEqual(['0', '1', '2'])
  })
})

describe('namespaces', () => {
  it('are shared with the host where they are not listed', async () => {
    const namespaces = [
      { type: 'mount' as const },
      { type: 'pid' as const },
      ...(isRoot ? [] : [{ type: 'user' as const }]),
    ]
    const mounts = (probeConfig(bundle, []).mounts ?? []).filter(({ destination }) =>
      /^\/(proc|dev)$/.test(destination),
    )
    const report = await reportOf((config) => {
      const { hostname: _none, ...rest } = withLinux({ namespaces })(config)
      return { ...rest, mounts }
    })
    for (const name of ['net', 'uts', 'ipc', 'cgroup']) {
      expect(report.namespaces[name], name).toBe(readlinkSync(`/proc/self/ns/${name}`))
    }
    expect(report.hostname).toBe(hostname())
  })

  it('take kernel parameters and names', async () => {
    const somaxconn = readFileSync('/proc/sys/net/core/somaxconn', 'utf8')
    const report = await reportOf((config) => ({
      ...withLinux({ sysctl: { 'net.core.somaxconn': '77' } })(config),
      hostname: 'h'.repeat(64),
      domainname: 'example.org',
    }))
    expect(report).toMatchObject({ hostname: 'h'.repeat(64), domainname: 'example.org', somaxconn: '77\n' })
    expect(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')).toBe(somaxconn)
  })
})
