// Finds the cgroup2 hierarchy and this process's place in it, wherever the distribution mounts it.
import { isVisible, type MountInfo } from './mountinfo.ts'

export interface Cgroup2Place {
  readonly mountPoint: string
  /** Path below the mount point, `/` for the mount point itself. */
  readonly own: string
}

/**
 * @param mounts of this process
 * @param membership its path from /proc/self/cgroup
 * @returns null without a cgroup2 mount. Where this process's own cgroup lies outside of what is mounted (a subtree is
 *   mounted, or it was moved out of its cgroup namespace's root), `own` is the mount point.
 */
export function findCgroup2(mounts: readonly MountInfo[], membership: string | undefined): Cgroup2Place | null {
  const places = mounts
    .filter((mount) => mount.type === 'cgroup2' && isVisible(mount, mounts))
    .map(({ mountPoint, root }) => ({ mountPoint, own: pathBelow(root, membership) }))
  const place = places.find(({ own }) => own !== undefined) ?? places[0]
  return place === undefined ? null : { mountPoint: place.mountPoint, own: place.own ?? '/' }
}

/** `path` relative to `directory`, with a leading slash; undefined when it is not inside. */
function pathBelow(directory: string, path: string | undefined): string | undefined {
  if (path === undefined || path === '/..' || path.startsWith('/../')) return undefined
  if (directory === '/') return path
  if (path === directory) return '/'
  return path.startsWith(`${directory}/`) ? path.slice(directory.length) : undefined
}
