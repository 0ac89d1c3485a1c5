// What joining namespaces makes of a document: whose they are is known only once they are open. Pure.
import { createsNamespace, findNamespace } from '../config/queries.ts'
import type { Config, IdMapping, Namespace, NamespaceType } from '../config/types.ts'
import { invalid } from '../plan/refusal.ts'

/** The ids of a user namespace, as seen from this process's own. */
export interface UserIds {
  readonly uid: readonly IdMapping[]
  readonly gid: readonly IdMapping[]
  /** Whether setgroups(2) is allowed in it (user_namespaces(7)). */
  readonly setGroups: boolean
}

/** What has been found out about the namespaces a container joins. */
export interface Joined {
  /** By type: a path of each that is shared with another container or process, beside those the document names. */
  readonly shared: Readonly<Partial<Record<NamespaceType, string>>>
  /** Types of those that have turned out to be this process's own. */
  readonly own: readonly NamespaceType[]
  /** Those of the user namespace, if one is joined. */
  readonly ids?: UserIds
}

/**
 * The document as it stands with what was found out: shared namespaces are among its namespaces, this process's own are
 * not, since not to have one means to share it; and the ids are those of the user namespace that is joined.
 * @throws ContainerError ERR_INVALID_CONFIG when it says otherwise
 */
export function withJoined(config: Config, { shared, own, ids }: Joined): Config {
  const namespaces = withShared(config, shared).filter(({ type }) => !own.includes(type))
  const linux = { ...config.linux, namespaces }
  if (ids === undefined || own.includes('user')) return { ...config, linux }
  return withUserIds({ ...config, linux }, ids)
}

function withShared(config: Config, shared: Joined['shared']): Namespace[] {
  const namespaces = new Map((config.linux?.namespaces ?? []).map((each) => [each.type, each]))
  for (const [key, path] of Object.entries(shared)) {
    const type = key as NamespaceType
    if (namespaces.get(type)?.path !== undefined) {
      const index = config.linux?.namespaces?.findIndex((each) => each.type === type)
      throw invalid(`/linux/namespaces/${index}/path`, `must not be there with a ${type} namespace that is shared`)
    }
    namespaces.set(type, { type, path })
  }
  return [...namespaces.values()]
}

/**
 * The document of a container in a joined user namespace, with that one's ids for its own.
 * @throws ContainerError ERR_INVALID_CONFIG when it names others, or there are none
 */
export function withUserIds(config: Config, { uid, gid }: Pick<UserIds, 'uid' | 'gid'>): Config {
  const index = config.linux?.namespaces?.findIndex(({ type }) => type === 'user')
  if (uid.length === 0 || gid.length === 0) {
    throw invalid(`/linux/namespaces/${index}/path`, 'must be a user namespace whose ids are mapped')
  }
  checkSame('uidMappings', config, uid)
  checkSame('gidMappings', config, gid)
  return { ...config, linux: { ...config.linux, uidMappings: [...uid], gidMappings: [...gid] } }
}

function checkSame(key: 'uidMappings' | 'gidMappings', config: Config, real: readonly IdMapping[]): void {
  const given = config.linux?.[key] ?? []
  if (given.length === 0 || mapWords(given) === mapWords(real)) return
  const message = `must be those of the user namespace that is joined (${mapWords(real)}), or be left out`
  throw invalid(`/linux/${key}`, message)
}

const mapWords = (mappings: readonly IdMapping[]): string =>
  mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}`).join(', ')

/** What /proc/PID/uid_map and gid_map say (user_namespaces(7)). */
export function parseIdMap(text: string): IdMapping[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [containerID = 0, hostID = 0, size = 0] = line.trim().split(/\s+/).map(Number)
      return { containerID, hostID, size }
    })
}

/** Whether a container joins a user namespace, and does not make one. */
export const joinsUserNamespace = (config: Config): boolean =>
  findNamespace(config, 'user') !== undefined && !createsNamespace(config, 'user')
