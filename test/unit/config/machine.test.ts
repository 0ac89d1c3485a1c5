// What a machine or its user cannot do is refused before anything is tried.
import { describe, expect, it } from 'vitest'
import type { Host } from '../../../lib/host.ts'
import { type Changes, document, judge, machine, rootlessDocument } from './documents.ts'

/** An ordinary user, 1000:1000, who may map 100000–165535 through the helpers. */
const user: Host = {
  ...machine,
  euid: 1000,
  egid: 1000,
  capabilities: 0n,
  newuidmap: '/usr/bin/newuidmap',
  newgidmap: '/usr/bin/newgidmap',
  subIds: { uid: [{ start: 100_000, count: 65_536 }], gid: [{ start: 100_000, count: 65_536 }] },
}
const plain: Host = (({ newuidmap: _, newgidmap: __, ...rest }) => ({ ...rest, subIds: { uid: [], gid: [] } }))(user)
const map = (...rows: ReadonlyArray<readonly [number, number, number]>) =>
  rows.map(([containerID, hostID, size]) => ({ containerID, hostID, size }))

describe('machine', () => {
  it.each([
    ['root, without a user namespace', document(), machine],
    ['root, with one', rootlessDocument(), machine],
    ['a user, with a self map', rootlessDocument(), plain],
    [
      'a user, with ranges',
      rootlessDocument({
        '/linux/uidMappings': map([0, 1000, 1], [1, 100_000, 65_536]),
        '/linux/gidMappings': map([0, 100_000, 10], [10, 165_535, 1]),
        '/process/user/additionalGids': [5],
      }),
      user,
    ],
    ['a user who has CAP_SYS_ADMIN', document(), { ...user, capabilities: 1n << 21n }],
    [
      'root of an outer user namespace',
      rootlessDocument({ '/linux/uidMappings': map([0, 0, 10]) }),
      { ...machine, inUserNamespace: true },
    ],
  ])('%s: can', (_name, config, host) => {
    expect(judge(config, host)).toEqual({ code: 'valid', problems: [], warnings: [] })
  })

  const cases: ReadonlyArray<readonly [string, Changes | null, Host, string, string]> = [
    [
      'a user without a user namespace',
      null,
      user,
      '/linux/namespaces',
      'creating namespaces without CAP_SYS_ADMIN needs a user namespace',
    ],
    [
      'no cgroup namespaces',
      {},
      { ...machine, namespaces: { ...machine.namespaces, cgroup: false } },
      '/linux/namespaces/4/type',
      'the kernel has no cgroup namespaces',
    ],
    [
      'user namespaces switched off',
      {},
      { ...user, userNamespaces: { usable: false, reason: 'user.max_user_namespaces is 0' } },
      '/linux/namespaces/6/type',
      'user namespaces cannot be created here: user.max_user_namespaces is 0',
    ],
    [
      'somebody else’s uid',
      { '/linux/uidMappings': map([0, 1001, 1]) },
      user,
      '/linux/uidMappings/0/hostID',
      'an ordinary user may map its own uid 1000, 100000 to 165535',
    ],
    [
      'root’s gid',
      { '/linux/gidMappings': map([0, 0, 1]) },
      plain,
      '/linux/gidMappings/0/hostID',
      'an ordinary user may map its own gid 1000; more takes /etc/subgid and newgidmap',
    ],
    [
      'a range that ends too late',
      { '/linux/uidMappings': map([0, 100_001, 65_536]) },
      user,
      '/linux/uidMappings/0/hostID',
      'an ordinary user may map',
    ],
    [
      'a range around its own uid',
      { '/linux/uidMappings': map([0, 1000, 2]) },
      user,
      '/linux/uidMappings/0/hostID',
      'an ordinary user may map',
    ],
    [
      'supplementary groups with a self map',
      { '/process/user/additionalGids': [0] },
      user,
      '/process/user/additionalGids',
      'must be empty where an ordinary user maps only its own group',
    ],
  ]
  it.each(cases)('%s: cannot', (_name, changes, host, path, message) => {
    const { code, problems } = judge(changes === null ? document() : rootlessDocument(changes), host)
    expect({ code, problems }).toEqual({
      code: 'ERR_UNSUPPORTED',
      problems: [{ path, message: expect.stringContaining(message) }],
    })
  })

  it('two ranges without newuidmap: cannot', () => {
    const { problems } = judge(rootlessDocument({ '/linux/uidMappings': map([0, 1000, 1], [1, 100_000, 9]) }), plain)
    expect(problems.map(({ path }) => path)).toEqual(['/linux/uidMappings/1/hostID', '/linux/uidMappings'])
  })

  it('security modules and filters that are not there are named beside what is not supported yet', () => {
    const changes = {
      '/process/apparmorProfile': 'x',
      '/process/selinuxLabel': 'x',
      '/linux/mountLabel': 'x',
      '/linux/seccomp': { defaultAction: 'SCMP_ACT_LOG' },
    }
    const { problems } = judge(document(changes), { ...machine, seccomp: false, apparmor: false, selinux: false })
    const messages = problems.map(({ path, message }) => `${path} ${message}`)
    expect(messages).toEqual(
      expect.arrayContaining([
        '/linux/seccomp the kernel has no seccomp filters',
        '/process/apparmorProfile AppArmor is not enabled on this machine',
        '/process/selinuxLabel SELinux is not enabled on this machine',
        '/linux/mountLabel SELinux is not enabled on this machine',
      ]),
    )
  })

  it('warns of capabilities that the kernel is too old for', () => {
    const config = document({ '/process/capabilities/bounding/3': 'CAP_BPF' })
    expect(judge(config, { ...machine, lastCapability: 38 }).warnings).toEqual([
      '/process/capabilities/bounding/3: is left out: the kernel does not know CAP_BPF',
    ])
  })

  it('says nothing about the machine when none is given', () => {
    expect(judge(rootlessDocument({ '/linux/uidMappings': map([0, 5, 1000]) })).code).toBe('valid')
  })
})
