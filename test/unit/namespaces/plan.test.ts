// Namespaces of a plan, and what is set up in them.
import { describe, expect, it } from 'vitest'
import type { Namespace, TimeOffsets } from '../../../lib/config/types.ts'
import type { ContainerError } from '../../../lib/errors.ts'
import type { Host } from '../../../lib/host.ts'
import { allowsSetgroups, becomeRoot, planNamespaces, planSettings, planTime } from '../../../lib/namespaces/plan.ts'
import { CAP_SYS_ADMIN } from '../../../lib/plan/flags.ts'
import type { Op } from '../../../lib/plan/ops.ts'
import { rootConfig, rootHost, thrownBy, userConfig, userHost } from '../plan/fixtures.ts'

const withNamespaces = (...namespaces: Namespace[]) =>
  rootConfig(({ linux }) => {
    linux.namespaces = namespaces
  })

const mount: Namespace = { type: 'mount' }
const powerless: Host = { ...rootHost, capabilities: rootHost.capabilities & ~(1n << BigInt(CAP_SYS_ADMIN)) }

describe('planNamespaces', () => {
  it.each([
    ['mount', 0x00020000],
    ['uts', 0x04000000],
    ['ipc', 0x08000000],
    ['user', 0x10000000],
    ['pid', 0x20000000],
    ['network', 0x40000000],
  ] as const)('%s is CLONE_NEW* %i (include/uapi/linux/sched.h)', (type, flag) => {
    expect(planNamespaces(withNamespaces(mount, { type }), rootHost)).toEqual({
      cloneFlags: flag | 0x00020000,
      given: [],
      enter: [],
      forks: false,
    })
  })

  it('leaves the cgroup namespace to init, which is in its cgroup by then, before anything is joined', () => {
    const joined: Namespace = { type: 'uts', path: '/proc/7/ns/uts' }
    expect(planNamespaces(withNamespaces(mount, joined, { type: 'cgroup' }), rootHost)).toEqual({
      cloneFlags: 0x00020000,
      given: ['ns:uts'],
      enter: [
        { op: 'unshare', namespaces: 0x02000000 },
        { op: 'joinNamespace', namespace: 'ns:uts', type: 0x04000000 },
      ],
      forks: false,
    })
  })

  const at = (type: Namespace['type']): Namespace => ({ type, path: `/proc/7/ns/${type}` })
  const names = ({ enter }: { enter: readonly Op[] }) =>
    enter.map((op) => ('type' in op ? `${op.op} ${op.type}` : 'namespaces' in op ? `${op.op} ${op.namespaces}` : op.op))

  it.each([
    ['a pid namespace, which is that of children', [mount, { type: 'cgroup' }, at('pid')], 0x00020000],
    ['a user namespace, which is to own what is new', [mount, { type: 'cgroup' }, at('user')], 0x00020000],
    [
      'what a new user namespace gives no right to',
      [mount, { type: 'cgroup' }, { type: 'user' }, at('network')],
      0x10020000,
    ],
  ] as ReadonlyArray<readonly [string, Namespace[], number]>)(
    'joins before the birth of the container’s first process: %s',
    (_, namespaces, born) => {
      const plan = planNamespaces(withNamespaces(...namespaces), rootHost)
      expect(plan).toMatchObject({ cloneFlags: 0, forks: true })
      expect(names(plan).slice(1)).toEqual([`fork ${born}`, `unshare ${0x02000000}`])
    },
  )

  it('joins the user namespace last with rights in the host, and first without', () => {
    const config = withNamespaces(mount, at('user'), at('network'), at('mount'))
    const [user, network, mnt] = ['joinNamespace 268435456', 'joinNamespace 1073741824', 'joinNamespace 131072']
    expect(names(planNamespaces(config, rootHost)).slice(0, 3)).toEqual([network, mnt, user])
    expect(names(planNamespaces(config, userHost)).slice(0, 3)).toEqual([user, network, mnt])
  })

  it.each([
    [
      'an ordinary user’s new user namespace and a joined one',
      [mount, { type: 'user' }, at('network')],
      userHost,
      /ordinary user cannot join a network[\s\S]*join the user namespace that/,
    ],
    ['no user namespace without privilege', [mount], powerless, /CAP_SYS_ADMIN[\s\S]*"type": "user"/],
    [
      'a user namespace where there are none',
      [mount, { type: 'user' }],
      { ...rootHost, userNamespaces: { usable: false, reason: 'set user.max_user_namespaces' } },
      /cannot make a user namespace[\s\S]*user\.max_user_namespaces/,
    ],
    [
      'a namespace the kernel lacks',
      [mount, { type: 'time' }],
      { ...rootHost, namespaces: { ...rootHost.namespaces, time: false } },
      /no time namespaces/,
    ],
  ] as ReadonlyArray<readonly [string, Namespace[], Host, RegExp]>)('refuses %s', (_, namespaces, host, message) => {
    const error = thrownBy(() => planNamespaces(withNamespaces(...namespaces), host)) as ContainerError
    expect(error.code).toBe('ERR_UNSUPPORTED')
    expect(error.message).toMatch(message)
  })

  it('needs no privilege with a user namespace', () => {
    expect(planNamespaces(userConfig(), userHost).cloneFlags & 0x10000000).not.toBe(0)
  })
})

describe('becomeRoot', () => {
  const maps = { uid: '0 1 1\n', gid: '0 1 1\n' }

  it.each([
    ['no new user namespace', { kind: 'none' } as const, true],
    ['maps that this process wrote', { kind: 'direct', maps } as const, true],
    ['maps that deny setgroups', { kind: 'direct', maps: { ...maps, setgroups: 'deny' } } as const, false],
    ['a helper that leaves setgroups', { kind: 'helper', uid: [], gid: [], setGroups: true } as const, true],
    ['a helper that denies setgroups', { kind: 'helper', uid: [], gid: [], setGroups: false } as const, false],
  ])('with %s', (_, idMaps, setGroups) => {
    expect(allowsSetgroups(idMaps)).toBe(setGroups)
    expect(becomeRoot(setGroups)).toEqual({
      op: 'setUser',
      uid: 0,
      gid: 0,
      groups: [],
      setGroups,
      keepCapabilities: false,
    })
  })
})

describe('planTime', () => {
  const withOffsets = (timeOffsets?: TimeOffsets, time: Namespace[] = [{ type: 'time' }]) =>
    rootConfig(({ linux }) => {
      linux.namespaces = [mount, ...time]
      if (timeOffsets !== undefined) linux.timeOffsets = timeOffsets
    })

  it('makes a time namespace, sets its clocks, then enters it', () => {
    const config = withOffsets({ boottime: { secs: -5n, nanosecs: 7 }, monotonic: { secs: 86400 } })
    expect(planTime(config)).toEqual([
      { op: 'unshare', namespaces: 0x80 },
      { op: 'setTimeOffsets', offsets: 'monotonic 86400 0\nboottime -5 7' },
      { op: 'enterTimeNamespace' },
    ])
    expect(planNamespaces(config, rootHost).cloneFlags).toBe(0x00020000)
  })

  it('leaves clocks alone of which nothing is said', () => {
    const plain = [{ op: 'unshare', namespaces: 0x80 }, { op: 'enterTimeNamespace' }]
    expect(planTime(withOffsets())).toEqual(plain)
    expect(planTime(withOffsets({}))).toEqual(plain)
    expect(planTime(withOffsets({ monotonic: {} }))).toContainEqual({
      op: 'setTimeOffsets',
      offsets: 'monotonic 0 0',
    })
  })

  it('does nothing without a new one', () => {
    expect(planTime(withOffsets(undefined, []))).toEqual([])
    expect(planTime(withOffsets(undefined, [{ type: 'time', path: '/t' }]))).toEqual([])
  })
})

describe('planSettings', () => {
  it('sets names, loopback and kernel parameters, in the document’s order', () => {
    const config = rootConfig((config) => {
      config.hostname = 'web'
      config.domainname = 'example.org'
      config.linux.sysctl = { 'net.core.somaxconn': '4096', 'net/ipv4/conf/eth0.1/forwarding': '1' }
    })
    expect(planSettings(config)).toEqual([
      { op: 'setHostname', name: 'web' },
      { op: 'setDomainname', name: 'example.org' },
      { op: 'linkUp', name: 'lo' },
      { op: 'sysctl', name: 'net/core/somaxconn', value: '4096' },
      { op: 'sysctl', name: 'net/ipv4/conf/eth0.1/forwarding', value: '1' },
    ])
  })

  it('passes a value on byte for byte: it cannot become a second parameter (CVE-2022-0811)', () => {
    const value = '1+kernel.core_pattern=|/evil\n x=,'
    const config = rootConfig(({ linux }) => {
      linux.sysctl = { 'kernel.shm_rmid_forced': value }
    })
    expect(planSettings(config).at(-1)).toEqual({ op: 'sysctl', name: 'kernel/shm_rmid_forced', value })
  })

  it('refuses a name that leads elsewhere', () => {
    const config = rootConfig(({ linux }) => {
      linux.sysctl = { 'net/../kernel/panic': '1' }
    })
    const error = thrownBy(() => planSettings(config)) as ContainerError
    expect(error.problems[0]?.path).toBe('/linux/sysctl/net~1..~1kernel~1panic')
  })

  it.each([
    ['joined', { type: 'network', path: '/run/netns/x' } as const],
    ['the host’s', undefined],
  ])('does not touch loopback of a network namespace that is %s', (_, network) => {
    const config = rootConfig((config) => {
      delete config.hostname
      config.linux.namespaces = [mount, ...(network === undefined ? [] : [network])]
    })
    expect(planSettings(config)).toEqual([])
  })
})
