// Copies results out of a sandbox: `copyOut`. The program inside may have left anything there.
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ContainerError } from '../index.ts'
import { except } from './changes.ts'
import { isWithin } from './check-files.ts'
import type { Command } from './check-run.ts'
import { Contents } from './contents.ts'
import { type Entry, walk } from './tree.ts'

/**
 * @param mounted paths inside that are left out
 * @param most bytes in all
 */
export async function collect(
  wanted: Command['copyOut'],
  root: FileHandle,
  mounted: readonly string[],
  most: number,
): Promise<void> {
  const contents = new Contents(most)
  const isOwn = except(mounted)
  for (const { inside, to } of wanted) {
    const leadsThere = (each: string) => isOwn(each) && (isWithin(inside, each) || isWithin(each, inside))
    for await (const entry of walk(root, leadsThere)) {
      if (isWithin(inside, entry.path)) await copy(entry, path.join(to, entry.path.slice(inside.length)), contents)
    }
  }
}

/**
 * A link that an earlier command has left there would lead what is written now to anywhere.
 * @throws ContainerError ERR_EXISTS
 */
export async function refuseUsed(wanted: Command['copyOut']): Promise<void> {
  for (const { inside, to } of wanted) {
    const names = await readdir(to).catch((cause: NodeJS.ErrnoException) => (cause.code === 'ENOENT' ? null : ['']))
    if (names === null || names.length === 0) continue
    throw new ContainerError({
      code: 'ERR_EXISTS',
      operation: 'sandbox',
      path: to,
      message: `copyOut: something is at ${to} already, where ${inside} is to be copied to`,
      hint: 'choose a path that does not exist, or an empty directory',
    })
  }
}

/** Pipes, sockets and nodes are nobody’s results; neither is what has no name that can be written. */
async function copy(entry: Entry, to: string, contents: Contents): Promise<void> {
  if (!entry.isText) return
  if (entry.kind === 'directory') await mkdir(to, { recursive: true, mode: (entry.mode & 0o777) | 0o700 })
  else if (entry.kind === 'link') await symlink(await entry.target(), to)
  else if (entry.kind === 'file') await copyFile(entry, to, contents)
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants

async function copyFile(entry: Entry, to: string, contents: Contents): Promise<void> {
  const found = await contents.read(entry)
  if (found === null) return
  try {
    await mkdir(path.dirname(to), { recursive: true })
    const target = await open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, entry.mode & 0o777)
    await pipeline(found.stream, target.createWriteStream())
  } finally {
    // It holds a descriptor until then.
    found.stream.destroy()
  }
}
