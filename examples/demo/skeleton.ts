// The host's root for an ordinary user. The kernel lets nobody see below a mount that was there before his user
// namespace, so / itself cannot be a layer (clone_private_mount in fs/namespace.c): an empty copy of its top is one,
// and the directories are bound onto that.
import { mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LEFT_OUT, mayEnter } from './host-mounts.ts'

export interface Skeleton {
  readonly path: string
  /** Directories of the host to be bound onto those of the same name. */
  readonly directories: readonly string[]
  remove(): Promise<void>
}

export async function makeSkeleton(): Promise<Skeleton> {
  const path = await mkdtemp(join(tmpdir(), 'libcontainer-demo-'))
  const directories: string[] = []
  for (const entry of await readdir('/', { withFileTypes: true })) {
    const original = `/${entry.name}`
    if (LEFT_OUT.includes(original)) continue
    if (entry.isSymbolicLink()) await symlink(await readlink(original), join(path, entry.name))
    else if (entry.isDirectory() && (await mayEnter(original))) {
      await mkdir(join(path, entry.name))
      directories.push(original)
    }
  }
  return { path, directories, remove: () => rm(path, { recursive: true }) }
}
