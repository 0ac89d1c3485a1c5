// One program at a time is at work on a container: its lock, held in the directory of its record.
import { setTimeout as delay } from 'node:timers/promises'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import type { StateRecord } from './state.ts'
import { lockCalls } from './state-directory.ts'

/** Which container, and on whose behalf. */
export interface Target {
  readonly id: string
  readonly stateDir: string
  /** Its record's `created`; unset: whichever has the id now. The id may have been given to another since. */
  readonly created?: string
  /** Aborting it ends waiting for the lock, or for processes to freeze, with its reason. */
  readonly signal?: AbortSignal | undefined
}

export const isAnother = (target: Target, record: StateRecord): boolean =>
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

export function notFound(operation: string, { id, stateDir }: Target, cause?: unknown): ContainerError {
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
