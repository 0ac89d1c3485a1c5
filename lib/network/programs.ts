// Where programs of the host are: nft, pasta, slirp4netns. Effects.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'

const DIRECTORIES = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/local/bin']

const found = new Map<string, Promise<string | undefined>>()

/** Absolute path of a program of the host; undefined when it is not installed. */
export function findProgram(name: string): Promise<string | undefined> {
  const known = found.get(name)
  if (known !== undefined) return known
  const looking = lookFor(name)
  // One that is not there may be installed later.
  void looking.then((file) => {
    if (file === undefined) found.delete(name)
  })
  found.set(name, looking)
  return looking
}

async function lookFor(name: string): Promise<string | undefined> {
  for (const directory of DIRECTORIES) {
    const file = path.join(directory, name)
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return file
  }
  return undefined
}
