// Walks a directory that somebody hostile may have filled, and may still be changing: no link is followed, no path is
// resolved twice, each directory is entered through the descriptor of the one above.
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises'
import { ContainerError } from '../index.ts'

export interface Entry {
  /** Absolute, from the root of the tree. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Permission bits. */
  readonly mode: number
  readonly size: number
  readonly mtimeMs: number
  /** Changes whenever the file does. */
  readonly version: string
  /** Of a link. */
  target(): Promise<string>
  /** Whether its name is text: else `path` is not the whole truth. */
  readonly isText: boolean
  /** Of a file; null when it cannot be read, or has become something else. */
  open(): Promise<FileHandle | null>
}

/** Each level holds a descriptor. */
const DEEPEST = 200

/** @param isWanted whether to look at a path, and below it */
export async function* walk(root: FileHandle, isWanted: (path: string) => boolean): AsyncGenerator<Entry, void, void> {
  yield* walkFrom(root, '', 0, isWanted)
}

async function* walkFrom(
  directory: FileHandle,
  above: string,
  depth: number,
  isWanted: (path: string) => boolean,
): AsyncGenerator<Entry, void, void> {
  if (depth > DEEPEST) {
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      operation: 'sandbox',
      path: above.slice(0, 200),
      message: `directories are nested deeper than ${DEEPEST}`,
      hint: 'leave changes and copyOut out for a program that does that',
    })
  }
  for (const name of await namesIn(directory)) {
    const path = `${above}/${name.toString('utf8')}`
    if (!isWanted(path)) continue
    const at = Buffer.concat([Buffer.from(`${inside(directory)}/`), name])
    const entry = await describe(at, path, Buffer.from(name.toString('utf8')).equals(name))
    if (entry === null) continue
    yield entry
    if (entry.kind !== 'directory') continue
    const child = await open(at as unknown as string, DIRECTORY).catch(() => null)
    if (child === null) continue
    try {
      yield* walkFrom(child, path, depth + 1, isWanted)
    } finally {
      await child.close()
    }
  }
}

/** Each once: a directory that is being changed may be told to have one twice, as a link first and then as a directory. */
async function namesIn(directory: FileHandle): Promise<Iterable<Buffer>> {
  const names = await readdir(inside(directory), { encoding: 'buffer' })
  return new Map(names.map((name) => [name.toString('latin1'), name])).values()
}

const { O_RDONLY, O_NOFOLLOW, O_DIRECTORY, O_NONBLOCK } = constants
const DIRECTORY = O_RDONLY | O_NOFOLLOW | O_DIRECTORY
/** A pipe that has taken the file’s place would keep us waiting. */
const FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK

const inside = (directory: FileHandle): string => `/proc/self/fd/${directory.fd}`

async function describe(at: Buffer, path: string, isText: boolean): Promise<Entry | null> {
  const stat = await lstat(at, { bigint: true }).catch(() => null)
  if (stat === null) return null
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : 'other'
  return {
    path,
    isText,
    kind,
    mode: Number(stat.mode & 0o7777n),
    size: Number(stat.size),
    mtimeMs: Number(stat.mtimeMs),
    version: kind === 'directory' ? `${kind} ${stat.mode}` : `${kind} ${stat.ino} ${stat.ctimeNs}`,
    target: () => readlink(at),
    async open() {
      const file = await open(at as unknown as string, FILE).catch(() => null)
      if (file === null || (await file.stat()).isFile()) return file
      await file.close()
      return null
    },
  }
}
