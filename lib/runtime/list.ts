// What containers a state directory holds.
import { readdir } from 'node:fs/promises'
import { type ContainerError, isContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { gatherStatusFacts, readRecord } from './state.ts'
import { deriveStatus, type Status } from './status.ts'

/** One container in a listing. */
export interface ContainerSummary {
  readonly id: string
  /** `corrupt`: its record cannot be read; see `error`. It can be deleted with force. */
  readonly status: Status | 'corrupt'
  /** Process id of its first process; null when that has ended or never was. */
  readonly pid: number | null
  readonly bundle: string | null
  readonly created: Date | null
  readonly error?: ContainerError
}

export async function* listContainers(stateDir: string): AsyncGenerator<ContainerSummary, void, void> {
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

/** Null for one that was deleted since it was listed, or whose creator has not come to its first record. */
async function summarise(stateDir: string, id: string): Promise<ContainerSummary | null> {
  try {
    const record = await readRecord('list', stateDir, id)
    const status = deriveStatus(gatherStatusFacts(stateDir, record))
    const alive = status === 'created' || status === 'running'
    return {
      id,
      status,
      pid: alive ? (record.init?.pid ?? null) : null,
      bundle: record.bundle,
      created: new Date(record.created),
    }
  } catch (error) {
    if (!isContainerError(error)) throw error
    if (error.code === 'ERR_NOT_FOUND') return null
    return { id, status: 'corrupt', pid: null, bundle: null, created: null, error }
  }
}
