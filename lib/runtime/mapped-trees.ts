// The id-mapped mount sources of a container, opened before its first process is there. Effects.
import { type Fd, native } from '../addon.ts'
import { systemFailure } from '../failures.ts'
import { openMappedTree } from '../mounts/host.ts'
import { openUserNamespace } from '../namespaces/host.ts'
import type { MappedTree } from '../plan/plan.ts'
import { holdSlots, type OpenSlots } from '../slots.ts'

/**
 * Opens them one after the other, each with the user namespace that has its maps.
 * @param joined the namespaces that the container joins
 * @throws ContainerError ERR_SYSTEM
 */
export async function openMappedTrees(
  trees: readonly MappedTree[],
  joined: Pick<OpenSlots, 'fds'>,
  operation: string,
  id: string,
): Promise<OpenSlots> {
  const slots = holdSlots()
  try {
    for (const tree of trees) slots.put(tree.tree, await openOne(tree, joined))
  } catch (cause) {
    slots.close()
    throw systemFailure(cause, { operation, id })
  }
  return slots
}

async function openOne(tree: MappedTree, { fds }: Pick<OpenSlots, 'fds'>): Promise<Fd> {
  const { ids } = tree
  if ('namespace' in ids) return openMappedTree(tree, fds[ids.namespace] ?? -1)
  const namespace = await openUserNamespace(ids.uid, ids.gid)
  try {
    return await openMappedTree(tree, namespace)
  } finally {
    native().close(namespace)
  }
}
