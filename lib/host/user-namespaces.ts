// Whether this process may make a user namespace, judged by what the kernel publishes, and which setting forbids it.
import type { Host } from '../host.ts'

export interface UserNamespaceFacts {
  /** /proc/self/ns/user exists: the kernel has user namespaces. */
  readonly inKernel: boolean
  /** This process has CAP_SYS_ADMIN, which the restrictions on ordinary users do not apply to. */
  readonly privileged: boolean
  /** user.max_user_namespaces; undefined where there is no such sysctl. */
  readonly max: number | undefined
  /** kernel.unprivileged_userns_clone, a patch of Debian, Arch and others: 0 forbids. */
  readonly unprivilegedClone: number | undefined
  /** kernel.apparmor_restrict_unprivileged_userns (Ubuntu 23.10 and later): 1 restricts. */
  readonly apparmorRestricts: number | undefined
  /** /proc/self/attr/current: the AppArmor profile this process is confined by. */
  readonly apparmorLabel: string | undefined
}

type Verdict = Host['userNamespaces']

/** A kernel may refuse for reasons it does not publish (a seccomp filter, a chroot): the doctor tries it out. */
export function judgeUserNamespaces(facts: UserNamespaceFacts): Verdict {
  if (!facts.inKernel) return no('kernel', 'this kernel is built without user namespaces (CONFIG_USER_NS)')
  if (facts.max === 0) {
    return no(
      'limit',
      'the sysctl user.max_user_namespaces is 0; allow them with: sysctl -w user.max_user_namespaces=15000',
    )
  }
  if (facts.privileged) return { usable: true }
  if (facts.unprivilegedClone === 0) {
    return no(
      'sysctl',
      'the sysctl kernel.unprivileged_userns_clone is 0; allow them with: sysctl -w kernel.unprivileged_userns_clone=1',
    )
  }
  if (facts.apparmorRestricts === 1 && !hasOwnProfile(facts.apparmorLabel)) return no('apparmor', appArmorAdvice)
  return { usable: true }
}

const no = (blockedBy: NonNullable<Verdict['blockedBy']>, reason: string): Verdict => ({
  usable: false,
  blockedBy,
  reason,
})

/** The restriction is lifted for programs with a profile that has a `userns` rule; those without one are `unconfined`. */
function hasOwnProfile(label: string | undefined): boolean {
  const name = label?.trim().replace(/\0/g, '') ?? ''
  return name !== '' && name !== 'unconfined' && !name.startsWith('unprivileged_userns')
}

/** Both ways out, the narrow one first. */
const appArmorAdvice =
  'AppArmor restricts unprivileged user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns is 1); ' +
  'give Node a profile with a "userns," rule, or lift the restriction for all programs with: ' +
  'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
