// The socket that the pidfd of a process is sent to, as runc's `--pidfd-socket`. Effects: connects, sends.
import { type Fd, native } from '../addon.ts'
import { systemFailure } from '../failures.ts'
import type { Undo } from '../undo.ts'

/** Who else holds the process. */
export interface PidfdSocketOptions {
  /**
   * Path of a unix socket (SOCK_STREAM) where somebody listens that a pidfd of the process is sent to, as runc's
   * `--pidfd-socket`: one message, SCM_RIGHTS, with the text `standard` for a container's first process and `setns` for
   * one that is executed in it. Whoever gets it can signal the process and see it end (pidfd_open(2)) without being its
   * parent. It is connected to before anything is made, and sent when the process exists, perhaps before its program
   * runs; of a process that comes to nothing it tells the end. At most 107 bytes. Default: nobody gets one.
   */
  readonly pidfdSocket?: string
}

/** @param kind `standard`, or `setns` for a process that joins a container */
export type SendPidfd = (pidfd: Fd, kind: 'standard' | 'setns') => void

/**
 * @returns what sends and closes; undefined when nobody is to get one
 * @throws ContainerError ERR_SYSTEM when nobody listens there; sending does when whoever did has gone
 */
export function openPidfdSocket(
  { pidfdSocket: path }: PidfdSocketOptions,
  operation: string,
  undo: Undo,
): SendPidfd | undefined {
  if (path === undefined) return undefined
  const carryingOut = <T>(act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      throw systemFailure(cause, { operation, path })
    }
  }
  let socket: Fd | undefined = carryingOut(() => native().connect(path))
  const close = () => {
    if (socket !== undefined) native().close(socket)
    socket = undefined
  }
  undo.push('close the pidfd socket', close)
  return (pidfd, kind) => {
    if (socket === undefined) return
    const connected = socket
    carryingOut(() => native().sendDescriptor(connected, Buffer.from(kind), pidfd))
    close()
  }
}
