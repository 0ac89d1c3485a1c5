// What is mounted on the host below / (proc_pid_mountinfo(5)), as far as the demo's container should see it.
import { access, constants, readFile } from 'node:fs/promises'

interface HostMount {
  readonly path: string
  /** A filesystem on a disk, rather than one of the kernel's own, in memory or on the network. */
  readonly onDisk: boolean
}

/** Folders of which the container has its own, or where it has no business. */
export const LEFT_OUT = ['/tmp', '/run', '/boot', '/proc', '/sys', '/dev', '/lost+found']
/** Their device numbers look like those of pseudo filesystems. */
const DISK_TYPES = ['btrfs', 'zfs', 'bcachefs', 'virtiofs', '9p']

/** Mounts that this user can enter, each path once, parents first. */
export async function findHostMounts(): Promise<HostMount[]> {
  const mounts = listHostMounts(await readFile('/proc/self/mountinfo', 'utf8'))
  const isEntered = await Promise.all(mounts.map(({ path }) => mayEnter(path)))
  return mounts.filter((_, index) => isEntered[index])
}

/** @param mountinfo contents of /proc/self/mountinfo */
export function listHostMounts(mountinfo: string): HostMount[] {
  // Of two at one path the later covers the earlier.
  const byPath = new Map(
    mountinfo
      .split('\n')
      .flatMap((line) => parse(line) ?? [])
      .map((mount) => [mount.path, mount]),
  )
  const isWanted = ({ path }: HostMount) => path !== '/' && !LEFT_OUT.some((folder) => isWithin(folder, path))
  return [...byPath.values()].filter(isWanted).sort((a, b) => (a.path < b.path ? -1 : 1))
}

function parse(line: string): HostMount | undefined {
  const [, , device, , path] = line.split(' ')
  const type = line.split(' - ')[1]?.split(' ')[0]
  if (device === undefined || path === undefined || type === undefined) return undefined
  return { path: unescapePath(path), onDisk: !device.startsWith('0:') || DISK_TYPES.includes(type) }
}

export const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** Space, tab, newline and backslash are written as octal digits. */
const unescapePath = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

export const mayEnter = (path: string): Promise<boolean> =>
  access(path, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
