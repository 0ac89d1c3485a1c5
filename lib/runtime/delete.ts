// The end of a container: its processes, its cgroup, its network, its record.
import { setTimeout as delay } from 'node:timers/promises'
import { type BatchCall, native, result } from '../addon.ts'
import { removeCgroupCalls } from '../cgroups/calls.ts'
import { killCgroup, removeCgroup } from '../cgroups/fs.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import { AT_FDCWD, AT_REMOVEDIR } from '../kernel.ts'
import { signalProcess } from './kill.ts'
import { isAnother, notFound, type Target, withLock } from './lock.ts'
import { releaseNetwork } from './network.ts'
import { cgroupOf, isInitAlive, readRecord, readStatus, type StateRecord } from './state.ts'
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
import { wrongStatus } from './status.ts'
import { endUnit } from './unit.ts'

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
