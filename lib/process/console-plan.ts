// What init must do about the terminal of a process.
import type { ProcessConfig } from '../config/types.ts'
import type { Op } from '../plan/ops.ts'

export interface ConsoleFacts {
  /** The master goes to the slot `consoleSocket`, not to Node. */
  readonly consoleSocket: boolean
  /** The terminal becomes /dev/console too: that of the container's first process does. */
  readonly bind: boolean
  /** /dev/console is made when it is missing. */
  readonly create: boolean
  /** Node gets the master later: {@link sendToNode}. Default: false. */
  readonly later?: boolean
}

/** Slots that {@link planConsole} fills. */
const MASTER = 'consoleMaster'
const TERMINAL = 'console'

/**
 * A terminal for the process, if it asks for one: made once the container's own devpts is what /dev/pts means, as the
 * container's root. Spec: config.md, Process; runtime-linux.md; config-linux.md, Default Devices.
 */
export function planConsole(process: ProcessConfig, { consoleSocket, bind, create, later }: ConsoleFacts): Op[] {
  if (!process.terminal) return []
  const { consoleSize: { height = 0, width = 0 } = {}, user: { uid = 0 } = {} } = process
  return [
    { op: 'openTerminal', master: MASTER, terminal: TERMINAL, rows: Number(height), columns: Number(width) },
    ...(uid === 0 ? [] : [{ op: 'ownTerminal', terminal: TERMINAL, uid } as const]),
    ...(bind ? [{ op: 'bindTerminal', terminal: TERMINAL, target: '/dev/console', create } as const] : []),
    ...(consoleSocket ? [{ op: 'sendTerminal', master: MASTER, socket: 'consoleSocket' } as const] : []),
    ...(consoleSocket || later ? [] : [sendToNode]),
  ]
}

const sendToNode: Op = { op: 'sendTerminal', master: MASTER, socket: '' }

/**
 * The end of a process that enters its pid namespace by a fork, and does so last. What is said before a fork cannot come
 * with a descriptor, so Node gets the terminal's master after it.
 */
export function planLastFork(process: ProcessConfig, consoleSocket: boolean): Op[] {
  const sends = process.terminal === true && !consoleSocket
  return [
    { op: 'closeDescriptors', keep: sends ? MASTER : '' },
    { op: 'fork', namespaces: 0 },
    ...(sends ? [sendToNode] : []),
    ...planSession(process),
  ]
}

/**
 * Standard streams: the terminal, or the descriptors that were sent.
 * @param ownDevices whether the container's /dev/null takes the place of the host's among them
 */
export function planStdio({ terminal }: ProcessConfig, ownDevices = false): Op[] {
  if (terminal) return [{ op: 'setStdio', stdin: TERMINAL, stdout: TERMINAL, stderr: TERMINAL }]
  const streams = { stdin: 'stdin', stdout: 'stdout', stderr: 'stderr' } as const
  return [...(ownDevices ? [{ op: 'reopenNull', ...streams } as const] : []), { op: 'setStdio', ...streams }]
}

/**
 * A session of its own, with the terminal among its standard streams as that of the session.
 * @param stdio what makes it one of them, unless that has been done
 */
export function planSession({ terminal }: ProcessConfig, stdio: readonly Op[] = []): Op[] {
  return [{ op: 'newSession' }, ...stdio, ...(terminal ? [{ op: 'setControllingTerminal' } as const] : [])]
}
