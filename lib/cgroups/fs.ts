// The fs driver: makes, kills and removes a container's own cgroup by plain files of cgroup2. Effects.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BatchCall, type Fd, native, result } from '../addon.ts'
import { isContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  CGROUP2_SUPER_MAGIC,
  O_DIRECTORY,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../kernel.ts'
import type { CgroupLimits } from './limits.ts'
import type { CgroupWrite } from './resources.ts'

/** A cgroup of ours: `path` below the mount point of the hierarchy, e.g. `/libcontainer-web`. */
export interface Cgroup {
  readonly root: string
  readonly path: string
}

// Nothing below the hierarchy's root can lead out of it: no symlink, no other mount, no dot-dot.
export const CONFINED = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV

/** Calls that open and verify the hierarchy's root; `base` is the number of the first one and the root's result. */
function openRootCalls(cgroup: Cgroup, base: number): BatchCall[] {
  return [
    { call: 'openat2', dir: AT_FDCWD, path: cgroup.root, flags: O_DIRECTORY, mode: 0, resolve: 0 },
    { call: 'expectFilesystem', fd: result(base), magic: CGROUP2_SUPER_MAGIC },
  ]
}

/** A path below the root, as openat2 wants it under RESOLVE_BENEATH. */
const below = (cgroupPath: string) => cgroupPath.replace(/^\/+/, '')

/** What a new cgroup is to be like. */
export interface CgroupOrder {
  readonly limits: CgroupLimits
  /** This process's own cgroup: what is above it is not ours to change. */
  readonly own: string
  /** Files that come with a cgroup when it is given away. */
  readonly delegated: readonly string[]
}

/**
 * Calls that make the missing `parents`, outermost first, then the cgroup, open it and set its limits: nothing has run in
 * it by then. `base` is the number of the first call.
 */
export function createCgroupCalls(
  cgroup: Cgroup,
  parents: readonly string[],
  order: CgroupOrder,
  base: number,
): { readonly calls: readonly BatchCall[]; readonly opened: Fd } {
  const root = result(base)
  const calls: BatchCall[] = [
    ...openRootCalls(cgroup, base),
    ...[...parents, cgroup.path].map(
      (each): BatchCall => ({ call: 'mkdirat', dir: root, path: below(each), mode: 0o755 }),
    ),
    ...enableCalls(root, cgroup.path, order),
  ]
  const opened = result(base + calls.length)
  calls.push({ call: 'openat2', dir: root, path: below(cgroup.path), flags: O_DIRECTORY, mode: 0, resolve: CONFINED })
  calls.push(...limitCalls(opened, order))
  calls.push({ call: 'close', fd: root })
  return { calls, opened }
}

/** Calls that make an open cgroup what it is to be like. */
export function limitCalls(opened: Fd, order: CgroupOrder): BatchCall[] {
  const { writes, devices } = order.limits
  const calls = [...writes.map((write) => writeCall(opened, write)), ...delegateCalls(opened, order)]
  return devices === null ? calls : [...calls, deviceCall(opened, devices, false)]
}

/** Controllers are passed on from parent to child, so the outermost comes first. */
function enableCalls(root: Fd, cgroupPath: string, { limits, own }: CgroupOrder): BatchCall[] {
  if (limits.controllers.length === 0) return []
  const data = limits.controllers.map((controller) => `+${controller}`).join(' ')
  const start = own === '/' ? '' : own
  const isBelowOwn = cgroupPath.startsWith(`${start}/`)
  return ancestors(cgroupPath, isBelowOwn ? start : '').map((each): BatchCall => {
    const file = below(`${each}/cgroup.subtree_control`)
    // Above a subtree that was delegated to us, what is to be enabled is: or else the limit itself cannot be written.
    const tolerate = isBelowOwn ? {} : ({ tolerate: 'forbidden' } as const)
    return { call: 'writeFile', dir: root, path: file, data, resolve: CONFINED, ...tolerate }
  })
}

/** The parents of a cgroup from `top` on, which is a prefix of its path, `` for the root. */
function ancestors(cgroupPath: string, top: string): string[] {
  const names = cgroupPath.slice(top.length + 1).split('/')
  return names.map((_, depth) => [top, ...names.slice(0, depth)].join('/'))
}

/** A write to a file of the open cgroup. */
export function writeCall(dir: Fd, { file, data, otherwise, optional }: CgroupWrite): BatchCall {
  return {
    call: 'writeFile',
    dir,
    path: file,
    data,
    resolve: CONFINED,
    ...(otherwise === undefined ? {} : { otherwise: { path: otherwise.file, data: otherwise.data } }),
    ...(optional === undefined ? {} : { tolerate: 'missing' as const }),
  }
}

function delegateCalls(dir: Fd, { limits: { owner }, delegated }: CgroupOrder): BatchCall[] {
  if (owner === null) return []
  return ['.', ...delegated].map((file) => ({ call: 'fchownat', dir, path: file, ...owner, tolerate: 'missing' }))
}

/** A call that has a program decide on the devices of the open cgroup. */
export function deviceCall(cgroup: Fd, instructions: Uint8Array, replace: boolean): BatchCall {
  return { call: 'attachDeviceProgram', fd: cgroup, instructions, replace }
}

let delegated: Promise<readonly string[]> | undefined

/** Files of a cgroup that go to whoever it is delegated to, as this kernel says. */
export function delegatedFiles(): Promise<readonly string[]> {
  delegated ??= readFile('/sys/kernel/cgroup/delegate', 'latin1').then(
    (text) => text.split('\n').filter(Boolean),
    () => ['cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'],
  )
  return delegated
}

/** Calls that open a cgroup that is there; its descriptor is the result of call `base + 2`. */
export function openCgroupCalls(cgroup: Cgroup, base: number): BatchCall[] {
  const root = result(base)
  return [
    ...openRootCalls(cgroup, base),
    { call: 'openat2', dir: root, path: below(cgroup.path), flags: O_DIRECTORY, mode: 0, resolve: CONFINED },
    { call: 'close', fd: root },
  ]
}

/** The call of {@link openCgroupCalls} whose result is the cgroup. */
export const OPENED = 2

/** A call that fails with EBUSY when the open cgroup is frozen: nothing can start in it then. */
export function refuseFrozenCall(cgroup: Fd): BatchCall {
  return { call: 'refuseText', dir: cgroup, path: 'cgroup.events', text: '\nfrozen 1\n', resolve: CONFINED }
}

/** Calls that pass controllers on to a cgroup that is there. */
export function enableControllersCalls(cgroup: Cgroup, order: CgroupOrder): BatchCall[] {
  const root = result(0)
  return [...openRootCalls(cgroup, 0), ...enableCalls(root, cgroup.path, order), { call: 'close', fd: root }]
}

/** Calls of {@link openRootCalls}. */
const ROOT_CALLS = 2

/** Which cgroup call number `failed` of {@link createCgroupCalls} was to make; undefined when it was to make none. */
export function cgroupBeingMade(cgroup: Cgroup, parents: readonly string[], failed: number): string | undefined {
  return [...parents, cgroup.path][failed - ROOT_CALLS]
}

/** Removes what {@link createCgroupCalls} had made before its call number `failed` failed. */
export async function takeBackCgroup(cgroup: Cgroup, parents: readonly string[], failed: number): Promise<void> {
  const made = [...parents, cgroup.path].slice(0, Math.max(0, failed - ROOT_CALLS))
  for (const each of made.toReversed()) {
    await removeOne(cgroup.root, path.join(cgroup.root, each)).catch(ignore('EBUSY', 'ENOTEMPTY'))
  }
}

/** Calls that remove one cgroup, which must be empty. */
export function removeCgroupCalls(root: string, cgroupPath: string, base: number): BatchCall[] {
  return [
    ...openRootCalls({ root, path: cgroupPath }, base),
    { call: 'unlinkat', dir: result(base), path: below(cgroupPath), flags: AT_REMOVEDIR },
    { call: 'close', fd: result(base) },
  ]
}

/** Ends every process in the cgroup and below it, frozen or not, forking or not (cgroup.kill, Linux 5.14). */
export async function killCgroup(cgroup: Cgroup, operation: string, id: string): Promise<void> {
  await writeCgroupFile(cgroup, 'cgroup.kill', '1', operation, id).catch(ignoreMissing)
}

function ignoreMissing(cause: unknown): void {
  if (!(isContainerError(cause) && cause.errno === 'ENOENT')) throw cause
}

/**
 * Writes one of the cgroup's own files.
 * @throws ContainerError ERR_SYSTEM
 */
export async function writeCgroupFile(
  cgroup: Cgroup,
  file: string,
  data: string,
  operation: string,
  id: string,
): Promise<void> {
  const calls: BatchCall[] = [
    ...openRootCalls(cgroup, 0),
    {
      call: 'openat2',
      dir: result(0),
      path: `${below(cgroup.path)}/${file}`,
      flags: O_WRONLY,
      mode: 0,
      resolve: CONFINED,
    },
    { call: 'write', fd: result(2), data },
    { call: 'close', fd: result(2) },
    { call: 'close', fd: result(0) },
  ]
  await native()
    .batch(calls)
    .catch((cause: unknown) => {
      throw systemFailure(cause, { operation, id, path: path.join(cgroup.root, cgroup.path, file) })
    })
}

/** Process ids in the cgroup and below it, as this process sees them. */
export async function listCgroupProcesses(cgroup: Cgroup): Promise<number[]> {
  const pids: number[] = []
  for (const directory of await listCgroupTree(cgroup)) {
    const text = await readFile(path.join(directory, 'cgroup.procs'), 'latin1').catch(ignore('ENOENT', 'ENODEV'))
    // A process that this one's pid namespace does not have reads as 0.
    pids.push(
      ...(text ?? '')
        .split('\n')
        .map(Number)
        .filter((pid) => pid > 0),
    )
  }
  return pids
}

/** Whether no process is in the cgroup or below it. */
export async function isCgroupEmpty(cgroup: Cgroup): Promise<boolean> {
  return (await listCgroupProcesses(cgroup)).length === 0
}

const REMOVE_ATTEMPTS = 12

/**
 * Removes the cgroup, those below it, and those of `parents` that have become empty. Processes that were just killed
 * may take a moment to leave it.
 * @throws ContainerError ERR_SYSTEM, EBUSY when there are processes in it still
 */
export async function removeCgroup(
  cgroup: Cgroup,
  parents: readonly string[],
  operation: string,
  id: string,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      for (const directory of (await listCgroupTree(cgroup)).reverse()) await removeOne(cgroup.root, directory)
      break
    } catch (cause) {
      if (!hasErrno(cause, 'EBUSY', 'ENOTEMPTY') || attempt === REMOVE_ATTEMPTS) throw stillBusy(cause, operation, id)
      await delay(2 ** attempt)
    }
  }
  // A parent that somebody else has come to use stays.
  for (const parent of parents.toReversed()) {
    await removeOne(cgroup.root, path.join(cgroup.root, parent)).catch(ignore('EBUSY', 'ENOTEMPTY'))
  }
}

function stillBusy(cause: unknown, operation: string, id: string): unknown {
  return systemFailure(cause, {
    operation,
    id,
    hint: 'a process in the cgroup does not end, e.g. one in uninterruptible sleep: see its cgroup.procs',
  })
}

async function removeOne(root: string, directory: string): Promise<void> {
  const calls = removeCgroupCalls(root, path.relative(root, directory), 0)
  await native().batch(calls).catch(ignore('ENOENT'))
}

/** The cgroup's directory and all below it, parents first. */
async function listCgroupTree(cgroup: Cgroup): Promise<string[]> {
  const found = [path.join(cgroup.root, cgroup.path)]
  for (const directory of found) {
    const entries = (await readdir(directory, { withFileTypes: true }).catch(ignore('ENOENT', 'ENODEV'))) ?? []
    for (const entry of entries) if (entry.isDirectory()) found.push(path.join(directory, entry.name))
  }
  return found
}

function ignore(...errnos: string[]): (cause: unknown) => undefined {
  return (cause) => {
    if (!hasErrno(cause, ...errnos)) throw cause
  }
}
