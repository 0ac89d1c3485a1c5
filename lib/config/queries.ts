// What more than one place asks of a configuration.
import { mountOptionKind } from './mount-options.ts'
import type { Config, IdMapping, Mount, Namespace, NamespaceType } from './types.ts'

/** The entry for a type of namespace, created or joined; undefined where the container shares the runtime's. */
export function findNamespace(config: Config, type: NamespaceType): Namespace | undefined {
  return config.linux?.namespaces?.find((namespace) => namespace.type === type)
}

/** Whether the container gets a new namespace of this type. */
export function createsNamespace(config: Config, type: NamespaceType): boolean {
  const namespace = findNamespace(config, type)
  return namespace !== undefined && namespace.path === undefined
}

/** Whether it is a bind mount, by its type or by an option. */
export function isBindMount({ type, options = [] }: Mount): boolean {
  return type === 'bind' || type === 'rbind' || options.some((word) => mountOptionKind(word) === 'bind')
}

/** Whether an id inside is one that the mappings have. */
export function isMapped(mappings: readonly IdMapping[], id: number): boolean {
  return mappings.some(({ containerID, size }) => id >= containerID && id < containerID + size)
}

/** The host's uid of the process; undefined when it is not mapped, which the kernel will refuse. */
export function hostUid(config: Config): number | undefined {
  const uid = config.process?.user?.uid ?? 0
  if (findNamespace(config, 'user') === undefined) return uid
  const range = config.linux?.uidMappings?.find((each) => isMapped([each], uid))
  return range === undefined ? undefined : range.hostID + uid - range.containerID
}
