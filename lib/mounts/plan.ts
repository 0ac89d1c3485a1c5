// What init must do about mounts: sources, the config's mounts in order, and what is hidden or made read-only.
import { posix } from 'node:path'
import { cleanPath } from '../config/paths.ts'
import { isBindMount } from '../config/queries.ts'
import type { Mount, ValidConfig } from '../config/types.ts'
import { MOUNT_ATTR_RDONLY, MS_SHARED } from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'
import { invalid, unsupported } from '../plan/refusal.ts'
import { type MountOptions, parseMountOptions } from './options.ts'

/** What mounts depend on beyond the config. */
export interface MountFacts {
  /** Relative bind sources start here; without it they are an error. */
  readonly bundle: string | undefined
  /** Host directory of the container's cgroup, to bind for lack of a cgroup namespace; null when there is none. */
  readonly cgroup: string | null
  /** The container sees the cgroup tree from its own cgroup down. */
  readonly cgroupNamespace: boolean
}

/** The operations about `mounts`, sorted by when they must come. */
export interface MountsPlan {
  /** Sources that stay peers of the host's mounts: to be opened before propagation is cut. */
  readonly openShared: readonly Op[]
  readonly open: readonly Op[]
  /** In the document's order. */
  readonly mount: readonly Op[]
  /** What is made read-only once everything below it is in place. */
  readonly seal: readonly Op[]
}

/**
 * Plans the document's mounts.
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED
 */
export function planMounts(config: ValidConfig, facts: MountFacts): MountsPlan {
  const plan = { openShared: [] as Op[], open: [] as Op[], mount: [] as Op[], seal: [] as Op[] }
  for (const [index, mount] of (config.mounts ?? []).entries()) {
    const options = parseMountOptions(mount.options)
    const target = cleanPath(mount.destination)
    const source = bindSource(mount, options, facts, index)
    if (source === undefined) {
      const late = isSealedLate(mount.type, target)
      plan.mount.push(planFilesystem(mount, target, options, late))
      if (late && isReadonly(options)) plan.seal.push(seal(target))
    } else {
      const tree = `mount${index}`
      const open = (options.propagation & MS_SHARED) === 0 ? plan.open : plan.openShared
      open.push({ op: 'openTree', tree, ...source })
      plan.mount.push(planBind(tree, target, options, index))
    }
  }
  return plan
}

interface Source {
  readonly path: string
  readonly recursive: boolean
  readonly directory: boolean
}

/** Where a bind mount comes from; undefined for a new filesystem. */
function bindSource(mount: Mount, options: MountOptions, facts: MountFacts, index: number): Source | undefined {
  if (isBindMount(mount)) {
    const recursive = options.bind === 'rbind' || (options.bind === null && mount.type === 'rbind')
    return { path: hostPath(mount.source ?? '', facts.bundle, index), recursive, directory: false }
  }
  if (!isCgroup(mount.type) || facts.cgroupNamespace) return undefined
  // A new instance would show the whole hierarchy, with the cgroups of everybody else.
  if (facts.cgroup !== null) return { path: facts.cgroup, recursive: false, directory: true }
  const hint = 'mount a cgroup2 hierarchy on the host, or leave the mount out'
  throw unsupported(`mount ${mount.destination}: this machine has no cgroup2 hierarchy`, hint)
}

function hostPath(source: string, bundle: string | undefined, index: number): string {
  if (source.startsWith('/')) return source
  if (source === '' || bundle === undefined) {
    throw invalid(`/mounts/${index}/source`, `must be an absolute path, is ${JSON.stringify(source)}`)
  }
  return posix.join(bundle, source)
}

/** What every filesystem does unless it is told otherwise. */
const SUPERBLOCK_DEFAULTS = new Set(['async', 'nolazytime', 'nomand'])

function planBind(tree: string, target: string, options: MountOptions, index: number): Op {
  const { set, clear, propagation, data } = options
  const parameter = data.find((word, at) => at % 2 === 0 && !SUPERBLOCK_DEFAULTS.has(word))
  if (parameter !== undefined) {
    throw invalid(`/mounts/${index}/options`, `a bind mount makes no filesystem that could take ${parameter}`)
  }
  return { op: 'bindMount', tree, target, set, clear, recursive: false, propagation }
}

function planFilesystem(mount: Mount, target: string, options: MountOptions, late: boolean): Op {
  const type = isCgroup(mount.type) ? 'cgroup2' : (mount.type ?? '')
  const source = mount.source ?? ''
  return {
    op: 'mount',
    type,
    // The kernel's own name for a mount without source is `none`.
    source: source === 'none' ? '' : source,
    target,
    data: filesystemData(type, options),
    attributes: late ? options.set & ~MOUNT_ATTR_RDONLY : options.set,
    propagation: options.propagation,
    noSymlinks: type === 'proc' || type === 'sysfs',
  }
}

/** Filesystems of memory and kernel interfaces. They have nothing on disk that a read-only mount alone would not guard. */
const IN_MEMORY = new Set(['proc', 'sysfs', 'cgroup2', 'mqueue', 'devpts', 'tmpfs', 'ramfs'])

function filesystemData(type: string, options: MountOptions): readonly string[] {
  // Every instance of devpts is a new one since Linux 4.7.
  if (type === 'devpts') return withoutFlag(options.data, 'newinstance')
  if (!isReadonly(options) || IN_MEMORY.has(type)) return options.data
  // Without it the filesystem may replay its journal, and a read-only device is refused.
  return [...options.data, 'ro', '']
}

function withoutFlag(data: readonly string[], flag: string): string[] {
  return data.filter((_, index) => data[index - (index % 2)] !== flag)
}

/** Mount points, device nodes and links are still to be made below these. */
const isSealedLate = (type: string | undefined, target: string): boolean => type === 'tmpfs' || target === '/dev'

const isReadonly = ({ set }: MountOptions): boolean => (set & MOUNT_ATTR_RDONLY) !== 0

const isCgroup = (type: string | undefined): boolean => type === 'cgroup' || type === 'cgroup2'

const seal = (path: string): Op => ({
  op: 'setMountAttributes',
  path,
  set: MOUNT_ATTR_RDONLY,
  clear: 0,
  recursive: false,
})

/** `root.readonly`. Mounts below keep their own attributes. Spec: config.md, Root. */
export function planRootSeal(config: ValidConfig): Op[] {
  return config.root?.readonly ? [seal('/')] : []
}

/** Spec: config-linux.md, Masked Paths and Readonly Paths. */
export function planHidden(config: ValidConfig): { readonly open: readonly Op[]; readonly hide: readonly Op[] } {
  const masked = unique(config.linux?.maskedPaths)
  const open: Op[] =
    masked.length === 0 ? [] : [{ op: 'openTree', tree: 'null', path: '/dev/null', recursive: false, directory: false }]
  return {
    open,
    hide: [
      ...unique(config.linux?.readonlyPaths).map((path): Op => ({ op: 'readonlyPath', path })),
      ...masked.map((path): Op => ({ op: 'maskPath', path, null: 'null' })),
    ],
  }
}

const unique = (paths: readonly string[] = []): string[] => [...new Set(paths.map(cleanPath))]
