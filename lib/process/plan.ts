// What init must do to become the user's program: the tail of every plan.
import type { Linux, ProcessConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import type { Op, OpOf } from '../plan/ops.ts'
import { unsupported } from '../plan/refusal.ts'
import { type CapabilitySets, planCapabilities } from './capabilities.ts'
import { planLastFork, planSession, planStdio } from './console-plan.ts'
import { lastOfEach, lookUp, planHome, planListenFds } from './environment.ts'
import { placeFilter } from './filter-place.ts'
import { planExecLabels, withKeyLabel } from './labels.ts'
import { planRlimits } from './rlimits.ts'
import { planCpuAffinity, planIoPriority, planMemoryPolicy, planPersonality, planScheduler } from './scheduling.ts'

export { planLabelAccess } from './labels.ts'
export { planCpuAffinity } from './scheduling.ts'

/** What the tail depends on beyond the process itself. */
export interface ProcessFacts {
  readonly lastCapability: number
  /** Whether setgroups(2) is allowed in the user namespace. */
  readonly setGroups: boolean
  /** The descriptors of stdio belong to the process's user already. */
  readonly ownsStdio: boolean
  /** Wait at the start gate, the slot `execFifo`. */
  readonly gate: boolean
  readonly passedFds: number
  /** The program is told of those: what they are called, or nothing of names. Unset: it is not told. */
  readonly listenFds?: readonly string[] | undefined
  /** /dev was put together for this container: its /dev/null takes the place of the host's among the streams. */
  readonly ownDevices?: boolean
  /** What the document says of every process of the container. */
  readonly linux?: Pick<Linux, 'memoryPolicy' | 'personality'>
  /** Leave the session keyring of whoever runs this behind; `'if-allowed'`: unless a filter around all this forbids it. */
  readonly newKeyring?: boolean | 'if-allowed'
  /** It joins a container, rather than being its first process. */
  readonly joins?: boolean
  /** Hooks on both sides of the gate. */
  readonly beforeGate: readonly Op[]
  readonly afterGate: readonly Op[]
  /** The program is a child of init, which stays. */
  readonly supervise: boolean
  /** What this process's end sends to the program. Default: nothing. */
  readonly parentDeathSignal?: number | undefined
  /** The terminal's master goes to the slot `consoleSocket`, not to Node. Default: false. */
  readonly consoleSocket?: boolean
  /** It enters the container's pid namespace at the very end, by a fork. Default: false. */
  readonly forkLast?: boolean
  /** The system call filter that the program is to be under. */
  readonly filter?: OpOf<'seccomp'> | undefined
}

/** Slots that the tail needs, in sending order. The passed ones come first of the whole plan: init counts on it. */
export function processSlots(
  { terminal }: Pick<ProcessConfig, 'terminal'>,
  { gate, passedFds, consoleSocket }: Pick<ProcessFacts, 'gate' | 'passedFds' | 'consoleSocket'>,
): {
  readonly passed: string[]
  readonly given: string[]
} {
  const stdio = terminal ? (consoleSocket ? ['consoleSocket'] : []) : ['stdin', 'stdout', 'stderr']
  return {
    passed: Array.from({ length: passedFds }, (_, index) => `fd${3 + index}`),
    given: [...stdio, ...(gate ? ['execFifo'] : [])],
  }
}

/**
 * How ready the out-of-memory killer is to take the process. Apart from the tail, since it is best done early.
 * Spec: config.md, Linux process.
 */
export function planOomScoreAdj({ oomScoreAdj }: ProcessConfig): Op[] {
  return oomScoreAdj === undefined ? [] : [{ op: 'setOomScoreAdj', value: oomScoreAdj }]
}

/**
 * From set up to running. The order is bound by what each act takes away:
 *
 * - the keyring comes while this is root, whose keys are not counted among those of the user
 * - scheduling comes after the limits, which may allow it, and before the user changes: what else allows it is
 *   CAP_SYS_NICE
 * - labels are for the next execve, and need no rights that no_new_privs would take away
 * - limits come after all set-up, which a low RLIMIT_NOFILE would break, and before the user changes: raising a hard
 *   limit needs CAP_SYS_RESOURCE
 * - the bounding set goes before the user changes, since dropping needs CAP_SETPCAP; the other sets after, since the
 *   change of user needs CAP_SETUID and takes the sets along
 * - a terminal can become a session's only in a session that has none, and a session is that of one process, not of
 *   its child
 * - a process that others may look into, CAP_SYS_PTRACE being stronger than not to be dumpable, comes to be where they
 *   are when it has no rights that its program has not, and nothing of the host
 * - stdio is given away while CAP_CHOWN is there
 * - the system call filter: filter-place.ts
 * - the parent's death is told after the user has changed, which would take that back; and before the gate, where init
 *   looks whether the parent is still there
 * - the working directory and the program are looked for as the user that needs them, before the gate, so that what is
 *   missing fails create and not start
 *
 * @throws ContainerError ERR_UNSUPPORTED when groups are asked for where setgroups is denied
 */
export function planProcess(process: ProcessConfig, facts: ProcessFacts): Op[] {
  const { user: { uid = 0, gid = 0, umask = 0o022, additionalGids = [] } = {}, args = [] } = process
  if (additionalGids.length > 0 && !facts.setGroups) {
    const hint = 'leave process.user.additionalGids out, or map group ids of /etc/subgid through newgidmap'
    throw unsupported('additional groups cannot be set in a user namespace that maps this user’s own gid alone', hint)
  }
  const sets = planCapabilities(process.capabilities, facts.lastCapability)
  const { env: withHome, ops: findHome } = planHome(lastOfEach(process.env ?? []), uid)
  const { env, ops: findListenPid } = planListenFds(withHome, facts.passedFds, facts.listenFds)
  const { linux = {} } = facts
  const filter = placeFilter({
    filter: facts.filter,
    noNewPrivileges: process.noNewPrivileges === true,
    hooks: facts.afterGate.length > 0,
    passedFds: facts.passedFds,
  })
  // Handing over a listener waits for a word of the creator too, and words come in the order of the plan.
  const early = filter.beforeRightsGo.length > 0
  const stdio = planStdio(process, facts.ownDevices)
  const enterLast = facts.forkLast ? planLastFork(process, facts.consoleSocket ?? false) : []
  return [
    ...withKeyLabel(process, planKeyring(facts)),
    ...(facts.forkLast ? stdio : planSession(process, stdio)),
    ...planRlimits(process.rlimits),
    ...(facts.joins === true ? planCpuAffinity(process, 'final') : []),
    ...planScheduler(process),
    ...planIoPriority(process),
    ...planMemoryPolicy(linux),
    ...planPersonality(linux),
    ...planExecLabels(process),
    ...(process.noNewPrivileges ? [{ op: 'setNoNewPrivileges' } as const] : []),
    ...(facts.ownsStdio || process.terminal ? [] : [{ op: 'ownStdio', uid } as const]),
    ...(early ? facts.beforeGate : []),
    ...filter.beforeRightsGo,
    { op: 'dropBounding', keep: sets.bounding },
    {
      op: 'setUser',
      uid,
      gid,
      groups: additionalGids,
      setGroups: facts.setGroups,
      keepCapabilities: uid !== 0 && hasAny(sets),
    },
    {
      op: 'setCapabilities',
      effective: sets.effective,
      permitted: sets.permitted,
      inheritable: sets.inheritable,
      ambient: sets.ambient,
    },
    ...planParentDeath(facts),
    { op: 'setUmask', mask: umask },
    { op: 'changeDirectory', path: process.cwd },
    ...findHome,
    { op: 'findExecutable', name: args[0] ?? '', path: lookUp(env, 'PATH') },
    ...enterLast,
    ...(early ? [] : facts.beforeGate),
    ...filter.beforeGate,
    ...(facts.gate ? [{ op: 'waitStart', gate: 'execFifo' } as const] : []),
    ...filter.behindGate,
    ...facts.afterGate,
    // The child's parent is init then, which ends as told above.
    ...(facts.supervise ? [{ op: 'supervise' } as const, ...planParentDeath(facts)] : []),
    // Whose pid it is about is here from now on.
    ...findListenPid,
    ...filter.last,
    { op: 'exec', args, env, passedFds: facts.passedFds },
  ]
}

function planParentDeath({ parentDeathSignal }: Pick<ProcessFacts, 'parentDeathSignal'>): Op[] {
  return parentDeathSignal === undefined ? [] : [{ op: 'setParentDeathSignal', signal: parentDeathSignal }]
}

/** Whether a process gets a session keyring of its own: as asked for, and where it can have one. */
export function keyringOn(host: Pick<Host, 'seccompFiltered'>, wanted = true): boolean | 'if-allowed' {
  return wanted && host.seccompFiltered ? 'if-allowed' : wanted
}

/** So that the keys of whoever runs this stay his. */
function planKeyring({ newKeyring = false }: Pick<ProcessFacts, 'newKeyring'>): Op[] {
  return newKeyring === false ? [] : [{ op: 'newSessionKeyring', optional: newKeyring === 'if-allowed' }]
}

const hasAny = ({ effective, permitted, inheritable, ambient }: CapabilitySets): boolean =>
  (effective | permitted | inheritable | ambient) !== 0n
