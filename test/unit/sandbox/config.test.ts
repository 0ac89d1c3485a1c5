// What a sandbox's container is made with: for root, for an ordinary user, with everything asked for. Printed in snapshots.
import { describe, expect, it } from 'vitest'
import type { Host } from '../../../lib/index.ts'
import { checkCommand } from '../../../lib/sandbox/check-run.ts'
import { checkSandbox } from '../../../lib/sandbox/check-sandbox.ts'
import { planCommand, planSandbox } from '../../../lib/sandbox/config.ts'
import { decideIds } from '../../../lib/sandbox/ids.ts'
import type { SandboxOptions } from '../../../lib/sandbox/options.ts'
import type { View } from '../../../lib/sandbox/view.ts'
import { rootHost } from '../plan/fixtures.ts'

const user: Host = { ...rootHost, euid: 1000, egid: 100, capabilities: 0n }
const withIds: Host = {
  ...user,
  subIds: { uid: [{ start: 100_000, count: 65_536 }], gid: [{ start: 200_000, count: 65_536 }] },
  newuidmap: '/usr/bin/newuidmap',
  newgidmap: '/usr/bin/newgidmap',
}

const view = (host: Host, changes: Partial<View> = {}): View => ({
  host,
  root: { kind: 'host', shown: ['/usr', '/etc/passwd'], links: { '/bin': 'usr/bin' } },
  node: null,
  owners: new Map([['/data', { uid: 0, gid: 0 }]]),
  modes: new Map(),
  ...changes,
})

const plan = (options: SandboxOptions, seen: View, missing: Array<'memory' | 'cpus' | 'pids'> = []) => {
  const { config, rootfs, limits } = planSandbox(checkSandbox(options), seen, null, new Set(missing))
  // The profile has tests of its own.
  const { seccomp, ...linux } = config.linux ?? {}
  return { rootfs, enforced: limits.enforced, config: { ...config, linux }, filtered: seccomp !== undefined }
}

describe('the document', () => {
  it('for root', () => expect(plan({}, view(rootHost))).toMatchSnapshot())
  it('for an ordinary user', () => expect(plan({}, view(user))).toMatchSnapshot())

  it('with everything asked for', () => {
    const options: SandboxOptions = {
      files: { '/data': { bind: '/data', writable: true }, '/data/below': { bind: '/data' } },
      env: { A: 'b', HOME: '/h' },
      cwd: '/data',
      user: 7,
      network: 'host',
      memory: '64M',
      cpus: 1.5,
      pids: 10,
      disk: '1M',
      seccomp: false,
      capabilities: ['CAP_NET_BIND_SERVICE'],
    }
    expect(plan(options, view(rootHost, { node: '/home/me/bin/node' }))).toMatchSnapshot()
  })

  it('of a directory: its owner is root inside, and its files are a lower layer', () => {
    const root = { kind: 'directory', path: '/image', owner: { uid: 0, gid: 0 } } as const
    expect(plan({ root: '/image' }, view(rootHost, { root }))).toMatchSnapshot()
  })

  it('leaves out what is put in its place', () => {
    const { config } = plan({ files: { '/etc/passwd': 'root:x:0:0::/:/bin/sh' } }, view(user))
    expect(config.mounts?.map(({ destination }) => destination)).not.toContain('/etc/passwd')
  })

  it('refuses a file that nobody would see', () => {
    expect(() => plan({ files: { '/usr/new': '' } }, view(user))).toThrow(/\/files\/~1usr~1new/)
    expect(() => plan({ files: { '/bin/new': '' } }, view(user))).toThrow(/\/files\/~1bin~1new/)
  })
})

describe('limits', () => {
  const wanted = { memory: '64M', cpus: 1, pids: 10 }

  it('are the cgroup’s, with room for the processes that are ours', () => {
    const { config, enforced } = plan(wanted, view(rootHost))
    expect(config.linux.resources).toEqual({
      memory: { limit: 64 << 20, swap: 64 << 20 },
      cpu: { period: 100_000, quota: 100_000 },
      pids: { limit: 12 },
    })
    expect(enforced).toEqual({ memory: 'cgroup', cpus: 'cgroup', pids: 'cgroup' })
  })

  it('are those of each process where there is no cgroup', () => {
    const { config, enforced } = plan(wanted, view(rootHost), ['memory', 'cpus', 'pids'])
    expect(config.linux.resources).toEqual({})
    const limits = Object.fromEntries(config.process?.rlimits?.map(({ type, hard }) => [type, hard]) ?? [])
    expect(limits).toEqual({ RLIMIT_CORE: 1, RLIMIT_NOFILE: 1024, RLIMIT_NPROC: 12, RLIMIT_DATA: 64 << 20 })
    expect(enforced).toEqual({ memory: 'process', cpus: 'none', pids: 'process' })
  })

  it('do not claim to count the machine’s root, whom RLIMIT_NPROC passes over', () => {
    const root = { kind: 'directory', path: '/image', owner: { uid: 0, gid: 0 } } as const
    expect(plan({ pids: 10 }, view(rootHost, { root }), ['pids']).enforced).toEqual({ pids: 'none' })
    expect(plan({ pids: 10, user: 5 }, view(rootHost, { root }), ['pids']).enforced).toEqual({ pids: 'process' })
  })
})

describe('ids', () => {
  const nobody = { uid: 0, gid: 0 }

  it('of root are nobody’s outside', () => {
    expect(decideIds(rootHost, nobody, null).uid).toEqual([{ containerID: 0, hostID: 1_878_982_656, size: 65_536 }])
  })

  it('of an ordinary user are his own, and others where he has some', () => {
    expect(decideIds(user, nobody, null).uid).toEqual([{ containerID: 0, hostID: 1000, size: 1 }])
    expect(decideIds(withIds, { uid: 5, gid: 6 }, null)).toEqual({
      uid: [
        { containerID: 0, hostID: 1000, size: 1 },
        { containerID: 1, hostID: 100_000, size: 65_535 },
      ],
      gid: [
        { containerID: 0, hostID: 100, size: 1 },
        { containerID: 1, hostID: 200_000, size: 65_535 },
      ],
      owner: null,
    })
    expect(() => decideIds(user, { uid: 5, gid: 5 }, null)).toThrow(/\/user: .*subuid/)
  })
})

describe('a command', () => {
  it('is a process that has only what differs', () => {
    const { config } = planSandbox(checkSandbox({ env: { A: 'a', B: 'b' } }), view(user), null, new Set())
    const options = { env: { B: 'c' }, cwd: '/tmp', cpuTime: 1500, tty: { columns: 9, rows: 8 } }
    const process = planCommand(checkSandbox({ user: 0 }), config, checkCommand('ls', ['-l'], options, false))
    expect(process).toMatchObject({
      args: ['ls', '-l'],
      cwd: '/tmp',
      terminal: true,
      consoleSize: { width: 9, height: 8 },
      user: { uid: 0, gid: 0 },
    })
    expect(process.env).toEqual(expect.arrayContaining(['A=a', 'B=c']))
    expect(process.env).not.toContain('B=b')
    expect(process.rlimits?.at(-1)).toEqual({ type: 'RLIMIT_CPU', soft: 2, hard: 3 })
  })
})
