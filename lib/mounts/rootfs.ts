// What becomes the container's root: a directory of the host, or layers of them.

import type { ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import {
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOSUID,
  MS_PRIVATE,
  MS_REC,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
} from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'
import { unsupported } from '../plan/refusal.ts'

/** The root filesystem; all paths are absolute paths of the host. */
export type Rootfs =
  | { readonly directory: string }
  | {
      /**
       * An overlay. `lower`: read-only layers, the topmost first. Without `upper` and `work` (which go together, and
       * lie on one filesystem) writes go to memory, `size` bytes of it at most, and vanish with the container.
       */
      readonly overlay: {
        readonly lower: readonly string[]
        readonly upper?: string
        readonly work?: string
        /** Bytes. Default: half the memory, as tmpfs has it. */
        readonly size?: number
      }
    }
  | {
      /** A new filesystem in memory, which is empty but for what is named here, and vanishes with the container. */
      readonly tmpfs: {
        /** Bytes. Default: half the memory, as tmpfs has it. */
        readonly size?: number
        /**
         * A directory of the host: what is in it is copied, with owners, modes and times, before the container's program
         * runs. Owners that the container's user namespace does not map are lost.
         */
        readonly copy?: string
        /** Directories to make, by path, each with its permission bits. */
        readonly directories?: Readonly<Record<string, number>>
        /** Symbolic links to make, by path, each with what it points to. */
        readonly links?: Readonly<Record<string, string>>
      }
    }

export interface RootfsPlan {
  readonly open: readonly Op[]
  /** From here on paths inside the container are resolved in the slot `rootfs`. */
  readonly attach: readonly Op[]
}

/**
 * @param userNamespace the overlay is mounted from within a user namespace
 * @param hooked there are hooks that look at it before it is entered, and find it by its path in the bundle: a directory
 *   is mounted there then, with all that will be mounted in it. An overlay has no path.
 * @throws ContainerError ERR_UNSUPPORTED when the layers' paths are too long
 */
export function planRootfs(rootfs: Rootfs, host: Host, userNamespace: boolean, hooked = false): RootfsPlan {
  if ('directory' in rootfs) {
    const path = rootfs.directory
    // In initramfs nothing is there to pivot to: it has to lie over everything.
    const shown = hooked && !host.rootIsInitramfs
    return {
      open: [
        { op: 'openTree', tree: 'rootfs', path, recursive: true, directory: true },
        ...(shown ? [{ op: 'openDirectory', tree: 'rootfsPath', path } as const] : []),
      ],
      attach: [{ op: 'attachRoot', tree: 'rootfs', onto: shown ? 'rootfsPath' : '' }],
    }
  }
  if ('tmpfs' in rootfs) return planMemory(rootfs.tmpfs)
  const { lower, upper, work, size } = rootfs.overlay
  const data = lowerParameters(lower, host)
  // trusted.overlay.* attributes need CAP_SYS_ADMIN in the initial user namespace; user.overlay.* do not (5.11).
  if (userNamespace || host.inUserNamespace) data.push('userxattr', '')
  if (upper !== undefined && work !== undefined) {
    data.push(...pathParameter('upperdir', upper), ...pathParameter('workdir', work))
    return { open: [], attach: [overlay(data, ''), { op: 'attachRoot', tree: 'rootfs', onto: '' }] }
  }
  data.push('upperdir', 'upper', 'workdir', 'work')
  return {
    open: [],
    attach: [...scratch(size), overlay(data, 'scratch'), { op: 'attachRoot', tree: 'rootfs', onto: '' }],
  }
}

type Memory = Extract<Rootfs, { readonly tmpfs: unknown }>['tmpfs']

function planMemory({ size, copy, directories = {}, links = {} }: Memory): RootfsPlan {
  const copied: Op[] =
    copy === undefined ? [] : [{ op: 'openTree', tree: 'template', path: copy, recursive: false, directory: true }]
  const make: Op = {
    op: 'createFilesystem',
    tree: 'rootfs',
    type: 'tmpfs',
    source: 'tmpfs',
    data: ['mode', '755', ...bounded(size)],
    attributes: MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID,
    directory: '',
  }
  return {
    open: copied,
    attach: [
      // What is copied is looked for in the root: for that long the template is the root.
      ...(copy === undefined ? [] : [{ op: 'attachRoot', tree: 'template', onto: '' } as const]),
      make,
      ...(copy === undefined ? [] : [{ op: 'copyUp', tree: 'rootfs', path: '/', root: false } as const]),
      { op: 'attachRoot', tree: 'rootfs', onto: '' },
      ...Object.entries(directories).map(([path, mode]): Op => ({ op: 'makeDirectory', base: 'rootfs', path, mode })),
      ...Object.entries(links).map(([path, target]): Op => ({ op: 'makeSymlink', path, target })),
    ],
  }
}

const overlay = (data: readonly string[], directory: string): Op => ({
  op: 'createFilesystem',
  tree: 'rootfs',
  type: 'overlay',
  source: 'overlay',
  data,
  attributes: 0,
  directory,
})

/** A file without contents takes memory too: one for each page, and some for directories. */
const bounded = (size: number | undefined): string[] =>
  size === undefined ? [] : ['size', `${size}`, 'nr_inodes', `${Math.ceil(size / 4096) + 1024}`]

/** Attached, since an overlay takes only directories of this mount namespace; it disappears with the old root. */
function scratch(size: number | undefined): Op[] {
  const makeDirectory = (path: string): Op => ({ op: 'makeDirectory', base: 'scratch', path, mode: 0o755 })
  return [
    {
      op: 'createFilesystem',
      tree: 'scratch',
      type: 'tmpfs',
      source: '',
      data: ['mode', '755', ...bounded(size)],
      attributes: 0,
      directory: '',
    },
    { op: 'attachRoot', tree: 'scratch', onto: '' },
    makeDirectory('upper'),
    makeDirectory('work'),
  ]
}

/** What fsconfig(2) takes as a string, in bytes (fs/fsopen.c). */
const MAX_VALUE = 255

const byteLength = (text: string): number => Buffer.byteLength(text)

function lowerParameters(lower: readonly string[], host: Host): string[] {
  const together = lower.map((path) => path.replace(/[\\:]/g, '\\$&')).join(':')
  if (byteLength(together) <= MAX_VALUE) return ['lowerdir', together]
  // One parameter a layer, in no need of escapes: Linux 6.7 (fs/overlayfs/params.c, "lowerdir+").
  const { major, minor, release } = host.kernel
  if ((major > 6 || (major === 6 && minor >= 7)) && lower.every((path) => byteLength(path) <= MAX_VALUE)) {
    return lower.flatMap((path) => ['lowerdir+', path])
  }
  const hint = `a layer’s path may take ${MAX_VALUE} bytes, and before Linux 6.7 (this is ${release}) all of them together: use shorter ones`
  throw unsupported('the paths of the overlay’s lower layers are too long for the kernel', hint)
}

function pathParameter(key: string, path: string): [string, string] {
  const value = path.replace(/\\/g, '\\\\')
  if (byteLength(value) <= MAX_VALUE) return [key, value]
  throw unsupported(`the overlay’s ${key} is too long for the kernel`, `use a path of at most ${MAX_VALUE} bytes`)
}

/**
 * A root in a mount namespace that others live in too, joined or the host's: whatever is mounted would be for all of
 * them, and pivot_root would move them along. So nothing is, and the root is a directory that is there.
 * @throws ContainerError ERR_UNSUPPORTED for a root that is to be mounted
 */
export function planSharedRoot(rootfs: Rootfs): RootfsPlan {
  if (!('directory' in rootfs)) {
    const hint = 'add {"type": "mount"} to linux.namespaces'
    const what = 'overlay' in rootfs ? 'an overlay' : 'a tmpfs'
    throw unsupported(`${what} is mounted, which needs a mount namespace of the container’s own`, hint)
  }
  return { open: [{ op: 'openRoot', root: 'rootfs', path: rootfs.directory }], attach: [] }
}

/** As {@link planEnterRoot}. */
export const ENTER_SHARED_ROOT: Op = { op: 'changeRoot', root: 'rootfs' }

/** The last path that leads to the host; from here on none does. */
export function planEnterRoot({ rootIsInitramfs }: Host): Op {
  return { op: rootIsInitramfs ? 'moveRoot' : 'pivotRoot', root: 'rootfs' }
}

type RootPropagation = NonNullable<NonNullable<ValidConfig['linux']>['rootfsPropagation']>

/**
 * The first act on mounts: nothing that is mounted from here on may show up on the host. Slaves still receive what the
 * host mounts later, which binds with `slave` or `shared` are for.
 */
export function planIsolation(config: ValidConfig): Op {
  const propagation = config.linux?.rootfsPropagation
  const isPrivate = propagation === 'private' || propagation === 'rprivate'
  return { op: 'setPropagation', path: '/', propagation: isPrivate ? MS_PRIVATE : MS_SLAVE, recursive: true }
}

const PROPAGATION: Readonly<Record<RootPropagation, number>> = {
  private: 0,
  rprivate: 0,
  slave: MS_SLAVE,
  rslave: MS_SLAVE | MS_REC,
  shared: MS_SHARED,
  rshared: MS_SHARED | MS_REC,
  unbindable: MS_UNBINDABLE,
  runbindable: MS_UNBINDABLE | MS_REC,
}

/** `linux.rootfsPropagation`, where it asks for more than {@link planIsolation} has done. */
export function planRootPropagation(config: ValidConfig): Op[] {
  const propagation = PROPAGATION[config.linux?.rootfsPropagation ?? 'private']
  if (propagation === 0) return []
  const recursive = (propagation & MS_REC) !== 0
  return [{ op: 'setPropagation', path: '/', propagation: propagation & ~MS_REC, recursive }]
}
