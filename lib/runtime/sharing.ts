// Sharing namespaces with a container or process that is there, as the containers of a pod do. Effects.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Fd, native } from '../addon.ts'
import type { NamespaceType } from '../config/types.ts'
import { validateId } from '../config/validate.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { foreignNamespaces } from '../namespaces/host.ts'
import type { Network } from '../network/options.ts'
import { invalid } from '../plan/refusal.ts'
import { readMade } from './lifecycle.ts'
import { isInitAlive } from './state.ts'
import { verifyStateDir } from './state-directory.ts'

/** What can be shared. The mount namespace cannot: a container has its own files; nor the user namespace alone. */
export type ShareableNamespace = 'network' | 'ipc' | 'uts' | 'pid' | 'time'
const SHAREABLE: readonly ShareableNamespace[] = ['network', 'ipc', 'uts', 'pid', 'time']
const USUAL: readonly ShareableNamespace[] = ['network', 'ipc', 'uts']

/**
 * Whose namespaces to share: the id of a container, in the same state directory unless said otherwise, or a pidfd of any
 * process. `types`: which. Default: network, ipc and uts, as in a Kubernetes pod. When those are in a user namespace of
 * their own, that is shared too: it is what gives rights in them.
 */
export type NamespacesOf =
  | string
  | {
      readonly container: string
      readonly types?: readonly ShareableNamespace[]
      readonly stateDir?: string
    }
  | { readonly pidfd: number; readonly types?: readonly ShareableNamespace[] }

/** A process that has what is to be shared. */
export interface SharedNamespaces {
  readonly pid: number
  readonly types: readonly NamespaceType[]
  /** Where it is recorded, if it is a container. */
  readonly stateDir: string | undefined
  /** @throws ContainerError ERR_WRONG_STATUS when it has ended: its pid may be another process's by now */
  verify(): void
}

/** What was asked for, with a descriptor of our own: the caller may close his as soon as his call returns. */
export interface SharingRequest {
  readonly of: Exclude<NamespacesOf, string>
  /** Idempotent. */
  close(): void
}

/** @throws ContainerError ERR_INVALID_CONFIG, ERR_SYSTEM */
export function takeSharing(
  { namespacesOf: of, network }: { readonly namespacesOf?: NamespacesOf; readonly network?: Network },
  operation: string,
  id: string,
): SharingRequest | undefined {
  if (of === undefined) return undefined
  const request = typeof of === 'string' ? { container: of } : of
  for (const [index, type] of (request.types ?? []).entries()) {
    if (SHAREABLE.includes(type)) continue
    throw invalid(`/namespacesOf/types/${index}`, `must be one of ${SHAREABLE.join(', ')}; is ${JSON.stringify(type)}`)
  }
  if (network !== undefined && (request.types ?? USUAL).includes('network')) {
    throw invalid('/namespacesOf', 'shares a network, and the option network says of another')
  }
  if (!('pidfd' in request)) {
    validateId(request.container)
    return { of: request, close: () => {} }
  }
  try {
    let pidfd: Fd | undefined = native().duplicate(request.pidfd)
    const close = () => {
      if (pidfd !== undefined) native().close(pidfd)
      pidfd = undefined
    }
    return { of: { ...request, pidfd }, close }
  } catch (cause) {
    throw systemFailure(cause, { operation, id, op: 'namespacesOf' })
  }
}

/**
 * Finds the process and sees which of its namespaces differ from this process's own.
 * @throws ContainerError ERR_NOT_FOUND, ERR_WRONG_STATUS when it has ended, ERR_SYSTEM when this user may not look at it
 */
export async function findShared(
  { of }: SharingRequest,
  stateDir: string,
  operation: string,
  id: string,
): Promise<SharedNamespaces> {
  const { types = USUAL } = of
  const recorded = 'pidfd' in of ? undefined : path.resolve(of.stateDir ?? stateDir)
  const { pid, verify } =
    'pidfd' in of
      ? processOf(of.pidfd, operation, id)
      : await containerOf(of.container, recorded ?? stateDir, operation, id)
  verify()
  const foreign = foreignNamespaces(pid, operation, id)
  return { pid, types: foreign.includes('user') ? ['user', ...types] : types, stateDir: recorded, verify }
}

async function containerOf(target: string, stateDir: string, operation: string, id: string) {
  await verifyStateDir(stateDir)
  const record = await readMade(operation, { id: target, stateDir })
  const verify = () => {
    if (!isInitAlive(record)) throw ended(`the container ${target}`, operation, id)
  }
  if (record.init === null) throw ended(`the container ${target}`, operation, id)
  return { pid: record.init.pid, verify }
}

function processOf(pidfd: Fd, operation: string, id: string): Pick<SharedNamespaces, 'pid' | 'verify'> {
  // proc_pid_fdinfo(5): −1 once it has been reaped, 0 when it is in no pid namespace below this one.
  const pid = Number(/^Pid:\s*(-?\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${pidfd}`, 'latin1'))?.[1] ?? 'NaN')
  if (Number.isNaN(pid)) throw invalid('/namespacesOf/pidfd', 'must be a pidfd, is another descriptor')
  const verify = () => {
    try {
      native().pidfdSendSignal(pidfd, 0)
    } catch (cause) {
      if (hasErrno(cause, 'ESRCH')) throw ended('the process', operation, id)
      // EPERM: it is there, and somebody else's.
      if (!hasErrno(cause, 'EPERM')) throw systemFailure(cause, { operation, id })
    }
  }
  if (pid <= 0) throw ended('the process', operation, id)
  return { pid, verify }
}

function ended(who: string, operation: string, id: string): ContainerError {
  const message = `${who}, whose namespaces are to be shared, has ended`
  return new ContainerError({ code: 'ERR_WRONG_STATUS', operation, id, message })
}
