// One more process in a container: the host's side of exec, in order, each step with its undo.

import { setTimeout as delay } from 'node:timers/promises'
import { onAbort } from '../abort.ts'
import { type Fd, native } from '../addon.ts'
import { countOomKills } from '../cgroups/events.ts'
import { createsNamespace } from '../config/queries.ts'
import type { NamespaceType } from '../config/types.ts'
import { ContainerError, isContainerError } from '../errors.ts'
import { hasErrno } from '../failures.ts'
import { type Host, probeHost } from '../host.ts'
import { O_PATH } from '../kernel.ts'
import { allowsSetgroupsIn, foreignNamespaces, namespacePath, readIdsOf } from '../namespaces/host.ts'
import type { Joined } from '../namespaces/joined.ts'
import { type ContainerFacts, type ExecConfig, mayTrace } from '../plan/exec.ts'
import { openPidfdSocket, type PidfdSocketOptions } from '../process/pidfd-socket.ts'
import { openStdio, passingOf, type StdioOptions } from '../process/stdio.ts'
import type { SeccompCalls } from '../seccomp/host.ts'
import { Undo } from '../undo.ts'
import { decideExec } from './decide-exec.ts'
import { attach, isAttached, launchInside } from './exec-cgroup.ts'
import { followInit } from './init-process.ts'
import { chooseListener } from './listener.ts'
import type { Target } from './lock.ts'
import { describeState } from './oci-state.ts'
import { countingCgroup, followOomKills } from './oom.ts'
import type { Started } from './own-process.ts'
import { rollBack } from './roll-back.ts'
import { cgroupOf, isInitAlive, type StateRecord } from './state.ts'
import { wrongStatus } from './status.ts'
import { openTrace, tracedWords } from './trace.ts'
import { isMarkedTraced, markTraced } from './tracing.ts'

/** How a process is executed in a container, beside what it is. All have defaults. */
export interface ExecOptions extends StdioOptions, PidfdSocketOptions {
  /**
   * Leave the process to whoever is its parent once this program has ended (an ancestor that is a subreaper, or init): it
   * is not waited for, so that its exit is theirs to see, until `wait` is called. For programs that end before it does.
   * Default: false.
   */
  readonly detached?: boolean
  /** Aborting it before the process runs ends that and rejects with its reason. */
  readonly signal?: AbortSignal
  /**
   * Where to run it below the container's cgroup, e.g. `workers`: a cgroup that the container has made there. Default: in
   * the container's cgroup itself, or where its first process has gone if the container has divided it.
   */
  readonly cgroup?: string
  /** What the machine can do. Default: what {@link probeHost} says. */
  readonly host?: Host
  /** @internal Fault injection: init fails at this index of the plan. */
  readonly failAt?: number
  /** @internal Fault injection: called before each host step with its name; may throw. */
  readonly onStep?: (step: ExecStep) => void
}

/** The host's steps, in order. */
export const EXEC_STEPS = ['stdio', 'join', 'launch', 'follow'] as const
export type ExecStep = (typeof EXEC_STEPS)[number]

/**
 * Executes a process in a container that is created or running. Nothing is written down of it: it ends with the
 * container. On failure nothing is left: each step below is reverted, last first.
 * @param calls where this program answers system calls of the container
 */
export async function execProcess(
  target: Target,
  record: StateRecord,
  process: ExecConfig,
  options: ExecOptions,
  calls?: SeccompCalls,
): Promise<Started> {
  const { id } = record
  options.signal?.throwIfAborted()
  const undo = new Undo()
  const step = (name: ExecStep) => {
    options.onStep?.(name)
    options.signal?.throwIfAborted()
  }
  try {
    // First, as in creating: the caller may close his descriptors as soon as the call returns.
    step('stdio')
    const stdio = openStdio(options, process?.terminal === true, 'exec')
    undo.push('close stdio', () => stdio.destroy())
    const sendPidfd = openPidfdSocket(options, 'exec', undo)
    const host = options.host ?? (await probeHost())

    step('join')
    const container = openInit(record)
    const closeContainer = closeOnce(container)
    undo.push('close the container', closeContainer)
    const traced = tracedWords()
    const { facts, joined } = gatherFacts(target, record, host)
    const root = openRoot(record)
    const closeRoot = closeOnce(root)
    undo.push('close the root', closeRoot)
    const decision = decideExec({
      record,
      process,
      host,
      facts,
      joined,
      passing: passingOf(options),
      failAt: options.failAt,
      trace: traced.has('time'),
    })
    const trace = openTrace(id, decision.plan, traced)
    const listen = chooseListener({
      operation: 'exec',
      id,
      plan: decision.plan,
      profile: record.config.linux?.seccomp,
      calls,
      describe: () => describeState(record, 'running', record.init?.pid),
    })
    if (decision.tracer) await markTraced(target, 'exec')

    step('launch')
    const cgroup = countingCgroup(cgroupOf(record), host)
    const oomKills = countOomKills(cgroup)
    const launched = await launchInside(
      record,
      decision,
      { container, rootfs: root, ...stdio.slots },
      { attached: facts.attached ?? false, below: options.cgroup },
    )
    trace?.sent(decision.bytes)
    const receive = (fd: Fd) => stdio.receive(fd)
    const init = followInit(launched, decision.plan, 'exec', id, { receive, trace, listen, detached: options.detached })
    undo.push('end the process', () => init.destroy())
    sendPidfd?.(launched.pidfd, 'setns')
    const oomKilled = followOomKills(cgroup, oomKills, init)
    closeContainer()
    closeRoot()
    step('follow')
    const stopAborting = onAbort(options.signal, () => init.signal(9))
    undo.push('forget the abort signal', stopAborting)
    void init.exited.then(() => stdio.closeInput()).catch(() => {})
    stdio.closeChildEnds()
    if (facts.attached) await attach(record, init)
    await init.executed
    stopAborting()
    undo.commit()
    stdio.begin()
    return { init, stdio, oomKilled }
  } catch (cause) {
    const failure = await rollBack(undo, cause, 'exec', id, options.signal)
    throw (await hasStopped(record, failure)) ? stopped(id, failure) : failure
  }
}

/** A pidfd of whoever has the pid of the container's first process: {@link gatherFacts} finds out whether it is that. */
function openInit(record: StateRecord): Fd {
  try {
    if (record.init !== null) return native().pidfdOpen(record.init.pid)
  } catch (cause) {
    if (!hasErrno(cause, 'ESRCH')) throw cause
  }
  throw wrongStatus('exec', record.id, 'stopped', 'created or running')
}

function closeOnce(fd: Fd | undefined): () => void {
  let open = fd !== undefined
  return () => {
    if (open && fd !== undefined) native().close(fd)
    open = false
  }
}

/** The root of a container that has no mount namespace of its own: there it is not that of the namespace. */
function openRoot(record: StateRecord): Fd | undefined {
  if (createsNamespace(record.config, 'mount')) return undefined
  const root = native().open(`/proc/${record.init?.pid}/root`, O_PATH)
  if (isInitAlive(record)) return root
  native().close(root)
  throw wrongStatus('exec', record.id, 'stopped', 'created or running')
}

interface Gathered {
  readonly facts: ContainerFacts
  /** What of the container's namespaces its document does not say. */
  readonly joined: Joined | undefined
}

function gatherFacts(target: Target, record: StateRecord, host: Host): Gathered {
  const pid = record.init?.pid ?? 0
  const namespaces = foreignNamespaces(pid, 'exec', record.id)
  const setGroups = namespaces.includes('user') ? allowsSetgroupsIn(pid) : host.setgroupsAllowed
  const joined = joinedBy(record, namespaces)
  // Only what a living process is in are its namespaces. If it lives now, it did when its pid was opened.
  if (!isInitAlive(record)) throw wrongStatus('exec', record.id, 'stopped', 'created or running')
  const sharesPids = joined?.shared.pid !== undefined
  const traces = sharesPids || mayTrace(record.config, host, namespaces) || isMarkedTraced(target)
  return { facts: { namespaces, setGroups, traces, attached: isAttached(record, host) }, joined }
}

/** Those that the container shares, and whose ids it has. Undefined where its document says all. */
function joinedBy({ config, shared = [], init }: StateRecord, foreign: readonly NamespaceType[]): Joined | undefined {
  const joinsUser = foreign.includes('user') && (shared.includes('user') || !createsNamespace(config, 'user'))
  if (shared.length === 0 && !joinsUser) return undefined
  const pid = init?.pid ?? 0
  return {
    shared: Object.fromEntries(shared.map((type) => [type, namespacePath(pid, type)])),
    own: [],
    ...(joinsUser ? { ids: readIdsOf(pid) } : {}),
  }
}

/** How long the container's end may lag behind that of a process in it, in milliseconds. */
const END_TIMEOUT = 1000

/** What is met in a container that ends: a process in it is killed before its first process is seen to have ended. */
const ENDING: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'ESRCH', 'ENOMEM', 'ENODEV'])

/** Whether the container has ended, and that is why. */
async function hasStopped(record: StateRecord, failure: unknown): Promise<boolean> {
  if (!isContainerError(failure) || failure.code === 'ERR_WRONG_STATUS') return false
  const mayEnd = failure.code === 'ERR_INIT_DIED' || ENDING.has(failure.errno)
  const deadline = performance.now() + (mayEnd ? END_TIMEOUT : 0)
  for (let wait = 1; isInitAlive(record); wait = Math.min(2 * wait, 50)) {
    if (performance.now() >= deadline) return false
    await delay(wait)
  }
  return true
}

function stopped(id: string, cause: unknown): ContainerError {
  return new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation: 'exec',
    id,
    message: 'the container stopped before the process ran in it',
    cause,
  })
}
