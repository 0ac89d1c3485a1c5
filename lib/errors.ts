// The one error class, how it reads, and what it knows of an operating system failure.
import { findHint } from './hints.ts'

/** What kind of failure this is: a small closed set to branch on. */
export type ErrorCode =
  /** The configuration, an option or an id is wrong; `problems` lists everything found. */
  | 'ERR_INVALID_CONFIG'
  /** This library or this machine cannot do what was asked. */
  | 'ERR_UNSUPPORTED'
  /** A container (or cgroup) of this name exists. */
  | 'ERR_EXISTS'
  /** There is no such container, program or file. */
  | 'ERR_NOT_FOUND'
  /** The container's status does not allow this call, e.g. `start` of a stopped container. */
  | 'ERR_WRONG_STATUS'
  /** Another process holds the container's lock, and did not let go in time. */
  | 'ERR_BUSY'
  /** A state record cannot be read: empty, truncated, or not ours. */
  | 'ERR_STATE_CORRUPT'
  /** The operating system refused a step; see `syscall` and `errno`. */
  | 'ERR_SYSTEM'
  /** The container's first process died before it was set up. */
  | 'ERR_INIT_DIED'
  /** Something took longer than it was given: a process to freeze, id maps, a CNI plugin, a network program, a deletion. */
  | 'ERR_TIMEOUT'
  /** A hook failed, could not be run, or ran out of time. */
  | 'ERR_HOOK'
  /** The kernel killed the container for want of memory while it was being set up. */
  | 'ERR_OUT_OF_MEMORY'

/** One thing wrong with a document. */
export interface Problem {
  /** JSON Pointer (RFC 6901) into the document, e.g. `/linux/namespaces/0/type`. */
  readonly path: string
  /** What is wrong there, as the rest of a sentence that begins with the path. */
  readonly message: string
}

/** What a {@link ContainerError} is made of. */
export interface ContainerErrorInit {
  /** What to branch on. */
  readonly code: ErrorCode
  /** What was attempted: `create`, `start`, `validate` … */
  readonly operation: string
  /** What went wrong; not needed when `syscall` and `errno` or `problems` say it. */
  readonly message?: string | undefined
  /** The container. */
  readonly id?: string | undefined
  /** Number of the step in the plan, as `explain` prints it. */
  readonly step?: number | undefined
  /** Name of the plan's operation. */
  readonly op?: string | undefined
  /** Name of the system call, or what was written where (`write uid_map`). */
  readonly syscall?: string | undefined
  /** Symbolic errno, e.g. `EPERM`. */
  readonly errno?: string | undefined
  /** The file, mount target or program it was about. */
  readonly path?: string | undefined
  /** More from the kernel, e.g. a filesystem's own message. */
  readonly detail?: string | undefined
  /** What to do. Default: what is known of `op`, `syscall` and `errno`. */
  readonly hint?: string | undefined
  /** Everything that is wrong with a document or with options. Default: none. */
  readonly problems?: readonly Problem[] | undefined
  /** The error below it. */
  readonly cause?: unknown
}

const brand = Symbol.for('libcontainer.ContainerError')

/**
 * What this library throws. It says what was attempted, which step and system call failed, on which path, and what to do
 * about it.
 *
 * ```
 * create web: step 6 bindMount /data: mount_setattr: EINVAL (Invalid argument)
 *   for an id-mapped mount: the filesystem does not support it, or the source is id-mapped already
 * ```
 *
 * @example
 * ```ts
 * try {
 *   await Container.run('web', config, { bundle })
 * } catch (error) {
 *   if (!isContainerError(error) || error.code !== 'ERR_EXISTS') throw error
 *   console.error(`${error.id} is running already`)
 * }
 * ```
 *
 * Recognise it with {@link isContainerError} rather than `instanceof`: a program may load two copies of the library.
 */
export class ContainerError extends Error {
  /** What kind of failure it is: the property to branch on. */
  readonly code: ErrorCode
  /** What was attempted: `create`, `start`, `validate` … */
  readonly operation: string
  /** The container; undefined where it is about none. */
  readonly id: string | undefined
  /** Number of the step that failed, as {@link explain} prints it; undefined where no plan was being carried out. */
  readonly step: number | undefined
  /** Name of that step’s operation (docs/ops.md), of a netlink request, or of a CNI plugin’s command. */
  readonly op: string | undefined
  /** Name of the system call that failed. */
  readonly syscall: string | undefined
  /** Symbolic errno, e.g. `EPERM` (errno(3)). */
  readonly errno: string | undefined
  /** The file, mount target or program it was about. */
  readonly path: string | undefined
  /** More from the kernel, e.g. a filesystem’s own message. */
  readonly detail: string | undefined
  /** What to do about it; the last line of the message. */
  readonly hint: string | undefined
  /** Everything that is wrong with a configuration or with options, at once; empty for failures of other kinds. */
  readonly problems: readonly Problem[]

  /** For programs that put something of their own in the place of this library, and for tests. */
  constructor(init: ContainerErrorInit) {
    const hint = init.hint ?? findHint(init.op, init.syscall, init.errno)
    super(render(init, hint), init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'ContainerError'
    this.code = init.code
    this.operation = init.operation
    this.id = init.id
    this.step = init.step
    this.op = init.op
    this.syscall = init.syscall
    this.errno = init.errno
    this.path = init.path
    this.detail = init.detail
    this.hint = hint
    this.problems = init.problems ?? []
  }

  /** @internal */
  get [brand](): true {
    return true
  }
}

/** Whether a thrown value is a {@link ContainerError}, of this or another copy of the library. */
export function isContainerError(value: unknown): value is ContainerError {
  return typeof value === 'object' && value !== null && brand in value
}

function render(init: ContainerErrorInit, hint: string | undefined): string {
  const lines = [`${head(init)}: ${reason(init)}`]
  for (const { path, message } of init.problems ?? []) lines.push(`  ${path || '/'}: ${message}`)
  if (hint !== undefined) lines.push(`  ${hint}`)
  return lines.join('\n')
}

function head({ operation, id, step, op, path }: ContainerErrorInit): string {
  const what = id === undefined ? operation : `${operation} ${id}`
  if (op === undefined) return what
  const where = [step === undefined ? op : `step ${step} ${op}`, path].filter(Boolean).join(' ')
  return `${what}: ${where}`
}

function reason(init: ContainerErrorInit): string {
  const { message, syscall, errno, path, op, detail, problems } = init
  const system = errno === undefined ? undefined : `${syscall ?? 'system'}: ${describeErrno(errno)}`
  const parts = [message, system, op === undefined && system !== undefined ? path : undefined, detail]
  if (message === undefined && problems !== undefined) parts.push(`${problems.length} problem(s) found`)
  return parts.filter(Boolean).join(': ')
}

function describeErrno(errno: string): string {
  const text = ERRNO_TEXT[errno]
  return text === undefined ? errno : `${errno} (${text})`
}

/** Texts of the errnos that containers meet (errno(3)); others print by name alone. */
const ERRNO_TEXT: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EIO: 'Input/output error',
  E2BIG: 'Argument list too long',
  ENOEXEC: 'Exec format error',
  EBADF: 'Bad file descriptor',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENODEV: 'No such device',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENFILE: 'Too many open files in system',
  EMFILE: 'Too many open files',
  ETXTBSY: 'Text file busy',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  EPIPE: 'Broken pipe',
  ENAMETOOLONG: 'File name too long',
  ENOSYS: 'Function not implemented',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EOVERFLOW: 'Value too large for defined data type',
  EUSERS: 'Too many users',
  EOPNOTSUPP: 'Operation not supported',
  ESRCH: 'No such process',
  EDQUOT: 'Disk quota exceeded',
}
