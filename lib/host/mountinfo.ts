// Reads /proc/PID/mountinfo (proc_pid_mountinfo(5)): text in, mounts out.

/** One line of mountinfo. */
export interface MountInfo {
  readonly id: number
  readonly parent: number
  /** Device number of the filesystem, `major:minor`. */
  readonly device: string
  /** Which directory of the filesystem is mounted; `/` for the whole. */
  readonly root: string
  readonly mountPoint: string
  /** Of this mount: `ro`, `nosuid`, `relatime` … */
  readonly options: readonly string[]
  /** `shared:2`, `master:1`, `propagate_from:1`, `unbindable`. */
  readonly propagation: readonly string[]
  readonly type: string
  readonly source: string
  /** Of the filesystem, whoever mounts it. */
  readonly superOptions: readonly string[]
}

/**
 * @param text contents of /proc/PID/mountinfo; lines of another shape are left out
 * @returns mounts in the kernel's order: of two on the same mount point the later one covers the earlier
 */
export function parseMountinfo(text: string): MountInfo[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? [])
}

function parseLine(line: string): MountInfo | undefined {
  // The optional fields in the middle vary in number, so the two sides of the lone hyphen are read apart.
  const hyphen = line.indexOf(' - ')
  if (hyphen < 0) return undefined
  const [id, parent, device, root, mountPoint, options, ...propagation] = line.slice(0, hyphen).split(' ')
  const [type, source, superOptions] = line.slice(hyphen + 3).split(' ')
  if (device === undefined || root === undefined || mountPoint === undefined || !type) return undefined
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescapePath(root),
    mountPoint: unescapePath(mountPoint),
    options: splitOptions(options),
    propagation,
    type,
    source: unescapePath(source ?? ''),
    superOptions: splitOptions(superOptions),
  }
}

const splitOptions = (text = ''): string[] => text.split(',').filter(Boolean)

/** The kernel writes space, tab, newline, `#` and backslash as three octal digits; each stands for one byte below 128. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** Whether the mount's path leads to it, and not to another mount that stands on top of it or on a directory above. */
export function isVisible(mount: MountInfo, mounts: readonly MountInfo[]): boolean {
  const covered = childrenOf(mount, mounts).some(({ mountPoint }) => mountPoint === mount.mountPoint)
  return !covered && isReachable(mount, mounts)
}

function isReachable(mount: MountInfo, mounts: readonly MountInfo[]): boolean {
  const parent = mounts.find(({ id }) => id === mount.parent && id !== mount.id)
  if (parent === undefined) return true
  const hidden = childrenOf(parent, mounts).some((sibling) => isAbove(sibling.mountPoint, mount.mountPoint))
  return !hidden && isReachable(parent, mounts)
}

/** The first mount of all may be its own parent. */
const childrenOf = (mount: MountInfo, mounts: readonly MountInfo[]): MountInfo[] =>
  mounts.filter(({ id, parent }) => parent === mount.id && id !== mount.id)

const isAbove = (directory: string, path: string): boolean =>
  path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`)
