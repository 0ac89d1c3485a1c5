// Reserves what a container needs on the host before its first process exists: its record, its lock, its cgroup.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { type BatchCall, type Fd, type Launched, type NativeError, native, result, resultIndex } from '../addon.ts'
import { type Cgroup, type CgroupOrder, cgroupBeingMade, createCgroupCalls } from '../cgroups/calls.ts'
import { limitFailure } from '../cgroups/failures.ts'
import { isCgroupEmpty, killCgroup, removeCgroup, takeBackCgroup } from '../cgroups/fs.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { AT_FDCWD, LOCK_EX, LOCK_NB, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_WRONLY } from '../kernel.ts'
import type { Undo } from '../undo.ts'
import { cgroupOf, type StateRecord, writeRecordCalls } from './state.ts'
import {
  GATE_FILE,
  INIT_FILE,
  LOCK_FILE,
  openDirectory,
  prepareStateDir,
  removeStateDirectory,
} from './state-directory.ts'

/** A container's first process, and what is held for it on the host. */
export interface Reserved {
  /** As it was written: with the parents of the cgroup that were made for it. */
  readonly record: StateRecord
  readonly launched: Launched
  /** The start gate; undefined when there is none. */
  readonly gate: Fd | undefined
  /** Closes the descriptors, and with them lets go of the lock. Idempotent. */
  release(): void
}

/** What the calls of a reservation are, and where in their list the results stand that matter. */
export interface Reservation {
  readonly calls: readonly BatchCall[]
  /** To become {@link LaunchOptions.cgroup}: refers to the result; -1 for none. */
  readonly cgroup: Fd
  /** To become {@link LaunchOptions.identityFile}. */
  readonly identityFile: Fd
  /** The start gate, opened for reading and writing; undefined when there is none. */
  readonly gate: Fd | undefined
  /** Number of the first call about the cgroup; undefined without one. */
  readonly cgroupCalls: number | undefined
}

const DIR = 1
const LOCK = 2

/**
 * Directory, lock and record first, then the cgroup that the record names, then the process in it: a creator killed at
 * any instant leaves something that `delete` finds and removes whole. All of it is one hop to a thread of the addon.
 * @param text the record's config as JSON
 * @param order what its cgroup is to be like
 * @param launch launches init with these calls before it
 * @throws ContainerError ERR_EXISTS when the id, or its cgroup, is in use
 */
export async function reserveAndLaunch(
  operation: string,
  stateDir: string,
  wanted: StateRecord,
  text: string,
  order: CgroupOrder,
  gate: boolean,
  undo: Undo,
  launch: (reservation: Reservation) => Promise<Launched>,
): Promise<Reserved> {
  await prepareStateDir(stateDir)
  const { record, reservation, launched } = await carryOut(operation, stateDir, wanted, text, order, gate, launch)
  const reserved = {
    record,
    launched,
    gate: reservation.gate === undefined ? undefined : (launched.results[resultIndex(reservation.gate)] as Fd),
    release: holder(reservation.calls, launched.results),
  }
  // Last of all, since the lock goes with it: until then nobody else makes a container of this id.
  undo.push('close the state directory', reserved.release)
  undo.push('remove the cgroup and the record', () => removeReservation(operation, stateDir, record))
  return reserved
}

/** What systemd makes is not there yet, and is taken back by what asked for it. */
const cgroupToMake = (record: StateRecord): Cgroup | null => (record.unit === null ? cgroupOf(record) : null)

/** One step: while the cgroup cannot be removed the record that names it stays, for `delete` to try again. */
async function removeReservation(operation: string, stateDir: string, record: StateRecord): Promise<void> {
  const cgroup = cgroupToMake(record)
  if (cgroup !== null) {
    // The program may have run already, and left processes that do not end with its first.
    await killCgroup(cgroup, operation, record.id)
    await removeCgroup(cgroup, record.cgroupParents, operation, record.id)
  }
  await removeStateDirectory(stateDir, record.id)
}

function planReservation(
  stateDir: string,
  record: StateRecord,
  text: string,
  order: CgroupOrder,
  gate: boolean,
): Reservation {
  const cgroup = cgroupToMake(record)
  const dir = result(DIR)
  const own = path.join(stateDir, record.id)
  const calls: BatchCall[] = [
    { call: 'mkdirat', dir: AT_FDCWD, path: own, mode: 0o700 },
    openDirectory(AT_FDCWD, own),
    { call: 'openat2', dir, path: LOCK_FILE, flags: O_CREAT | O_RDWR | O_NOFOLLOW, mode: 0o600, resolve: 0 },
    { call: 'flock', fd: result(LOCK), operation: LOCK_EX | LOCK_NB },
  ]
  calls.push(...writeRecordCalls(dir, record, text, calls.length))
  const open = (name: string, flags: number, mode: number): Fd => {
    calls.push({ call: 'openat2', dir, path: name, flags: flags | O_NOFOLLOW, mode, resolve: 0 })
    return result(calls.length - 1)
  }
  const identityFile = open(INIT_FILE, O_CREAT | O_EXCL | O_WRONLY, 0o600)
  if (gate) calls.push({ call: 'mkfifoat', dir, path: GATE_FILE, mode: 0o600 })
  const gateFd = gate ? open(GATE_FILE, O_RDWR, 0) : undefined
  if (cgroup === null) return { calls, cgroup: -1, identityFile, gate: gateFd, cgroupCalls: undefined }
  const cgroupCalls = calls.length
  const made = createCgroupCalls(cgroup, record.cgroupParents, order, calls.length)
  calls.push(...made.calls)
  return { calls, cgroup: made.opened, identityFile, gate: gateFd, cgroupCalls }
}

interface CarriedOut {
  readonly record: StateRecord
  readonly reservation: Reservation
  readonly launched: Launched
}

const ATTEMPTS = 16

async function carryOut(
  operation: string,
  stateDir: string,
  wanted: StateRecord,
  text: string,
  order: CgroupOrder,
  gate: boolean,
  launch: (reservation: Reservation) => Promise<Launched>,
): Promise<CarriedOut> {
  const cgroup = cgroupToMake(wanted)
  for (let record = wanted, attempt = 1; ; attempt++) {
    const reservation = planReservation(stateDir, record, text, order, gate)
    try {
      return { record, reservation, launched: await launch(reservation) }
    } catch (cause) {
      if (!failedInReservation(cause)) {
        await removeReservation(operation, stateDir, record)
        throw systemFailure(cause, { operation, id: record.id })
      }
      await takeBack(stateDir, record, reservation, cause)
      if (attempt === ATTEMPTS || !hasChanged(record, reservation, cause)) {
        throw await reservationFailure(operation, stateDir, record, reservation, cause)
      }
      await prepareStateDir(stateDir, true)
      if (cgroup !== null) record = { ...record, cgroupParents: await missingParents(cgroup, '/') }
    }
  }
}

/** Else the reservation was made, and launching failed. */
function failedInReservation(cause: unknown): boolean {
  return (cause as NativeError).index !== undefined
}

/** Nothing was ours before the container's own directory was made. */
const OWN_DIRECTORY = 0

async function takeBack(
  stateDir: string,
  record: StateRecord,
  { cgroupCalls }: Reservation,
  cause: unknown,
): Promise<void> {
  const { index = 0 } = cause as NativeError
  const place = cgroupOf(record)
  if (place !== null && cgroupCalls !== undefined) {
    await takeBackCgroup(place, record.cgroupParents, index - cgroupCalls)
  }
  if (index > OWN_DIRECTORY) await removeStateDirectory(stateDir, record.id)
}

/**
 * Whether it failed only because others have been at work since it was planned: they removed the directory of all
 * containers, or made or removed a parent of the cgroup.
 */
function hasChanged(record: StateRecord, { cgroupCalls }: Reservation, cause: unknown): boolean {
  const { index = 0 } = cause as NativeError
  if (index === OWN_DIRECTORY) return hasErrno(cause, 'ENOENT')
  const place = cgroupOf(record)
  if (place === null || cgroupCalls === undefined) return false
  const making = cgroupBeingMade(place, record.cgroupParents, index - cgroupCalls)
  if (making === undefined) return false
  return hasErrno(cause, 'ENOENT') || (making !== place.path && hasErrno(cause, 'EEXIST'))
}

function exists(operation: string, stateDir: string, id: string, cause: unknown): ContainerError {
  return new ContainerError({
    code: 'ERR_EXISTS',
    operation,
    id,
    message: `a container of this id exists in ${stateDir}`,
    hint: 'delete it first, or choose another id',
    cause,
  })
}

async function reservationFailure(
  operation: string,
  stateDir: string,
  record: StateRecord,
  reservation: Reservation,
  cause: unknown,
): Promise<unknown> {
  const cgroup = cgroupOf(record)
  const index = (cause as NativeError).index ?? 0
  if (index === OWN_DIRECTORY && hasErrno(cause, 'EEXIST')) return exists(operation, stateDir, record.id, cause)
  if (cgroup === null || reservation.cgroupCalls === undefined || index < reservation.cgroupCalls) {
    return systemFailure(cause, { operation, id: record.id })
  }
  const limit = limitFailure(reservation.calls[index], cause, { operation, id: record.id, cgroup: cgroup.path })
  if (limit !== undefined) return limit
  if (!hasErrno(cause, 'EEXIST')) {
    return systemFailure(cause, { operation, id: record.id, op: 'make the cgroup', path: cgroup.path })
  }
  return new ContainerError({
    code: 'ERR_EXISTS',
    operation,
    id: record.id,
    message: `the cgroup ${cgroup.path} exists${(await isCgroupEmpty(cgroup)) ? '' : ' and has processes in it'}`,
    hint: 'another container uses it, or one was left behind: remove it, or set linux.cgroupsPath to another',
    cause,
  })
}

/** Closes what the reservation opened and did not close itself. */
function holder(calls: readonly BatchCall[], results: ReadonlyArray<number | Buffer>): () => void {
  const open = results.filter((each, index): each is Fd => calls[index]?.call === 'openat2' && Number(each) >= 0)
  return () => {
    for (const fd of open.splice(0)) native().close(fd)
  }
}

/**
 * The parents of a cgroup that do not exist yet, outermost first. They are named in the record, so that they go with
 * the container. `own` is this process's cgroup, which does exist: where it is the parent nothing is looked up.
 */
export async function missingParents(cgroup: Cgroup, own: string): Promise<string[]> {
  const missing: string[] = []
  for (let parent = path.dirname(cgroup.path); parent !== '/' && parent !== own; parent = path.dirname(parent)) {
    const there = await stat(path.join(cgroup.root, parent)).then(
      () => true,
      () => false,
    )
    if (there) break
    missing.unshift(parent)
  }
  return missing
}
