// Remembers of a container that processes in it may look into others which its document does not say so of. Effects.
import { fstatSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type BatchCall, type Fd, native, result } from '../addon.ts'
import { systemFailure } from '../failures.ts'
import { AT_FDCWD, O_APPEND, O_NOFOLLOW, O_WRONLY } from '../kernel.ts'
import { namespacePath } from '../namespaces/host.ts'
import { listContainers } from './list.ts'
import type { Target } from './lock.ts'
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

/**
 * A pid namespace is about to have another container's processes: {@link markTraced} for those whose it has been so far.
 * What these may come to execute, only their own records will tell.
 */
export async function markSharers(stateDirs: Iterable<string>, pidNamespace: Fd, operation: string): Promise<void> {
  const { dev, ino } = fstatSync(pidNamespace)
  for (const stateDir of new Set(stateDirs)) {
    for await (const { id, pid } of listContainers(stateDir)) {
      if (pid === null || isMarkedTraced({ stateDir, id })) continue
      const own = statOf(namespacePath(pid, 'pid'))
      if (own?.dev === dev && own.ino === ino) await markTraced({ stateDir, id }, operation)
    }
  }
}

/** Undefined when it is not there, or not for this user to see: who cannot look at a container cannot enter it either. */
function statOf(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
