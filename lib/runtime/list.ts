// What containers a state directory holds.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ContainerError, isContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { gatherStatusFacts, readRecord } from './state.ts'
import { isOwnName, verifyStateDir } from './state-directory.ts'
import { deriveStatus, type Status } from './status.ts'

/** One container in a listing. */
export interface ContainerSummary {
  /** By which {@link Container.load} finds it. */
  readonly id: string
  /** `corrupt`: it has no record that can be read; see `error`. `Container.delete` removes it, with force. */
  readonly status: Status | 'corrupt'
  /** Process id of its first process; null when that has ended or never was. */
  readonly pid: number | null
  /** Directory of its bundle, absolute; null where the record is corrupt. */
  readonly bundle: string | null
  /** When it was created; null where the record is corrupt. */
  readonly created: Date | null
  /** With `corrupt`: why. */
  readonly error?: ContainerError
}

export async function* listContainers(stateDir: string): AsyncGenerator<ContainerSummary, void, void> {
  await verifyStateDir(stateDir)
  const entries = await readdir(stateDir, { withFileTypes: true }).catch((cause: unknown) => {
    if (hasErrno(cause, 'ENOENT')) return []
    throw systemFailure(cause, { operation: 'list' })
  })
  for (const entry of entries) {
    if (!entry.isDirectory()) continue
    const summary = await summarise(stateDir, entry.name)
    if (summary !== null) yield summary
  }
}

/** Null for one that was deleted since it was listed, and for what is no container. */
async function summarise(stateDir: string, id: string, patient = true): Promise<ContainerSummary | null> {
  try {
    const record = await readRecord('list', stateDir, id)
    const status = deriveStatus(gatherStatusFacts(stateDir, record))
    const alive = status === 'created' || status === 'running' || status === 'paused'
    return {
      id,
      status,
      pid: alive ? (record.init?.pid ?? null) : null,
      bundle: record.bundle,
      created: new Date(record.created),
    }
  } catch (error) {
    if (!isContainerError(error)) throw error
    if (error.code !== 'ERR_NOT_FOUND') return corrupt(id, error)
    if (!(await isWithoutRecord(stateDir, id))) return null
    if (!patient) return corrupt(id, withoutRecord(id))
    await delay(RECORD_PATIENCE)
    return summarise(stateDir, id, false)
  }
}

const corrupt = (id: string, error: ContainerError): ContainerSummary => ({
  id,
  status: 'corrupt',
  pid: null,
  bundle: null,
  created: null,
  error,
})

/** Between making the directory and writing the record a creator makes three system calls, with nothing in between. */
const RECORD_PATIENCE = 50

/** A directory of ours, without a record: its creator is at work, or was killed before it wrote one. */
async function isWithoutRecord(stateDir: string, id: string): Promise<boolean> {
  const names = await readdir(path.join(stateDir, id)).catch(() => null)
  return names?.every(isOwnName) ?? false
}

function withoutRecord(id: string): ContainerError {
  return new ContainerError({
    code: 'ERR_STATE_CORRUPT',
    operation: 'list',
    id,
    message: 'it has no record: its creator was killed before it wrote one',
    hint: `nothing of it runs: remove it with Container.delete(${JSON.stringify(id)})`,
  })
}
