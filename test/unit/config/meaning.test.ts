// Documents of the right shape that mean something impossible or dangerous: each is refused at the right place.
import { describe, expect, it } from 'vitest'
import { type Changes, document, judge, rootlessDocument } from './documents.ts'

/** Where the problem is, beginning of the message, changes to the template; one value is put where the problem is. */
type Case = readonly [at: string, message: string, changes: Changes | { readonly value: unknown }]

const value = (value: unknown) => ({ value })
const mount = (mount: object) => ({ '/mounts': [{ destination: '/x', type: 'tmpfs', ...mount }] })
const bind = (mount: object) => ({ '/mounts': [{ destination: '/x', type: 'bind', source: '/src', ...mount }] })
const without = (type: string) => ({
  '/linux/namespaces': document().linux?.namespaces?.filter((namespace) => namespace.type !== type),
})
const mappings = (...rows: ReadonlyArray<readonly [number, number, number]>) =>
  rows.map(([containerID, hostID, size]) => ({ containerID, hostID, size }))
const device = (device: object) => ({
  '/linux/devices': [{ type: 'c', path: '/dev/x', major: 1, minor: 3, ...device }],
})
const scheduler = (scheduler: object) => ({ '/process/scheduler': { policy: 'SCHED_OTHER', ...scheduler } })
const policy = (policy: object) => ({ '/linux/memoryPolicy': policy })
const resources = (resources: object) => ({ '/linux/resources': resources })
const seccomp = (seccomp: object) => ({ '/linux/seccomp': { defaultAction: 'SCMP_ACT_ERRNO', ...seccomp } })
const rule = (rule: object) => seccomp({ syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW', ...rule }] })
const long = '/'.padEnd(5000, 'x')

const CASES: readonly Case[] = [
  // config.md
  ['/ociVersion', 'must be a semantic version like 1.3.0, is "1.0"', value('1.0')],
  ['/ociVersion', 'must be a semantic version', value('')],
  ['/ociVersion', 'must be a semantic version', value('1.0.0\n')],
  ['/ociVersion', 'must be a semantic version', value('01.0.0')],
  ['/ociVersion', 'must be a version 1.x of the runtime spec, is "2.0.0"', value('2.0.0')],
  ['/ociVersion', 'must be a version 1.x', value('0.5.0')],
  ['/root', 'is required', value(undefined)],
  ['/root/path', 'must be the path of a directory, is empty', value('')],
  ['/root/path', 'must not be /', value('/')],
  ['/root/path', 'must not be /', value('//./var/..')],
  ['/root/path', 'must be a path of at most 4095 bytes', value(long)],
  ['/vm', 'is for another platform', value({})],
  ['/windows', 'is for another platform', value({ layerFolders: [] })],
  ['/solaris', 'is for another platform', value({})],
  ['/freebsd', 'is for another platform', value({})],
  ['/zos', 'is for another platform', value({})],
  ['/hostname', 'must be at most 64 bytes, is 65', value('x'.repeat(65))],
  ['/hostname', 'must be at most 64 bytes, is 66', value('é'.repeat(33))],
  ['/hostname', 'needs an entry of type uts', without('uts')],
  ['/domainname', 'must be at most 64 bytes', value('x'.repeat(65))],
  ['/domainname', 'needs an entry of type uts', { ...without('uts'), '/hostname': undefined, '/domainname': 'd' }],
  ['/annotations/', 'must not have an empty key', { '/annotations': { '': 'x' } }],

  // mounts
  ['/mounts/0/destination', 'must be an absolute path, is "x"', mount({ destination: 'x' })],
  ['/mounts/0/destination', 'must be an absolute path, is ""', mount({ destination: '' })],
  ['/mounts/0/destination', 'must be an absolute path', mount({ destination: '../x' })],
  ['/mounts/0/destination', 'must not be /: that is /root', mount({ destination: '/' })],
  ['/mounts/0/destination', 'must not be /: that is /root', mount({ destination: '/a/..//.' })],
  ['/mounts/0/destination', 'must be a path of at most', mount({ destination: long })],
  ['/mounts/0/destination', 'must not be /proc, unless', mount({ destination: '/proc' })],
  ['/mounts/0/destination', 'must not be /proc, unless', mount({ destination: '//proc/./' })],
  ['/mounts/0/destination', 'must not be /proc, unless', bind({ destination: '/proc', source: '/tmp' })],
  [
    '/mounts/0/destination',
    'must not be /proc, unless',
    bind({ destination: '/proc', type: 'proc', options: ['bind'] }),
  ],
  ['/mounts/0/destination', 'must not be inside /proc', mount({ destination: '/proc/sys' })],
  ['/mounts/0/destination', 'must not be inside /proc', bind({ destination: '/proc/self/attr' })],
  ['/mounts/0/destination', 'must not be inside /proc', bind({ destination: '/etc/../proc/1' })],
  ['/mounts/0/destination', 'must not be inside /proc', mount({ destination: '/proc/cpuinfo' })],
  ['/mounts/0/destination', 'must not be inside /proc', bind({ destination: '/proc/cpuinfo/x' })],
  ['/mounts/0/source', 'must be the file or directory to bind, is empty', bind({ source: '' })],
  ['/mounts/0/source', 'must be the file or directory to bind, is empty', bind({ source: undefined })],
  ['/mounts/0/source', 'must be a path of at most', bind({ source: long })],
  ['/mounts/0/type', 'must be a filesystem type, or bind', mount({ type: undefined })],
  ['/mounts/0/type', 'must be a filesystem type, or bind', mount({ type: 'none', options: ['ro'] })],
  ['/mounts/0/type', 'must be a filesystem type like tmpfs', mount({ type: '../tmpfs' })],
  ['/mounts/0/options/0', 'must be a word, or key=value with a key', mount({ options: [''] })],
  ['/mounts/0/options/1', 'must be a word, or key=value with a key', mount({ options: ['ro', '=64m'] })],
  ['/mounts/0/options/1', 'must be a mount flag, as a bind mount', bind({ options: ['ro', 'size=1m'] })],
  ['/mounts/0/options/0', 'must be a mount flag, as a bind mount', bind({ options: ['RO'] })],
  ['/mounts/0/options/1', 'must be a mount flag', bind({ type: 'none', options: ['rbind', 'nosuid,nodev'] })],
  [
    '/mounts/0/options/0',
    'must be for a bind mount',
    mount({ options: ['idmap'], uidMappings: mappings([0, 0, 1]), gidMappings: mappings([0, 0, 1]) }),
  ],
  [
    '/mounts/0/uidMappings',
    'must be for a bind mount',
    mount({ uidMappings: mappings([0, 0, 1]), gidMappings: mappings([0, 0, 1]) }),
  ],
  ['/mounts/0/options/0', 'needs uidMappings and gidMappings', bind({ options: ['idmap'] })],
  [
    '/mounts/0/options',
    'must not have idmap and ridmap together',
    bind({ options: ['idmap', 'ridmap'], uidMappings: mappings([0, 0, 1]), gidMappings: mappings([0, 0, 1]) }),
  ],
  ...['sync', 'dirsync', 'lazytime', 'mand'].map(
    (word) =>
      ['/mounts/0/options/1', `must not be ${word}: it is of the whole`, bind({ options: ['ro', word] })] as const,
  ),
  ['/mounts/0/options/0', 'must be for a tmpfs', bind({ options: ['tmpcopyup'] })],
  ['/mounts/0/options/0', 'must be for a tmpfs', mount({ type: 'ext4', options: ['tmpcopyup'] })],
  ['/mounts/0/options/1', 'must not be with remount', mount({ options: ['remount', 'shared'] })],
  ['/mounts/0/options/0', 'must not be with remount', mount({ options: ['tmpcopyup', 'remount'] })],
  ['/mounts/0/gidMappings', 'is required with the other', bind({ uidMappings: mappings([0, 5, 1]) })],
  ['/mounts/0/uidMappings', 'is required with the other', bind({ gidMappings: mappings([0, 5, 1]) })],
  [
    '/mounts/0/gidMappings/0/size',
    'must be at least 1',
    bind({ uidMappings: mappings([0, 5, 1]), gidMappings: mappings([0, 5, 0]) }),
  ],

  // process
  ['/process/args', 'must have at least the program to run', value([])],
  ['/process/args', 'must have at least the program to run', value(undefined)],
  ['/process/args/0', 'must be the program to run, is empty', value('')],
  ['/process/cwd', 'must be an absolute path, is ""', value('')],
  ['/process/cwd', 'must be an absolute path, is "home"', value('home')],
  ['/process/cwd', 'must be a path of at most', value(long)],
  ['/process/env/1', 'must be NAME=value; "NOVALUE" has no "="', value('NOVALUE')],
  ['/process/env/0', 'must be NAME=value; "=x" has no name', value('=x')],
  ['/process/env/0', 'must be NAME=value; "" has no "="', value('')],
  ['/process/oomScoreAdj', 'must be from -1000 to 1000, is 1001', value(1001)],
  ['/process/oomScoreAdj', 'must be from -1000 to 1000, is -1001', value(-1001)],
  ['/process/consoleSize/width', 'must be at most 65535', { '/process/consoleSize': { height: 1, width: 65536 } }],
  ['/process/user/uid', 'must be at most 4294967294', value(4294967295)],
  ['/process/user/gid', 'must be at most 4294967294', value(4294967295)],
  ['/process/user/additionalGids/1', 'must be at most 4294967294', { '/process/user/additionalGids': [5, 4294967295] }],
  ['/process/user/umask', 'must be at most 511 (0o777)', value(0o1000)],
  ['/process/capabilities/effective/0', 'needs CAP_SYS_ADMIN in permitted too', value('CAP_SYS_ADMIN')],
  [
    '/process/capabilities/ambient/0',
    'needs CAP_CHOWN in permitted too',
    { '/process/capabilities/ambient': ['CAP_CHOWN'], '/process/capabilities/inheritable': ['CAP_CHOWN'] },
  ],
  ['/process/rlimits/0/type', 'must be one of RLIMIT_CPU, ', value('RLIMIT_FILES')],
  ['/process/rlimits/0/type', 'must be one of RLIMIT_CPU, ', value('NOFILE')],
  ['/process/rlimits/0/soft', 'must be at most the hard limit 1024, is 1025', value(1025)],
  ['/process/rlimits/0/soft', 'must be at most the hard limit 1024, is 18446744073709551615', value(2n ** 64n - 1n)],
  [
    '/process/rlimits/1/type',
    'must not be there twice; RLIMIT_NOFILE is entry 0 already',
    { '/process/rlimits/1': { type: 'RLIMIT_NOFILE', soft: 1, hard: 1 } },
  ],
  ['/process/scheduler/policy', 'must not be SCHED_ISO', scheduler({ policy: 'SCHED_ISO' })],
  ['/process/scheduler/nice', 'must be from -20 to 19', scheduler({ nice: 20 })],
  ['/process/scheduler/nice', 'must be from -20 to 19', scheduler({ nice: -21 })],
  ['/process/scheduler/priority', 'must be 0 for SCHED_OTHER', scheduler({ priority: 1 })],
  ['/process/scheduler/priority', 'must be from 1 to 99 for SCHED_FIFO, is 0', scheduler({ policy: 'SCHED_FIFO' })],
  [
    '/process/scheduler/priority',
    'must be from 1 to 99 for SCHED_RR, is 100',
    scheduler({ policy: 'SCHED_RR', priority: 100 }),
  ],
  ['/process/scheduler/runtime', 'must not be set for SCHED_BATCH', scheduler({ policy: 'SCHED_BATCH', runtime: 5 })],
  ['/process/scheduler/period', 'must not be set for SCHED_OTHER', scheduler({ period: 5n })],
  [
    '/process/scheduler/runtime',
    'must be at least 1024',
    scheduler({ policy: 'SCHED_DEADLINE', runtime: 1, deadline: 2000 }),
  ],
  [
    '/process/scheduler/deadline',
    'must be at least the runtime',
    scheduler({ policy: 'SCHED_DEADLINE', runtime: 5000, deadline: 4999 }),
  ],
  [
    '/process/scheduler/period',
    'must be at least the deadline',
    scheduler({ policy: 'SCHED_DEADLINE', runtime: 5000, deadline: 6000, period: 5500 }),
  ],
  [
    '/process/ioPriority/priority',
    'must be from 0 to 7, is 8',
    { '/process/ioPriority': { class: 'IOPRIO_CLASS_BE', priority: 8 } },
  ],
  [
    '/process/ioPriority/priority',
    'must be from 0 to 7, is -1',
    { '/process/ioPriority': { class: 'IOPRIO_CLASS_RT', priority: -1 } },
  ],
  ['/process/execCPUAffinity/initial', 'must be a list like 0-3,7', { '/process/execCPUAffinity': { initial: '0-' } }],
  [
    '/process/execCPUAffinity/final',
    'must not have a range that goes down: "3-1"',
    { '/process/execCPUAffinity': { final: '0, 3-1' } },
  ],
  ['/process/execCPUAffinity/final', 'must be a list like 0-3,7', { '/process/execCPUAffinity': { final: '1,,2' } }],
  [
    '/process/execCPUAffinity/final',
    'must not have a number above 65535',
    { '/process/execCPUAffinity': { final: '99999999999999999999' } },
  ],

  // hooks
  ['/hooks/prestart/0/path', 'must be an absolute path', { '/hooks/prestart': [{ path: 'bin/hook' }] }],
  [
    '/hooks/createRuntime/1/path',
    'must be an absolute path',
    { '/hooks/createRuntime': [{ path: '/a' }, { path: '' }] },
  ],
  ['/hooks/poststop/0/env/0', 'must be NAME=value', { '/hooks/poststop': [{ path: '/a', env: ['X'] }] }],

  // namespaces and mappings
  [
    '/linux/namespaces/6/type',
    'must not be there twice; pid is entry 0 already',
    { '/linux/namespaces/6': { type: 'pid' } },
  ],
  [
    '/linux/namespaces/6/type',
    'must not be there twice',
    { '/linux/namespaces/6': { type: 'network', path: '/proc/1/ns/net' } },
  ],
  ['/linux/namespaces/0/path', 'must be an absolute path, is "self"; leave it out', value('self')],
  ['/linux/namespaces/0/path', 'must be an absolute path, is ""; leave it out', value('')],
  ['/linux/uidMappings', 'needs an entry of type user', { '/linux/uidMappings': mappings([0, 1000, 1]) }],
  ['/linux/gidMappings', 'needs an entry of type user', { '/linux/gidMappings': mappings([0, 1000, 1]) }],
  ['/linux/timeOffsets', 'needs an entry of type time', { '/linux/timeOffsets': { boottime: { secs: 1 } } }],
  [
    '/linux/timeOffsets',
    'must not be set for a time namespace that is joined',
    {
      '/linux/namespaces/6': { type: 'time', path: '/proc/1/ns/time' },
      '/linux/timeOffsets': { monotonic: { secs: 1n } },
    },
  ],
  [
    '/linux/timeOffsets/monotonic/nanosecs',
    'must be at most 999999999',
    { '/linux/namespaces/6': { type: 'time' }, '/linux/timeOffsets': { monotonic: { nanosecs: 1e9 } } },
  ],

  ...[9_223_372_037, -(2n ** 63n)].map(
    (secs): Case => [
      '/linux/timeOffsets/boottime/secs',
      'must be at most 9223372036 either way',
      { '/linux/namespaces/6': { type: 'time' }, '/linux/timeOffsets': { boottime: { secs } } },
    ],
  ),

  // devices
  ['/linux/devices/0/path', 'must be an absolute path', device({ path: 'dev/x' })],
  ['/linux/devices/0/path', 'must not be /', device({ path: '/dev/..' })],
  [
    '/linux/devices/1/path',
    'must not be there twice; /dev/x is entry 0 already',
    { ...device({}), '/linux/devices/1': { type: 'p', path: '/dev//x' } },
  ],
  ['/linux/devices/0/major', 'is required for a device', device({ major: undefined })],
  ['/linux/devices/0/minor', 'is required for a device', device({ type: 'b', minor: undefined })],
  ['/linux/devices/0/minor', 'is required for a device', device({ type: 'u', minor: undefined })],
  ['/linux/devices/0/major', 'must be from 0 to 4095, is 4096', device({ major: 4096 })],
  ['/linux/devices/0/major', 'must be from 0 to 4095, is -1', device({ major: -1 })],
  ['/linux/devices/0/minor', 'must be from 0 to 1048575', device({ minor: 2n ** 40n })],
  ['/linux/devices/0/major', 'must not be set for a FIFO', device({ type: 'p', minor: undefined })],

  // the rest of linux
  ['/linux/maskedPaths/0', 'must be an absolute path', value('proc/kcore')],
  ['/linux/maskedPaths/0', 'must not be /', value('/')],
  ['/linux/readonlyPaths/0', 'must be an absolute path', value('')],
  ['/linux/readonlyPaths/0', 'must not be /: use /root/readonly', value('/proc/..')],
  ['/linux/cgroupsPath', 'must not contain ".."', value('/a/../../b')],
  ['/linux/cgroupsPath', 'must not contain ".."', value('..')],
  ['/linux/cgroupsPath', 'must not be the root of the hierarchy', value('/')],
  ['/linux/cgroupsPath', 'must not be the root of the hierarchy', value('/.//')],
  ['/linux/netDevices', 'needs an entry of type network', { ...without('network'), '/linux/netDevices': { eth0: {} } }],
  ['/linux/netDevices/eth0/name', 'must be 1 to 15 bytes', { '/linux/netDevices': { eth0: { name: 'a/b' } } }],
  ['/linux/netDevices/eth0/name', 'must be 1 to 15 bytes', { '/linux/netDevices': { eth0: { name: '' } } }],
  ['/linux/netDevices/eth0/name', 'must be 1 to 15 bytes', { '/linux/netDevices': { eth0: { name: 'eth%d' } } }],
  [
    '/linux/netDevices/sixteen-bytes-xx',
    'must be the name of a network interface',
    { '/linux/netDevices': { 'sixteen-bytes-xx': {} } },
  ],
  [
    '/linux/netDevices/b/name',
    'must differ from that of "a"',
    { '/linux/netDevices': { a: { name: 'eth0' }, b: { name: 'eth0' } } },
  ],
  ['/linux/intelRdt/closID', 'must be the name of a directory', { '/linux/intelRdt': { closID: '../x' } }],
  ['/linux/intelRdt/closID', 'must be the name of a directory', { '/linux/intelRdt': { closID: '..' } }],
  ['/linux/intelRdt/closID', 'must be the name of a directory', { '/linux/intelRdt': { closID: '' } }],
  ['/linux/intelRdt/schemata/0', 'must be one line', { '/linux/intelRdt': { schemata: ['L3:0=1\nMB:0=1'] } }],
  ['/linux/intelRdt/l3CacheSchema', 'must be one line', { '/linux/intelRdt': { l3CacheSchema: 'L3:0=1\n' } }],
  ['/linux/memoryPolicy/nodes', 'is required for MPOL_BIND', policy({ mode: 'MPOL_BIND' })],
  ['/linux/memoryPolicy/nodes', 'must not be set for MPOL_LOCAL', policy({ mode: 'MPOL_LOCAL', nodes: '0' })],
  ['/linux/memoryPolicy/nodes', 'must be a list like 0-3,7', policy({ mode: 'MPOL_BIND', nodes: 'all' })],
  [
    '/linux/memoryPolicy/flags',
    'must not have MPOL_F_STATIC_NODES and',
    policy({ mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES', 'MPOL_F_RELATIVE_NODES'] }),
  ],
  [
    '/linux/memoryPolicy/flags',
    'must not have MPOL_F_NUMA_BALANCING for',
    policy({ mode: 'MPOL_INTERLEAVE', nodes: '0', flags: ['MPOL_F_NUMA_BALANCING'] }),
  ],
  [
    '/linux/memoryPolicy/flags',
    'must not have flags about nodes',
    policy({ mode: 'MPOL_PREFERRED', flags: ['MPOL_F_STATIC_NODES'] }),
  ],
  [
    '/linux/personality/flags',
    'must be empty',
    { '/linux/personality': { domain: 'LINUX32', flags: ['ADDR_NO_RANDOMIZE'] } },
  ],

  // sysctl
  ['/linux/sysctl/kernel.hostname', 'must not be set here: use /hostname', value('x')],
  ['/linux/sysctl/kernel~1hostname', 'must not be set here: use /hostname', value('x')],
  ['/linux/sysctl/kernel.panic', 'must be a parameter of a namespace', value('1')],
  ['/linux/sysctl/vm.swappiness', 'must be a parameter of a namespace', value('1')],
  ['/linux/sysctl/fs.file-max', 'must be a parameter of a namespace', value('1')],
  ['/linux/sysctl/kernel.core_pattern', 'must be a parameter of a namespace', value('|/x')],
  ['/linux/sysctl/net', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/net.', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/.net.x', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/net.ipv4~1..~1..~1kernel~1panic', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/net~1..~1kernel~1panic', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/net~1ipv4~1~1kernel', 'must be the name of a kernel parameter', value('1')],
  ['/linux/sysctl/net.x y', 'must be the name of a kernel parameter', value('1')],
  [
    '/linux/sysctl/net~1core~1somaxconn',
    'must not be there twice; it is the same as "net.core.somaxconn"',
    { '/linux/sysctl': { 'net.core.somaxconn': '1', 'net/core/somaxconn': '2' } },
  ],
  [
    '/linux/sysctl/net.core.somaxconn',
    'needs an entry of type network',
    { ...without('network'), '/linux/sysctl/net.core.somaxconn': '1' },
  ],
  [
    '/linux/sysctl/kernel.shmmax',
    'needs an entry of type ipc',
    { ...without('ipc'), '/linux/sysctl/kernel.shmmax': '1' },
  ],
  [
    '/linux/sysctl/fs.mqueue.msg_max',
    'needs an entry of type ipc',
    { ...without('ipc'), '/linux/sysctl/fs.mqueue.msg_max': '1' },
  ],
  [
    '/linux/sysctl/kernel.domainname',
    'needs an entry of type uts',
    { ...without('uts'), '/hostname': '', '/linux/sysctl/kernel.domainname': 'x' },
  ],
  ['/linux/sysctl/user.max_net_namespaces', 'needs an entry of type user', value('1')],

  // seccomp
  ['/linux/seccomp/defaultAction', 'must not be SCMP_ACT_NOTIFY', seccomp({ defaultAction: 'SCMP_ACT_NOTIFY' })],
  ['/linux/seccomp/defaultErrnoRet', 'must be at most 4095', seccomp({ defaultErrnoRet: 4096 })],
  [
    '/linux/seccomp/defaultErrnoRet',
    'must not be set for SCMP_ACT_ALLOW',
    seccomp({ defaultAction: 'SCMP_ACT_ALLOW', defaultErrnoRet: 1 }),
  ],
  [
    '/linux/seccomp/architectures/1',
    'must not be there twice',
    seccomp({ architectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X86'] }),
  ],
  ['/linux/seccomp/listenerMetadata', 'needs listenerPath', seccomp({ listenerMetadata: 'x' })],
  ['/linux/seccomp/listenerPath', 'must be an absolute path', seccomp({ listenerPath: 'x.sock' })],
  [
    '/linux/seccomp/flags/0',
    'needs a rule with SCMP_ACT_NOTIFY',
    seccomp({ flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] }),
  ],
  [
    '/linux/seccomp/syscalls/0/action',
    'must not be SCMP_ACT_NOTIFY for write',
    seccomp({ listenerPath: '/s', syscalls: [{ names: ['write'], action: 'SCMP_ACT_NOTIFY' }] }),
  ],
  ['/linux/seccomp/syscalls/0/names/0', 'must be the name of a system call, is empty', rule({ names: [''] })],
  ['/linux/seccomp/syscalls/0/errnoRet', 'must not be set for SCMP_ACT_ALLOW', rule({ errnoRet: 0 })],
  ['/linux/seccomp/syscalls/0/errnoRet', 'must be at most 65535', rule({ action: 'SCMP_ACT_TRACE', errnoRet: 65536 })],
  [
    '/linux/seccomp/syscalls/0/args/0/index',
    'must be from 0 to 5, is 6',
    rule({ args: [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' }] }),
  ],
  [
    '/linux/seccomp/syscalls/0/args/0/valueTwo',
    'must not be set for SCMP_CMP_EQ',
    rule({ args: [{ index: 0, value: 0, valueTwo: 1n, op: 'SCMP_CMP_EQ' }] }),
  ],

  // resources
  [
    '/linux/resources/devices/0/access',
    'must be some of r, w and m',
    resources({ devices: [{ allow: true, access: 'rx' }] }),
  ],
  [
    '/linux/resources/devices/0/access',
    'must be some of r, w and m',
    resources({ devices: [{ allow: true, access: '' }] }),
  ],
  ['/linux/resources/devices/0/major', 'must be a major number', resources({ devices: [{ allow: true, major: -2 }] })],
  ['/linux/resources/devices/0/minor', 'must be a minor number', resources({ devices: [{ allow: true, minor: -2n }] })],
  ['/linux/resources/memory/limit', 'must be bytes, or -1', resources({ memory: { limit: -2 } })],
  ['/linux/resources/memory/swap', 'needs a limit beside it', resources({ memory: { swap: 5 } })],
  ['/linux/resources/memory/swap', 'must be at least the limit 6, is 5', resources({ memory: { swap: 5, limit: 6n } })],
  ['/linux/resources/memory/swappiness', 'must be from 0 to 100', resources({ memory: { swappiness: 101 } })],
  ['/linux/resources/cpu/shares', 'must be from 2 to 262144, is 1', resources({ cpu: { shares: 1 } })],
  ['/linux/resources/cpu/shares', 'must be from 2 to 262144', resources({ cpu: { shares: 262145n } })],
  ['/linux/resources/cpu/quota', 'must be at least 1000 microseconds', resources({ cpu: { quota: 999 } })],
  ['/linux/resources/cpu/period', 'must be from 1000 to 1000000', resources({ cpu: { period: 1000001 } })],
  ['/linux/resources/cpu/burst', 'must be at most the quota 1000', resources({ cpu: { quota: 1000, burst: 1001 } })],
  ['/linux/resources/cpu/idle', 'must be 0 or 1, is 2', resources({ cpu: { idle: 2 } })],
  ['/linux/resources/cpu/cpus', 'must be a list like 0-3,7', resources({ cpu: { cpus: 'x' } })],
  ['/linux/resources/cpu/mems', 'must not have a range that goes down', resources({ cpu: { mems: '2-1' } })],
  ['/linux/resources/pids/limit', 'must be a number, or -1', resources({ pids: { limit: -2 } })],
  ['/linux/resources/blockIO/weight', 'must be from 10 to 1000, is 9', resources({ blockIO: { weight: 9 } })],
  [
    '/linux/resources/blockIO/weightDevice/0/leafWeight',
    'must be from 10 to 1000',
    resources({ blockIO: { weightDevice: [{ major: 8, minor: 0, leafWeight: 1001 }] } }),
  ],
  [
    '/linux/resources/blockIO/throttleReadIOPSDevice/0/major',
    'must not be negative',
    resources({ blockIO: { throttleReadIOPSDevice: [{ major: -1, minor: 0 }] } }),
  ],
  [
    '/linux/resources/hugepageLimits/1/pageSize',
    'must not be there twice',
    resources({
      hugepageLimits: [
        { pageSize: '2MB', limit: 1 },
        { pageSize: '2MB', limit: 2 },
      ],
    }),
  ],
  [
    '/linux/resources/unified/memory.high~1..~1x',
    'must be the name of a file',
    resources({ unified: { 'memory.high/../x': '1' } }),
  ],
  ['/linux/resources/unified/..', 'must be the name of a file', resources({ unified: { '..': '1' } })],
  ['/linux/resources/unified/cgroup.procs', 'must be a limit', resources({ unified: { 'cgroup.procs': '1' } })],
]

const ROOTLESS: readonly Case[] = [
  ['/linux/uidMappings', 'must have at least one range', value([])],
  ['/linux/gidMappings', 'must have at least one range', value(undefined)],
  ['/linux/uidMappings', 'must have id 0', { '/linux/uidMappings': mappings([1, 1000, 1]), '/process/user/uid': 1 }],
  [
    '/linux/uidMappings/1/containerID',
    'must not overlap the range of entry 0',
    { '/linux/uidMappings': mappings([0, 1000, 10], [9, 5000, 1]) },
  ],
  [
    '/linux/uidMappings/0/containerID',
    'must not overlap the range of entry 1',
    { '/linux/uidMappings': mappings([5, 1000, 10], [0, 5000, 6]) },
  ],
  [
    '/linux/gidMappings/1/hostID',
    'must not overlap the range of entry 0',
    { '/linux/gidMappings': mappings([0, 1000, 10], [10, 1009, 1]) },
  ],
  ['/linux/gidMappings/1/size', 'must be at least 1', { '/linux/gidMappings': mappings([0, 1000, 1], [1, 1001, 0]) }],
  [
    '/linux/uidMappings/0/hostID',
    'must be a range that ends at 4294967294',
    { '/linux/uidMappings': mappings([0, 4294967295, 1]) },
  ],
  [
    '/linux/uidMappings/1/containerID',
    'must be a range that ends at 4294967294',
    { '/linux/uidMappings': mappings([0, 0, 1], [4294967290, 5, 6]) },
  ],
  [
    '/linux/uidMappings',
    'must have at most 340 ranges, has 341',
    { '/linux/uidMappings': mappings(...Array.from({ length: 341 }, (_, index) => [index, index, 1] as const)) },
  ],
  ['/process/user/uid', 'must be an id that /linux/uidMappings has, is 1', value(1)],
  ['/process/user/gid', 'must be an id that /linux/gidMappings has, is 1000', value(1000)],
  [
    '/process/user/additionalGids/0',
    'must be an id that /linux/gidMappings has, is 5',
    { '/process/user/additionalGids': [5] },
  ],
  ['/linux/devices/0/uid', 'must be an id that /linux/uidMappings has', device({ uid: 7 })],
  ['/linux/devices/0/gid', 'must be an id that /linux/gidMappings has', device({ gid: 5 })],
  [
    '/mounts/0/options/0',
    'must be an id that /linux/gidMappings has, is 5',
    mount({ type: 'devpts', options: ['gid=5'] }),
  ],
  ['/mounts/0/options/0', 'must be an id that /linux/uidMappings has, is 1000', mount({ options: ['uid=1000'] })],
]

function check(make: (changes: Changes) => unknown, [at, message, changes]: Case): void {
  const { code, problems } = judge(make('value' in changes ? { [at]: changes['value'] } : changes))
  expect({ code, problems }).toEqual({
    code: 'ERR_INVALID_CONFIG',
    problems: [{ path: at, message: expect.stringMatching(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) }],
  })
}

describe('meaning', () => {
  it.each(CASES.map((row) => [row[0], row[1], row] as const))('%s: %s', (_at, _message, row) => {
    check(document, row)
  })

  it.each(ROOTLESS.map((row) => [row[0], row[1], row] as const))(
    'with a user namespace, %s: %s',
    (_at, _message, row) => {
      check(rootlessDocument, row)
    },
  )

  it.each([
    ['without a mount namespace', without('mount')],
    ['in one that is joined', { '/linux/namespaces/3/path': '/proc/1/ns/mnt' }],
  ])('refuses what would be mounted for others too, %s', (_, changes) => {
    const more = { '/linux/devices': [{ type: 'p', path: '/dev/x' }], '/linux/rootfsPropagation': 'slave' }
    const { problems } = judge(document({ ...changes, ...more, '/linux/mountLabel': 'a:b:c:d' }))
    expect(problems.map(({ path }) => path)).toEqual([
      '/mounts',
      '/root/readonly',
      '/linux/devices',
      '/linux/rootfsPropagation',
      '/linux/mountLabel',
      '/linux/maskedPaths',
      '/linux/readonlyPaths',
    ])
    const none = { '/mounts': [], '/root/readonly': false, '/linux/maskedPaths': [], '/linux/readonlyPaths': [] }
    expect(judge(document({ ...changes, ...none })).code).toBe('valid')
  })

  it('lets the root be that of a mount namespace that is joined', () => {
    const none = { '/mounts': [], '/root/readonly': false, '/linux/maskedPaths': [], '/linux/readonlyPaths': [] }
    const root = { ...none, '/root/path': '/' }
    expect(judge(document({ ...root, '/linux/namespaces/3/path': '/proc/1/ns/mnt' })).code).toBe('valid')
    expect(judge(document({ ...root, ...without('mount') })).problems.map(({ path }) => path)).toEqual(['/root/path'])
  })

  it('says everything at once', () => {
    const { problems } = judge(
      document({ '/root/path': '', '/process/args': [], '/mounts/0/destination': 'x', '/process/cwd': '' }),
    )
    expect(problems.map(({ path }) => path)).toEqual([
      '/root/path',
      '/mounts/0/destination',
      '/process/args',
      '/process/cwd',
    ])
  })
})
