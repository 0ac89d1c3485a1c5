import { describe, expect, it } from 'vitest'
import { judgeUserNamespaces, type UserNamespaceFacts } from '../../../lib/host/user-namespaces.ts'

const ordinary: UserNamespaceFacts = {
  inKernel: true,
  privileged: false,
  max: 15000,
  unprivilegedClone: undefined,
  apparmorRestricts: undefined,
  apparmorLabel: undefined,
}
const judge = (change: Partial<UserNamespaceFacts>) => judgeUserNamespaces({ ...ordinary, ...change })
const reason = (change: Partial<UserNamespaceFacts>) => judge(change).reason

describe('judgeUserNamespaces', () => {
  it('allows them to an ordinary user where nothing forbids', () => {
    expect(judge({})).toEqual({ usable: true })
    expect(judge({ unprivilegedClone: 1, apparmorRestricts: 0, max: undefined })).toEqual({ usable: true })
  })

  it('names what forbids them', () => {
    expect(reason({ inKernel: false })).toMatch('CONFIG_USER_NS')
    expect(reason({ max: 0 })).toMatch('user.max_user_namespaces')
    expect(reason({ unprivilegedClone: 0 })).toMatch('kernel.unprivileged_userns_clone=1')
    expect(reason({ apparmorRestricts: 1 })).toMatch('kernel.apparmor_restrict_unprivileged_userns=0')
    expect(reason({ apparmorRestricts: 1, apparmorLabel: 'unconfined\n' })).toMatch('profile with a "userns," rule')
    expect(reason({ apparmorRestricts: 1, apparmorLabel: 'unprivileged_userns (enforce)\n' })).toMatch('AppArmor')
  })

  it('says in one word what it is', () => {
    const ways = [{ inKernel: false }, { max: 0 }, { unprivilegedClone: 0 }, { apparmorRestricts: 1 }]
    expect(ways.map((way) => judge(way).blockedBy)).toEqual(['kernel', 'limit', 'sysctl', 'apparmor'])
  })

  it('trusts a profile of the program’s own', () => {
    expect(judge({ apparmorRestricts: 1, apparmorLabel: 'node (unconfined)\n' })).toEqual({ usable: true })
  })

  it('does not hold root to the rules for ordinary users, but to the limit', () => {
    expect(judge({ privileged: true, unprivilegedClone: 0, apparmorRestricts: 1 })).toEqual({ usable: true })
    expect(reason({ privileged: true, max: 0 })).toMatch('user.max_user_namespaces')
    expect(reason({ privileged: true, inKernel: false })).toMatch('CONFIG_USER_NS')
  })
})
