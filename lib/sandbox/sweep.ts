// Removes what programs have left that were killed while they had sandboxes: records, cgroups, staged files.
import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Container, defaultStateDir } from '../index.ts'
import { isOrphan } from './owner.ts'
import { STAGE_PREFIX } from './stage.ts'

const swept = new Map<string, Promise<void>>()

/** Once for each directory in the life of this program. What cannot be removed is for the next. */
export function sweep(stateDir: string = defaultStateDir()): Promise<void> {
  const known = swept.get(stateDir)
  if (known !== undefined) return known
  const sweeping = Promise.all([sweepRecords(stateDir), sweepStages()]).then(
    () => {},
    () => {},
  )
  swept.set(stateDir, sweeping)
  return sweeping
}

async function sweepRecords(stateDir: string): Promise<void> {
  const names = await readdir(stateDir).catch(() => [])
  for (const id of names.filter(isOrphan)) await Container.delete(id, { stateDir, force: true }).catch(() => {})
}

async function sweepStages(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  const orphans = names.filter((name) => name.startsWith(STAGE_PREFIX) && isOrphan(name.slice(STAGE_PREFIX.length)))
  for (const name of orphans) await rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => {})
}
