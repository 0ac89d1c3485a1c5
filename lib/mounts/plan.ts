// What init must do about mounts: sources, the config's mounts in order, and what is hidden or made read-only.
import { posix } from 'node:path'
import { cleanPath } from '../config/paths.ts'
import { isBindMount } from '../config/queries.ts'
import type { Mount, ValidConfig } from '../config/types.ts'
import { MOUNT_ATTR_RDONLY, MS_SHARED } from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'
import { invalid, unsupported } from '../plan/refusal.ts'
import { isIdMapped, type MappedTree, planMappedTree } from './idmap.ts'
import { type AttributeChange, beside, isChange, type MountOptions, overlay, parseMountOptions } from './options.ts'

export type { MappedTree } from './idmap.ts'

/** What mounts depend on beyond the config. */
export interface MountFacts {
  /** Relative bind sources start here; without it they are an error. */
  readonly bundle: string | undefined
  /** Host directory of the container's cgroup, to bind for lack of a cgroup namespace; null when there is none. */
  readonly cgroup: string | null
  /** Whether that is the container's own, not that of who makes it. */
  readonly ownCgroup: boolean
  /** The container sees the cgroup tree from its own cgroup down. */
  readonly cgroupNamespace: boolean
  /** The kernel would refuse a new sysfs: it shows a network namespace that another user namespace owns. */
  readonly foreignSysfs: boolean
}

/** What is to be done about `mounts`, sorted by when it must come. */
export interface MountsPlan {
  /** Sources that the host opens and maps the ids of, and sends. */
  readonly mapped: readonly MappedTree[]
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
  const plan = {
    mapped: [] as MappedTree[],
    openShared: [] as Op[],
    open: [] as Op[],
    mount: [] as Op[],
    seal: [] as Op[],
  }
  for (const [index, mount] of (config.mounts ?? []).entries()) {
    const options = parseMountOptions(mount.options)
    const target = cleanPath(mount.destination)
    const tree = `mount${index}`
    const late = isSealedLate(mount.type, target)
    const source = options.remount ? undefined : bindSource(mount, options, facts, index)
    if (source === undefined) {
      const whole = overlay(options, options.recursive)
      const early = { ...options, ...(late ? withoutReadonly(whole) : whole) }
      if (options.remount) plan.mount.push(...planRemount(target, late ? withoutReadonly(options) : options, options))
      else plan.mount.push(...planFilesystem(mount, tree, target, options, early))
      if (late && isReadonly(whole)) plan.seal.push(seal(target))
      continue
    }
    if (isIdMapped(mount, options)) {
      plan.mapped.push(planMappedTree(config, mount, options, { tree, ...source }))
    } else {
      const open = (options.propagation & MS_SHARED) === 0 ? plan.open : plan.openShared
      open.push({ op: 'openTree', tree, path: source.path, recursive: source.recursive, directory: source.directory })
    }
    plan.mount.push(...planBind(tree, target, { ...options, recursive: overlay(options.recursive, source.attributes) }))
  }
  return plan
}

interface Source {
  readonly path: string
  readonly recursive: boolean
  readonly directory: boolean
  /** What all of the tree gets, whatever the options say. */
  readonly attributes: { readonly set: number; readonly clear: number }
}

const NO_CHANGE = { set: 0, clear: 0 }

const readonlyWhatever = ({ set, clear }: AttributeChange): AttributeChange => ({
  set: set | MOUNT_ATTR_RDONLY,
  clear: clear & ~MOUNT_ATTR_RDONLY,
})

/** Where a bind mount comes from; undefined for a new filesystem. */
function bindSource(mount: Mount, options: MountOptions, facts: MountFacts, index: number): Source | undefined {
  if (isBindMount(mount)) {
    const recursive = options.bind === 'rbind' || (options.bind === null && mount.type === 'rbind')
    const path = hostPath(mount.source ?? '', facts.bundle, index)
    return { path, recursive, directory: false, attributes: NO_CHANGE }
  }
  // The host's own, whole, since a user namespace may not uncover what lies below; and nothing in it can be written.
  if (mount.type === 'sysfs' && facts.foreignSysfs) {
    return { path: '/sys', recursive: true, directory: true, attributes: readonlyWhatever(options) }
  }
  if (!isCgroup(mount.type) || facts.cgroupNamespace) return undefined
  // A new instance would show the whole hierarchy, with the cgroups of everybody else.
  if (facts.cgroup !== null) {
    // What is not its own, whoever is in the same user namespace could write otherwise: limits of this program, too.
    const attributes = facts.ownCgroup ? NO_CHANGE : readonlyWhatever(options)
    return { path: facts.cgroup, recursive: false, directory: true, attributes }
  }
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

function planBind(tree: string, target: string, options: MountOptions): Op[] {
  const { propagation, recursive } = options
  const own = beside(options, recursive)
  const bind = { op: 'bindMount', tree, target, propagation } as const
  if (!isChange(recursive)) return [{ ...bind, ...own, recursive: false }]
  if (!isChange(own)) return [{ ...bind, ...recursive, recursive: true }]
  return [
    { op: 'setTreeAttributes', tree, ...recursive },
    { ...bind, ...own, recursive: false },
  ]
}

/** Changes what the words name and nothing else: a flag that guards something is never lost for not being repeated. */
function planRemount(target: string, own: AttributeChange, { recursive, data }: MountOptions): Op[] {
  const change = (recursive: boolean, { set, clear }: AttributeChange): Op[] =>
    isChange({ set, clear }) ? [{ op: 'setMountAttributes', path: target, set, clear, recursive }] : []
  return [
    ...change(true, recursive),
    ...change(false, beside(own, recursive)),
    ...(data.length === 0 ? [] : [{ op: 'reconfigure', path: target, data } as const]),
  ]
}

function planFilesystem(
  mount: Mount,
  tree: string,
  target: string,
  options: MountOptions,
  early: AttributeChange,
): Op[] {
  const type = isCgroup(mount.type) ? 'cgroup2' : (mount.type ?? '')
  // The kernel's own name for a mount without source is `none`.
  const source = mount.source === 'none' ? '' : (mount.source ?? '')
  const data = filesystemData(type, options)
  const { propagation } = options
  if (!options.copyUp) {
    const noSymlinks = type === 'proc' || type === 'sysfs'
    return [{ op: 'mount', type, source, target, data, attributes: early.set, propagation, noSymlinks }]
  }
  const saysOwner = data.some((key, at) => at % 2 === 0 && /^(mode|uid|gid)$/.test(key))
  return [
    { op: 'createFilesystem', tree, type, source, data, attributes: early.set, directory: '' },
    { op: 'copyUp', tree, path: target, root: !saysOwner },
    { op: 'bindMount', tree, target, ...NO_CHANGE, recursive: false, propagation },
  ]
}

/** Filesystems of memory and kernel interfaces. They have nothing on disk that a read-only mount alone would not guard. */
const IN_MEMORY = new Set(['proc', 'sysfs', 'cgroup2', 'mqueue', 'devpts', 'tmpfs', 'ramfs'])

function filesystemData(type: string, options: MountOptions): readonly string[] {
  // Every instance of devpts is a new one since Linux 4.7.
  if (type === 'devpts') return withoutFlag(options.data, 'newinstance')
  if (!isReadonly(overlay(options, options.recursive)) || IN_MEMORY.has(type)) return options.data
  // Without it the filesystem may replay its journal, and a read-only device is refused.
  return [...options.data, 'ro', '']
}

function withoutFlag(data: readonly string[], flag: string): string[] {
  return data.filter((_, index) => data[index - (index % 2)] !== flag)
}

/** Mount points, device nodes and links are still to be made below these. */
const isSealedLate = (type: string | undefined, target: string): boolean => type === 'tmpfs' || target === '/dev'

const isReadonly = ({ set }: AttributeChange): boolean => (set & MOUNT_ATTR_RDONLY) !== 0

const withoutReadonly = ({ set, clear }: AttributeChange): AttributeChange => ({ set: set & ~MOUNT_ATTR_RDONLY, clear })

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
