// Machines and configurations that the planning tests share.
import { templateConfig } from '../../../lib/config/template.ts'
import type { Config, ValidConfig } from '../../../lib/config/types.ts'
import type { Host } from '../../../lib/host.ts'
import type { Op, OpName, OpOf, Plan } from '../../../lib/plan/ops.ts'
import { type PlanOptions, planContainer } from '../../../lib/plan/plan.ts'

const ALL_CAPABILITIES = (1n << 41n) - 1n

/** Root on a machine that lacks nothing. */
export const rootHost: Host = {
  arch: 'x64',
  kernel: { release: '6.18.0', major: 6, minor: 18 },
  euid: 0,
  egid: 0,
  capabilities: ALL_CAPABILITIES,
  lastCapability: 40,
  namespaces: { mount: true, pid: true, network: true, uts: true, ipc: true, user: true, cgroup: true, time: true },
  userNamespaces: { usable: true },
  rootIsInitramfs: false,
  inUserNamespace: false,
  setgroupsAllowed: true,
  subIds: { uid: [], gid: [] },
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/',
    writable: true,
    controllers: ['memory'],
    passedOn: [],
    v1Controllers: [],
  },
  systemd: null,
  seccomp: true,
  seccompFlags: [
    'SECCOMP_FILTER_FLAG_TSYNC',
    'SECCOMP_FILTER_FLAG_LOG',
    'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
    'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
  ],
  seccompFiltered: false,
  apparmor: false,
  selinux: false,
  missingSyscalls: [],
}

/** An ordinary user with subordinate ids and no cgroup of their own. */
export const userHost: Host = {
  ...rootHost,
  euid: 1000,
  egid: 1001,
  capabilities: 0n,
  subIds: { uid: [{ start: 100000, count: 65536 }], gid: [{ start: 200000, count: 65536 }] },
  newuidmap: '/usr/bin/newuidmap',
  newgidmap: '/usr/bin/newgidmap',
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/user.slice/session-1.scope',
    writable: false,
    controllers: [],
    passedOn: [],
    v1Controllers: [],
  },
}

export const options: PlanOptions = {
  id: 'web',
  gate: true,
  rootfs: { directory: '/bundle/rootfs' },
  bundle: '/bundle',
  passedFds: 0,
}

/** A document that validation has let pass, or would if it did not refuse more than planning needs. */
export const valid = (config: Config): ValidConfig => config as ValidConfig

/** The template for root, changed. */
export function rootConfig(change: (config: RootTemplate) => void = () => {}): ValidConfig {
  const config = templateConfig() as RootTemplate
  change(config)
  return valid(config)
}

export type RootTemplate = Config & Required<Pick<Config, 'process' | 'mounts' | 'linux' | 'root'>>

/** The template for {@link userHost}, changed. */
export function userConfig(change: (config: RootTemplate) => void = () => {}): ValidConfig {
  const config = templateConfig({ rootless: true, uid: userHost.euid, gid: userHost.egid }) as RootTemplate
  change(config)
  return valid(config)
}

/** Everything at once: each property that plays a part in planning is there. */
export function fullConfig(): ValidConfig {
  return rootConfig((config) => {
    config.domainname = 'example.org'
    config.linux.seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_ERRNO' }],
    }
    config.process.user = { uid: 1000, gid: 1000, umask: 0o077, additionalGids: [5, 10] }
    config.process.cwd = '/srv/work'
    config.process.oomScoreAdj = -500
    config.process.capabilities = {
      bounding: ['CAP_KILL', 'CAP_CHOWN'],
      permitted: ['CAP_KILL'],
      effective: ['CAP_KILL'],
      inheritable: ['CAP_KILL'],
      ambient: ['CAP_KILL'],
    }
    config.mounts.push(
      { destination: '/data', source: 'data', options: ['rbind', 'ro', 'nosuid', 'rslave'] },
      { destination: '/shared/', type: 'bind', source: '/mnt/shared', options: ['rshared'] },
      { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['ro', 'size=1m', 'mode=755'] },
      { destination: '/etc', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'nosuid'] },
      { destination: '/tree', source: '/srv', options: ['rbind', 'nodev', 'rro', 'rnosuid'] },
      {
        destination: '/mapped',
        source: '/home',
        options: ['rbind', 'ridmap'],
        uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
        gidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
      },
      { destination: '/disk', type: 'ext4', source: '/dev/sda1', options: ['ro', 'sync', 'noatime'] },
    )
    config.process.scheduler = { policy: 'SCHED_RR', priority: 3, flags: ['SCHED_FLAG_RESET_ON_FORK'] }
    config.process.ioPriority = { class: 'IOPRIO_CLASS_BE', priority: 2 }
    config.process.execCPUAffinity = { initial: '0-1', final: '1' }
    config.process.apparmorProfile = 'profile'
    config.process.selinuxLabel = 'a:b:c:d'
    config.linux.memoryPolicy = { mode: 'MPOL_BIND', nodes: '0-1', flags: ['MPOL_F_STATIC_NODES'] }
    config.linux.personality = { domain: 'LINUX32' }
    config.linux.mountLabel = 'e:f:g:h'
    config.hooks = {
      createRuntime: [{ path: '/hooks/network' }],
      createContainer: [{ path: '/hooks/devices', args: ['devices', '--all'], env: ['LOG=debug'], timeout: 30 }],
      startContainer: [{ path: '/usr/bin/ldconfig' }],
    }
    config.linux.rootfsPropagation = 'shared'
    config.linux.sysctl = { 'net.ipv4.ip_forward': '1', 'net/ipv4/conf/eth0.1/rp_filter': '2' }
    config.linux.devices = [
      { type: 'c', path: '/dev/null', major: 1, minor: 3, fileMode: 0o600, uid: 1000, gid: 1000 },
      { type: 'p', path: '/dev/pipe' },
      { type: 'b', path: '/dev/loop0', major: 7, minor: 0, fileMode: 0o660 },
    ]
    config.linux.namespaces?.push({ type: 'time' })
    config.linux.timeOffsets = { monotonic: { secs: 86_400 }, boottime: { secs: 604_800, nanosecs: 5 } }
    const network = config.linux.namespaces?.find(({ type }) => type === 'network')
    if (network !== undefined) network.path = '/run/netns/web'
  })
}

export const overlayOptions: PlanOptions = { ...options, rootfs: { overlay: { lower: ['/layers/b', '/layers/a'] } } }

const everything: PlanOptions = { ...options, gate: false, passedFds: 2, listenFds: ['http', 'log'], init: true }

/** One plan of each kind, by name. */
export function allPlans(): Array<readonly [name: string, plan: Plan]> {
  return [
    ['template as root', planContainer(rootConfig(), rootHost, options)],
    ['template as user', planContainer(userConfig(), userHost, options)],
    ['overlay as root', planContainer(rootConfig(), rootHost, overlayOptions)],
    ['overlay as user', planContainer(userConfig(), userHost, overlayOptions)],
    ['everything', planContainer(fullConfig(), rootHost, everything)],
  ]
}

/** Index of the first operation of this name that fits. */
export function indexOf<N extends OpName>(plan: Plan, name: N, fits: (op: OpOf<N>) => boolean = () => true): number {
  const index = plan.ops.findIndex((op) => op.op === name && fits(op as OpOf<N>))
  if (index === -1) throw new Error(`the plan has no such ${name}`)
  return index
}

/** All operations of this name, in order. */
export function opsOf<N extends OpName>(plan: { readonly ops: readonly Op[] } | readonly Op[], name: N): OpOf<N>[] {
  const ops = 'ops' in plan ? plan.ops : plan
  return ops.filter((op): op is Op & OpOf<N> => op.op === name)
}

/** What a call throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
