// Files that are put into a sandbox: gathered in a directory of the host as they are to be inside.
import { chmod, chown, cp, lchown, lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Files } from './check-files.ts'
import type { User } from './check-sandbox.ts'
import { Faults, pointer } from './faults.ts'
import { newName } from './owner.ts'

export const STAGE_PREFIX = 'libcontainer-'

/** What {@link fillStage} has to do. */
export const isStaged = ({ contents, copies }: Files): boolean => contents.length + copies.length > 0

/** The directory, which is empty. */
export async function makeStage(): Promise<string> {
  const directory = path.join(tmpdir(), STAGE_PREFIX + newName())
  await mkdir(directory, { mode: 0o700 })
  return directory
}

/**
 * @param owner who gets the files, and the directories made for them; null: the caller
 * @param modes permission bits of directories that are there inside, by path: this layer covers theirs
 */
export async function fillStage(
  directory: string,
  files: Files,
  owner: User | null,
  modes: ReadonlyMap<string, number>,
): Promise<void> {
  for (const { path: inside, from } of files.copies) {
    const to = path.join(directory, inside)
    await refuseLinks(directory, inside, false)
    await makeParents(directory, inside, modes)
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  }
  for (const { path: inside, bytes, mode } of files.contents) {
    const to = path.join(directory, inside)
    await refuseLinks(directory, inside, true)
    await makeParents(directory, inside, modes)
    // One that was copied there is replaced.
    await rm(to, { force: true })
    await writeFile(to, bytes, { flag: 'wx' })
    await chmod(to, mode)
  }
  if (owner !== null) await give(directory, owner)
  // It is the root of a layer: what is in it is looked for by whoever the program is.
  await chmod(directory, 0o755)
}

/**
 * What was copied before may have links in it, from whoever it is of: nothing is put through one, to wherever it leads on
 * this machine.
 * @throws ContainerError ERR_INVALID_CONFIG
 */
async function refuseLinks(directory: string, inside: string, isFile: boolean): Promise<void> {
  const faults = new Faults()
  for (const each of [...parentsOf(inside), inside]) {
    const found = await lstat(path.join(directory, each)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null
      throw cause
    })
    if (found === null) break
    if (each === inside ? (isFile ? found.isFile() : !found.isSymbolicLink()) : found.isDirectory()) continue
    const what = found.isSymbolicLink() ? 'a link' : found.isDirectory() ? 'a directory' : 'no directory'
    faults.add(`files/${pointer(inside)}`, `${each} is ${what} in what is copied there`, 'choose another path')
    break
  }
  faults.throwIfAny()
}

async function makeParents(directory: string, inside: string, modes: ReadonlyMap<string, number>): Promise<void> {
  for (const parent of parentsOf(inside)) {
    const made = path.join(directory, parent)
    const isNew = await mkdir(made).then(
      () => true,
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') return false
        throw cause
      },
    )
    if (isNew) await chmod(made, modes.get(parent) ?? 0o755)
  }
}

/** `/a/b/c` → `/a`, `/a/b` */
export function parentsOf(inside: string): string[] {
  const names = inside.split('/').slice(1, -1)
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
}

async function give(directory: string, { uid, gid }: User): Promise<void> {
  await chown(directory, uid, gid)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const each = path.join(directory, entry.name)
    if (entry.isDirectory()) await give(each, { uid, gid })
    else await lchown(each, uid, gid)
  }
}

export const removeStage = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true })
