// For docs/spec-conformance.md: for each object of the document a sample with every property that it has.

export interface Sample {
  /** JSON Pointer of an object, or of a list of such objects. */
  readonly path: string
  /** The object with every property; for a list, a list of one. Properties that are objects have samples of their own. */
  readonly value: unknown
  /** Other changes to the template, by JSON Pointer, without which the sample would make no sense. */
  readonly given?: Readonly<Record<string, unknown>>
  /** Where properties are carried out that no operation of init shows: of the whole object, or by name. */
  readonly by?: string | Readonly<Record<string, string>>
}

const ids = (containerID: number) => [{ containerID, hostID: 100000 + containerID, size: 65536 }]
const namespaces = (...more: readonly string[]) => ({
  '/linux/namespaces': ['pid', 'ipc', 'uts', 'mount', 'cgroup', 'network', ...more].map((type) => ({ type })),
})
const IN_USER_NAMESPACE = {
  ...namespaces('user'),
  '/linux/uidMappings': ids(0),
  '/linux/gidMappings': ids(0),
}

const RESOURCES = 'Node: written to the cgroup before the program runs'
const hook = (place: string) => ({
  path: `/hooks/${place}`,
  value: [{ path: '/bin/true', args: ['true'], env: ['A=1'], timeout: 5 }],
})
const HOST_HOOK = 'Node: run as a process of the runtime'

export const SAMPLES: readonly Sample[] = [
  {
    path: '',
    value: { ociVersion: '1.3.0', hostname: 'box', domainname: 'example.org', annotations: { 'org.example': 'x' } },
    by: { ociVersion: 'validation: any 1.x', annotations: 'Node: returned in the state document' },
  },
  { path: '/root', value: { path: 'other', readonly: true } },
  {
    path: '/mounts',
    value: [{ destination: '/data', type: 'tmpfs', source: 'data', options: ['ro'] }],
  },
  {
    path: '/mounts',
    value: [{ destination: '/data', source: '/srv', options: ['bind'], uidMappings: ids(0), gidMappings: ids(0) }],
  },
  ...['uidMappings', 'gidMappings'].map(
    (name): Sample => ({
      path: `/mounts/0/${name}`,
      value: ids(0),
      given: {
        '/mounts': [
          { destination: '/data', source: '/srv', options: ['bind'], uidMappings: ids(0), gidMappings: ids(0) },
        ],
      },
      by: 'Node: a user namespace with these maps, for `bindMount`',
    }),
  ),
  {
    path: '/process',
    value: {
      args: ['id', '-u'],
      cwd: '/srv',
      env: ['A=1'],
      terminal: true,
      noNewPrivileges: true,
      oomScoreAdj: 100,
      apparmorProfile: 'profile',
      selinuxLabel: 'system_u:system_r:container_t:s0',
    },
  },
  { path: '/process', value: { commandLine: 'x' } },
  { path: '/process/consoleSize', value: { height: 24, width: 80 }, given: { '/process/terminal': true } },
  { path: '/process/user', value: { uid: 1000, gid: 1000, umask: 0o077, additionalGids: [5] } },
  { path: '/process/user', value: { username: 'x' } },
  {
    path: '/process/capabilities',
    value: {
      bounding: ['CAP_KILL', 'CAP_CHOWN'],
      permitted: ['CAP_KILL', 'CAP_CHOWN'],
      effective: ['CAP_KILL'],
      inheritable: ['CAP_KILL'],
      ambient: ['CAP_KILL'],
    },
  },
  { path: '/process/rlimits', value: [{ type: 'RLIMIT_NOFILE', soft: 64, hard: 128 }] },
  {
    path: '/process/scheduler',
    value: {
      policy: 'SCHED_DEADLINE',
      flags: ['SCHED_FLAG_RESET_ON_FORK'],
      runtime: 1_000_000,
      deadline: 2_000_000,
      period: 3_000_000,
    },
  },
  { path: '/process/scheduler', value: { policy: 'SCHED_OTHER', nice: 5 } },
  { path: '/process/scheduler', value: { policy: 'SCHED_FIFO', priority: 5 } },
  { path: '/process/ioPriority', value: { class: 'IOPRIO_CLASS_BE', priority: 3 } },
  {
    path: '/process/execCPUAffinity',
    value: { initial: '0', final: '0-1' },
    by: 'of processes that join: `Container.exec`',
  },
  {
    path: '/linux/namespaces',
    value: [{ type: 'mount' }, { type: 'uts' }, { type: 'network', path: '/run/netns/web' }],
  },
  { path: '/linux/uidMappings', value: ids(0), given: IN_USER_NAMESPACE, by: 'Node: uid_map, or newuidmap' },
  { path: '/linux/gidMappings', value: ids(0), given: IN_USER_NAMESPACE, by: 'Node: gid_map, or newgidmap' },
  {
    path: '/linux/timeOffsets/monotonic',
    value: { secs: 100, nanosecs: 5 },
    given: namespaces('time'),
  },
  {
    path: '/linux/timeOffsets/boottime',
    value: { secs: 100, nanosecs: 5 },
    given: namespaces('time'),
  },
  {
    path: '/linux/devices',
    value: [{ type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 0o600, uid: 1, gid: 2 }],
  },
  { path: '/linux/netDevices', value: { eth7: { name: 'eth0' } }, by: 'Node: moved by netlink' },
  {
    path: '/linux',
    value: {
      cgroupsPath: '/group/name',
      rootfsPropagation: 'shared',
      sysctl: { 'net.ipv4.ip_forward': '1' },
      maskedPaths: ['/proc/kcore'],
      readonlyPaths: ['/proc/sys'],
      mountLabel: 'system_u:object_r:container_file_t:s0',
    },
    by: { cgroupsPath: 'Node: the container is born there' },
  },
  {
    path: '/linux/intelRdt',
    value: {
      closID: 'a',
      schemata: ['MB:0=10'],
      l3CacheSchema: 'L3:0=f',
      memBwSchema: 'MB:0=20',
      enableMonitoring: true,
    },
    by: 'Node: written to resctrl',
  },
  { path: '/linux/memoryPolicy', value: { mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES'] } },
  { path: '/linux/personality', value: { domain: 'LINUX32' } },
  { path: '/linux/personality', value: { domain: 'LINUX', flags: ['X'] } },
  {
    path: '/linux/seccomp',
    value: {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      architectures: ['SCMP_ARCH_X86_64'],
      flags: ['SECCOMP_FILTER_FLAG_LOG'],
    },
  },
  {
    path: '/linux/seccomp',
    value: {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }],
      listenerPath: '/run/listener',
      listenerMetadata: 'x',
    },
  },
  {
    path: '/linux/seccomp/syscalls',
    value: [
      {
        names: ['socket'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: 2,
      },
    ],
    given: { '/linux/seccomp/defaultAction': 'SCMP_ACT_ALLOW' },
  },
  {
    path: '/linux/seccomp/syscalls/0/args',
    value: [{ index: 1, value: 15, valueTwo: 3, op: 'SCMP_CMP_MASKED_EQ' }],
    given: {
      '/linux/seccomp/defaultAction': 'SCMP_ACT_ALLOW',
      '/linux/seccomp/syscalls': [{ names: ['socket'], action: 'SCMP_ACT_ERRNO' }],
    },
  },
  { path: '/linux/resources', value: { unified: { 'memory.high': '1000000' } }, by: RESOURCES },
  {
    path: '/linux/resources/devices',
    value: [{ allow: true, type: 'c', major: 10, minor: 229, access: 'rw' }],
    by: 'Node: an eBPF program on the cgroup',
  },
  {
    path: '/linux/resources/memory',
    value: {
      limit: 1e9,
      reservation: 5e8,
      swap: 2e9,
      checkBeforeUpdate: true,
    },
    by: RESOURCES,
  },
  { path: '/linux/resources/memory', value: { kernel: 1e6 } },
  { path: '/linux/resources/memory', value: { kernelTCP: 1e6 } },
  { path: '/linux/resources/memory', value: { swappiness: 50 } },
  { path: '/linux/resources/memory', value: { disableOOMKiller: true } },
  {
    path: '/linux/resources/memory',
    value: { useHierarchy: true },
    by: 'nothing to do: children always count in cgroup2',
  },
  { path: '/linux/resources/cpu', value: { realtimeRuntime: 1000 } },
  { path: '/linux/resources/cpu', value: { realtimePeriod: 1000 } },
  { path: '/linux/resources/network', value: { classID: 1 } },
  { path: '/linux/resources/network/priorities', value: [{ name: 'eth0', priority: 1 }] },
  { path: '/linux/resources/blockIO', value: { leafWeight: 100 } },
  {
    path: '/linux/resources/cpu',
    value: { shares: 512, quota: 50000, burst: 1000, period: 100000, cpus: '0', mems: '0', idle: 1 },
    by: RESOURCES,
  },
  { path: '/linux/resources/pids', value: { limit: 10 }, by: RESOURCES },
  { path: '/linux/resources/blockIO', value: { weight: 100 }, by: RESOURCES },
  {
    path: '/linux/resources/blockIO/weightDevice',
    value: [{ major: 8, minor: 0, weight: 100 }],
    by: RESOURCES,
  },
  { path: '/linux/resources/blockIO/weightDevice', value: [{ major: 8, minor: 0, leafWeight: 100 }] },
  ...['throttleReadBpsDevice', 'throttleWriteBpsDevice', 'throttleReadIOPSDevice', 'throttleWriteIOPSDevice'].map(
    (name): Sample => ({
      path: `/linux/resources/blockIO/${name}`,
      value: [{ major: 8, minor: 0, rate: 1000 }],
      by: RESOURCES,
    }),
  ),
  { path: '/linux/resources/hugepageLimits', value: [{ pageSize: '2MB', limit: 2097152 }], by: RESOURCES },
  { path: '/linux/resources/rdma', value: { mlx5_0: { hcaHandles: 1, hcaObjects: 2 } }, by: RESOURCES },
  { ...hook('prestart'), by: HOST_HOOK },
  { ...hook('createRuntime'), by: HOST_HOOK },
  hook('createContainer'),
  hook('startContainer'),
  { ...hook('poststart'), by: HOST_HOOK },
  { ...hook('poststop'), by: HOST_HOOK },
]
