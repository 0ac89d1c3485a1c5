import { describe, expect, it } from 'vitest'
import { assembleHost } from '../../../lib/host/assemble.ts'
import type { Facts } from '../../../lib/host/facts.ts'

/** An ordinary user on a Debian machine with systemd. */
const facts: Facts = {
  arch: 'x64',
  euid: 1000,
  egid: 1001,
  status: 'CapEff:\t0000000000000000\nSeccomp:\t0\n',
  release: '6.1.0-18-amd64\n',
  lastCapability: '40\n',
  seccompActions: 'kill_process kill_thread trap errno user_notif trace log allow\n',
  uidMap: '         0          0 4294967295\n',
  setgroups: 'allow\n',
  maxUserNamespaces: '62000\n',
  unprivilegedClone: undefined,
  apparmorRestricts: undefined,
  apparmorEnabled: 'Y\n',
  securityLabel: 'unconfined\n',
  selinuxEnforcing: undefined,
  namespaces: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'user', 'uts'],
  mountinfo: '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n',
  cgroupMembership: '0::/user.slice/a.scope\n',
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/user.slice/a.scope',
    writable: true,
    controllers: 'memory pids\n',
    passedOn: 'pids\n',
  },
  systemdBooted: true,
  systemdUser: true,
  identity: {
    passwd: 'ada:x:1000:1001::/home/ada:/bin/sh\n',
    subuid: 'ada:100000:65536\n',
    subgid: 'ada:200000:65536\n',
    newuidmap: '/usr/bin/newuidmap',
    newgidmap: '/usr/bin/newgidmap',
  },
}

describe('assembleHost', () => {
  it('says the whole of an ordinary machine', () => {
    expect(assembleHost(facts, { clone3: 0, openat2: 0 })).toEqual({
      arch: 'x64',
      kernel: { release: '6.1.0-18-amd64', major: 6, minor: 1 },
      euid: 1000,
      egid: 1001,
      capabilities: 0n,
      lastCapability: 40,
      namespaces: {
        mount: true,
        pid: true,
        network: true,
        uts: true,
        ipc: true,
        user: true,
        cgroup: true,
        time: false,
      },
      userNamespaces: { usable: true },
      rootIsInitramfs: false,
      inUserNamespace: false,
      setgroupsAllowed: true,
      subIds: { uid: [{ start: 100000, count: 65536 }], gid: [{ start: 200000, count: 65536 }] },
      newuidmap: '/usr/bin/newuidmap',
      newgidmap: '/usr/bin/newgidmap',
      cgroup2: {
        mountPoint: '/sys/fs/cgroup',
        own: '/user.slice/a.scope',
        writable: true,
        controllers: ['memory', 'pids'],
        passedOn: ['pids'],
        v1Controllers: [],
      },
      systemd: { manager: 'user', cgroup: '/user.slice/user-1000.slice/user@1000.service' },
      seccomp: true,
      seccompFlags: [
        'SECCOMP_FILTER_FLAG_TSYNC',
        'SECCOMP_FILTER_FLAG_LOG',
        'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
        'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
      ],
      seccompFiltered: false,
      apparmor: true,
      selinux: false,
      missingSyscalls: [],
    })
  })

  it.each<[string, Partial<Facts>, unknown]>([
    ['the machine’s for root', { euid: 0, identity: null }, { manager: 'system', cgroup: '/' }],
    ['none for root of a user namespace', { euid: 0, identity: null, uidMap: '0 100000 65536\n' }, null],
    ['none where it does not run', { systemdBooted: false }, null],
    ['none for a user without one', { systemdUser: false }, null],
    ['none without cgroup2', { cgroup2: null }, null],
    [
      'that of which this process is a part',
      {
        cgroup2: {
          mountPoint: '/cg',
          own: '/outer/user@1000.service/app.slice/a.scope',
          writable: true,
          controllers: '',
          passedOn: '',
        },
      },
      { manager: 'user', cgroup: '/outer/user@1000.service' },
    ],
  ])('finds the manager of systemd: %s', (_, changes, systemd) => {
    expect(assembleHost({ ...facts, ...changes }, {}).systemd).toEqual(systemd)
  })

  it('offers no ranges without the programs that map them', () => {
    const identity = { ...facts.identity, newuidmap: undefined, newgidmap: undefined } as Facts['identity']
    const host = assembleHost({ ...facts, identity }, {})
    expect(host.subIds).toEqual({ uid: [], gid: [] })
    expect('newuidmap' in host).toBe(false)
  })

  it('does not look for ranges as root', () => {
    expect(assembleHost({ ...facts, euid: 0, identity: null }, {}).subIds).toEqual({ uid: [], gid: [] })
  })

  it('names the calls that fail, whatever the reason', () => {
    expect(assembleHost(facts, { clone3: 38, openat2: 0, mount_setattr: 1 }).missingSyscalls).toEqual([
      'clone3',
      'mount_setattr',
    ])
  })

  it('knows a container from inside', () => {
    const host = assembleHost(
      { ...facts, status: 'Seccomp:\t2\n', uidMap: '0 100000 65536\n', setgroups: 'deny\n', cgroup2: null },
      {},
    )
    expect(host).toMatchObject({ seccompFiltered: true, inUserNamespace: true, setgroupsAllowed: false, cgroup2: null })
  })

  it.each([
    ['the initial root alone', '1 1 0:2 / / rw - rootfs rootfs rw\n', true],
    ['something mounted on it', '1 1 0:2 / / rw - rootfs rootfs rw\n2 1 8:1 / / rw - ext4 /dev/sda rw\n', false],
    ['nothing that can be read', undefined, false],
  ])('finds that the root is an initramfs from %s', (_, mountinfo, rootIsInitramfs) => {
    expect(assembleHost({ ...facts, mountinfo }, {})).toMatchObject({ rootIsInitramfs })
  })
})
