// The record of a container: what is written to state.json, and how it is read back.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type BatchCall, type Fd, native, result } from '../addon.ts'
import type { Cgroup } from '../cgroups/calls.ts'
import { isFrozen } from '../cgroups/freezer.ts'
import type { Unit } from '../cgroups/units.ts'
import { parseJson } from '../config/json.ts'
import type { Config, NamespaceType } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } from '../kernel.ts'
import { bootId, isSameProcess, type ProcessIdentity } from '../process/identity.ts'
import type { NetworkRecord } from './network.ts'
import { GATE_FILE, INIT_FILE, STATE_FILE, STATE_FILE_NEW } from './state-directory.ts'
import { deriveStatus, type Status, type StatusFacts } from './status.ts'

/**
 * What state.json holds. Written whole, then renamed, before the container's first process exists; never changed. Who
 * that process is comes from a file of its own, {@link INIT_FILE}.
 */
export interface StateRecord {
  readonly version: 1
  readonly id: string
  readonly bundle: string
  /** ISO 8601. */
  readonly created: string
  readonly bootId: string
  /** Who creates the container; meaningful while `init` is null. */
  readonly creator: ProcessIdentity
  /** Absolute path of the container's own cgroup; null when it has none. */
  readonly cgroup: string | null
  /** Mount point of the cgroup2 hierarchy that `cgroup` is in. */
  readonly cgroupRoot: string | null
  /** Parents of the cgroup that were made for it, outermost first. */
  readonly cgroupParents: readonly string[]
  /** The unit of systemd that made the cgroup; null when we did. */
  readonly unit: Unit | null
  /** What it holds of a network; null when that is nothing. */
  readonly network: NetworkRecord | null
  /** Types of the namespaces it shares with another container or process, beside those that `config` joins. */
  readonly shared: readonly NamespaceType[]
  /** Null while there is none yet; not part of state.json. */
  readonly init: ProcessIdentity | null
  /** The document as it was given. */
  readonly config: Config
}

/**
 * Calls that write a record into the open state directory `dir`. `text` is its `config` as JSON; `base` is the number of
 * the first call.
 */
export function writeRecordCalls(dir: Fd, record: StateRecord, text: string, base: number): BatchCall[] {
  return [
    {
      call: 'openat2',
      dir,
      path: STATE_FILE_NEW,
      flags: O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW,
      mode: 0o600,
      resolve: 0,
    },
    { call: 'write', fd: result(base), data: stringifyRecord(record, text) },
    { call: 'close', fd: result(base) },
    { call: 'renameat', dir, path: STATE_FILE_NEW, newDir: dir, newPath: STATE_FILE },
  ]
}

function stringifyRecord({ config: _, init: __, ...rest }: StateRecord, text: string): string {
  return `${JSON.stringify(rest).slice(0, -1)},"config":${text}}\n`
}

/**
 * @throws ContainerError ERR_NOT_FOUND when there is no such container, ERR_STATE_CORRUPT when its record is unreadable
 */
export async function readRecord(operation: string, stateDir: string, id: string): Promise<StateRecord> {
  let text: string
  try {
    text = await readFile(path.join(stateDir, id, STATE_FILE), 'utf8')
  } catch (cause) {
    if (!hasErrno(cause, 'ENOENT', 'ENOTDIR')) throw systemFailure(cause, { operation, id })
    throw new ContainerError({
      code: 'ERR_NOT_FOUND',
      operation,
      id,
      message: `no such container in ${stateDir}`,
      cause,
    })
  }
  return { ...parseRecord(operation, id, text), init: await readInit(operation, stateDir, id) }
}

async function readInit(operation: string, stateDir: string, id: string): Promise<ProcessIdentity | null> {
  const text = await readFile(path.join(stateDir, id, INIT_FILE), 'latin1').catch((cause: unknown) => {
    if (hasErrno(cause, 'ENOENT')) return ''
    throw systemFailure(cause, { operation, id })
  })
  if (text === '') return null
  const [, pid, startTime] = /^([1-9]\d*) (\d+)\n(traced\n)*$/.exec(text) ?? []
  if (pid !== undefined && startTime !== undefined) return { pid: Number(pid), startTime: Number(startTime) }
  throw corrupt(operation, id, INIT_FILE, new Error('it is not a process id and a start time'))
}

function parseRecord(operation: string, id: string, text: string): Omit<StateRecord, 'init'> {
  try {
    const record = parseJson(text) as Omit<StateRecord, 'init'>
    if (record.version !== 1 || record.id !== id) {
      throw new Error(`it is of version ${String(record.version)} and for "${String(record.id)}"`)
    }
    const wrong = findWrongField(record)
    if (wrong !== undefined) throw new Error(`its ${wrong} is not what it should be`)
    return record
  } catch (cause) {
    throw corrupt(operation, id, STATE_FILE, cause)
  }
}

function corrupt(operation: string, id: string, file: string, cause: unknown): ContainerError {
  return new ContainerError({
    code: 'ERR_STATE_CORRUPT',
    operation,
    id,
    message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: `remove it with Container.delete(${JSON.stringify(id)}, { force: true }): what can be found of it goes`,
    cause,
  })
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const isIdentity = (value: ProcessIdentity): boolean =>
  isObject(value) && Number.isInteger(value.pid) && value.pid > 0 && Number.isInteger(value.startTime)
const isUnit = ({ manager, name, slice }: Unit): boolean =>
  (manager === 'system' || manager === 'user') && isText(name) && isText(slice)
const isNetwork = ({ kind, directory, name }: NetworkRecord): boolean =>
  ['bridge', 'cni', 'rootless'].includes(kind) && isText(directory) && isText(name)
const orNull =
  <T>(check: (value: T) => boolean) =>
  (value: T | null): boolean =>
    value === null || check(value)

/** What is read here decides which process is signalled and which cgroup removed: nothing of it is taken on trust. */
type Saved = Omit<StateRecord, 'init'>
const CHECKS: { readonly [K in keyof Saved]: (value: Saved[K]) => boolean } = {
  version: (value) => value === 1,
  id: isText,
  bundle: isText,
  created: (value) => !Number.isNaN(Date.parse(value)),
  bootId: isText,
  creator: isIdentity,
  cgroup: orNull(isText),
  cgroupRoot: orNull(isText),
  cgroupParents: (value) => Array.isArray(value) && value.every(isText),
  unit: orNull(isUnit),
  // These two are absent in an older record.
  network: (value) => value == null || isNetwork(value),
  shared: (value) => value == null || (Array.isArray(value) && value.every(isText)),
  config: isObject,
}

function findWrongField(record: Saved): string | undefined {
  const holds = <K extends keyof Saved>(key: K): boolean => CHECKS[key](record[key])
  return (Object.keys(CHECKS) as Array<keyof Saved>).find((key) => !holds(key))
}

/** The cgroup a record names; null without one, and for a record of another boot, which no cgroup outlives. */
export function cgroupOf({ cgroup, cgroupRoot, bootId: boot }: StateRecord): Cgroup | null {
  return cgroup === null || cgroupRoot === null || boot !== bootId() ? null : { root: cgroupRoot, path: cgroup }
}

/** Pids of another boot mean nothing. */
export const isOfThisBoot = (record: StateRecord): boolean => record.bootId === bootId()

/** Whether the first process lives: that very one, not one that has got its pid since, in this boot or a later. */
export function isInitAlive(record: StateRecord): record is StateRecord & { readonly init: ProcessIdentity } {
  return record.init !== null && isOfThisBoot(record) && isSameProcess(record.init)
}

/** Asks the kernel what the status is derived from. */
export function gatherStatusFacts(stateDir: string, record: StateRecord): StatusFacts {
  const cgroup = cgroupOf(record)
  return {
    initRecorded: record.init !== null,
    creatorAlive: record.bootId === bootId() && isSameProcess(record.creator),
    initAlive: isInitAlive(record),
    gateWaiting: isGateWaiting(path.join(stateDir, record.id, GATE_FILE)),
    frozen: cgroup !== null && isFrozen(cgroup),
  }
}

/** A FIFO can be opened for writing without blocking only while somebody has it open for reading (fifo(7)). */
function isGateWaiting(gate: string): boolean {
  try {
    native().close(native().open(gate, O_WRONLY | O_NONBLOCK))
    return true
  } catch {
    return false
  }
}

/** The status, asked of the kernel now. */
export function readStatus(stateDir: string, record: StateRecord): Status {
  return deriveStatus(gatherStatusFacts(stateDir, record))
}
