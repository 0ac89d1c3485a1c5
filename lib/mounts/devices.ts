// Device nodes and the links beside them: which, and whether made or bound from the host.
import { cleanPath } from '../config/paths.ts'
import { createsNamespace, isBindMount } from '../config/queries.ts'
import type { Device, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { CAP_MKNOD, hasCapability, S_IFBLK, S_IFCHR, S_IFIFO } from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'

/** Spec: config-linux.md, Default Devices. /dev/ptmx is a link, /dev/console belongs to terminals. */
const DEFAULTS: readonly Device[] = [
  { type: 'c', path: '/dev/null', major: 1, minor: 3 },
  { type: 'c', path: '/dev/zero', major: 1, minor: 5 },
  { type: 'c', path: '/dev/full', major: 1, minor: 7 },
  { type: 'c', path: '/dev/random', major: 1, minor: 8 },
  { type: 'c', path: '/dev/urandom', major: 1, minor: 9 },
  { type: 'c', path: '/dev/tty', major: 5, minor: 0 },
]

/** Spec: runtime-linux.md, Dev symbolic links. */
const LINKS: ReadonlyArray<readonly [path: string, target: string]> = [
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ['/dev/ptmx', 'pts/ptmx'],
]

const TYPES = { c: S_IFCHR, u: S_IFCHR, b: S_IFBLK, p: S_IFIFO } as const

export interface DevicesPlan {
  readonly open: readonly Op[]
  readonly make: readonly Op[]
}

/**
 * Default devices, `linux.devices` (which take the place of a default with the same path) and links. Where nodes cannot
 * be made (in a user namespace, or without CAP_MKNOD) those that the host has at the same path are bound, with the mode
 * and owner they have there; a node that is another device is refused.
 *
 * A bind mount on /dev is somebody else's, and so is the /dev of a mount namespace that is shared: nothing is made there.
 */
export function planDevices(config: ValidConfig, host: Host, userNamespace: boolean): DevicesPlan {
  if (!hasOwnDevices(config)) return { open: [], make: [] }
  const mayMake = !userNamespace && !host.inUserNamespace && hasCapability(host.capabilities, CAP_MKNOD)
  const open: Op[] = []
  const make: Op[] = []
  for (const device of chooseDevices(config)) {
    if (mayMake || device.type === 'p') {
      make.push(makeDevice(device))
      continue
    }
    const tree = `device:${device.path}`
    open.push(openDevice(tree, device))
    make.push({ op: 'bindMount', tree, target: device.path, set: 0, clear: 0, recursive: false, propagation: 0 })
  }
  for (const [path, target] of LINKS) make.push({ op: 'makeSymlink', path, target })
  return { open, make }
}

/** Whether /dev is put together here, and not somebody else's. */
export const hasOwnDevices = (config: ValidConfig): boolean => createsNamespace(config, 'mount') && !isDevBound(config)

const isDevBound = (config: ValidConfig): boolean =>
  (config.mounts ?? []).some((mount) => cleanPath(mount.destination) === '/dev' && isBindMount(mount))

function chooseDevices(config: ValidConfig): Device[] {
  const devices = new Map(DEFAULTS.map((device) => [device.path, device]))
  for (const device of config.linux?.devices ?? []) {
    const path = cleanPath(device.path)
    devices.set(path, { ...device, path })
  }
  return [...devices.values()]
}

const openDevice = (tree: string, { type, path, major = 0, minor = 0 }: Device): Op => ({
  op: 'openDevice',
  tree,
  path,
  type: TYPES[type],
  major: Number(major),
  minor: Number(minor),
})

function makeDevice({ type, path, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0 }: Device): Op {
  return {
    op: 'makeDevice',
    path,
    type: TYPES[type],
    mode: fileMode,
    major: Number(major),
    minor: Number(minor),
    uid,
    gid,
  }
}
