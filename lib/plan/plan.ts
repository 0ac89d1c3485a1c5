// The order of everything: what init does, from its birth to the user's program, and why it comes in this order.
import { type CgroupLimits, planLimits } from '../cgroups/limits.ts'
import { type CgroupDriver, type CgroupPlace, placeCgroup } from '../cgroups/placement.ts'
import { createsNamespace, findNamespace, hostUid } from '../config/queries.ts'
import type { ProcessConfig, ValidConfig } from '../config/types.ts'
import { planHooks } from '../hooks/plan.ts'
import type { Host } from '../host.ts'
import { hasOwnDevices, planDevices } from '../mounts/devices.ts'
import { withMountLabel } from '../mounts/label.ts'
import { type MappedTree, type MountFacts, planHidden, planMounts, planRootSeal } from '../mounts/plan.ts'
import {
  ENTER_SHARED_ROOT,
  planEnterRoot,
  planIsolation,
  planRootfs,
  planRootPropagation,
  planSharedRoot,
  type Rootfs,
} from '../mounts/rootfs.ts'
import {
  allowsSetgroups,
  becomeRoot,
  hasCgroupNamespace,
  type IdMapPlan,
  planIdMaps,
  planNamespaces,
  planSettings,
  planTime,
} from '../namespaces/plan.ts'
import { type NetworkPlan, planNetwork } from '../network/plan.ts'
import { planConsole } from '../process/console-plan.ts'
import { keyringOn, planLabelAccess, planOomScoreAdj, planProcess, processSlots } from '../process/plan.ts'
import { planSeccomp } from '../seccomp/plan.ts'
import { CAP_SYS_PTRACE, hasCapability } from './flags.ts'
import type { Op, Plan } from './ops.ts'
import { invalid, unsupported } from './refusal.ts'

export type { CgroupLimits } from '../cgroups/limits.ts'
export { type CgroupDriver, type CgroupPlace, placeCgroup } from '../cgroups/placement.ts'
export type { MappedTree } from '../mounts/plan.ts'
export type { Rootfs } from '../mounts/rootfs.ts'
export type { IdMapPlan } from '../namespaces/plan.ts'

export interface PlanOptions {
  readonly id: string
  /** true: create (init waits at the start gate, the slot `execFifo`); false: run in one trip. */
  readonly gate: boolean
  readonly rootfs: Rootfs
  /** Where relative sources of bind mounts start, an absolute path. Without it they are an error. */
  readonly bundle?: string
  /** Descriptors the program gets from 3 on: the slots `fd3`, `fd4` … */
  readonly passedFds: number
  /** The program is told of those by LISTEN_FDS: their names, or none. Unset: it is not told. */
  readonly listenFds?: readonly string[] | undefined
  /** Give the container a session keyring of its own. Default: true. */
  readonly newKeyring?: boolean
  /** Who makes the cgroup. Default: `auto`. */
  readonly cgroupDriver?: CgroupDriver
  /** Init stays the first process, and the program is its child. Default: false. */
  readonly init?: boolean
  /** The program that creates the container has hooks of its own at createRuntime. Default: false. */
  readonly hostHooks?: boolean
  /** Node connects the container to a network. Default: false. */
  readonly connects?: boolean
  /** The terminal's master goes to the slot `consoleSocket`, not to Node. Default: false. */
  readonly consoleSocket?: boolean
  /** Signal number that the first process gets when this process ends. Default: none. */
  readonly parentDeathSignal?: number | undefined
  /** Whether setgroups(2) is allowed in the user namespace that is joined, as far as is known. Default: true. */
  readonly joinedSetGroups?: boolean
}

/** Everything that is decided before the first effect. */
export interface ContainerPlan {
  readonly plan: Plan
  readonly idMaps: IdMapPlan
  /** The plan has a `fork`: who goes on after it is the container's first process. */
  readonly forks: boolean
  /** null: the container stays in this process's cgroup. */
  readonly cgroup: CgroupPlace | null
  /** Mount sources to open, map and send. */
  readonly mapped: readonly MappedTree[]
  /** What that cgroup is made with, before anything runs in it. */
  readonly limits: CgroupLimits
  /** What of the document is left out, and why. */
  readonly warnings: readonly string[]
  /** What Node does in its network namespace. */
  readonly network: NetworkPlan
}

/**
 * The plan of a new container.
 * @throws ContainerError ERR_UNSUPPORTED, ERR_INVALID_CONFIG: see the features' plan files
 */
export function planContainer(config: ValidConfig, host: Host, options: PlanOptions): Plan {
  return planAll(config, host, options).plan
}

/** {@link planContainer} with what Node does beside it. */
export function planAll(config: ValidConfig, host: Host, options: PlanOptions): ContainerPlan {
  const process = requireProcess(config)
  const idMaps = planIdMaps(config, host)
  const userNamespace = findNamespace(config, 'user') !== undefined
  const ownMounts = createsNamespace(config, 'mount')
  const cgroup = placeCgroup(config, host, options.id, options.cgroupDriver)
  const limits = planLimits(config, host, cgroup)

  const namespaces = planNamespaces(config, host, cgroup?.unit !== undefined)
  if (namespaces.forks && idMaps.kind === 'helper') {
    throw unsupported('joining namespaces from a new user namespace takes CAP_SETUID and CAP_SETGID to map its ids')
  }
  const setGroups = host.setgroupsAllowed && allowsSetgroups(idMaps) && (options.joinedSetGroups ?? true)
  const hooks = planHooks(config, options.hostHooks ?? false)
  const rootfs = ownMounts
    ? planRootfs(options.rootfs, host, userNamespace, hooks.beforeRoot.length > 0)
    : planSharedRoot(options.rootfs)
  const mounts = planMounts(config, mountFacts(config, host, options, cgroup, userNamespace))
  const devices = planDevices(config, host, userNamespace)
  const hidden = planHidden(config)
  // Init is executed before it is in there.
  const isHidden = namespaces.forks && userNamespace && !hasCapability(host.capabilities, CAP_SYS_PTRACE)
  const filter = planSeccomp(config, host, isHidden)
  const network = planNetwork(config, host, options.connects ?? false)
  const facts = {
    lastCapability: host.lastCapability,
    setGroups,
    ownsStdio: hostUid(config) === host.euid,
    ownDevices: hasOwnDevices(config),
    linux: config.linux ?? {},
    ...options,
    newKeyring: keyringOn(host, options.newKeyring),
    beforeGate: hooks.beforeGate,
    afterGate: hooks.afterGate,
    supervise: options.init ?? false,
    filter: filter?.op,
  }
  const slots = processSlots(process, options)

  const ops: Op[] = [
    // The cgroup namespace's root is the cgroup init is in now. Joining comes before /: those that are joined belong
    // to whoever may still act on the host.
    ...namespaces.enter,

    // A clone of a mount is in its peer group. What is to spread to the host, by the word of the document, is cloned
    // before the host's mounts are cut off; everything else after, so that nothing mounted on it reaches the host.
    ...mounts.openShared,
    ...(ownMounts ? [planIsolation(config)] : []),
    // Sources are found as the host's user, whose directories may be closed to the container's root.
    ...rootfs.open,
    ...mounts.open,
    ...devices.open,
    ...hidden.open,

    // In a user namespace: whatever is made from here on belongs to the container's root.
    ...(userNamespace ? [becomeRoot(setGroups)] : []),
    ...planTime(config),
    // Early: memory can run out during set-up, and the host's procfs is still there.
    ...planOomScoreAdj(process),
    ...planLabelAccess(process),

    // Mounts keep the document's order, which may mount one below another; devices go onto the /dev among them.
    ...rootfs.attach,
    ...mounts.mount,
    ...devices.make,

    // Node has been at it since init was born. Kernel parameters of its interfaces come behind it, and so do hooks.
    ...network.wait,
    // Those of the host find a container whose namespaces are complete and whose root is not entered.
    ...hooks.beforeRoot,

    // From here on no path leads to the host.
    ownMounts ? planEnterRoot(host) : ENTER_SHARED_ROOT,

    // The working directory is made while / is writable.
    ...makeWorkingDirectory(process),
    // The terminal is of the container's own devpts. /dev/console is made while /dev is writable, and before masks.
    ...planConsole(process, {
      consoleSocket: options.consoleSocket ?? false,
      bind: ownMounts,
      create: hasOwnDevices(config),
    }),
    // Kernel parameters are written while /proc is neither masked nor read-only: a user namespace may mount no new
    // procfs beside one with hidden parts.
    ...planSettings(config),

    // Read-only comes after everything that has to be made below.
    ...mounts.seal,
    ...planRootSeal(config),
    // Masks come last of all mounts, so that nothing covers them.
    ...hidden.hide,
    // Both of the above clone mounts, which an unbindable one would refuse.
    ...planRootPropagation(config),

    // Why the rest is in this order: process/plan.ts.
    ...planProcess(process, facts),
  ]
  const trees = mounts.mapped.map(({ tree }) => tree)
  const given = [...slots.passed, ...namespaces.given, ...trees, ...slots.given]
  const labelled = withMountLabel(ops, config.linux?.mountLabel)
  const plan = { cloneFlags: namespaces.cloneFlags, given, ops: labelled }
  const warnings = [...limits.warnings, ...(filter?.warnings ?? [])]
  return { plan, idMaps, forks: namespaces.forks, cgroup, mapped: mounts.mapped, limits, warnings, network }
}

function requireProcess(config: ValidConfig): ProcessConfig {
  if (config.process === undefined) throw invalid('/process', 'a container without a process cannot be created')
  return config.process
}

function mountFacts(
  config: ValidConfig,
  host: Host,
  options: PlanOptions,
  place: CgroupPlace | null,
  userNamespace: boolean,
): MountFacts {
  const { cgroup2 } = host
  const path = place?.path ?? cgroup2?.own
  return {
    bundle: options.bundle,
    cgroup: cgroup2 === null || path === undefined ? null : `${cgroup2.mountPoint}${path === '/' ? '' : path}`,
    ownCgroup: place !== null,
    cgroupNamespace: hasCgroupNamespace(config),
    foreignSysfs: userNamespace && !ownsNetwork(config),
  }
}

/** Its own user namespace's: made in it, or of the one it comes from when both are joined. */
function ownsNetwork(config: ValidConfig): boolean {
  if (createsNamespace(config, 'network')) return true
  return findNamespace(config, 'network') !== undefined && !createsNamespace(config, 'user')
}

function makeWorkingDirectory({ cwd }: ProcessConfig): Op[] {
  return cwd === '/' ? [] : [{ op: 'makeDirectory', base: 'rootfs', path: cwd, mode: 0o755 }]
}
