// Where on the way to the program its system call filter is loaded. From there on it decides about init's calls as well.
import { SECCOMP_FLAGS } from '../plan/flags.ts'
import type { Op, OpOf } from '../plan/ops.ts'

/** What the filter's place depends on. */
export interface FilterFacts {
  readonly filter: OpOf<'seccomp'> | undefined
  readonly noNewPrivileges: boolean
  /** Hooks run behind the gate, in the container. */
  readonly hooks: boolean
  readonly passedFds: number
}

/** Operations for each of the places, all but one of them empty. */
export interface FilterPlace {
  /** Before the bounding set is dropped. */
  readonly beforeRightsGo: readonly Op[]
  /** Before the gate. */
  readonly beforeGate: readonly Op[]
  /** Behind the gate, before hooks. */
  readonly behindGate: readonly Op[]
  /** Right before execve. */
  readonly last: readonly Op[]
}

/**
 * As late as can be, so that a filter need not allow what only init does:
 *
 * - without no_new_privs loading takes CAP_SYS_ADMIN, so it comes before the rights go: the filter has to allow all that
 *   is left to do (docs/seccomp.md has the list)
 * - a listener is handed to the creator, who may be gone when the gate is opened
 * - hooks in the container are as little to be trusted as the container is, so they are under the filter
 * - else execve is the only call after it
 */
export function placeFilter({ filter, noNewPrivileges, hooks, passedFds }: FilterFacts): FilterPlace {
  const none = { beforeRightsGo: [], beforeGate: [], behindGate: [], last: [] }
  if (filter === undefined) return none
  if (!noNewPrivileges) return { ...none, beforeRightsGo: [filter] }
  if ((filter.flags & SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_NEW_LISTENER) !== 0) return { ...none, beforeGate: [filter] }
  if (hooks) return { ...none, behindGate: [filter] }
  return { ...none, last: [{ op: 'settleDescriptors', passedFds }, filter] }
}
