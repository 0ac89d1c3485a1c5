// What init must do about system calls: the filter that the document asks for, compiled.
import type { SeccompFlag, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { SECCOMP_FLAGS } from '../plan/flags.ts'
import type { OpOf } from '../plan/ops.ts'
import { nativeArch } from './arch.ts'
import { encodeProgram } from './bpf.ts'
import { compileOnce } from './cache.ts'

export interface FilterPlan {
  readonly op: OpOf<'seccomp'>
  /** Rules that are left out. */
  readonly warnings: readonly string[]
}

/** What runc does where nothing is said. */
const DEFAULT_FLAGS: readonly SeccompFlag[] = ['SECCOMP_FILTER_FLAG_SPEC_ALLOW']

/**
 * Undefined for a document without a filter. Spec: config-linux.md, Seccomp.
 * @throws ContainerError ERR_UNSUPPORTED, ERR_INVALID_CONFIG: see {@link compileOnce}
 */
export function planSeccomp({ linux }: ValidConfig, host: Pick<Host, 'arch'>): FilterPlan | undefined {
  const profile = linux?.seccomp
  if (profile === undefined) return undefined
  const { program, unknown } = compileOnce(profile, nativeArch(host))
  const notifies = (profile.syscalls ?? []).some(({ action }) => action === 'SCMP_ACT_NOTIFY')
  const listener = notifies ? SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_NEW_LISTENER : 0
  const flags = (profile.flags ?? DEFAULT_FLAGS).reduce((bits, flag) => bits | bitOf(flag), listener)
  const warnings =
    unknown.length === 0
      ? []
      : [`/linux/seccomp/syscalls: left out, since there is no such call: ${unknown.join(', ')}`]
  return { op: { op: 'seccomp', program: encodeProgram(program), flags }, warnings }
}

/** Init has one thread, so there is none to bring in step; beside a listener the kernel would refuse it. */
const bitOf = (flag: SeccompFlag): number => (flag === 'SECCOMP_FILTER_FLAG_TSYNC' ? 0 : SECCOMP_FLAGS[flag])
