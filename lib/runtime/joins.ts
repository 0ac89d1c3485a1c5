// The namespaces a container joins: opened before anything is decided, since what they are plays a part in that. Effects.

import type { Config, NamespaceType } from '../config/types.ts'
import { validateShape } from '../config/validate.ts'
import { isOwnNamespace, namespacePath, openNamespace, readUserIds } from '../namespaces/host.ts'
import { type Joined, type UserIds, withJoined } from '../namespaces/joined.ts'
import { namespaceSlot } from '../namespaces/plan.ts'
import { holdSlots, type OpenSlots } from '../slots.ts'
import type { Making } from './network.ts'
import { findShared, type SharedNamespaces, type SharingRequest } from './sharing.ts'
import { markSharers } from './tracing.ts'

export interface Joins extends OpenSlots {
  /** Undefined when the container joins nothing. */
  readonly joined: Joined | undefined
  /** Types of those that are shared with another process. */
  readonly shared: readonly NamespaceType[]
}

/**
 * Opens what the document has by path and what is shared with another process, one descriptor a namespace: from here on
 * they cannot come to be others. Each is verified to be a namespace, and one of its type. Containers whose processes will
 * not be on their own any more are told so: {@link markSharers}.
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_NOT_FOUND, ERR_SYSTEM; ERR_WRONG_STATUS when that process has ended
 */
export async function openJoins(document: Config, sharing: SharingRequest | undefined, making: Making): Promise<Joins> {
  const slots = holdSlots()
  if (sharing === undefined && !namesPath(document)) return { ...slots, joined: undefined, shared: [] }
  const { operation, id, stateDir } = making
  try {
    validateShape(document)
    const shared = sharing === undefined ? undefined : await findShared(sharing, stateDir, operation, id)
    const joined = await openAll(document, shared, slots, making)
    const pidNamespace = joined.own.includes('pid') ? undefined : slots.fds[namespaceSlot('pid')]
    if (pidNamespace !== undefined) {
      await markSharers([stateDir, shared?.stateDir ?? stateDir], pidNamespace, operation)
    }
    return { ...slots, joined, shared: shared?.types ?? [] }
  } catch (cause) {
    slots.close()
    throw cause
  }
}

async function openAll(
  document: Config,
  shared: SharedNamespaces | undefined,
  slots: OpenSlots,
  { operation, id }: Making,
): Promise<Joined> {
  const paths = shared === undefined ? {} : sharedPaths(shared)
  // Before anything is opened twice for one slot.
  withJoined(document, { shared: paths, own: [] })
  const own: NamespaceType[] = []
  const open = (type: NamespaceType, path: string, at: string): void => {
    const fd = slots.put(namespaceSlot(type), openNamespace(type, path, at, operation, id))
    if (isOwnNamespace(fd, type)) own.push(type)
  }
  for (const [index, { type, path }] of (document.linux?.namespaces ?? []).entries()) {
    if (path !== undefined) open(type, path, `/linux/namespaces/${index}/path`)
  }
  for (const [type, path] of Object.entries(paths)) open(type as NamespaceType, path, '/namespacesOf')
  // What was opened by its pid is of that very process, if it is there still.
  shared?.verify()
  return { shared: paths, own, ...(await idsOf(slots, own, operation, id)) }
}

/** Of a document that nobody has checked yet. */
function namesPath(document: Config): boolean {
  const namespaces: unknown = document?.linux?.namespaces
  return Array.isArray(namespaces) && namespaces.some((each: { path?: unknown } | null) => each?.path !== undefined)
}

function sharedPaths({ pid, types }: SharedNamespaces): Joined['shared'] {
  return Object.fromEntries(types.map((type) => [type, namespacePath(pid, type)]))
}

async function idsOf(
  { fds }: OpenSlots,
  own: readonly NamespaceType[],
  operation: string,
  id: string,
): Promise<{ readonly ids?: UserIds }> {
  const user = fds[namespaceSlot('user')]
  return user === undefined || own.includes('user') ? {} : { ids: await readUserIds(user, operation, id) }
}
