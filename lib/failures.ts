// Turns what the kernel, the addon and init report into ContainerErrors.
import { constants } from 'node:os'
import type { NativeError } from './addon.ts'
import { ContainerError, type ContainerErrorInit, type ErrorCode, isContainerError } from './errors.ts'

const ERRNO_NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]))

/** Symbolic name of a positive errno. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `errno ${errno}`
}

/** Whether a thrown value came from a failed system call of the addon or of node:fs. */
export function isSystemError(value: unknown): value is NativeError {
  return value instanceof Error && 'code' in value && 'syscall' in value && typeof value.code === 'string'
}

/** Whether a thrown value is a failed system call with one of these symbolic errnos. */
export function hasErrno(value: unknown, ...names: string[]): boolean {
  return isSystemError(value) && names.includes(value.code)
}

/** The ContainerError for a failed host step. ContainerErrors and foreign errors pass as they are. */
export function systemFailure(
  cause: unknown,
  context: Pick<ContainerErrorInit, 'operation'> & Partial<ContainerErrorInit>,
): unknown {
  if (isContainerError(cause) || !isSystemError(cause)) return cause
  return new ContainerError({
    code: 'ERR_SYSTEM',
    syscall: cause.syscall,
    errno: cause.code,
    path: cause.path,
    cause,
    ...context,
  })
}

/** What init reported of the operation that failed. */
export interface InitFailure {
  /** Index into the plan. */
  readonly index: number
  readonly op: string
  readonly syscall: string
  readonly errno: number
  /** The path, or the kernel's own message. */
  readonly detail: string
  /** What was to be written, where an operation writes. */
  readonly value?: string
}

/** The ContainerError for a step of the plan that failed inside init. */
export function initFailure(operation: string, id: string, failure: InitFailure): ContainerError {
  const errno = failure.errno === 0 ? undefined : errnoName(failure.errno)
  return new ContainerError({
    code: codeOf(failure.op, errno),
    operation,
    id,
    step: failure.index + 1,
    op: failure.op,
    ...(errno === undefined
      ? { message: failure.detail || 'failed' }
      : { syscall: failure.syscall, errno, path: failure.detail || undefined, detail: failure.value }),
  })
}

/** Steps whose failure is the caller's doing say so by their code. */
const CODES: Readonly<Record<string, Readonly<Record<string, ErrorCode>>>> = {
  openTree: { ENOENT: 'ERR_NOT_FOUND', ENOTDIR: 'ERR_INVALID_CONFIG', ELOOP: 'ERR_INVALID_CONFIG' },
  // Of an overlay's layers.
  createFilesystem: { ENOENT: 'ERR_NOT_FOUND' },
  joinNamespaces: { ESRCH: 'ERR_WRONG_STATUS' },
  findExecutable: { ENOENT: 'ERR_NOT_FOUND' },
  exec: { ENOENT: 'ERR_NOT_FOUND' },
}

function codeOf(op: string, errno: string | undefined): ErrorCode {
  if (op === 'runHook') return 'ERR_HOOK'
  return (errno === undefined ? undefined : CODES[op]?.[errno]) ?? 'ERR_SYSTEM'
}
