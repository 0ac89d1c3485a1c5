// What init must do about system calls: the filter that the document asks for, compiled.
import type { Seccomp, SeccompFlag, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { SECCOMP_FLAGS } from '../plan/flags.ts'
import type { OpOf } from '../plan/ops.ts'
import { unsupported } from '../plan/refusal.ts'
import { type ArchName, nativeArch } from './arch.ts'
import { compileOnce } from './cache.ts'
import { explainSeccomp } from './explain.ts'

export interface FilterPlan {
  readonly op: OpOf<'seccomp'>
  /** Rules that are left out. */
  readonly warnings: readonly string[]
}

/** What runc does where nothing is said. */
const DEFAULT_FLAGS: readonly SeccompFlag[] = ['SECCOMP_FILTER_FLAG_SPEC_ALLOW']

const PR_SET_DUMPABLE = 4n

/**
 * Undefined for a document without a filter. Spec: config-linux.md, Seccomp.
 * @param hidden this program may not look into an init that cannot be dumped, but for a moment, to take the listener
 * @throws ContainerError ERR_UNSUPPORTED, ERR_INVALID_CONFIG: see {@link compileOnce}
 */
export function planSeccomp({ linux }: ValidConfig, host: Pick<Host, 'arch'>, hidden = false): FilterPlan | undefined {
  const profile = linux?.seccomp
  if (profile === undefined) return undefined
  const { words, unknown } = compileOnce(profile, nativeArch(host))
  const notifies = (profile.syscalls ?? []).some(({ action }) => action === 'SCMP_ACT_NOTIFY')
  const dumpable = notifies && hidden
  if (dumpable) refuseToHide(profile, nativeArch(host))
  const listener = notifies ? SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_NEW_LISTENER : 0
  const flags = (profile.flags ?? DEFAULT_FLAGS).reduce((bits, flag) => bits | bitOf(flag), listener)
  const warnings =
    unknown.length === 0
      ? []
      : [`/linux/seccomp/syscalls: left out, since there is no such call: ${unknown.join(', ')}`]
  return { op: { op: 'seccomp', program: words, flags, dumpable }, warnings }
}

/** Nobody could answer for the call that lets the listener be taken. */
function refuseToHide(profile: Seccomp, native: ArchName): void {
  const arch = native === 'aarch64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'
  const { action } = explainSeccomp(profile, { arch, syscall: 'prctl', args: [PR_SET_DUMPABLE, 1] })
  if (action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG') return
  throw unsupported(
    'an ordinary user cannot execute a process under a filter that notifies and does not allow prctl(PR_SET_DUMPABLE)',
    'allow prctl in linux.seccomp, at least with 4 as its first argument',
  )
}

/** Init has one thread, so there is none to bring in step; beside a listener the kernel would refuse it. */
const bitOf = (flag: SeccompFlag): number => (flag === 'SECCOMP_FILTER_FLAG_TSYNC' ? 0 : SECCOMP_FLAGS[flag])
