// What the process of a container is besides its identity: scheduling, memory policy, personality, keyring, home.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Config, Linux, Scheduler } from '../../lib/config/types.ts'
import { probeHost } from '../../lib/host.ts'
import type { CreateOptions } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { finish, probe } from '../support/report.ts'

const bundle = useBundle()

const configWith = (process: Partial<NonNullable<Config['process']>>, linux: Config['linux'] = {}): Config => {
  const config = probeConfig(bundle, ['report'])
  return {
    ...config,
    process: { cwd: '/', ...config.process, ...process },
    linux: { ...config.linux, ...linux },
  }
}
const reportOf = (
  process: Partial<NonNullable<Config['process']>>,
  linux: Config['linux'] = {},
  options: CreateOptions = {},
) => probe(bundle, configWith(process, linux), options)

describe('a process', () => {
  it('is scheduled as anybody where nothing is said, whatever thread started it', async () => {
    const report = await reportOf({})
    expect(report.scheduler).toMatchObject({ policy: 0, flags: 0, nice: getPriority(), priority: 0 })
    expect(report).toMatchObject({ memoryPolicy: { mode: 0, nodes: 0 }, personality: 0 })
  })

  it.each<[Scheduler, object]>([
    [{ policy: 'SCHED_OTHER', nice: 5 }, { nice: 5 }],
    [
      { policy: 'SCHED_BATCH', nice: 3 },
      { policy: 3, nice: 3 },
    ],
    [{ policy: 'SCHED_IDLE' }, { policy: 5 }],
    [
      { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_RESET_ON_FORK'] },
      { policy: 0, flags: 1 },
    ],
  ])('has the scheduler %o', async (scheduler, seen) => {
    expect((await reportOf({ scheduler })).scheduler).toMatchObject(seen)
  })

  it.runIf(isRoot).each([
    [
      { policy: 'SCHED_FIFO', priority: 2 },
      { policy: 1, priority: 2 },
    ],
    [
      { policy: 'SCHED_RR', priority: 99 },
      { policy: 2, priority: 99 },
    ],
    [
      { policy: 'SCHED_OTHER', nice: -7 },
      { policy: 0, nice: -7 },
    ],
  ] as const)('has the privileged scheduler %o, as another user too', async (scheduler, seen) => {
    expect((await reportOf({ scheduler, user: { uid: 5, gid: 5 } })).scheduler).toMatchObject(seen)
  })

  // It gets a thousandth of a processor: what else takes milliseconds takes seconds.
  it.runIf(isRoot)('has a deadline', { timeout: 30_000 }, async () => {
    const times = { runtime: 1_000_000, deadline: 500_000_000, period: 1_000_000_000 }
    const { scheduler } = await reportOf({ scheduler: { policy: 'SCHED_DEADLINE', ...times } })
    expect(scheduler).toMatchObject({ policy: 6, ...times })
  })

  it.runIf(!isRoot)('is refused a scheduler that it has no right to, with what to do about it', async () => {
    await expect(reportOf({ scheduler: { policy: 'SCHED_FIFO', priority: 1 } })).rejects.toMatchObject({
      op: 'setScheduler',
      syscall: 'sched_setattr',
      errno: 'EPERM',
      hint: expect.stringContaining('CAP_SYS_NICE') as string,
    })
  })

  it.each([
    [{ class: 'IOPRIO_CLASS_BE', priority: 6 }, 2, 6],
    [{ class: 'IOPRIO_CLASS_IDLE' }, 3, 0],
    ...(isRoot ? ([[{ class: 'IOPRIO_CLASS_RT', priority: 1 }, 1, 1]] as const) : []),
  ] as const)('has the ioPriority %o', async (ioPriority, number, level) => {
    expect((await reportOf({ ioPriority })).ioPriority).toBe((number << 13) | level)
  })

  it.each<[NonNullable<Linux['memoryPolicy']>, number, number]>([
    [{ mode: 'MPOL_BIND', nodes: '0' }, 2, 1],
    [{ mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES'] }, 0x8002, 1],
    [{ mode: 'MPOL_INTERLEAVE', nodes: '0' }, 3, 1],
    [{ mode: 'MPOL_LOCAL' }, 4, 0],
    [{ mode: 'MPOL_DEFAULT' }, 0, 0],
  ])('has the memoryPolicy %o', async (memoryPolicy, mode, nodes) => {
    expect((await reportOf({}, { memoryPolicy })).memoryPolicy).toEqual({ mode, nodes })
  })

  it.each([
    ['LINUX', 0],
    ['LINUX32', 8],
  ] as const)('has the personality of the domain %s', async (domain, persona) => {
    if (process.arch !== 'x64' && domain === 'LINUX32') return
    expect((await reportOf({}, { personality: { domain } })).personality).toBe(persona)
  })
})

describe('the session keyring', () => {
  it('is new and empty, for root and for another user', async () => {
    const seen = new Set<number>()
    for (const user of isRoot ? [{}, { uid: 5, gid: 5 }] : [{}]) {
      const { sessionKeyring } = await reportOf({ user })
      expect(sessionKeyring).toMatchObject({ keys: 0, description: expect.stringMatching(/^keyring;\d+;\d+;.*_ses/) })
      seen.add(sessionKeyring.number)
    }
    const { sessionKeyring } = await reportOf({}, {}, { newKeyring: false })
    expect(seen).not.toContain(sessionKeyring.number)
    // Whatever it is, every container without one of its own has the same; each new user namespace has its own default.
    if (isRoot) expect((await reportOf({}, {}, { newKeyring: false })).sessionKeyring).toEqual(sessionKeyring)
  })
})

describe('HOME', () => {
  const etc = () => join(bundle.rootfs, 'etc')
  const homeOf = async (process: Partial<NonNullable<Config['process']>>) =>
    (await reportOf(process)).env.filter((entry) => entry.startsWith('HOME='))
  const passwd = (text: string) => {
    mkdirSync(etc(), { recursive: true })
    writeFileSync(join(etc(), 'passwd'), text)
  }
  afterEach(() => rmSync(join(etc(), 'passwd'), { force: true }))

  it('is that of the user in the container’s own /etc/passwd', async () => {
    passwd('root:x:0:0::/root-of-container:/bin/sh\nfive:x:5:5::/home/five:/bin/sh\n')
    expect(await homeOf({})).toEqual(['HOME=/root-of-container'])
    if (isRoot) expect(await homeOf({ user: { uid: 5, gid: 5 } })).toEqual(['HOME=/home/five'])
  })

  it('is what env says', async () => {
    passwd('root:x:0:0::/root-of-container:/bin/sh\n')
    expect(await homeOf({ env: ['PATH=/bin', 'HOME=/elsewhere'] })).toEqual(['HOME=/elsewhere'])
    expect(await homeOf({ env: ['PATH=/bin', 'HOME=/elsewhere', 'HOME='] })).toEqual(['HOME=/root-of-container'])
  })

  it('is / where nothing tells it, and a file that blocks or lies outside tells nothing', async () => {
    expect(await homeOf({})).toEqual(['HOME=/'])
    const file = join(etc(), 'passwd')
    execFileSync('mkfifo', [file])
    expect(await homeOf({})).toEqual(['HOME=/'])
    rmSync(file)
    execFileSync('ln', ['-s', '/proc/self/fd/0', file])
    expect(await homeOf({})).toEqual(['HOME=/'])
  })
})

describe('security modules', () => {
  it.each([
    ['/process/apparmorProfile', () => configWith({ apparmorProfile: 'no-such' }), 'AppArmor'],
    ['/process/selinuxLabel', () => configWith({ selinuxLabel: 'a:b:c:d' }), 'SELinux'],
    ['/linux/mountLabel', () => configWith({}, { mountLabel: 'a:b:c:d' }), 'SELinux'],
  ] as const)('%s is refused where the module is not there', async (path, config, name) => {
    const { apparmor, selinux } = await probeHost()
    if (name === 'AppArmor' ? apparmor : selinux) return
    await expect(finish(bundle, config())).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED',
      problems: [{ path, message: expect.stringContaining(name) as string }],
    })
  })
})
