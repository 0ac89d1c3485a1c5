// What is done with a container that exists: start, kill, delete. Each under its lock, so two programs may share one.
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BatchCall, type Fd, native, result } from '../addon.ts'
import { type Cgroup, removeCgroupCalls } from '../cgroups/calls.ts'
import { setFrozen } from '../cgroups/freezer.ts'
import { killCgroup, listCgroupProcesses, removeCgroup } from '../cgroups/fs.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { AT_FDCWD, AT_REMOVEDIR, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } from '../kernel.ts'
import { releaseNetwork } from './network.ts'
import { requireSetUp } from './set-up.ts'
import { cgroupOf, gatherStatusFacts, isInitAlive, readRecord, type StateRecord } from './state.ts'
import {
  GATE_FILE,
  INIT_FILE,
  LOCK_FILE,
  lockCalls,
  openDirectory,
  removeBareDirectory,
  removeStateDirectory,
  STATE_FILE,
} from './state-directory.ts'
import { deriveStatus, type Status } from './status.ts'
import { endUnit } from './unit.ts'

/** Which container, and on whose behalf. */
export interface Target {
  readonly id: string
  readonly stateDir: string
  /** Its record's `created`; unset: whichever has the id now. The id may have been given to another since. */
  readonly created?: string
  /** Aborting it ends waiting for the lock, or for processes to freeze, with its reason. */
  readonly signal?: AbortSignal | undefined
}

const isAnother = (target: Target, record: StateRecord): boolean =>
  target.created !== undefined && target.created !== record.created

/** How long a call waits for another process's call on the same container, in milliseconds. */
const LOCK_TIMEOUT = 10_000

/** Runs `action` while holding the container's lock. `dir` is its open state directory. */
export async function withLock<T>(operation: string, target: Target, action: (dir: Fd) => Promise<T>): Promise<T> {
  const [dir, lock] = await takeLock(operation, target)
  try {
    return await action(dir)
  } finally {
    native().close(lock)
    native().close(dir)
  }
}

async function takeLock(operation: string, { id, stateDir, signal }: Target): Promise<[Fd, Fd]> {
  const deadline = performance.now() + LOCK_TIMEOUT
  for (let wait = 1; ; wait = Math.min(2 * wait, 50)) {
    signal?.throwIfAborted()
    try {
      return (await native().batch(lockCalls(stateDir, id))).slice(0, 2) as [Fd, Fd]
    } catch (cause) {
      if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) throw notFound(operation, { id, stateDir }, cause)
      if (!hasErrno(cause, 'EAGAIN', 'EWOULDBLOCK')) throw systemFailure(cause, { operation, id })
      if (performance.now() > deadline) throw busy(operation, id, cause)
      await delay(wait)
    }
  }
}

function notFound(operation: string, { id, stateDir }: Target, cause?: unknown): ContainerError {
  return new ContainerError({
    code: 'ERR_NOT_FOUND',
    operation,
    id,
    message: `no such container in ${stateDir}`,
    cause,
  })
}

function busy(operation: string, id: string, cause: unknown): ContainerError {
  return new ContainerError({
    code: 'ERR_BUSY',
    operation,
    id,
    message: `another process has been working on this container for ${LOCK_TIMEOUT / 1000} s`,
    cause,
  })
}

/** The status, asked of the kernel now. */
export function readStatus(stateDir: string, record: StateRecord): Status {
  return deriveStatus(gatherStatusFacts(stateDir, record))
}

export function wrongStatus(operation: string, id: string, status: Status, allowed: string): ContainerError {
  return new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id,
    message: `the container is ${status}; it must be ${allowed}`,
  })
}

/**
 * The record of a container whose creation is over: its creator holds the lock until then.
 * @throws ContainerError ERR_WRONG_STATUS when it was cut short
 */
export async function readMade(operation: string, target: Target): Promise<StateRecord> {
  return withLock(operation, target, async () => {
    const record = await readRecord(operation, target.stateDir, target.id)
    if (isAnother(target, record)) throw notFound(operation, target)
    requireSetUp(operation, record)
    return record
  })
}

/**
 * Opens the start gate and waits until init has let go of it: the program runs, or init died trying.
 * @param executed settles when the program runs, where init is this process's child
 */
export async function startContainer(target: Target, executed: Promise<void> | undefined): Promise<void> {
  await withLock('start', target, async (dir) => {
    const record = await readRecord('start', target.stateDir, target.id)
    if (isAnother(target, record)) throw notFound('start', target)
    const status = readStatus(target.stateDir, record)
    if (status !== 'created') throw wrongStatus('start', target.id, status, 'created')
    if (executed === undefined) requireSetUp('start', record)
    await openGate(target.id, dir)
    await (executed ?? gateReleased(target))
    await native()
      .batch([{ call: 'unlinkat', dir, path: GATE_FILE, flags: 0 }])
      .catch((cause: unknown) => {
        throw systemFailure(cause, { operation: 'start', id: target.id })
      })
  })
}

async function openGate(id: string, dir: Fd): Promise<void> {
  const flags = O_WRONLY | O_NONBLOCK | O_NOFOLLOW
  const calls: BatchCall[] = [
    { call: 'openat2', dir, path: GATE_FILE, flags, mode: 0, resolve: 0 },
    { call: 'write', fd: result(0), data: '0' },
    { call: 'close', fd: result(0) },
  ]
  await native()
    .batch(calls)
    .catch((cause: unknown) => {
      // Nobody reads it: init was killed since its status was asked for.
      if (hasErrno(cause, 'ENXIO', 'EPIPE')) throw wrongStatus('start', id, 'stopped', 'created')
      throw systemFailure(cause, { operation: 'start', id })
    })
}

/** Waits until nobody has the FIFO open for reading any more: init has executed the program, or is gone. */
async function gateReleased({ id, stateDir }: Target): Promise<void> {
  const gate = path.join(stateDir, id, GATE_FILE)
  for (let wait = 0.5; ; wait = Math.min(2 * wait, 20)) {
    try {
      native().close(native().open(gate, O_WRONLY | O_NONBLOCK))
    } catch (cause) {
      if (hasErrno(cause, 'ENXIO')) return
      throw systemFailure(cause, { operation: 'start', id })
    }
    await delay(wait)
  }
}

/** Sends a signal to that very process, never to one that has got its pid since. */
export function signalProcess(operation: string, id: string, record: StateRecord, signal: number): void {
  const { init } = record
  const gone = () => wrongStatus(operation, id, 'stopped', 'created or running')
  if (init === null) throw gone()
  let pidfd: Fd | undefined
  try {
    pidfd = native().pidfdOpen(init.pid)
    // Compared after the pidfd is held: from here on it cannot come to mean another process.
    if (!isInitAlive(record)) throw gone()
    native().pidfdSendSignal(pidfd, signal)
  } catch (cause) {
    throw hasErrno(cause, 'ESRCH') ? gone() : systemFailure(cause, { operation, id })
  } finally {
    if (pidfd !== undefined) native().close(pidfd)
  }
}

/**
 * Sends a signal to every process of the container. SIGKILL ends them all at once, frozen or forking.
 * @throws ContainerError ERR_WRONG_STATUS when there is none
 */
export async function killContainer(operation: string, target: Target, record: StateRecord, signal: number) {
  const cgroup = cgroupOf(record)
  if (cgroup === null) {
    signalProcess(operation, target.id, record, signal)
    return
  }
  // Processes may outlive the first one where the pid namespace is the host's.
  const pids = await listCgroupProcesses(cgroup)
  if (pids.length === 0) throw wrongStatus(operation, target.id, 'stopped', 'created or running')
  if (signal === 9) await killCgroup(cgroup, operation, target.id)
  else await signalMembers(operation, target.id, cgroup, pids, signal)
}

/**
 * A pid may have become another process's since it was listed. Held by a pidfd it cannot any more: whoever is in the
 * cgroup then is the one that is held, or the one that is held has ended.
 */
async function signalMembers(operation: string, id: string, cgroup: Cgroup, pids: readonly number[], signal: number) {
  const held = pids.map((pid) => ({ pid, pidfd: holdProcess(operation, id, pid) }))
  try {
    const members = new Set(await listCgroupProcesses(cgroup))
    for (const { pid, pidfd } of held) if (members.has(pid)) signalHeld(operation, id, pidfd, signal)
  } finally {
    for (const { pidfd } of held) if (pidfd !== undefined) native().close(pidfd)
  }
}

/** Undefined when it has ended since it was listed. */
function holdProcess(operation: string, id: string, pid: number): Fd | undefined {
  try {
    return native().pidfdOpen(pid)
  } catch (cause) {
    if (hasErrno(cause, 'ESRCH')) return undefined
    throw systemFailure(cause, { operation, id })
  }
}

function signalHeld(operation: string, id: string, pidfd: Fd | undefined, signal: number): void {
  try {
    if (pidfd !== undefined) native().pidfdSendSignal(pidfd, signal)
  } catch (cause) {
    if (!hasErrno(cause, 'ESRCH')) throw systemFailure(cause, { operation, id })
  }
}

/**
 * Freezes all processes of the container, or lets them go on.
 * @throws ContainerError ERR_WRONG_STATUS, ERR_UNSUPPORTED without a cgroup of its own, ERR_TIMEOUT
 */
export async function pauseContainer(operation: 'pause' | 'resume', target: Target): Promise<void> {
  await withLock(operation, target, async () => {
    const record = await readRecord(operation, target.stateDir, target.id)
    if (isAnother(target, record)) throw notFound(operation, target)
    const status = readStatus(target.stateDir, record)
    const allowed = operation === 'pause' ? ['created', 'running'] : ['paused']
    if (!allowed.includes(status)) throw wrongStatus(operation, target.id, status, allowed.join(' or '))
    const cgroup = cgroupOf(record)
    if (cgroup === null) throw withoutCgroup(operation, target.id)
    await setFrozen(cgroup, operation === 'pause', operation, target.id, target.signal)
  })
}

function withoutCgroup(operation: string, id: string): ContainerError {
  return new ContainerError({
    code: 'ERR_UNSUPPORTED',
    operation,
    id,
    message: 'the container has no cgroup of its own',
    hint: 'have a cgroup delegated to this user (systemd-run --user --scope -p Delegate=yes), or set linux.cgroupsPath',
  })
}

/**
 * Removes everything of a stopped container whose first process this process has reaped: one batch. Whatever does not
 * go as in the usual case is left to {@link deleteContainer}.
 * @returns whether all is gone
 */
export async function deleteReaped(target: Target, record: StateRecord, gateLeft: boolean): Promise<boolean> {
  const cgroup = cgroupOf(record)
  if (record.cgroupParents.length > 0 || record.unit !== null || record.network !== null) return false
  // Where there is a cgroup, the processes of another container of this id are in the way.
  if (cgroup === null && !(await isStill(target))) return false
  const calls: BatchCall[] = lockCalls(target.stateDir, target.id)
  if (cgroup !== null) calls.push(...removeCgroupCalls(cgroup.root, cgroup.path, calls.length))
  const parent = calls.length
  const names = [...(gateLeft ? [GATE_FILE] : []), INIT_FILE, STATE_FILE, LOCK_FILE]
  calls.push(
    openDirectory(AT_FDCWD, target.stateDir),
    ...names.map((name): BatchCall => ({ call: 'unlinkat', dir: result(0), path: name, flags: 0 })),
    { call: 'unlinkat', dir: result(parent), path: target.id, flags: AT_REMOVEDIR },
    { call: 'close', fd: result(parent) },
    { call: 'close', fd: result(1) },
    { call: 'close', fd: result(0) },
  )
  return native()
    .batch(calls)
    .then(
      () => true,
      () => false,
    )
}

async function isStill(target: Target): Promise<boolean> {
  return readRecord('delete', target.stateDir, target.id).then(
    (record) => !isAnother(target, record),
    () => false,
  )
}

/**
 * Removes a container whatever state it is in: processes, then its cgroup, then its record, in this order, so that
 * being killed in between leaves something to call this again on. Deleting what is not there is no error with `force`.
 * @returns the record of what was removed; null when there was none
 * @throws ContainerError ERR_WRONG_STATUS when it runs and `force` is not set
 */
export async function deleteContainer(target: Target, force: boolean): Promise<StateRecord | null> {
  try {
    return await withLock('delete', target, () => deleteLocked(target, force))
  } catch (cause) {
    if (!(cause instanceof ContainerError && cause.code === 'ERR_NOT_FOUND')) throw cause
    const wasThere = await removeBareDirectory(target.stateDir, target.id)
    if (!(force || wasThere)) throw cause
    return null
  }
}

async function deleteLocked(target: Target, force: boolean): Promise<StateRecord | null> {
  const { id, stateDir } = target
  const record = await readRecord('delete', stateDir, id).catch((cause: unknown) => {
    // A creator killed before its first record leaves a bare directory; a corrupt record needs force.
    const bare = cause instanceof ContainerError && (cause.code === 'ERR_NOT_FOUND' || force)
    if (!bare) throw cause
    return null
  })
  if (record !== null && isAnother(target, record)) throw notFound('delete', target)
  if (record !== null) await endProcesses(target, record, force)
  const cgroup = record === null ? null : cgroupOf(record)
  if (record !== null && cgroup !== null) {
    if (record.unit !== null) await endUnit('delete', id, record.unit, cgroup)
    else await removeCgroup(cgroup, record.cgroupParents, 'delete', id)
  }
  if (record !== null) await releaseNetwork('delete', stateDir, record)
  await removeStateDirectory(stateDir, id).catch((cause: unknown) => {
    throw systemFailure(cause, { operation: 'delete', id })
  })
  return record
}

async function endProcesses(target: Target, record: StateRecord, force: boolean): Promise<void> {
  const status = readStatus(target.stateDir, record)
  // Who holds the lock knows that no creator is at work: "creating" is a creator that has gone on to something else.
  if (!force && (status === 'running' || status === 'paused'))
    throw wrongStatus('delete', target.id, status, 'stopped (or use force)')
  endInit(target, record)
  await untilGone(record)
  const cgroup = cgroupOf(record)
  if (cgroup !== null) await killCgroup(cgroup, 'delete', target.id)
}

/** Whoever started it may be ending it as well. */
function endInit({ id }: Target, record: StateRecord): void {
  try {
    if (isInitAlive(record)) signalProcess('delete', id, record, 9)
  } catch (cause) {
    if (!(cause instanceof ContainerError && cause.code === 'ERR_WRONG_STATUS')) throw cause
  }
}

const KILL_TIMEOUT = 10_000

async function untilGone(record: StateRecord): Promise<void> {
  const deadline = performance.now() + KILL_TIMEOUT
  for (let wait = 0.5; isInitAlive(record); wait = Math.min(2 * wait, 50)) {
    if (performance.now() > deadline) {
      throw new ContainerError({
        code: 'ERR_TIMEOUT',
        operation: 'delete',
        id: record.id,
        message: `process ${record.init.pid} does not end after SIGKILL`,
        hint: 'it is in uninterruptible sleep (see /proc/PID/stack and the state of its filesystems); or it waits for one of its pid namespace that has ended and that nobody reaps, since the host’s pid 1 does not (in a container of your own: docker run --init)',
      })
    }
    await delay(wait)
  }
}
