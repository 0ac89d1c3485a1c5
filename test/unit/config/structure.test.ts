// Documents of the wrong shape: each is refused at the right place, in words.
import { describe, expect, it } from 'vitest'
import { document, judge } from './documents.ts'

const mapping = { containerID: 0, hostID: 0, size: 1 }
const LIST = 'must be a list'
const STRING = 'must be a string'
const OBJECT = 'must be an object'
const UINT32 = 'must be an integer from 0 to 4294967295'
const INT64 = 'must be an integer from -9223372036854775808'
const UINT64 = 'must be an integer from 0 to 18446744073709551615'

/** Pointer, value that is put there, where the problem is when it is elsewhere, beginning of the message. */
const CASES: ReadonlyArray<readonly [pointer: string, value: unknown, message: string, at?: string]> = [
  ['/ociVersion', undefined, 'is required'],
  ['/ociVersion', 1, `${STRING}, is 1`],
  ['/root', 'rootfs', `${OBJECT}, is "rootfs"`],
  ['/root', null, `${OBJECT}, is null`],
  ['/root', [], `${OBJECT}, is an empty list`],
  ['/root', {}, 'is required', '/root/path'],
  ['/root/path', 5, STRING],
  ['/root/readonly', 'yes', 'must be true or false, is "yes"'],
  ['/mounts', {}, LIST],
  ['/mounts/0', 'proc', OBJECT],
  ['/mounts/0', {}, 'is required', '/mounts/0/destination'],
  ['/mounts/0/destination', 7, STRING],
  ['/mounts/0/type', false, STRING],
  ['/mounts/0/source', {}, STRING],
  ['/mounts/0/options', 'ro,nosuid', LIST],
  ['/mounts/0/options', [['ro']], STRING, '/mounts/0/options/0'],
  ['/mounts/0/uidMappings', {}, LIST],
  ['/mounts/0/gidMappings', [{ ...mapping, size: -1 }], UINT32, '/mounts/0/gidMappings/0/size'],
  ['/process', [], OBJECT],
  ['/process/cwd', undefined, 'is required'],
  ['/process/cwd', null, STRING],
  ['/process/args', 'sh', LIST],
  ['/process/args', ['sh', 1], STRING, '/process/args/1'],
  ['/process/env', { A: 'b' }, LIST],
  ['/process/env', [null], STRING, '/process/env/0'],
  ['/process/terminal', 0, 'must be true or false, is 0'],
  ['/process/consoleSize', { width: 80 }, 'is required', '/process/consoleSize/height'],
  ['/process/consoleSize', { width: -1, height: 1 }, UINT64, '/process/consoleSize/width'],
  ['/process/user', 'root', OBJECT],
  ['/process/user/uid', -1, `${UINT32}, is -1`],
  ['/process/user/uid', 4294967296, UINT32],
  ['/process/user/uid', '0', UINT32],
  ['/process/user/uid', 1.5, UINT32],
  ['/process/user/uid', Number.NaN, UINT32],
  ['/process/user/uid', 0n, UINT32],
  ['/process/user/gid', 1e100, UINT32],
  ['/process/user/umask', '022', UINT32],
  ['/process/user/additionalGids', 5, LIST],
  ['/process/user/additionalGids', [5, -5], UINT32, '/process/user/additionalGids/1'],
  ['/process/capabilities', ['CAP_KILL'], OBJECT],
  ['/process/capabilities/bounding', 'CAP_KILL', LIST],
  ['/process/capabilities/ambient', [7], STRING, '/process/capabilities/ambient/0'],
  ['/process/rlimits', {}, LIST],
  ['/process/rlimits/0', { type: 'RLIMIT_CPU', soft: 1 }, 'is required', '/process/rlimits/0/hard'],
  ['/process/rlimits/0/soft', -1, UINT64],
  ['/process/rlimits/0/hard', 2n ** 64n, UINT64],
  ['/process/rlimits/0/hard', 2 ** 63, UINT64],
  ['/process/rlimits/0/type', 7, STRING],
  ['/process/noNewPrivileges', 'true', 'must be true or false'],
  ['/process/oomScoreAdj', 2 ** 31, 'must be an integer from -2147483648 to 2147483647'],
  ['/process/scheduler', {}, 'is required', '/process/scheduler/policy'],
  ['/process/scheduler', { policy: 'FIFO' }, 'must be one of SCHED_OTHER, SCHED_FIFO', '/process/scheduler/policy'],
  ['/process/scheduler', { policy: 'SCHED_RR', flags: ['X'] }, 'must be one of', '/process/scheduler/flags/0'],
  ['/process/ioPriority', { class: 'RT' }, 'must be one of IOPRIO_CLASS_RT', '/process/ioPriority/class'],
  ['/process/ioPriority', { priority: 1 }, 'is required', '/process/ioPriority/class'],
  ['/process/execCPUAffinity', { initial: 'all' }, 'must be a list of CPUs', '/process/execCPUAffinity/initial'],
  ['/process/apparmorProfile', true, STRING],
  ['/hostname', 5, STRING],
  ['/domainname', [], STRING],
  ['/annotations', [], OBJECT],
  ['/annotations', { a: 1 }, STRING, '/annotations/a'],
  ['/annotations', { 'a/b~c': 1 }, STRING, '/annotations/a~1b~0c'],
  ['/hooks', [], OBJECT],
  ['/hooks/prestart', {}, LIST],
  ['/hooks/prestart', [{}], 'is required', '/hooks/prestart/0/path'],
  ['/hooks/poststop', [{ path: '/x', timeout: 0 }], 'must be at least 1, is 0', '/hooks/poststop/0/timeout'],
  ['/hooks/poststart', [{ path: '/x', timeout: '1' }], 'must be an integer', '/hooks/poststart/0/timeout'],
  ['/hooks/createRuntime', [{ path: '/x', args: 'x' }], LIST, '/hooks/createRuntime/0/args'],
  ['/linux', 'x', OBJECT],
  ['/linux/namespaces', { type: 'pid' }, LIST],
  ['/linux/namespaces', [{}], 'is required', '/linux/namespaces/0/type'],
  ['/linux/namespaces/0/type', 'net', 'must be one of mount, pid, network, uts, ipc, user, cgroup, time; is "net"'],
  ['/linux/namespaces/0/type', 'PID', 'must be one of'],
  ['/linux/namespaces/0/path', 5, STRING],
  ['/linux/uidMappings', mapping, LIST],
  ['/linux/uidMappings', [{ containerID: 0, size: 1 }], 'is required', '/linux/uidMappings/0/hostID'],
  ['/linux/gidMappings', [{ ...mapping, hostID: 2 ** 32 }], UINT32, '/linux/gidMappings/0/hostID'],
  ['/linux/devices', [{ type: 'c' }], 'is required', '/linux/devices/0/path'],
  ['/linux/devices', [{ type: 'x', path: '/dev/x' }], 'must be one of c, u, b, p', '/linux/devices/0/type'],
  ['/linux/devices', [{ type: 'p', path: '/p', fileMode: 512 }], 'must be at most 511', '/linux/devices/0/fileMode'],
  ['/linux/devices', [{ type: 'p', path: '/p', fileMode: -1 }], 'must be at least 0', '/linux/devices/0/fileMode'],
  ['/linux/devices', [{ type: 'p', path: '/p', fileMode: '0666' }], 'must be an integer', '/linux/devices/0/fileMode'],
  ['/linux/devices', [{ type: 'c', path: '/p', major: 2n ** 63n, minor: 0 }], INT64, '/linux/devices/0/major'],
  ['/linux/cgroupsPath', {}, STRING],
  ['/linux/rootfsPropagation', 'public', 'must be one of private, shared, slave, unbindable'],
  ['/linux/sysctl', ['net.core.somaxconn=1'], OBJECT],
  ['/linux/sysctl', { 'net.core.somaxconn': 1024 }, STRING, '/linux/sysctl/net.core.somaxconn'],
  ['/linux/maskedPaths', '/proc/kcore', LIST],
  ['/linux/readonlyPaths', [1], STRING, '/linux/readonlyPaths/0'],
  ['/linux/netDevices', { eth0: 'eth0' }, OBJECT, '/linux/netDevices/eth0'],
  ['/linux/netDevices', { eth0: { name: 1 } }, STRING, '/linux/netDevices/eth0/name'],
  [
    '/linux/intelRdt',
    { memBwSchema: 'L3:0=1' },
    'must be one line that begins with MB:',
    '/linux/intelRdt/memBwSchema',
  ],
  ['/linux/memoryPolicy', {}, 'is required', '/linux/memoryPolicy/mode'],
  ['/linux/memoryPolicy', { mode: 'BIND' }, 'must be one of MPOL_DEFAULT', '/linux/memoryPolicy/mode'],
  ['/linux/personality', { domain: 'BSD' }, 'must be one of LINUX, LINUX32', '/linux/personality/domain'],
  ['/linux/timeOffsets', { boottime: { secs: 1.5 } }, INT64, '/linux/timeOffsets/boottime/secs'],
  ['/linux/timeOffsets', { monotonic: { secs: -(2n ** 63n) - 1n } }, INT64, '/linux/timeOffsets/monotonic/secs'],
  ['/linux/timeOffsets', { monotonic: { nanosecs: -1 } }, UINT32, '/linux/timeOffsets/monotonic/nanosecs'],
  ['/linux/resources', [], OBJECT],
  ['/linux/resources', { devices: [{ access: 'r' }] }, 'is required', '/linux/resources/devices/0/allow'],
  [
    '/linux/resources',
    { devices: [{ allow: true, type: 'p' }] },
    'must be one of a, c, b',
    '/linux/resources/devices/0/type',
  ],
  ['/linux/resources', { pids: {} }, 'is required', '/linux/resources/pids/limit'],
  ['/linux/resources', { memory: { limit: '64M' } }, INT64, '/linux/resources/memory/limit'],
  ['/linux/resources', { memory: { swappiness: -1 } }, UINT64, '/linux/resources/memory/swappiness'],
  ['/linux/resources', { cpu: { cpus: 0 } }, STRING, '/linux/resources/cpu/cpus'],
  [
    '/linux/resources',
    { blockIO: { weight: 65536 } },
    'must be an integer from 0 to 65535',
    '/linux/resources/blockIO/weight',
  ],
  [
    '/linux/resources',
    { blockIO: { weightDevice: [{ major: 8 }] } },
    'is required',
    '/linux/resources/blockIO/weightDevice/0/minor',
  ],
  [
    '/linux/resources',
    { hugepageLimits: [{ pageSize: '2M', limit: 1 }] },
    'must be a page size like',
    '/linux/resources/hugepageLimits/0/pageSize',
  ],
  ['/linux/resources', { network: { classID: -1 } }, UINT32, '/linux/resources/network/classID'],
  ['/linux/resources', { rdma: { mlx5: { hcaHandles: 'max' } } }, UINT32, '/linux/resources/rdma/mlx5/hcaHandles'],
  ['/linux/resources', { unified: { 'memory.high': 1 } }, STRING, '/linux/resources/unified/memory.high'],
  ['/linux/seccomp', {}, 'is required', '/linux/seccomp/defaultAction'],
  ['/linux/seccomp', { defaultAction: 'ALLOW' }, 'must be one of SCMP_ACT_KILL', '/linux/seccomp/defaultAction'],
  [
    '/linux/seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['amd64'] },
    'must be one of SCMP_ARCH_X86',
    '/linux/seccomp/architectures/0',
  ],
  ['/linux/seccomp', { defaultAction: 'SCMP_ACT_ALLOW', flags: ['LOG'] }, 'must be one of', '/linux/seccomp/flags/0'],
  [
    '/linux/seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: [], action: 'SCMP_ACT_LOG' }] },
    'must be a list of at least 1, is an empty list',
    '/linux/seccomp/syscalls/0/names',
  ],
  [
    '/linux/seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['x'] }] },
    'is required',
    '/linux/seccomp/syscalls/0/action',
  ],
  [
    '/linux/seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['x'], action: 'SCMP_ACT_LOG', args: [{ index: 0, value: 2n ** 64n, op: 'SCMP_CMP_EQ' }] }],
    },
    UINT64,
    '/linux/seccomp/syscalls/0/args/0/value',
  ],
  [
    '/linux/seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['x'], action: 'SCMP_ACT_LOG', args: [{ index: 0, value: 1, op: '==' }] }],
    },
    'must be one of SCMP_CMP_NE',
    '/linux/seccomp/syscalls/0/args/0/op',
  ],
  ['/vm', 'x', OBJECT],
]

describe('structure', () => {
  const named = CASES.map(([pointer, value, message, at = pointer]) => [at, message, pointer, value] as const)
  it.each(named)('%s: %s', (at, message, pointer, value) => {
    const { code, problems } = judge(document({ [pointer]: value }))
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(problems).toEqual([{ path: at, message: expect.stringContaining(message) }])
    expect(problems[0]?.message.startsWith(message)).toBe(true)
  })

  it.each([[null], [undefined], ['{}'], [[]], [5], [5n], [true]])('a document that is %o is refused', (value) => {
    const { code, problems } = judge(value)
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(problems).toEqual([{ path: '', message: expect.stringContaining('must be an object, is ') }])
  })

  it('says everything at once, and what else is wrong in the parts that are well-formed', () => {
    const { problems } = judge(
      document({
        '/ociVersion': undefined,
        '/process/cwd': 5,
        '/process/args': [],
        '/root/path': '/',
        '/linux/namespaces': 1,
      }),
    )
    expect(problems.map(({ path }) => path)).toEqual([
      '/ociVersion',
      '/process/cwd',
      '/linux/namespaces',
      '/process/args',
    ])
  })

  it('shortens a long value', () => {
    const { problems } = judge(document({ '/root/readonly': 'x'.repeat(1000) }))
    expect(problems[0]?.message).toBe(`must be true or false, is "${'x'.repeat(60)}…"`)
  })
})
