// What is done to cgroups, as lists of native calls, so that each act is one trip. cgroups/fs.ts and others have them made.
import { type BatchCall, type Fd, result } from '../addon.ts'
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  CGROUP2_SUPER_MAGIC,
  O_DIRECTORY,
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
export function openRootCalls(cgroup: Cgroup, base: number): BatchCall[] {
  return [
    { call: 'openat2', dir: AT_FDCWD, path: cgroup.root, flags: O_DIRECTORY, mode: 0, resolve: 0 },
    { call: 'expectFilesystem', fd: result(base), magic: CGROUP2_SUPER_MAGIC },
  ]
}

/** A path below the root, as openat2 wants it under RESOLVE_BENEATH. */
export const below = (cgroupPath: string) => cgroupPath.replace(/^\/+/, '')

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
export const ROOT_CALLS = 2

/** Which cgroup call number `failed` of {@link createCgroupCalls} was to make; undefined when it was to make none. */
export function cgroupBeingMade(cgroup: Cgroup, parents: readonly string[], failed: number): string | undefined {
  return [...parents, cgroup.path][failed - ROOT_CALLS]
}

/** Calls that remove one cgroup, which must be empty. */
export function removeCgroupCalls(root: string, cgroupPath: string, base: number): BatchCall[] {
  return [
    ...openRootCalls({ root, path: cgroupPath }, base),
    { call: 'unlinkat', dir: result(base), path: below(cgroupPath), flags: AT_REMOVEDIR },
    { call: 'close', fd: result(base) },
  ]
}
