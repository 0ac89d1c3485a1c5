// From a document to a container: the host's side of create and run, in order, each step with its undo.
import path from 'node:path'
import { type Fd, type Launched, native } from '../addon.ts'
import type { Config } from '../config/types.ts'
import { validateId } from '../config/validate.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import { type Host, probeHost } from '../host.ts'
import { openNamespaces } from '../namespaces/host.ts'
import { mapIdsByHelper } from '../namespaces/id-maps.ts'
import type { Plan } from '../plan/ops.ts'
import type { Rootfs } from '../plan/plan.ts'
import { bootId, identifyProcess, ownIdentity, type ProcessIdentity } from '../process/identity.ts'
import { type OpenStdio, openStdio, type Stdio } from '../process/stdio.ts'
import { Undo } from '../undo.ts'
import { type Decision, decide } from './decide.ts'
import { InitProcess } from './init-process.ts'
import { missingParents, reserve } from './reserve.ts'
import { type StateRecord, writeRecordCalls } from './state.ts'
import { defaultStateDir } from './state-directory.ts'

/** How a container is made, beside its document. All have defaults. */
export interface CreateOptions {
  /** Directory of the bundle; `root.path` is relative to it. Default: the current directory. */
  readonly bundle?: string
  /** What `/` of the container is; overrides the document's `root.path`. Relative paths start at the bundle. */
  readonly rootfs?: Rootfs
  /** Standard streams. Default `'pipe'`. */
  readonly stdio?: Stdio
  /** Where containers are recorded. Default `/run/libcontainer`, or the user's runtime directory. */
  readonly stateDir?: string
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
export const HOST_STEPS = ['stdio', 'reserve', 'launch', 'record', 'proceed', 'settle'] as const
export type HostStep = (typeof HOST_STEPS)[number]

/** Milliseconds that each phase of creating a container took. */
export interface Timings {
  /** Validating, planning, encoding. */
  readonly plan: number
  /** State directory, record, cgroup, descriptors. */
  readonly reserve: number
  /** clone3, until init runs and has its plan. */
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
  readonly warnings: readonly string[]
  readonly timings: Timings
}

/**
 * Creates a container. For `create` its program waits for `start`; for `run` it runs at once.
 * On failure nothing is left: each step below is reverted, last first.
 */
export async function launchContainer(
  operation: 'create' | 'run',
  id: string,
  document: Config,
  options: CreateOptions,
): Promise<LaunchedContainer> {
  options.signal?.throwIfAborted()
  validateId(id)
  const undo = new Undo()
  const step = (name: HostStep) => {
    options.onStep?.(name)
    options.signal?.throwIfAborted()
  }
  try {
    // Before anything else is opened or waited for: a number that names no descriptor must not come to name one of ours,
    // and the caller may close his as soon as the call returns.
    step('stdio')
    const stdio = openStdio(options.stdio, operation)
    undo.push('close stdio', () => stdio.destroy())

    const host = options.host ?? (await probeHost())
    const stateDir = path.resolve(options.stateDir ?? defaultStateDir())
    const bundle = path.resolve(options.bundle ?? '.')
    const clock = startClock()
    const gate = operation === 'create'
    const decision = decide({ id, document, host, bundle, rootfs: options.rootfs, gate, failAt: options.failAt })
    const planned = clock()

    step('reserve')
    const record = await newRecord(id, bundle, document, host, decision)
    const reserved = await reserve(operation, stateDir, record, gate, undo)
    const joined = openNamespaces(decision.config, operation, id)
    undo.push('close namespaces', () => joined.close())
    const reservedAt = clock()

    step('launch')
    const [stdin, stdout, stderr] = stdio.fds
    const slots = { stdin, stdout, stderr, execFifo: reserved.gate, ...joined.fds }
    const init = await launchInit(operation, id, decision, reserved.cgroup, slots, undo)
    void init.exited.then(() => stdio.closeInput()).catch(() => {})
    const stopAborting = onAbort(options.signal, () => init.signal(9))
    undo.push('forget the abort signal', stopAborting)
    stdio.closeChildEnds()
    joined.close()
    const launchedAt = clock()

    step('record')
    // Written while init works; it waits for proceed before it becomes anything that could outlive us.
    const complete = { ...reserved.record, init: await identifyInit(init) }
    await native().batch(writeRecordCalls(reserved.dir, complete, 0))
    step('proceed')
    init.proceed()
    await (gate ? init.setUp : init.executed)
    stopAborting()
    step('settle')
    reserved.release()
    undo.commit()
    const settledAt = clock()
    return {
      record: complete,
      stateDir,
      init,
      stdio,
      warnings: decision.warnings,
      timings: {
        plan: planned,
        reserve: reservedAt - planned,
        launch: launchedAt - reservedAt,
        setup: settledAt - launchedAt,
      },
    }
  } catch (cause) {
    throw await rollBack(undo, cause, operation, id, options.signal)
  }
}

function startClock(): () => number {
  const start = performance.now()
  return () => performance.now() - start
}

async function newRecord(
  id: string,
  bundle: string,
  config: Config,
  host: Host,
  { cgroup }: Decision,
): Promise<StateRecord> {
  const place = cgroup === null || host.cgroup2 === null ? null : { root: host.cgroup2.mountPoint, path: cgroup.path }
  return {
    version: 1,
    id,
    bundle,
    created: new Date().toISOString(),
    bootId: bootId(),
    creator: ownIdentity(),
    cgroup: place?.path ?? null,
    cgroupRoot: place?.root ?? null,
    cgroupParents: place === null ? [] : await missingParents(place, host.cgroup2?.own ?? '/'),
    init: null,
    config,
  }
}

async function launchInit(
  operation: string,
  id: string,
  { plan, bytes, idMaps }: Decision,
  cgroup: Fd,
  slots: Readonly<Record<string, Fd | undefined>>,
  undo: Undo,
): Promise<InitProcess> {
  const fds = plan.given.map((slot) => slots[slot] ?? -1)
  const name = `libcontainer-init ${id}`
  const common = { cloneFlags: plan.cloneFlags, cgroup, fds, name }
  let launched: Launched
  try {
    launched = await native().launch(
      idMaps.kind === 'helper'
        ? common
        : { ...common, plan: bytes, ...(idMaps.kind === 'direct' ? { idMaps: idMaps.maps } : {}) },
    )
  } catch (cause) {
    throw systemFailure(cause, { operation, id })
  }
  const init = follow(launched, plan, operation, id)
  undo.push('end init', () => init.destroy())
  if (idMaps.kind === 'helper') {
    await mapIdsByHelper(init.pid, idMaps, operation, id)
    native().sendPlan(launched.control, bytes, fds)
  }
  return init
}

function follow(launched: Launched, plan: Plan, operation: string, id: string): InitProcess {
  try {
    return new InitProcess(launched, plan, operation, id)
  } catch (cause) {
    // It would wait for as long as its socket is open.
    native().pidfdSendSignal(launched.pidfd, 9)
    native().close(launched.control)
    native().close(launched.pidfd)
    throw systemFailure(cause, { operation, id })
  }
}

/**
 * Which process init is, for the record. It may have failed and be reaped by now; then what it reported is the error.
 * It cannot be done with its plan: that it proceeds is still to be said.
 */
async function identifyInit(init: InitProcess): Promise<ProcessIdentity> {
  try {
    return identifyProcess(init.pid)
  } catch (cause) {
    await init.setUp
    throw cause
  }
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener('abort', listener)
  return () => signal?.removeEventListener('abort', listener)
}

/** Reverts the host's steps; what could not be reverted is part of the error. */
async function rollBack(
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
