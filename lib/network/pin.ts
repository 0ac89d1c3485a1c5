// Keeps a network namespace after its last process, by a mount, so that who made something of it can take that back.
// Effects.
import { writeFile } from 'node:fs/promises'
import { type Fd, native, result } from '../addon.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { AT_FDCWD } from '../kernel.ts'
import type { NetworkContext } from './host.ts'

/**
 * Mounts the namespace on `file`, which is made.
 * @returns whether it could: without CAP_SYS_ADMIN over the mount namespace it cannot
 */
export async function pinNamespace(netns: Fd, file: string, context: NetworkContext): Promise<boolean> {
  try {
    await writeFile(file, '', { mode: 0o444 })
    await native().batch([
      { call: 'openTree', dir: AT_FDCWD, path: `/proc/self/fd/${netns}`, recursive: false },
      { call: 'attachTree', fd: result(0), path: file },
      { call: 'close', fd: result(0) },
    ])
    return true
  } catch (cause) {
    if (hasErrno(cause, 'EPERM')) return false
    throw systemFailure(cause, { ...context, op: 'keep the network namespace', path: file })
  }
}

/** Lets go of it; one that is not there is no error. */
export async function unpinNamespace(file: string, context: NetworkContext): Promise<void> {
  await native()
    .batch([{ call: 'unmount', path: file }])
    .catch((cause: unknown) => {
      // Not a mount point, or no such file.
      if (hasErrno(cause, 'EINVAL', 'ENOENT', 'ENOTDIR', 'EPERM')) return
      throw systemFailure(cause, { ...context, op: 'let go of the network namespace', path: file })
    })
}
