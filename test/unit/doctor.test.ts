import { describe, expect, it } from 'vitest'
import { diagnose, type Examination, isHealthy } from '../../lib/doctor.ts'
import type { TrialFailure, Trials } from '../../lib/host/trials.ts'
import type { Host } from '../../lib/host.ts'

const host: Host = {
  arch: 'x64',
  kernel: { release: '6.1.0-18-amd64', major: 6, minor: 1 },
  euid: 1000,
  egid: 1000,
  capabilities: 0n,
  lastCapability: 40,
  namespaces: { mount: true, pid: true, network: true, uts: true, ipc: true, user: true, cgroup: true, time: true },
  userNamespaces: { usable: true },
  rootIsInitramfs: false,
  inUserNamespace: false,
  setgroupsAllowed: true,
  subIds: { uid: [{ start: 100000, count: 65536 }], gid: [{ start: 100000, count: 65536 }] },
  newuidmap: '/usr/bin/newuidmap',
  newgidmap: '/usr/bin/newgidmap',
  systemd: null,
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/user.slice/a.scope',
    writable: true,
    passedOn: [],
    controllers: ['memory', 'cpu', 'pids', 'io', 'cpuset', 'hugetlb'],
    v1Controllers: [],
  },
  seccomp: true,
  seccompFlags: [
    'SECCOMP_FILTER_FLAG_TSYNC',
    'SECCOMP_FILTER_FLAG_LOG',
    'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
    'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
  ],
  seccompFiltered: false,
  apparmor: true,
  selinux: true,
  missingSyscalls: [],
}
const trials: Trials = {
  user: null,
  mount: null,
  pid: null,
  network: null,
  uts: null,
  ipc: null,
  cgroup: null,
  proc: null,
  sysfs: null,
  overlay: null,
  overlayInUserNamespace: null,
}
const perfect: Examination = {
  host,
  trials,
  nodeVersion: '20.19.0',
  nodePath: '/usr/bin/node',
  arch: 'x64',
  addon: { path: 'build/Release/libcontainer.node' },
  missingTools: [],
}
const root: Partial<Host> = { euid: 0, egid: 0, capabilities: (1n << 41n) - 1n, subIds: { uid: [], gid: [] } }
const failure = (errno: string, syscall = 'clone3', op?: string): TrialFailure => ({
  syscall,
  errno,
  detail: '',
  ...(op === undefined ? {} : { op }),
})

const examine = (change: Partial<Examination>, hostChange: Partial<Host> = {}) =>
  diagnose({ ...perfect, ...change, host: { ...host, ...hostChange } })
/** Names of what is answered with no. */
const refused = (checks: ReturnType<typeof diagnose>) => checks.filter(({ ok }) => ok === false).map(({ name }) => name)
const find = (checks: ReturnType<typeof diagnose>, name: string) => {
  const found = checks.find((check) => check.name === name)
  if (found === undefined) throw new Error(`no check is called ${name}`)
  return found
}

describe('diagnose', () => {
  it('has nothing to say of a machine that lacks nothing', () => {
    const checks = examine({})
    expect(refused(checks)).toEqual([])
    expect(checks.every(({ ok, remedy }) => ok === true && remedy === undefined)).toBe(true)
    expect(isHealthy(checks)).toBe(true)
  })

  it('puts requirements first', () => {
    const kinds = examine({}).map(({ kind }) => kind)
    expect(kinds.lastIndexOf('requirement')).toBeLessThan(kinds.indexOf('feature'))
  })

  it('gives every refusal something to do', () => {
    const everything = examine(
      {
        nodeVersion: '18.20.0',
        arch: 'riscv64',
        addon: { failure: 'none' },
        trials: null,
        missingTools: [{ name: 'g++', install: 'apt-get install g++' }],
      },
      {
        kernel: { release: '5.10.0', major: 5, minor: 10 },
        namespaces: { ...host.namespaces, time: false, uts: false },
        userNamespaces: { usable: false, blockedBy: 'kernel', reason: 'this kernel is built without' },
        subIds: { uid: [], gid: [] },
        cgroup2: null,
        seccomp: false,
        apparmor: false,
        selinux: false,
      },
    )
    expect(refused(everything).length).toBeGreaterThan(10)
    for (const { ok, remedy } of everything) expect(ok === false ? remedy : '').toBeTypeOf('string')
  })

  it.each([
    ['20.18.1', false],
    ['20.19.0', true],
    ['22.0.0', true],
    ['19.99.0', false],
  ])('Node.js %s: %s', (nodeVersion, ok) => {
    expect(find(examine({ nodeVersion }), 'Node.js').ok).toBe(ok)
  })

  it.each([
    [5, 13, false],
    [5, 14, true],
    [6, 0, true],
    [4, 19, false],
  ])('kernel %i.%i: %s', (major, minor, ok) => {
    const checks = examine({}, { kernel: { release: `${major}.${minor}`, major, minor } })
    expect(find(checks, 'kernel').ok).toBe(ok)
    expect(isHealthy(checks)).toBe(ok)
  })
})

describe('the addon', () => {
  const without = { addon: { failure: 'No native build was found' }, trials: null }

  it('is a requirement, and nothing is tried without it', () => {
    const checks = examine(without)
    expect(refused(checks)).toEqual(['native addon'])
    expect(find(checks, 'native addon').remedy).toMatch('npm run build:native')
    expect(find(checks, 'pid namespaces')).toMatchObject({ ok: null, found: 'not tried without the addon' })
    expect(isHealthy(checks)).toBe(false)
  })

  it('needs tools only where it is missing', () => {
    const missingTools = [{ name: 'g++', install: 'apt-get install g++ · dnf install gcc-c++ · apk add g++' }]
    expect(isHealthy(examine({ missingTools }))).toBe(true)
    const checks = examine({ ...without, missingTools })
    expect(find(checks, 'build tools').kind).toBe('requirement')
    expect(find(checks, 'native addon').remedy).toMatch(/g\+\+: apt-get install g\+\+/)
  })
})

describe('system calls', () => {
  it('blames a filter where there is one', () => {
    const checks = examine({}, { missingSyscalls: ['clone3'], seccompFiltered: true })
    expect(find(checks, 'system calls')).toMatchObject({ ok: false, found: 'missing: clone3' })
    expect(find(checks, 'system calls').remedy).toMatch('seccomp=unconfined')
    expect(isHealthy(checks)).toBe(false)
  })

  it('can do without the newest', () => {
    const checks = examine({}, { missingSyscalls: ['open_tree_attr', 'fchmodat2'] })
    expect(refused(checks)).toEqual(['newer system calls'])
    expect(find(checks, 'newer system calls').remedy).toMatch('open_tree_attr since Linux 6.15')
    expect(isHealthy(checks)).toBe(true)
  })
})

describe('user namespaces', () => {
  const failed = { trials: { user: failure('EPERM') } }

  it('are a requirement for an ordinary user, and the others hang on them', () => {
    const checks = examine(failed)
    expect(refused(checks)).toEqual(['user namespaces'])
    expect(find(checks, 'pid namespaces').found).toBe('not tried: needs user namespaces')
    expect(isHealthy(checks)).toBe(false)
  })

  it('are a feature for root', () => {
    const checks = examine({ trials: { ...trials, user: failure('ENOSPC') } }, root)
    expect(find(checks, 'user namespaces')).toMatchObject({ ok: false, kind: 'feature' })
    expect(isHealthy(checks)).toBe(true)
  })

  it('that work outweigh a setting that says they do not', () => {
    const userNamespaces = { usable: false, blockedBy: 'apparmor', reason: 'AppArmor' } as const
    expect(refused(examine({}, { userNamespaces }))).toEqual([])
  })

  it('name both ways around AppArmor, for the Node that runs', () => {
    const userNamespaces = { usable: false, blockedBy: 'apparmor', reason: 'AppArmor' } as const
    const remedy = find(examine({ ...failed, nodePath: '/opt/node' }, { userNamespaces }), 'user namespaces').remedy
    expect(remedy).toMatch('sysctl -w kernel.apparmor_restrict_unprivileged_userns=0')
    expect(remedy).toMatch('profile node-libcontainer /opt/node flags=(unconfined)')
    expect(remedy).toMatch('apparmor_parser -r')
  })

  it('name the setting that forbids them', () => {
    const userNamespaces = { usable: false, blockedBy: 'limit', reason: 'user.max_user_namespaces is 0' } as const
    expect(find(examine(failed, { userNamespaces }), 'user namespaces').remedy).toBe('user.max_user_namespaces is 0')
  })

  it('name a filter, or else what the kernel’s answer means', () => {
    expect(find(examine(failed, { seccompFiltered: true }), 'user namespaces').remedy).toMatch('seccomp')
    expect(find(examine({ trials: { user: failure('ENOSPC') } }), 'user namespaces').remedy).toMatch('user.max_')
    expect(find(examine({ trials: { user: failure('EIO', 'x') } }), 'user namespaces').remedy).toMatch('chroot')
  })
})

describe('filesystems', () => {
  it('say why a procfs cannot be mounted inside another container', () => {
    const proc = failure('EPERM', 'fsmount', 'createFilesystem')
    const checks = examine({ trials: { ...trials, proc } })
    expect(find(checks, 'new procfs')).toMatchObject({ ok: false, found: 'createFilesystem: fsmount: EPERM' })
    expect(find(checks, 'new procfs').remedy).toMatch('systempaths=unconfined')
    expect(isHealthy(checks)).toBe(false)
  })

  it('do not take the blame for a process that could not be started', () => {
    const checks = examine({ trials: { ...trials, proc: failure('ENOSYS'), mount: failure('ENOSYS') } })
    expect(find(checks, 'new procfs').remedy).toBe(find(checks, 'mount namespaces').remedy)
    expect(find(checks, 'new procfs').remedy).toMatch('seccomp')
  })

  it('can do without overlay', () => {
    const overlay = failure('ENODEV', 'fsopen', 'createFilesystem')
    const checks = examine({ trials: { ...trials, overlay, overlayInUserNamespace: overlay } })
    expect(refused(checks)).toEqual(['overlay', 'overlay in user namespace'])
    expect(isHealthy(checks)).toBe(true)
  })
})

describe('cgroups', () => {
  const cgroup2 = (change: Partial<NonNullable<Host['cgroup2']>>) => ({
    cgroup2: { ...(host.cgroup2 as NonNullable<Host['cgroup2']>), ...change },
  })

  it('are named where there are none', () => {
    expect(find(examine({}, { cgroup2: null }), 'cgroup2')).toMatchObject({ ok: false })
  })

  it('tell where a controller is instead', () => {
    const checks = examine({}, cgroup2({ controllers: ['hugetlb'], v1Controllers: ['memory', 'blkio'] }))
    expect(find(checks, 'memory limits')).toMatchObject({ ok: false, found: 'controller memory is on a v1 hierarchy' })
    expect(find(checks, 'io limits')).toMatchObject({ ok: false, found: 'controller blkio is on a v1 hierarchy' })
    expect(find(checks, 'memory limits').remedy).toMatch('cgroup_no_v1=all')
    expect(find(checks, 'pids limits').remedy).toMatch('Delegate=pids')
    expect(find(checks, 'hugetlb limits').ok).toBe(true)
  })

  it('tell each user how to get one to divide', () => {
    expect(find(examine({}, cgroup2({ writable: false })), 'own cgroup').remedy).toMatch('Delegate=yes')
    expect(find(examine({}, { ...root, ...cgroup2({ writable: false }) }), 'own cgroup').remedy).toMatch('read-only')
  })
})

describe('ids', () => {
  const name = 'many ids in a user namespace'

  it('need programs and ranges, and not for root', () => {
    const { newuidmap: _, ...bare } = host
    expect(find(diagnose({ ...perfect, host: bare }), name).remedy).toMatch('apt-get install uidmap')
    expect(find(examine({}, { subIds: { uid: [], gid: [] } }), name).remedy).toMatch('usermod --add-subuids')
    expect(find(examine({}, root), name).ok).toBe(true)
    expect(find(examine({}), name).found).toBe('65536 uids, 65536 gids')
  })
})
