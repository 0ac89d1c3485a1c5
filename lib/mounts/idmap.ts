// Id-mapped bind mounts: whose ids a source's files have in the container (config.md, Mounts, uidMappings).
import { findNamespace } from '../config/queries.ts'
import type { IdMapping, Mount, ValidConfig } from '../config/types.ts'
import { MS_SHARED, MS_SLAVE } from '../plan/flags.ts'
import { invalid } from '../plan/refusal.ts'
import type { MountOptions } from './options.ts'

/**
 * A source that the host must open: only who has CAP_SYS_ADMIN where the filesystem was mounted may map its ids, and a
 * container with a user namespace has not.
 */
export interface MappedTree {
  /** The slot that it goes to. */
  readonly tree: string
  /** Absolute path on the host. */
  readonly path: string
  /** With the mounts below it. */
  readonly recursive: boolean
  /** Ids are mapped in the mounts below too. */
  readonly mapsRecursively: boolean
  /** MS_* of the tree, so that nothing mounted on it reaches the host; 0 where the document wants that. */
  readonly propagation: number
  readonly ids: IdSource
}

/** Mappings, or the slot of the user namespace that has them. */
export type IdSource =
  | { readonly uid: readonly IdMapping[]; readonly gid: readonly IdMapping[] }
  | { readonly namespace: string }

/** Mappings without a word mean `idmap`. */
export const isIdMapped = ({ uidMappings = [], gidMappings = [] }: Mount, { idmap }: MountOptions): boolean =>
  idmap !== null || uidMappings.length + gidMappings.length > 0

export function planMappedTree(
  config: ValidConfig,
  mount: Mount,
  { idmap, propagation }: MountOptions,
  { tree, path, recursive }: Pick<MappedTree, 'tree' | 'path' | 'recursive'>,
): MappedTree {
  return {
    tree,
    path,
    recursive,
    mapsRecursively: idmap === 'ridmap',
    propagation: (propagation & MS_SHARED) === 0 ? MS_SLAVE : 0,
    ids: idsOf(config, mount),
  }
}

function idsOf(config: ValidConfig, { destination, uidMappings: uid = [], gidMappings: gid = [] }: Mount): IdSource {
  if (uid.length > 0 && gid.length > 0) return { uid, gid }
  const namespace = findNamespace(config, 'user')
  if (namespace?.path !== undefined) return { namespace: 'ns:user' }
  const { uidMappings = [], gidMappings = [] } = config.linux ?? {}
  if (uidMappings.length > 0 && gidMappings.length > 0) return { uid: uidMappings, gid: gidMappings }
  throw invalid('/mounts', `${destination} is id-mapped, and neither it nor the container has mappings`)
}
