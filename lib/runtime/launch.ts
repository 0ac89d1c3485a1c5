// From a document to a container: the host's side of create and run, in order, each step with its undo.
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { onAbort } from '../abort.ts'
import type { Fd } from '../addon.ts'
import type { Cgroup } from '../cgroups/calls.ts'
import { delegatedFiles } from '../cgroups/fs.ts'
import type { Config } from '../config/types.ts'
import { validateId } from '../config/validate.ts'
import { probeHost } from '../host.ts'
import { isConnected } from '../network/plan.ts'
import type { Plan } from '../plan/ops.ts'
import { openPidfdSocket } from '../process/pidfd-socket.ts'
import { type OpenStdio, openStdio, passingOf } from '../process/stdio.ts'
import { SeccompCalls } from '../seccomp/host.ts'
import { parseSignal } from '../signals.ts'
import { Undo } from '../undo.ts'
import type { CreateOptions, HostStep, Timings } from './create-options.ts'
import { decide } from './decide.ts'
import { answerSyncs, runPoststop } from './hooks.ts'
import { followInit, type InitProcess } from './init-process.ts'
import { openJoins } from './joins.ts'
import { launchInit, mapIds } from './launch-init.ts'
import { chooseListener } from './listener.ts'
import { openMappedTrees } from './mapped-trees.ts'
import { connectNetwork, prepareNetwork } from './network.ts'
import { newRecord } from './new-record.ts'
import { describeState } from './oci-state.ts'
import { countingCgroup, explainDeath, followOomKills } from './oom.ts'
import { reserveAndLaunch } from './reserve.ts'
import { rollBack } from './roll-back.ts'
import { takeSharing } from './sharing.ts'
import { cgroupOf, type StateRecord } from './state.ts'
import { defaultStateDir } from './state-directory.ts'
import { openTrace, tracedWords } from './trace.ts'
import { enterUnit } from './unit.ts'

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
    const sendPidfd = openPidfdSocket(options, operation, undo)
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
    const traced = tracedWords()
    const wish = { ...wishOf(operation, options), gate, trace: traced.has('time'), joined: joins.joined }
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
      if (undoHooks.begun) await runPoststop(operation, { id, bundle, config: document }, options.hooks)
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
    sendPidfd?.(reserved.launched.pidfd, 'standard')
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
      await answerSyncs(operation, init, decision.plan, reserved.record, options.hooks, options.signal)
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

/** What the caller wants beside the document, as the plan asks for it. */
function wishOf(operation: string, options: CreateOptions) {
  const { rootfs, newKeyring, failAt, init = false, hooks, cgroupDriver, network, parentDeathSignal } = options
  return {
    rootfs,
    newKeyring,
    failAt,
    init,
    hostHooks: hooks?.createRuntime !== undefined,
    cgroupDriver,
    connects: isConnected(network),
    parentDeathSignal: parentDeathSignal === undefined ? undefined : parseSignal(parentDeathSignal, operation),
    ...passingOf(options),
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
