// Opens namespaces: those a container joins by path, and user namespaces made for their id maps; tells which ones a
// process is in. Effects: reads /proc.
import { readFileSync, readlinkSync } from 'node:fs'
import { type Fd, native } from '../addon.ts'
import type { Config, IdMapping, NamespaceType } from '../config/types.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_RDONLY } from '../kernel.ts'
import { NAMESPACES } from '../plan/flags.ts'
import { mapText } from './id-map-plan.ts'

/**
 * One descriptor for each namespace with a path, under the slot name the plan has for it.
 * @throws ContainerError ERR_NOT_FOUND, ERR_SYSTEM
 */
export function openNamespaces(
  config: Config,
  operation: string,
  id: string,
): { readonly fds: Readonly<Record<string, Fd>>; close(): void } {
  const fds: Record<string, Fd> = {}
  const close = () => {
    for (const [slot, fd] of Object.entries(fds)) {
      native().close(fd)
      delete fds[slot]
    }
  }
  try {
    for (const { type, path } of config.linux?.namespaces ?? []) {
      if (path) fds[`ns:${type}`] = native().open(path, O_RDONLY)
    }
  } catch (cause) {
    close()
    throw systemFailure(cause, {
      code: hasErrno(cause, 'ENOENT') ? 'ERR_NOT_FOUND' : 'ERR_SYSTEM',
      operation,
      id,
      hint: 'is the process whose namespace this is still there?',
    })
  }
  return { fds, close }
}

/** Names in /proc/PID/ns (namespaces(7)). */
const FILES: ReadonlyArray<readonly [NamespaceType, string]> = [
  ['user', 'user'],
  ['mount', 'mnt'],
  ['pid', 'pid'],
  ['network', 'net'],
  ['ipc', 'ipc'],
  ['uts', 'uts'],
  ['cgroup', 'cgroup'],
  ['time', 'time'],
]

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
