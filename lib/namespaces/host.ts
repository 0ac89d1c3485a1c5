// Opens the namespaces a container joins by path. Effects: opens descriptors.
import { type Fd, native } from '../addon.ts'
import type { Config } from '../config/types.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_RDONLY } from '../kernel.ts'

/**
 * One descriptor for each namespace with a path, under the slot name the plan has for it.
 * @throws ContainerError ERR_NOT_FOUND, ERR_SYSTEM
 */
export function openNamespaces(
  config: Config,
  operation: string,
  id: string,
): { readonly fds: Readonly<Record<string, Fd>>; close(): void } {
  const fds: Record<string, Fd> = {}
  const close = () => {
    for (const [slot, fd] of Object.entries(fds)) {
      native().close(fd)
      delete fds[slot]
    }
  }
  try {
    for (const { type, path } of config.linux?.namespaces ?? []) {
      if (path) fds[`ns:${type}`] = native().open(path, O_RDONLY)
    }
  } catch (cause) {
    close()
    throw systemFailure(cause, {
      code: hasErrno(cause, 'ENOENT') ? 'ERR_NOT_FOUND' : 'ERR_SYSTEM',
      operation,
      id,
      hint: 'is the process whose namespace this is still there?',
    })
  }
  return { fds, close }
}
