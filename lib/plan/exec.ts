// One more process in a container that is there: joining it, then the same end that the container's first process has.
import { createsNamespace, hostUid } from '../config/queries.ts'
import type { Config, NamespaceType, ProcessConfig, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { ENTER_SHARED_ROOT } from '../mounts/rootfs.ts'
import { allowsSetgroups, becomeRoot, namedNamespaces, namespaceFlags, planIdMaps } from '../namespaces/plan.ts'
import { capabilityBits } from '../process/capabilities.ts'
import { planConsole } from '../process/console-plan.ts'
import {
  keyringOn,
  planCpuAffinity,
  planLabelAccess,
  planOomScoreAdj,
  planProcess,
  processSlots,
} from '../process/plan.ts'
import { planSeccomp } from '../seccomp/plan.ts'
import { CAP_SYS_ADMIN, CAP_SYS_PTRACE, hasCapability, SECCOMP_FLAGS } from './flags.ts'
import type { Op, OpOf, Plan } from './ops.ts'
import { invalid, unsupported } from './refusal.ts'

/**
 * A process to execute in a container: an OCI process object. What is left out is as in the container's own
 * `config.process`, property by property; `terminal` is not taken from there.
 */
export type ExecConfig = Partial<ProcessConfig> & Pick<ProcessConfig, 'args'>

/** What the kernel says of the container. */
export interface ContainerFacts {
  /** Those of its namespaces that this process is not in itself. */
  readonly namespaces: readonly NamespaceType[]
  /** Whether its user namespace allows setgroups(2). */
  readonly setGroups: boolean
  /** Whether a process in its pid namespace may look into one that has this program's memory and is there. */
  readonly traces: boolean
  /**
   * Somebody else puts the process into the container's cgroup, once it exists and before its program does. Default: it is
   * born there.
   */
  readonly attached?: boolean
}

/** What is decided before the first effect. */
export interface ExecPlan {
  readonly plan: Plan
  /** Init is born in the container's pid namespace; else it is in that of this process. */
  readonly bornInside: boolean
  /** The plan has a `fork`. */
  readonly forks: boolean
  /** It is the first there that may look into others, as {@link ContainerFacts.traces} has it. */
  readonly tracer: boolean
}

/** The container's document with another process: what validation judges and {@link planExec} plans. */
export function withProcess(config: Config, process: ExecConfig): Config {
  const { terminal: _, consoleSize: __, ...own } = config.process ?? { cwd: '/' }
  return { ...config, process: { ...own, ...process } }
}

/** What the document says of the container, for explaining: all that it names is taken for foreign. */
export function presumedFacts(config: ValidConfig, host: Host): ContainerFacts {
  const namespaces = namedNamespaces(config)
  return {
    namespaces,
    setGroups: host.setgroupsAllowed && allowsSetgroups(planIdMaps(config, host)),
    traces: mayTrace(config, host, namespaces),
  }
}

/**
 * Whether the process of the document may look into one of this program's, going by its rights: those of a user
 * namespace of its own are none over this program, and without CAP_SYS_PTRACE the kernel lets it when it has all that
 * this program has (ptrace(2), access mode checking). What a process can come to have is in its bounding set. In a pid
 * namespace that is joined there are others, of whom nothing is known.
 */
export function mayTrace({ process, linux }: Config, host: Host, namespaces: readonly NamespaceType[]): boolean {
  if (linux?.namespaces?.some(({ type, path }) => type === 'pid' && path !== undefined)) return true
  if (namespaces.includes('user')) return false
  const names = Object.values(process?.capabilities ?? {}).flat()
  if (names.includes('CAP_SYS_PTRACE')) return true
  return (host.capabilities & ~capabilityBits(names, host.lastCapability)) === 0n
}

/** What goes to the process beside its standard streams. */
export interface Passing {
  /** How many descriptors it gets from 3 on. */
  readonly passedFds: number
  /** The program is told of those by LISTEN_FDS: their names, or none. Unset: it is not told. */
  readonly listenFds?: readonly string[] | undefined
  /** Its terminal's master goes to a console socket. */
  readonly consoleSocket: boolean
}

const NOTHING_PASSED: Passing = { passedFds: 0, consoleSocket: false }

/**
 * @param config the container's document with the new process in the place of its own: see {@link withProcess}
 * @throws ContainerError ERR_UNSUPPORTED, ERR_INVALID_CONFIG
 */
export function planExec(
  config: ValidConfig,
  host: Host,
  container: ContainerFacts,
  passing = NOTHING_PASSED,
): ExecPlan {
  const { process } = config
  if (process === undefined) throw invalid('/process', 'there is nothing to execute')
  const joinsUser = container.namespaces.includes('user')
  const privileged = hasCapability(host.capabilities, CAP_SYS_ADMIN)
  if (!privileged && !joinsUser) {
    throw unsupported('executing a process in a container without a user namespace of its own needs CAP_SYS_ADMIN')
  }
  const joinsPid = container.namespaces.includes('pid')
  // The shorter way: until it executes init, the child has this process's memory, and the container sees it. Where that
  // would show, and where the right is missing, init joins first, and its child is what the container sees.
  const bornInside = joinsPid && privileged && !container.traces
  const tracer = joinsPid && !container.traces && mayTrace(config, host, container.namespaces)
  const forks = joinsPid && !bornInside
  const filter = planSeccomp(config, host, joinsUser && !hasCapability(host.capabilities, CAP_SYS_PTRACE))?.op
  const forkLast = forks && container.traces
  if (forkLast) refuseWithLastFork(process, container, filter)
  const slots = processSlots(process, { gate: false, ...passing })
  const facts = {
    lastCapability: host.lastCapability,
    setGroups: container.setGroups,
    ownsStdio: hostUid(config) === host.euid,
    linux: config.linux ?? {},
    newKeyring: keyringOn(host),
    joins: true,
    forkLast,
    gate: false,
    ...passing,
    beforeGate: [],
    afterGate: [],
    supervise: false,
    filter,
  }
  const sharesRoot = !createsNamespace(config, 'mount')
  const ops: Op[] = [
    ...planCpuAffinity(process, 'initial'),
    // Written in the host's procfs: after joining there is only the container's.
    ...planOomScoreAdj(process),
    ...planLabelAccess(process),
    ...planJoins(
      container.namespaces.filter((type) => type !== 'pid' || forks),
      privileged && joinsByPath(config),
    ),
    ...(forks && !forkLast ? [{ op: 'fork', namespaces: 0 } as const] : []),
    // Of this user still: nobody else's processes are moved for him.
    ...(container.attached ? [{ op: 'sync', point: 'joinCgroup', announce: true } as const] : []),
    ...(joinsUser ? [becomeRoot(container.setGroups)] : []),
    // Where the mount namespace is that of others too, its root is not the container's.
    ...(sharesRoot ? [ENTER_SHARED_ROOT] : []),
    // In the container's devpts, as its root; /dev/console stays what it is.
    ...planConsole(process, { consoleSocket: passing.consoleSocket, bind: false, create: false, later: forkLast }),
    ...planProcess(process, facts),
  ]
  const given = [...slots.passed, 'container', ...(sharesRoot ? ['rootfs'] : []), ...slots.given]
  return { plan: { cloneFlags: 0, given, ops }, bornInside, forks, tracer }
}

const joinsByPath = ({ linux }: Config): boolean => linux?.namespaces?.some(({ path }) => path !== undefined) ?? false

/**
 * All at once, the user namespace first: its capabilities are what the others ask for.
 * @param apart the user namespace last, since what the container has joined itself may belong to another
 */
function planJoins(types: readonly NamespaceType[], apart: boolean): Op[] {
  const groups = apart ? [types.filter((type) => type !== 'user'), types.filter((type) => type === 'user')] : [types]
  return groups
    .filter((group) => group.length > 0)
    .map((group) => ({ op: 'joinNamespaces', process: 'container', namespaces: namespaceFlags(group) }))
}

/**
 * A container whose processes may look into others is entered by a fork at the end, and until then Node hears nothing:
 * what would have to be done before that, or comes in the way of it, cannot be had there.
 */
function refuseWithLastFork(
  process: ProcessConfig,
  { attached }: ContainerFacts,
  filter: OpOf<'seccomp'> | undefined,
): void {
  const refuse = (what: string, hint: string) =>
    unsupported(`${what} in a container whose processes may look into this program’s`, hint)
  if (process.scheduler?.policy === 'SCHED_DEADLINE') {
    throw refuse(
      'a process cannot be executed with SCHED_DEADLINE',
      'such a process cannot fork: choose another policy',
    )
  }
  if (attached) {
    const hint = 'run this program in a unit of that systemd: systemd-run --user --scope -p Delegate=yes'
    throw refuse('a process cannot be moved in by a user’s systemd', hint)
  }
  const notifies = filter !== undefined && (filter.flags & SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_NEW_LISTENER) !== 0
  if (notifies && process.noNewPrivileges !== true) {
    const hint =
      'set process.noNewPrivileges: then the filter is loaded when the process has no more rights than its program'
    throw refuse('a process cannot be executed under a filter that notifies, without noNewPrivileges,', hint)
  }
}
