// Opens mount sources whose ids are to be mapped. Effects: opens descriptors.
import { type Fd, native, result } from '../addon.ts'
import { AT_FDCWD } from '../kernel.ts'
import type { MappedTree } from './idmap.ts'

/**
 * A detached, id-mapped copy of a mount. Whoever gets the descriptor closes it.
 * @throws NativeError of `open_tree`, `mount_setattr`
 */
export async function openMappedTree(
  { path, recursive, mapsRecursively, propagation }: MappedTree,
  userNamespace: Fd,
): Promise<Fd> {
  const [tree] = await native().batch([
    { call: 'openTree', dir: AT_FDCWD, path, recursive },
    { call: 'idmapTree', fd: result(0), userNamespace, recursive: mapsRecursively, propagation },
  ])
  return tree as Fd
}
