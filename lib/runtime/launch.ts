// From a document to a container: the host's side of create and run, in order, each step with its undo.
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Fd, type Launched, native } from '../addon.ts'
import type { Cgroup } from '../cgroups/calls.ts'
import { frozenParent } from '../cgroups/freezer.ts'
import { delegatedFiles, isCgroupEmpty } from '../cgroups/fs.ts'
import type { CgroupDriver } from '../cgroups/placement.ts'
import type { Config, NamespaceType } from '../config/types.ts'
import { validateId } from '../config/validate.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import type { HookFunctions } from '../hooks/host.ts'
import { type Host, probeHost } from '../host.ts'
import { mapIdsByHelper } from '../namespaces/id-maps.ts'
import type { Network } from '../network/options.ts'
import { isConnected } from '../network/plan.ts'
import type { Plan } from '../plan/ops.ts'
import type { Rootfs } from '../plan/plan.ts'
import { bootId, ownIdentity } from '../process/identity.ts'
import { type OpenStdio, openStdio, passingOf, type StdioOptions } from '../process/stdio.ts'
import { SeccompCalls } from '../seccomp/host.ts'
import { parseSignal, type Signal } from '../signals.ts'
import { Undo } from '../undo.ts'
import { type Decision, decide } from './decide.ts'
import { answerSyncs, runPoststop } from './hooks.ts'
import { followInit, type InitProcess } from './init-process.ts'
import { openJoins } from './joins.ts'
import { chooseListener } from './listener.ts'
import { openMappedTrees } from './mapped-trees.ts'
import { connectNetwork, type Making, type PreparedNetwork, prepareNetwork } from './network.ts'
import { describeState } from './oci-state.ts'
import { countingCgroup, explainDeath, followOomKills } from './oom.ts'
import { missingParents, type Reservation, type Reserved, reserveAndLaunch } from './reserve.ts'
import { type NamespacesOf, takeSharing } from './sharing.ts'
import { cgroupOf, type StateRecord } from './state.ts'
import { defaultStateDir } from './state-directory.ts'
import { openTrace, tracedWords } from './trace.ts'
import { enterUnit } from './unit.ts'

/** How a container is made, beside its document. All have defaults. */
export interface CreateOptions extends StdioOptions {
  /** Directory of the bundle; `root.path` is relative to it. Default: the current directory. */
  readonly bundle?: string
  /** What `/` of the container is; overrides the document's `root.path`. Relative paths start at the bundle. */
  readonly rootfs?: Rootfs
  /**
   * Give the container an empty session keyring (session-keyring(7)) in the place of this program's, whose keys it could
   * use and change otherwise. Default: true.
   */
  readonly newKeyring?: boolean
  /** Where containers are recorded. Default `/run/libcontainer`, or the user's runtime directory. */
  readonly stateDir?: string
  /**
   * Keep our own first process in the container, as `docker run --init` does: it hands signals on to the program, reaps
   * orphans, and ends as the program ends (128 + signal when one ended it). Default: false, the program is the first.
   */
  readonly init?: boolean
  /**
   * Who makes the container's cgroup. Default: `auto`, systemd where the document says `slice:prefix:name`, and where only
   * systemd can give the limits that it wants; else this library.
   */
  readonly cgroupDriver?: CgroupDriver
  /**
   * How it is connected. Default: as the document says. Whatever it takes (addresses, names, ports of the host) the
   * container has until it is deleted.
   */
  readonly network?: Network
  /**
   * Share namespaces with another container, as those of a pod do, or with a process: its network, ipc and uts, or those
   * that `types` names. The document's own entries of these types then have no path.
   *
   * ```ts
   * await Container.run('web', config, { namespacesOf: 'pod' })
   * ```
   */
  readonly namespacesOf?: NamespacesOf
  /**
   * What the container's first process gets when this program ends, however it does (PR_SET_PDEATHSIG, prctl(2)). With a
   * pid namespace of its own SIGKILL ends the whole container. Its record stays, for `delete`. Default: nothing, it
   * outlives its creator.
   */
  readonly parentDeathSignal?: Signal
  /** Functions to call where the document has hooks of the host; after those of the same name. */
  readonly hooks?: HookFunctions
  /**
   * Answer calls for which the filter has SCMP_ACT_NOTIFY in this program: {@link Container.seccompNotifications}. Without it
   * they are for the program that listens at `linux.seccomp.listenerPath`. Default: false.
   */
  readonly seccompNotifications?: boolean
  /**
   * Leave the process to whoever is its parent once this program has ended (an ancestor that is a subreaper, or init): it
   * is not waited for, so that its exit is theirs to see, until `wait` is called. For programs that end before it does.
   * Default: false.
   */
  readonly detached?: boolean
  /** Aborting it before the container is there undoes everything and rejects with its reason. */
  readonly signal?: AbortSignal
  /** What the machine can do. Default: what {@link probeHost} says. */
  readonly host?: Host
  /** @internal Fault injection: init fails at this index of the plan. */
  readonly failAt?: number
  /** @internal Fault injection: called before each host step with its name; may throw, or end the process. */
  readonly onStep?: (step: HostStep) => void
}

/** The host's steps, in order. */
export const HOST_STEPS = ['stdio', 'network', 'join', 'launch', 'follow', 'connect', 'hooks', 'settle'] as const
export type HostStep = (typeof HOST_STEPS)[number]

/** Milliseconds that each phase of creating a container took. */
export interface Timings {
  /** Validating, planning, encoding. */
  readonly plan: number
  /** State directory, record and cgroup made, then clone3, until init runs and has its plan. */
  readonly launch: number
  /** Init's work: until the start gate (create), or until the program runs (run). */
  readonly setup: number
}

/** A container whose first process is this process's child. */
export interface LaunchedContainer {
  readonly record: StateRecord
  readonly stateDir: string
  readonly init: InitProcess
  readonly stdio: OpenStdio
  /** Settles when its first process has ended. */
  readonly oomKilled: Promise<boolean>
  readonly warnings: readonly string[]
  readonly timings: Timings
  /** System calls that this program answers. */
  readonly calls: SeccompCalls | undefined
}

/**
 * Creates a container. For `create` its program waits for `start`; for `run` it runs at once.
 * On failure nothing is left: each step below is reverted, last first.
 */
export async function launchContainer(
  operation: 'create' | 'run',
  id: string,
  given: Config,
  options: CreateOptions,
): Promise<LaunchedContainer> {
  options.signal?.throwIfAborted()
  validateId(id)
  const undo = new Undo()
  let cgroup: Cgroup | null = null
  const step = (name: HostStep) => {
    options.onStep?.(name)
    options.signal?.throwIfAborted()
  }
  try {
    // Before anything else is opened or waited for: a number that names no descriptor must not come to name one of ours,
    // and the caller may close his as soon as the call returns.
    step('stdio')
    const stdio = openStdio(options, given?.process?.terminal === true, operation)
    undo.push('close stdio', () => stdio.destroy())
    const sharing = takeSharing(options, operation, id)
    undo.push('close the pidfd', () => sharing?.close())

    const host = options.host ?? (await probeHost())
    const stateDir = path.resolve(options.stateDir ?? defaultStateDir())
    const bundle = path.resolve(options.bundle ?? '.')
    const clock = startClock()
    const making = { operation, id, stateDir, created: new Date().toISOString() }
    step('network')
    const network = await prepareNetwork(making, given, options.network, host, undo)
    const { document } = network
    step('join')
    const joins = await openJoins(document, sharing, making)
    undo.push('close namespaces', () => joins.close())
    sharing?.close()
    const gate = operation === 'create'
    const { rootfs, newKeyring, failAt, init: stays = false, hooks, cgroupDriver } = options
    const hostHooks = hooks?.createRuntime !== undefined
    const connects = isConnected(options.network)
    const passing = passingOf(options)
    const { joined } = joins
    const parentDeathSignal =
      options.parentDeathSignal === undefined ? undefined : parseSignal(options.parentDeathSignal, operation)
    const traced = tracedWords()
    const wish = {
      rootfs,
      gate,
      newKeyring,
      failAt,
      trace: traced.has('time'),
      init: stays,
      hostHooks,
      cgroupDriver,
      connects,
      parentDeathSignal,
      joined,
      ...passing,
    }
    const decision = decide({ id, document, host, bundle, ...wish })
    const trace = openTrace(id, decision.plan, traced)
    const calls = options.seccompNotifications === true ? new SeccompCalls() : undefined
    undo.push('close the seccomp listener', () => calls?.close())
    const listen = chooseListener({
      operation,
      id,
      plan: decision.plan,
      profile: decision.config.linux?.seccomp,
      calls,
      describe: (pid) => describeState({ id, bundle, config: decision.config }, 'creating', pid),
    })
    // Deciding and launching in one turn would keep other callbacks waiting twice as long.
    await nextTurn()
    const planned = clock()

    const undoHooks = { begun: false }
    undo.push('run the poststop hooks', async () => {
      // Its failures are warnings, and there is no container to have them.
      if (undoHooks.begun) await runPoststop(operation, { id, bundle, config: document }, hooks)
    })

    step('launch')
    const trees = await openMappedTrees(decision.mapped, joins, operation, id)
    undo.push('close mount sources', () => trees.close())
    const slots = { ...stdio.slots, ...joins.fds, ...trees.fds }
    const wanted = await newRecord(making, bundle, network, host, decision, joins.shared)
    const order = {
      limits: decision.limits,
      own: host.cgroup2?.own ?? '/',
      delegated: decision.limits.owner === null ? [] : await delegatedFiles(),
    }
    const reserved = await reserveAndLaunch(
      operation,
      stateDir,
      wanted,
      decision.text,
      order,
      gate,
      undo,
      (reservation) => launchInit(id, decision, reservation, slots),
    )
    trace?.sent(decision.bytes)
    const receive = (fd: Fd) => stdio.receive(fd)
    const follower = { receive, trace, listen, detached: options.detached }
    const init = followInit(reserved.launched, decision.plan, operation, id, follower)
    undo.push('end init', () => init.destroy())
    cgroup = countingCgroup(cgroupOf(reserved.record), host)
    const oomKilled = followOomKills(cgroup, 0, init)
    step('follow')
    await enterUnit(operation, reserved.record, init, order, decision.cgroup?.properties ?? [], undo)
    if (waitsForUnit(decision.plan)) init.proceed()
    await mapIds(init, reserved, operation, id, decision, slots, options.signal)
    const stopAborting = onAbort(options.signal, () => init.signal(9))
    undo.push('forget the abort signal', stopAborting)
    void init.exited.then(() => stdio.closeInput()).catch(() => {})
    stdio.closeChildEnds()
    step('connect')
    const disconnect =
      decision.network.wait.length === 0
        ? undefined
        : await connectNetwork(
            making,
            network,
            decision.network.devices,
            init,
            joins.fds['ns:network'],
            undo,
            options.signal,
          )
    joins.close()
    trees.close()
    const launchedAt = clock()

    step('hooks')
    if (hasSync(decision.plan)) {
      undoHooks.begun = runsHooks(decision.plan)
      await answerSyncs(operation, init, decision.plan, reserved.record, hooks, options.signal)
    }
    await (gate ? init.setUp : init.executed)
    stopAborting()
    step('settle')
    disconnect?.()
    reserved.release()
    undo.commit()
    stdio.begin()
    const settledAt = clock()
    const { pid, startTime } = reserved.launched
    return {
      record: { ...reserved.record, init: { pid, startTime } },
      stateDir,
      init,
      stdio,
      oomKilled,
      warnings: decision.warnings,
      calls,
      timings: { plan: planned, launch: launchedAt - planned, setup: settledAt - launchedAt },
    }
  } catch (cause) {
    throw await rollBack(undo, explainDeath(cause, cgroup), operation, id, options.signal)
  }
}

const hasSync = ({ ops }: Plan): boolean => ops.some(({ op }) => op === 'sync')

const waitsForUnit = ({ ops }: Plan): boolean => ops.some((op) => op.op === 'sync' && op.point === 'joinCgroup')

const runsHooks = ({ ops }: Plan): boolean =>
  ops.some((op) => op.op === 'sync' && op.point !== 'network' && op.point !== 'joinCgroup')

function startClock(): () => number {
  const start = performance.now()
  return () => performance.now() - start
}

/** In a frozen cgroup the child would stop before it is init, and the thread that started it with it. */
async function refuseFrozen(operation: string, id: string, place: Cgroup, host: Host): Promise<void> {
  // This process runs, so its own cgroup is not frozen.
  if (path.dirname(place.path) === host.cgroup2?.own) return
  const frozen = await frozenParent(place)
  if (frozen === undefined) return
  throw new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id,
    message: `the cgroup ${frozen}, which linux.cgroupsPath leads into, is frozen: nothing can start in it`,
    hint: `thaw it (echo 0 > ${path.join(place.root, frozen, 'cgroup.freeze')}), or set linux.cgroupsPath to another`,
  })
}

/** A name that is taken, systemd would say so as well, but only once there is a record that claims it. */
async function refuseUsed(operation: string, id: string, place: Cgroup, unit: string): Promise<void> {
  if (await isCgroupEmpty(place)) return
  throw new ContainerError({
    code: 'ERR_EXISTS',
    operation,
    id,
    message: `the unit ${unit} exists and has processes in it`,
    hint: 'another container uses it: choose another id, or another name in linux.cgroupsPath',
  })
}

async function newRecord(
  { operation, id, created }: Making,
  bundle: string,
  { document: config, record: network }: PreparedNetwork,
  host: Host,
  { cgroup }: Decision,
  shared: readonly NamespaceType[],
): Promise<StateRecord> {
  const place = cgroup === null || host.cgroup2 === null ? null : { root: host.cgroup2.mountPoint, path: cgroup.path }
  const unit = cgroup?.unit ?? null
  if (place !== null) await refuseFrozen(operation, id, place, host)
  if (place !== null && unit !== null) await refuseUsed(operation, id, place, unit.name)
  return {
    version: 1,
    id,
    bundle,
    created,
    bootId: bootId(),
    creator: ownIdentity(),
    cgroup: place?.path ?? null,
    cgroupRoot: place?.root ?? null,
    cgroupParents: place === null || unit !== null ? [] : await missingParents(place, host.cgroup2?.own ?? '/'),
    unit,
    network,
    shared,
    init: null,
    config,
  }
}

export type Slots = Readonly<Record<string, Fd | undefined>>

/** One native call: the reservation, clone3, who was born written down, ids mapped, the plan sent. */
function launchInit(id: string, decision: Decision, reservation: Reservation, slots: Slots): Promise<Launched> {
  const { plan, bytes, idMaps, forks } = decision
  const { calls, cgroup, identityFile, gate } = reservation
  const common = {
    first: calls,
    cloneFlags: plan.cloneFlags,
    cgroup,
    identityFile,
    fds: givenFds(plan, { ...slots, execFifo: gate }),
    name: `libcontainer-init ${id}`,
    ...(forks ? { forks } : {}),
  }
  if (idMaps.kind === 'helper') return native().launch(common)
  const withheld = withholdsPlan(decision) ? {} : { plan: bytes }
  return native().launch({ ...common, ...withheld, ...(idMaps.kind === 'direct' ? { idMaps: idMaps.maps } : {}) })
}

/** Descriptors for the plan's given slots, in sending order. */
export function givenFds(plan: Plan, slots: Slots): Fd[] {
  return plan.given.map((slot) => {
    const fd = slots[slot]
    if (fd === undefined) throw new Error(`the plan needs a descriptor for ${slot}, and there is none`)
    return fd
  })
}

/** Init that others have yet to map the ids of, or to put into its cgroup, gets its plan once they have: if it is itself who goes on. */
const withholdsPlan = ({ idMaps, cgroup, forks }: Decision): boolean =>
  idMaps.kind === 'helper' || (cgroup?.unit !== undefined && !forks)

async function mapIds(
  init: InitProcess,
  { launched, gate }: Reserved,
  operation: string,
  id: string,
  decision: Decision,
  slots: Slots,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { plan, bytes, idMaps } = decision
  if (idMaps.kind === 'helper') await mapIdsByHelper(init.pid, idMaps, operation, id, signal)
  if (!withholdsPlan(decision)) return
  native().sendPlan(launched.control, bytes, givenFds(plan, { ...slots, execFifo: gate }))
}

export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener('abort', listener)
  return () => signal?.removeEventListener('abort', listener)
}

/** Reverts the host's steps; what could not be reverted is part of the error. */
export async function rollBack(
  undo: Undo,
  cause: unknown,
  operation: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const failures = await undo.run()
  const error = signal?.aborted ? signal.reason : systemFailure(cause, { operation, id })
  if (failures.length === 0) return error
  return new ContainerError({
    code: 'ERR_SYSTEM',
    operation,
    id,
    message: `${error instanceof Error ? error.message : String(error)}; and then: ${failures.map((each) => each.message).join('; ')}`,
    hint: 'delete the container with force to remove what is left',
    cause: new AggregateError([error, ...failures]),
  })
}
