// Documents that must not be refused, and what is said about odd ones.
import { describe, expect, it } from 'vitest'
import { type Changes, document, judge, rootlessDocument } from './documents.ts'

const bind = (mount: object) => ({ '/mounts/0': { destination: '/x', type: 'bind', source: '/src', ...mount } })

const GOOD: ReadonlyArray<readonly [name: string, changes: Changes]> = [
  ['the template', {}],
  ['no process: it can be created, not started', { '/process': undefined }],
  ['no mounts', { '/mounts': undefined }],
  ['no user, no capabilities', { '/process/user': undefined, '/process/capabilities': undefined }],
  ['a pre-release version', { '/ociVersion': '1.0.0-rc5' }],
  ['a version with build metadata', { '/ociVersion': '1.3.0-rc.1+dev.5' }],
  ['an absolute root', { '/root/path': '/var/lib/rootfs' }],
  ['a root beside the bundle', { '/root/path': '../rootfs' }],
  ['an empty host name, which is none', { '/hostname': '', '/linux/namespaces': [{ type: 'mount' }] }],
  ['names of 64 bytes', { '/hostname': 'h'.repeat(64), '/domainname': 'é'.repeat(32) }],
  ['annotations', { '/annotations': { 'org.example/key': '', x: 'ü' } }],
  ['empty hooks', { '/hooks': { prestart: [] } }],
  [
    'a terminal that is not asked for, with a size',
    { '/process/terminal': false, '/process/consoleSize': { height: 24, width: 80 } },
  ],
  ['a bind mount by option', bind({ type: 'none', options: ['rbind', 'ro', 'rslave'] })],
  ['a bind mount without type', bind({ type: undefined, options: ['bind'] })],
  ['a bind mount of type rbind', bind({ type: 'rbind' })],
  ['a bind mount from the bundle', bind({ source: 'data' })],
  ['the host’s /proc', bind({ destination: '/proc', source: '/proc', options: ['rbind'] })],
  ['lxcfs files', bind({ destination: '/proc/cpuinfo', source: '/var/lib/lxcfs/proc/cpuinfo' })],
  ['a file of /proc/sys that is allowed', bind({ destination: '/proc/sys/kernel/ns_last_pid' })],
  ['a path that only looks like /proc', bind({ destination: '/process' })],
  ['dots that stay outside /proc', bind({ destination: '/proc/../srv' })],
  [
    'every flag word and its opposite',
    bind({
      options:
        'async atime defaults dev diratime exec iversion loud noatime nodev nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow relatime ro rw silent strictatime suid symfollow'.split(
          ' ',
        ),
    }),
  ],
  [
    'filesystem options',
    { '/mounts/1/options': ['size=64m', 'mode=1777', 'nr_inodes=10', 'huge=never', 'ro', 'uid=7'] },
  ],
  [
    'an overlay',
    {
      '/mounts/7': {
        destination: '/o',
        type: 'overlay',
        source: 'overlay',
        options: ['lowerdir=/a:/b', 'upperdir=/u', 'workdir=/w', 'userxattr'],
      },
    },
  ],
  [
    'namespaces that are joined',
    {
      '/linux/namespaces': [
        { type: 'mount' },
        { type: 'network', path: '/proc/1/ns/net' },
        { type: 'ipc', path: '/run/ipc' },
        { type: 'uts', path: '/run/uts' },
        { type: 'cgroup', path: '/run/cg' },
      ],
    },
  ],
  [
    'empty parts of linux',
    {
      '/linux/resources': {},
      '/linux/devices': [],
      '/linux/sysctl': {},
      '/linux/uidMappings': [],
      '/linux/timeOffsets': {},
    },
  ],
  ['resources whose parts are empty', { '/linux/resources': { devices: [], memory: {}, unified: {} } }],
  [
    'empty labels',
    { '/process/apparmorProfile': '', '/process/selinuxLabel': '', '/linux/mountLabel': '', '/linux/cgroupsPath': '' },
  ],
  ['a cgroup path', { '/linux/cgroupsPath': '/group/name' }],
  ['a unit of systemd', { '/linux/cgroupsPath': 'system.slice:pod:web' }],
  ['a relative cgroup path', { '/linux/cgroupsPath': 'group/a:b' }],
  ['every propagation of the root', { '/linux/rootfsPropagation': 'rshared' }],
  [
    'devices',
    {
      '/linux/devices': [
        { type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 0o666, uid: 0, gid: 5 },
        { type: 'b', path: '/dev/loop0', major: 7n, minor: 0n },
        { type: 'p', path: '/run/fifo' },
        { type: 'u', path: '/dev/u', major: 1, minor: 1 },
      ],
    },
  ],
  [
    'sysctls',
    {
      '/linux/sysctl': {
        'net.core.somaxconn': '1024',
        'net/ipv4/ip_forward': '1',
        'net.ipv4.conf.eth0/1.forwarding': '1',
        'kernel.shm_rmid_forced': '1',
        'kernel.sem': '1 2 3 4',
        'fs.mqueue.msg_max': '5',
        'kernel.domainname': 'd',
      },
    },
  ],
  [
    'no limit at all',
    {
      '/process/rlimits': [
        { type: 'RLIMIT_CORE', soft: 0, hard: 18446744073709551615n },
        { type: 'RLIMIT_NICE', soft: 20n, hard: 20 },
      ],
    },
  ],
  [
    'the extremes of user and oom score',
    {
      '/process/user': { uid: 4294967294, gid: 4294967294, umask: 0o777, additionalGids: [0, 4294967294] },
      '/process/oomScoreAdj': -1000,
    },
  ],
  ['environment with an empty value and "=" in it', { '/process/env': ['A=', 'B==', 'C=ü\n', 'A=again'] }],
  [
    'all capabilities inheritable and ambient',
    {
      '/process/capabilities': {
        bounding: ['CAP_KILL'],
        permitted: ['CAP_KILL'],
        effective: ['CAP_KILL'],
        inheritable: ['CAP_KILL'],
        ambient: ['CAP_KILL'],
      },
    },
  ],
]

describe('good documents', () => {
  it.each(GOOD)('%s', (_name, changes) => {
    expect(judge(document(changes))).toEqual({ code: 'valid', problems: [], warnings: [] })
  })

  it('properties set to undefined count as absent', () => {
    expect(judge({ ...document(), domainname: undefined, annotations: undefined })).toMatchObject({ code: 'valid' })
  })

  it('ranges that touch, and 340 of them', () => {
    const ranges = Array.from({ length: 340 }, (_, index) => ({
      containerID: index * 2,
      hostID: 5000 + index * 2,
      size: 2,
    }))
    ranges.reverse()
    const changes = { '/linux/uidMappings': ranges, '/linux/gidMappings': ranges, '/process/user/uid': 679 }
    expect(judge(rootlessDocument(changes))).toMatchObject({ code: 'valid' })
  })

  it('is the same object afterwards, with everything it had', async () => {
    const { validateConfig } = await import('../../../lib/config/validate.ts')
    const config = { ...document(), unknown: { a: 1 } }
    const before = structuredClone(config)
    expect(validateConfig(config).config).toBe(config)
    expect(config).toEqual(before)
  })
})

const WARNED: ReadonlyArray<readonly [name: string, changes: Changes, warnings: readonly string[]]> = [
  [
    'an unknown property',
    { '/somethingElse': { a: ['b'] } },
    ['/somethingElse: is ignored, the spec has no such property'],
  ],
  [
    'a property in the wrong case',
    { '/Linux': {}, '/process/NoNewPrivileges': true },
    [
      '/process/NoNewPrivileges: is ignored, the spec has no such property; did you mean noNewPrivileges?',
      '/Linux: is ignored, the spec has no such property; did you mean linux?',
    ],
  ],
  [
    'an unknown property in a list and in a map',
    { '/mounts/0/Options': [], '/linux/namespaces/0/name': 'x' },
    [
      '/mounts/0/Options: is ignored, the spec has no such property; did you mean options?',
      '/linux/namespaces/0/name: is ignored, the spec has no such property',
    ],
  ],
  [
    'an unknown key with control characters',
    { '/a\u001b[2J': 1 },
    ['/a\\u001b[2J: is ignored, the spec has no such property'],
  ],
  [
    'an unknown capability',
    { '/process/capabilities/bounding/0': 'CAP_FLY' },
    ['/process/capabilities/bounding/0: is left out: "CAP_FLY" is no capability'],
  ],
  [
    'an ambient capability that is not inheritable',
    { '/process/capabilities/ambient': ['CAP_KILL'] },
    ['/process/capabilities/ambient/0: is left out: CAP_KILL cannot be ambient unless it is inheritable too'],
  ],
  [
    'two propagations',
    bind({ options: ['private', 'rshared'] }),
    ['/mounts/0/options: private and rshared together: the last one counts'],
  ],
]

describe('warnings', () => {
  it.each(WARNED)('%s', (_name, changes, warnings) => {
    expect(judge(document(changes))).toEqual({ code: 'valid', problems: [], warnings })
  })
})
