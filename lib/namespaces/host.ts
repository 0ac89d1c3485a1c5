// Opens namespaces: those a container joins by path, and user namespaces made for their id maps; tells which ones a
// process is in. Effects: reads /proc.
import { fstatSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs'
import { type Fd, native } from '../addon.ts'
import type { IdMapping, NamespaceType } from '../config/types.ts'
import { hasErrno, initFailure, systemFailure } from '../failures.ts'
import { O_NONBLOCK, O_RDONLY } from '../kernel.ts'
import { decodeFrame, encodePlan, type Frame } from '../plan/codec.ts'
import { NAMESPACES } from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'
import { invalid } from '../plan/refusal.ts'
import { mapText } from './id-map-plan.ts'
import { parseIdMap, type UserIds } from './joined.ts'
import { namespaceFlags } from './plan.ts'

/** Names in /proc/PID/ns (namespaces(7)). */
const NAMESPACE_FILES: Readonly<Record<NamespaceType, string>> = {
  user: 'user',
  mount: 'mnt',
  pid: 'pid',
  network: 'net',
  ipc: 'ipc',
  uts: 'uts',
  cgroup: 'cgroup',
  time: 'time',
}

const FILES = Object.entries(NAMESPACE_FILES) as ReadonlyArray<readonly [NamespaceType, string]>

/** Where the kernel shows the namespace of this type that a process is in. */
export const namespacePath = (pid: number, type: NamespaceType): string => `/proc/${pid}/ns/${NAMESPACE_FILES[type]}`

let own: ReadonlyArray<readonly [NamespaceType, file: string, link: string]> | undefined

/** This process's own, of those types that the kernel has; it never leaves them. */
function ownNamespaces() {
  own ??= FILES.flatMap(([type, file]) => {
    const link = linkOf('self', file)
    return link === undefined ? [] : [[type, file, link] as const]
  })
  return own
}

function linkOf(process: number | 'self', file: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/ns/${file}`)
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ESRCH')) return undefined
    throw cause
  }
}

/**
 * The types of those namespaces of a process that this one is not in itself. Those of a process that has ended are of
 * no meaning: the caller sees to it that it lives.
 * @throws ContainerError ERR_SYSTEM when this user may not see them
 */
export function foreignNamespaces(pid: number, operation: string, id: string): NamespaceType[] {
  try {
    return ownNamespaces().flatMap(([type, file, link]) => (linkOf(pid, file) === link ? [] : [type]))
  } catch (cause) {
    const hint = 'the container’s namespaces can be seen by the user who created it, and by root with CAP_SYS_PTRACE'
    throw systemFailure(cause, { operation, id, hint })
  }
}

/** Whether setgroups(2) is allowed in the user namespace of a process (user_namespaces(7)). */
export function allowsSetgroupsIn(pid: number): boolean {
  return readFileSync(`/proc/${pid}/setgroups`, 'latin1') !== 'deny\n'
}

/**
 * A new user namespace with these maps, for nothing but its maps: the process it is made for waits for a plan that never
 * comes and ends with the closing of its socket. Whoever gets the descriptor closes it.
 * @throws NativeError
 */
export async function openUserNamespace(uid: readonly IdMapping[], gid: readonly IdMapping[]): Promise<Fd> {
  const idMaps = { uid: mapText(uid), gid: mapText(gid) }
  const name = 'libcontainer-init id maps'
  const born = await native().launch({ cloneFlags: NAMESPACES.user, cgroup: -1, idMaps, fds: [], name })
  try {
    return native().open(`/proc/${born.pid}/ns/user`, O_RDONLY)
  } finally {
    native().close(born.control)
    await ended(born.pidfd)
  }
}

function ended(pidfd: Fd): Promise<void> {
  return new Promise((resolve) => {
    native().watchExit(pidfd, () => {
      native().close(pidfd)
      resolve()
    })
  })
}

/** linux/magic.h */
const NSFS_MAGIC = 0x6e736673

/**
 * A namespace, open, and of this type for certain.
 * @param at where the document has it, for the error
 * @throws ContainerError ERR_NOT_FOUND, ERR_SYSTEM; ERR_INVALID_CONFIG when it is another file
 */
export function openNamespace(type: NamespaceType, path: string, at: string, operation: string, id: string): Fd {
  try {
    // Before it is opened, since opening a device or a FIFO may be an act, or take for ever.
    if (statfsSync(path).type !== NSFS_MAGIC) throw invalid(at, `must be a ${type} namespace, is another file: ${path}`)
    const fd = native().open(path, O_RDONLY | O_NONBLOCK)
    try {
      checkType(fd, type, path, at)
    } catch (cause) {
      native().close(fd)
      throw cause
    }
    return fd
  } catch (cause) {
    throw systemFailure(cause, {
      code: hasErrno(cause, 'ENOENT') ? 'ERR_NOT_FOUND' : 'ERR_SYSTEM',
      operation,
      id,
      path,
      hint: 'is the process whose namespace this is still there, and may this user look at it?',
    })
  }
}

function checkType(fd: Fd, type: NamespaceType, path: string, at: string): void {
  const real = native().namespaceType(fd)
  if (real === namespaceFlags([type])) return
  const [name = 'unknown'] = FILES.find(([each]) => namespaceFlags([each]) === real) ?? []
  throw invalid(at, `must be a ${type} namespace, is a ${name} namespace: ${path}`)
}

/** Whether an open namespace is the one that this process is in itself. */
export function isOwnNamespace(fd: Fd, type: NamespaceType): boolean {
  const [there, here] = [
    fstatSync(fd, { bigint: true }),
    statSync(`/proc/self/ns/${NAMESPACE_FILES[type]}`, { bigint: true }),
  ]
  return there.ino === here.ino && there.dev === here.dev
}

/**
 * The ids of an open user namespace. Its maps are those of a process in it, so one joins it and waits to be looked at.
 * @throws ContainerError when this process may not join it; NativeError
 */
export async function readUserIds(namespace: Fd, operation: string, id: string): Promise<UserIds> {
  const ops: Op[] = [
    { op: 'joinNamespace', namespace: 'ns:user', type: NAMESPACES.user },
    { op: 'sync', point: 'joined', announce: true },
  ]
  const plan = encodePlan({ cloneFlags: 0, given: ['ns:user'], ops })
  const name = 'libcontainer-init id maps'
  const born = await native().launch({ cloneFlags: 0, cgroup: -1, plan, fds: [namespace], name })
  try {
    const frame = await firstFrame(born.control)
    if (frame?.kind === 'failed') throw initFailure(operation, id, { ...frame, op: ops[frame.index]?.op ?? 'plan' })
    return readIdsOf(born.pid)
  } finally {
    native().close(born.control)
    await ended(born.pidfd)
  }
}

/** The ids of the user namespace that a process is in. The caller sees to it that it lives. */
export function readIdsOf(pid: number): UserIds {
  const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'latin1')
  return { uid: parseIdMap(read('uid_map')), gid: parseIdMap(read('gid_map')), setGroups: allowsSetgroupsIn(pid) }
}

/** Undefined when it ended without a word. */
function firstFrame(control: Fd): Promise<Frame | undefined> {
  return new Promise((resolve) => {
    const unwatch = native().watchControl(control, (frame) => {
      unwatch()
      resolve(frame === null ? undefined : decodeFrame(frame))
    })
  })
}
