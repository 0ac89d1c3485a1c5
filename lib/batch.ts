// Batches of system calls: what a call is, and how a list of them travels to the addon. Pure.
import { LOCK_NB, LOCK_UN } from './kernel.ts'
import { ByteWriter } from './plan/bytes.ts'

/** A file descriptor of this process. */
export type Fd = number

/**
 * One system call of a batch. `dir` is a descriptor, -100 (AT_FDCWD), or the result of an earlier call of the same
 * batch, written with {@link result}.
 */
export type BatchCall =
  /** Result 0. */
  | { readonly call: 'mkdirat'; readonly dir: Fd; readonly path: string; readonly mode: number }
  /**
   * Result: the descriptor, always close-on-exec. `resolve`: RESOLVE_* flags. A FIFO needs O_NONBLOCK or O_RDWR, else the
   * thread waits for its other end.
   */
  | {
      readonly call: 'openat2'
      readonly dir: Fd
      readonly path: string
      readonly flags: number
      readonly mode: number
      readonly resolve: number
    }
  /** One write(2) of all bytes; a short write is an EIO error. Result: the number of bytes. */
  | { readonly call: 'write'; readonly fd: Fd; readonly data: string | Uint8Array }
  /**
   * Reads to end of file, at most `limit` bytes (default 1 MiB, most 64 MiB). Result: a Buffer. EINVAL for anything but a
   * regular file, as procfs and cgroupfs have them: a pipe could keep the thread for ever.
   */
  | { readonly call: 'read'; readonly fd: Fd; readonly limit?: number }
  | { readonly call: 'close'; readonly fd: Fd }
  | {
      readonly call: 'renameat'
      readonly dir: Fd
      readonly path: string
      readonly newDir: Fd
      readonly newPath: string
    }
  /** `flags`: AT_REMOVEDIR (0x200) for rmdir. */
  | { readonly call: 'unlinkat'; readonly dir: Fd; readonly path: string; readonly flags: number }
  /** A FIFO (mknodat with S_IFIFO). */
  | { readonly call: 'mkfifoat'; readonly dir: Fd; readonly path: string; readonly mode: number }
  /** `operation`: LOCK_EX | LOCK_NB etc. Blocking locks are refused: a batch must end soon. */
  | { readonly call: 'flock'; readonly fd: Fd; readonly operation: number }
  | { readonly call: 'fchownat'; readonly dir: Fd; readonly path: string; readonly uid: number; readonly gid: number }
  /** Fails with EINVAL unless the filesystem of `fd` has this magic number (fstatfs(2)). Result 0. */
  | { readonly call: 'expectFilesystem'; readonly fd: Fd; readonly magic: number }
  /** open_tree(OPEN_TREE_CLONE): a detached copy of a mount, with those below it when `recursive`. Result: the descriptor. */
  | { readonly call: 'openTree'; readonly dir: Fd; readonly path: string; readonly recursive: boolean }
  /**
   * mount_setattr(MOUNT_ATTR_IDMAP) on a detached tree: its files get the owners that the user namespace maps theirs to
   * (mount_setattr(2), "ID-mapped mounts"). `propagation`: MS_* for all of the tree, 0 to leave it. Result 0.
   */
  | {
      readonly call: 'idmapTree'
      readonly fd: Fd
      readonly userNamespace: Fd
      readonly recursive: boolean
      readonly propagation: number
    }

type CallName = BatchCall['call']

/** Refers to the result of call number `index` of the same batch. */
export const result = (index: number): Fd => FIRST_RESULT - index

/** The inverse of {@link result}. */
export const resultIndex = (reference: Fd): number => FIRST_RESULT - reference

const FIRST_RESULT = -1000

/** The wire number of a call is its place here; native/addon/batch_calls.cc has the same order. */
const CALLS: readonly CallName[] = [
  'mkdirat',
  'openat2',
  'write',
  'read',
  'close',
  'renameat',
  'unlinkat',
  'mkfifoat',
  'flock',
  'fchownat',
  'expectFilesystem',
  'openTree',
  'idmapTree',
]
const NUMBERS = new Map<string, number>(CALLS.map((name, number) => [name, number]))

/** Calls whose result is a descriptor. */
const OPENING: ReadonlySet<CallName | undefined> = new Set<CallName>(['openat2', 'openTree'])

const DEFAULT_LIMIT = 1 << 20
const MOST_LIMIT = 64 << 20

const writer = new ByteWriter(4096)

/**
 * Every call as `u32 call, i32 fd, string path, i32 newDir, string newPath, 3 × u32, bytes`: one buffer crosses to the
 * addon where an object for each call would cost a hundred crossings.
 * @throws TypeError for a call that does not exist, a reference to what is no descriptor, a path with a NUL, a lock that
 *   could block
 */
export function encodeBatch(calls: readonly BatchCall[]): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(calls)) throw new TypeError('libcontainer: the calls must be an array')
  writer.reset()
  writer.u32(calls.length)
  for (const [index, call] of calls.entries()) encodeCall(calls, index, call)
  return writer.finish()
}

function encodeCall(calls: readonly BatchCall[], index: number, call: BatchCall): void {
  const number = NUMBERS.get(call?.call)
  if (number === undefined) throw new TypeError(`libcontainer: there is no batch call '${call?.call}'`)
  writer.u32(number)
  writer.u32(checkFd(calls, index, 'dir' in call ? call.dir : call.fd))
  writer.string('path' in call ? checkPath(call.path) : '')
  writer.u32(checkFd(calls, index, otherFd(call)))
  writer.string('newPath' in call ? checkPath(call.newPath) : '')
  const [a, b, c] = parameters(call)
  writer.u32(a)
  writer.u32(b)
  writer.u32(c)
  writer.bytes(call.call === 'write' ? call.data : '')
}

function otherFd(call: BatchCall): Fd {
  if (call.call === 'idmapTree') return call.userNamespace
  return 'newDir' in call ? call.newDir : -1
}

/** The numbers of a call, in the order its native half takes them. */
function parameters(call: BatchCall): readonly [number, number, number] {
  switch (call.call) {
    case 'mkdirat':
    case 'mkfifoat':
      return [call.mode, 0, 0]
    case 'openat2':
      return [call.flags, call.mode, call.resolve]
    case 'read':
      return [Math.min(call.limit ?? DEFAULT_LIMIT, MOST_LIMIT), 0, 0]
    case 'unlinkat':
      return [call.flags, 0, 0]
    case 'flock':
      return [checkLock(call.operation), 0, 0]
    case 'fchownat':
      return [call.uid, call.gid, 0]
    case 'expectFilesystem':
      return [call.magic, 0, 0]
    case 'openTree':
      return [Number(call.recursive), 0, 0]
    case 'idmapTree':
      return [Number(call.recursive), call.propagation, 0]
    default:
      return [0, 0, 0]
  }
}

function checkFd(calls: readonly BatchCall[], index: number, fd: Fd): number {
  if (fd > FIRST_RESULT) return fd
  const referred = FIRST_RESULT - fd
  if (referred < index && OPENING.has(calls[referred]?.call)) return fd
  throw new TypeError(
    `libcontainer: call ${index} of the batch refers to call ${referred}, which opens nothing before it`,
  )
}

/** The kernel would take the part before the NUL. */
function checkPath(path: string): string {
  if (path.includes('\0')) throw new TypeError('libcontainer: a path must be a string without NUL')
  return path
}

function checkLock(operation: number): number {
  if ((operation & (LOCK_NB | LOCK_UN)) !== 0) return operation
  throw new TypeError('libcontainer: flock in a batch must have LOCK_NB')
}
