// Remembers of a container that processes in it may look into others which its document does not say so of. Effects.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type BatchCall, native, result } from '../addon.ts'
import { systemFailure } from '../failures.ts'
import { AT_FDCWD, O_APPEND, O_NOFOLLOW, O_WRONLY } from '../kernel.ts'
import type { Target } from './lifecycle.ts'
import { INIT_FILE, openDirectory } from './state-directory.ts'

/** A line of {@link INIT_FILE}, behind who the first process is. */
export const TRACED = 'traced\n'

/** Whether {@link markTraced} was called, by any process; so it is too when that cannot be told. */
export function isMarkedTraced({ stateDir, id }: Target): boolean {
  try {
    return readFileSync(path.join(stateDir, id, INIT_FILE), 'latin1').endsWith(TRACED)
  } catch {
    return true
  }
}

/** Has whoever executes a process in the container from now on keep this program's memory out of sight there. */
export async function markTraced({ stateDir, id }: Target, operation: string): Promise<void> {
  const calls: BatchCall[] = [
    openDirectory(AT_FDCWD, path.join(stateDir, id)),
    {
      call: 'openat2',
      dir: result(0),
      path: INIT_FILE,
      flags: O_WRONLY | O_APPEND | O_NOFOLLOW,
      mode: 0,
      resolve: 0,
    },
    { call: 'write', fd: result(1), data: TRACED },
    { call: 'close', fd: result(1) },
    { call: 'close', fd: result(0) },
  ]
  await native()
    .batch(calls)
    .catch((cause: unknown) => {
      throw systemFailure(cause, { operation, id })
    })
}
