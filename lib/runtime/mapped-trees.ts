// The id-mapped mount sources of a container, opened before its first process is there. Effects.
import { type Fd, native } from '../addon.ts'
import { systemFailure } from '../failures.ts'
import { O_RDONLY } from '../kernel.ts'
import { openMappedTree } from '../mounts/host.ts'
import { openUserNamespace } from '../namespaces/host.ts'
import type { MappedTree } from '../plan/plan.ts'

export interface OpenTrees {
  /** By slot. */
  readonly fds: Readonly<Record<string, Fd>>
  /** Idempotent. */
  close(): void
}

/**
 * Opens them one after the other, each with the user namespace that has its maps.
 * @throws ContainerError ERR_SYSTEM
 */
export async function openMappedTrees(trees: readonly MappedTree[], operation: string, id: string): Promise<OpenTrees> {
  const fds: Record<string, Fd> = {}
  const close = () => {
    for (const [slot, fd] of Object.entries(fds)) {
      native().close(fd)
      delete fds[slot]
    }
  }
  try {
    for (const tree of trees) fds[tree.tree] = await openOne(tree)
  } catch (cause) {
    close()
    throw systemFailure(cause, { operation, id })
  }
  return { fds, close }
}

async function openOne(tree: MappedTree): Promise<Fd> {
  const { ids } = tree
  const namespace =
    'namespace' in ids ? native().open(ids.namespace, O_RDONLY) : await openUserNamespace(ids.uid, ids.gid)
  try {
    return await openMappedTree(tree, namespace)
  } finally {
    native().close(namespace)
  }
}
