// What a command has done to the files of its root.
import type { FileHandle } from 'node:fs/promises'
import { Contents } from './contents.ts'
import type { SandboxChanges } from './options.ts'
import { type Pack, packEnd, packEntry } from './tar.ts'
import { type Entry, walk } from './tree.ts'

/** Version of each file by its path. */
export type Listing = ReadonlyMap<string, string>

/** @param mounted paths that are left out */
export async function listTree(root: FileHandle, mounted: readonly string[]): Promise<Listing> {
  const listing = new Map<string, string>()
  for await (const { path, version } of walk(root, except(mounted))) listing.set(path, version)
  return listing
}

export function except(mounted: readonly string[]): (path: string) => boolean {
  const paths = new Set(mounted)
  return (path) => !paths.has(path)
}

/** @param most bytes of contents that are packed; null: none are */
export async function compareTrees(
  before: Listing,
  root: FileHandle,
  mounted: readonly string[],
  most: number | null,
): Promise<SandboxChanges> {
  const files: Array<SandboxChanges['files'][number]> = []
  const pack: Pack = []
  const contents = new Contents(most ?? 0)
  const seen = new Set<string>()
  for await (const entry of walk(root, except(mounted))) {
    seen.add(entry.path)
    const kind = kindOf(entry, before)
    if (kind === null) continue
    files.push({ path: entry.path, kind })
    if (most !== null) await packEntry(pack, entry, contents)
  }
  for (const path of before.keys()) if (!seen.has(path)) files.push({ path, kind: 'removed' })
  files.sort((one, other) => (one.path < other.path ? -1 : 1))
  return { files, ...(most === null ? {} : { tar: packEnd(pack) }) }
}

function kindOf({ path, version }: Entry, before: Listing): 'added' | 'changed' | null {
  const known = before.get(path)
  if (known === undefined) return 'added'
  return known === version ? null : 'changed'
}
