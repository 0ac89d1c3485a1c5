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
  /** `tolerate`: a file that does not exist is no failure. */
  | {
      readonly call: 'fchownat'
      readonly dir: Fd
      readonly path: string
      readonly uid: number
      readonly gid: number
      readonly tolerate?: 'missing'
    }
  /**
   * Opens an existing file for writing, writes all bytes at once, and closes it. Where it does not exist `otherwise` is
   * written, if there is one. `tolerate`: `missing` (ENOENT) and `forbidden` (EACCES, EPERM, EROFS) are no failure.
   * Result: the number of bytes, 0 when nothing was written.
   */
  | {
      readonly call: 'writeFile'
      readonly dir: Fd
      readonly path: string
      readonly data: string
      readonly resolve: number
      readonly otherwise?: { readonly path: string; readonly data: string }
      readonly tolerate?: 'missing' | 'forbidden'
    }
  /** Opens, reads as `read` does, and closes. Result: a Buffer; 0 when there is no such file, or it says nothing. */
  | { readonly call: 'readFile'; readonly dir: Fd; readonly path: string; readonly resolve: number }
  /**
   * bpf(2), BPF_PROG_LOAD of type BPF_PROG_TYPE_CGROUP_DEVICE, unless the same was loaded lately, and BPF_PROG_ATTACH
   * beside what others have attached. `replace`: in place of every program that this cgroup has of its own, without a
   * moment in which there is none.
   */
  | {
      readonly call: 'attachDeviceProgram'
      readonly fd: Fd
      readonly instructions: Uint8Array
      readonly replace: boolean
    }
  /**
   * Fails with EBUSY when the file, of which at most 4096 bytes are read, has `text` in it. One that does not exist has
   * nothing in it. Result 0.
   */
  | {
      readonly call: 'refuseText'
      readonly dir: Fd
      readonly path: string
      readonly text: string
      readonly resolve: number
    }
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
  /** move_mount(2): mounts a detached tree on a path of this process’s mount namespace. Result 0. */
  | { readonly call: 'attachTree'; readonly fd: Fd; readonly path: string }
  /** umount2(MNT_DETACH | UMOUNT_NOFOLLOW). Result 0. */
  | { readonly call: 'unmount'; readonly path: string }

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
  'writeFile',
  'readFile',
  'attachDeviceProgram',
  'refuseText',
  'attachTree',
  'unmount',
]
const NUMBERS = new Map<string, number>(CALLS.map((name, number) => [name, number]))

/** Calls whose result is a descriptor. */
const OPENING: ReadonlySet<CallName | undefined> = new Set<CallName>(['openat2', 'openTree'])

const DEFAULT_LIMIT = 1 << 20
const MOST_LIMIT = 64 << 20

const TOLERANCE = { none: 0, missing: 1, forbidden: 2 } as const

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
  writer.u32(checkFd(calls, index, 'dir' in call ? call.dir : 'fd' in call ? call.fd : NONE))
  writer.string('path' in call ? checkPath(call.path) : '')
  writer.u32(checkFd(calls, index, otherFd(call)))
  writer.string(checkPath(secondPath(call)))
  const [a, b, c] = parameters(call)
  writer.u32(a)
  writer.u32(b)
  writer.u32(c)
  writer.bytes(payload(call))
}

const NONE = -1

function secondPath(call: BatchCall): string {
  if (call.call === 'writeFile') return call.otherwise?.path ?? ''
  return 'newPath' in call ? call.newPath : ''
}

function payload(call: BatchCall): string | Uint8Array {
  if (call.call === 'writeFile') return call.data + (call.otherwise?.data ?? '')
  if (call.call === 'attachDeviceProgram') return call.instructions
  if (call.call === 'refuseText') return call.text
  return call.call === 'write' ? call.data : ''
}

function otherFd(call: BatchCall): Fd {
  if (call.call === 'idmapTree') return call.userNamespace
  return 'newDir' in call ? call.newDir : NONE
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
      return [call.uid, call.gid, TOLERANCE[call.tolerate ?? 'none']]
    case 'writeFile':
      return [TOLERANCE[call.tolerate ?? 'none'], Buffer.byteLength(call.data), call.resolve]
    case 'readFile':
      return [DEFAULT_LIMIT, 0, call.resolve]
    case 'refuseText':
      return [call.resolve, 0, 0]
    case 'attachDeviceProgram':
      return [Number(call.replace), 0, 0]
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
