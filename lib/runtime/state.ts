// The record of a container: what is written to state.json, and how it is read back.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type BatchCall, type Fd, native, result } from '../addon.ts'
import { parseJson } from '../config/json.ts'
import { stringifyConfig } from '../config/load.ts'
import type { Config } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } from '../kernel.ts'
import { bootId, isSameProcess, type ProcessIdentity } from '../process/identity.ts'
import { GATE_FILE, STATE_FILE, STATE_FILE_NEW } from './state-directory.ts'
import type { StatusFacts } from './status.ts'

/** Written whole, then renamed: before the container's first process exists, and again once it does. */
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
  readonly init: ProcessIdentity | null
  /** The document as it was given. */
  readonly config: Config
}

/** Calls that write a record into the open state directory `dir`; `base` is the number of the first one. */
export function writeRecordCalls(dir: Fd, record: StateRecord, base: number): BatchCall[] {
  return [
    {
      call: 'openat2',
      dir,
      path: STATE_FILE_NEW,
      flags: O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW,
      mode: 0o600,
      resolve: 0,
    },
    { call: 'write', fd: result(base), data: stringifyRecord(record) },
    { call: 'close', fd: result(base) },
    { call: 'renameat', dir, path: STATE_FILE_NEW, newDir: dir, newPath: STATE_FILE },
  ]
}

function stringifyRecord({ config, ...rest }: StateRecord): string {
  const head = JSON.stringify(rest)
  return `${head.slice(0, -1)},"config":${stringifyConfig(config)}}\n`
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
  return parseRecord(operation, id, text)
}

function parseRecord(operation: string, id: string, text: string): StateRecord {
  try {
    const record = parseJson(text) as StateRecord
    if (record.version !== 1 || record.id !== id) {
      throw new Error(`it is of version ${String(record.version)} and for "${String(record.id)}"`)
    }
    const wrong = findWrongField(record)
    if (wrong !== undefined) throw new Error(`its ${wrong} is not what it should be`)
    return record
  } catch (cause) {
    throw new ContainerError({
      code: 'ERR_STATE_CORRUPT',
      operation,
      id,
      message: `${STATE_FILE} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: `remove it with Container.delete(${JSON.stringify(id)}, { force: true }): what can be found of it goes`,
      cause,
    })
  }
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const isIdentity = (value: ProcessIdentity): boolean =>
  isObject(value) && Number.isInteger(value.pid) && value.pid > 0 && Number.isInteger(value.startTime)
const orNull =
  <T>(check: (value: T) => boolean) =>
  (value: T | null): boolean =>
    value === null || check(value)

/** What is read here decides which process is signalled and which cgroup removed: nothing of it is taken on trust. */
const CHECKS: { readonly [K in keyof StateRecord]: (value: StateRecord[K]) => boolean } = {
  version: (value) => value === 1,
  id: isText,
  bundle: isText,
  created: (value) => !Number.isNaN(Date.parse(value)),
  bootId: isText,
  creator: isIdentity,
  cgroup: orNull(isText),
  cgroupRoot: orNull(isText),
  cgroupParents: (value) => Array.isArray(value) && value.every(isText),
  init: orNull(isIdentity),
  config: isObject,
}

function findWrongField(record: StateRecord): string | undefined {
  const holds = <K extends keyof StateRecord>(key: K): boolean => CHECKS[key](record[key])
  return (Object.keys(CHECKS) as Array<keyof StateRecord>).find((key) => !holds(key))
}

/** Whether the first process lives: that very one, not one that has got its pid since, in this boot or a later. */
export function isInitAlive(record: StateRecord): record is StateRecord & { readonly init: ProcessIdentity } {
  return record.init !== null && record.bootId === bootId() && isSameProcess(record.init)
}

/** Asks the kernel what the status is derived from. */
export function gatherStatusFacts(stateDir: string, record: StateRecord): StatusFacts {
  return {
    initRecorded: record.init !== null,
    creatorAlive: record.bootId === bootId() && isSameProcess(record.creator),
    initAlive: isInitAlive(record),
    gateWaiting: isGateWaiting(path.join(stateDir, record.id, GATE_FILE)),
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
