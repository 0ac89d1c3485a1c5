// Where containers are recorded: `<stateDir>/<id>/` with state.json, init, lock and exec.fifo.
import { readFileSync } from 'node:fs'
import { lstat, mkdir, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BatchCall, type Fd, result } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { isInitialIdMap } from '../host/proc-files.ts'
import { AT_FDCWD, LOCK_EX, LOCK_NB, O_DIRECTORY, O_NOFOLLOW, O_RDWR } from '../kernel.ts'

export const STATE_FILE = 'state.json'
export const STATE_FILE_NEW = 'state.json.new'
/**
 * `PID STARTTIME` of the first process: written when it is born, before it is told what to do. Lines `traced` may follow:
 * see tracing.ts.
 */
export const INIT_FILE = 'init'
export const LOCK_FILE = 'lock'
export const GATE_FILE = 'exec.fifo'

/**
 * `/run/libcontainer` for root, else `$XDG_RUNTIME_DIR/libcontainer`, or `libcontainer-UID` in the directory for temporary
 * files. Who is root only in a user namespace, and has XDG_RUNTIME_DIR, has a user's directory: /run may be the host's.
 */
export function defaultStateDir(): string {
  const euid = process.geteuid?.() ?? 0
  const runtimeDir = process.env['XDG_RUNTIME_DIR']
  if (euid === 0 && !(runtimeDir && isMapped())) return '/run/libcontainer'
  return runtimeDir ? path.join(runtimeDir, 'libcontainer') : path.join(tmpdir(), `libcontainer-${euid}`)
}

let mapped: boolean | undefined

/** Whether this process is in a user namespace that is not the initial one. */
function isMapped(): boolean {
  mapped ??= !isInitialIdMap(readFileSync('/proc/self/uid_map', 'utf8'))
  return mapped
}

/** All that is ever in a container's directory, in the order it is removed: the lock guards the rest to the end. */
const OWN_NAMES: readonly string[] = [GATE_FILE, INIT_FILE, STATE_FILE_NEW, STATE_FILE, LOCK_FILE]

/** Whether a file of this name in a container's directory can be ours. */
export const isOwnName = (name: string): boolean => OWN_NAMES.includes(name)

const prepared = new Set<string>()

/**
 * Makes the directory of all containers where it is missing, once a process.
 * @throws ContainerError as {@link verifyStateDir}
 */
export async function prepareStateDir(stateDir: string, fresh = false): Promise<void> {
  if (!fresh && prepared.has(stateDir)) return
  await mkdir(stateDir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    if (!hasErrno(cause, 'EEXIST')) throw systemFailure(cause, { operation: 'open state directory' })
  })
  await verifyStateDir(stateDir)
  prepared.add(stateDir)
}

/**
 * One that is not there is nobody's, and no error.
 * @throws ContainerError ERR_INVALID_CONFIG when others could write to it: whoever can swap a record can have any
 *   process signalled and any cgroup removed
 */
export async function verifyStateDir(stateDir: string): Promise<void> {
  const stat = await lstat(stateDir).catch((cause: unknown) => {
    if (!hasErrno(cause, 'ENOENT', 'ENOTDIR')) throw systemFailure(cause, { operation: 'open state directory' })
    return null
  })
  if (stat === null) return
  const problem = !stat.isDirectory()
    ? 'is not a directory'
    : stat.uid !== process.geteuid?.()
      ? `belongs to uid ${stat.uid}`
      : (stat.mode & 0o022) !== 0
        ? 'can be written by others'
        : undefined
  if (problem !== undefined) {
    throw new ContainerError({
      code: 'ERR_INVALID_CONFIG',
      operation: 'open state directory',
      message: `${stateDir} ${problem}`,
      hint: 'use a directory that only this user can write (mode 0700)',
    })
  }
}

/**
 * Calls that open `<stateDir>/<id>` (result 0), open its lock file (result 1) and take the lock. The lock file is then
 * looked up again: one that was deleted while we waited for it guards nothing. None is made here: it would be in the
 * way of somebody who is removing the directory.
 */
export function lockCalls(stateDir: string, id: string): BatchCall[] {
  const dir = result(0)
  return [
    openDirectory(AT_FDCWD, path.join(stateDir, id)),
    { call: 'openat2', dir, path: LOCK_FILE, flags: O_RDWR | O_NOFOLLOW, mode: 0, resolve: 0 },
    { call: 'flock', fd: result(1), operation: LOCK_EX | LOCK_NB },
    { call: 'openat2', dir, path: LOCK_FILE, flags: O_RDWR | O_NOFOLLOW, mode: 0, resolve: 0 },
    { call: 'close', fd: result(3) },
  ]
}

export function openDirectory(dir: Fd, directory: string): BatchCall {
  return { call: 'openat2', dir, path: directory, flags: O_DIRECTORY | O_NOFOLLOW, mode: 0, resolve: 0 }
}

/**
 * Removes `<stateDir>/<id>` if nothing is in it: what a creator leaves that was killed before it made the lock file, and
 * a deleter that was killed after it removed that.
 * @returns whether it was there
 */
export async function removeBareDirectory(stateDir: string, id: string): Promise<boolean> {
  return rmdir(path.join(stateDir, id)).then(
    () => true,
    () => false,
  )
}

/**
 * Removes `<stateDir>/<id>` with everything of ours in it; a part that is missing is no error. Nothing is removed by a
 * path that leads through another directory: the names are our own, and directories are not entered.
 */
export async function removeStateDirectory(stateDir: string, id: string): Promise<void> {
  const directory = path.join(stateDir, id)
  for (const name of OWN_NAMES) {
    await rm(path.join(directory, name), { force: true })
  }
  await rmdir(directory).catch((cause: unknown) => {
    if (!hasErrno(cause, 'ENOENT')) throw cause
  })
}
