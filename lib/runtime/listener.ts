// Who answers for the kernel where a filter notifies: a program that listens on a socket, or this one.
import { type Fd, native } from '../addon.ts'
import type { Seccomp, State } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import { SECCOMP_FLAGS } from '../plan/flags.ts'
import type { Plan } from '../plan/ops.ts'
import type { SeccompCalls } from '../seccomp/host.ts'

/** What is done with the listener of a filter. @param isSetUp whether the program runs by now */
export type TakeListener = (listener: Fd, pid: number, isSetUp: () => boolean) => void

export interface ListenerQuestion {
  readonly operation: string
  readonly id: string
  readonly plan: Plan
  readonly profile: Seccomp | undefined
  /** Where this program answers. */
  readonly calls: SeccompCalls | undefined
  /** The container's state, for an agent. @param pid of the process that the filter is for */
  readonly describe: (pid: number) => State
}

/**
 * Undefined where no rule notifies.
 * @throws ContainerError ERR_INVALID_CONFIG when nobody would answer, or two
 */
export function chooseListener(question: ListenerQuestion): TakeListener | undefined {
  const { operation, id, plan, profile, calls, describe } = question
  const notifies = ({ ops }: Plan) =>
    ops.some((op) => op.op === 'seccomp' && (op.flags & SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_NEW_LISTENER) !== 0)
  if (profile === undefined || !notifies(plan)) return undefined
  const { listenerPath = '', listenerMetadata } = profile
  if (calls !== undefined && listenerPath === '') return (listener, _, isSetUp) => calls.listen(listener, isSetUp)
  if (calls === undefined && listenerPath !== '') {
    return (listener, pid) => {
      const metadata = listenerMetadata === undefined ? {} : { metadata: listenerMetadata }
      const state = describe(pid)
      const text = JSON.stringify({ ociVersion: state.ociVersion, fds: ['seccompFd'], pid, ...metadata, state })
      sendListener(operation, id, listenerPath, text, listener)
    }
  }
  const message =
    calls === undefined
      ? 'is required for SCMP_ACT_NOTIFY, unless this program answers (seccompNotifications of the options)'
      : 'must be left out where this program answers (seccompNotifications of the options)'
  const problems = [{ path: '/linux/seccomp/listenerPath', message }]
  throw new ContainerError({ code: 'ERR_INVALID_CONFIG', operation, id, message: 'invalid configuration', problems })
}

/** Spec: runtime.md has the text, config-linux.md (Seccomp) the socket. */
function sendListener(operation: string, id: string, path: string, text: string, listener: Fd): void {
  let socket: Fd | undefined
  try {
    socket = native().connect(path)
    native().sendDescriptor(socket, Buffer.from(text), listener)
  } catch (cause) {
    throw systemFailure(cause, { operation, id, path })
  } finally {
    native().close(listener)
    if (socket !== undefined) native().close(socket)
  }
}
