// Signals: to the first process alone, or to all of the container. Never to a process that has got a pid since.
import { type Fd, native } from '../addon.ts'
import type { Cgroup } from '../cgroups/calls.ts'
import { killCgroup, listCgroupProcesses } from '../cgroups/fs.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import type { Target } from './lock.ts'
import { cgroupOf, isInitAlive, type StateRecord } from './state.ts'
import { wrongStatus } from './status.ts'

/** Sends a signal to that very process, never to one that has got its pid since. */
export function signalProcess(operation: string, id: string, record: StateRecord, signal: number): void {
  const { init } = record
  const gone = () => wrongStatus(operation, id, 'stopped', 'created or running')
  if (init === null) throw gone()
  let pidfd: Fd | undefined
  try {
    pidfd = native().pidfdOpen(init.pid)
    // Compared after the pidfd is held: from here on it cannot come to mean another process.
    if (!isInitAlive(record)) throw gone()
    native().pidfdSendSignal(pidfd, signal)
  } catch (cause) {
    throw hasErrno(cause, 'ESRCH') ? gone() : systemFailure(cause, { operation, id })
  } finally {
    if (pidfd !== undefined) native().close(pidfd)
  }
}

/**
 * Sends a signal to every process of the container. SIGKILL ends them all at once, frozen or forking.
 * @throws ContainerError ERR_WRONG_STATUS when there is none
 */
export async function killContainer(operation: string, target: Target, record: StateRecord, signal: number) {
  const cgroup = cgroupOf(record)
  if (cgroup === null) {
    signalProcess(operation, target.id, record, signal)
    return
  }
  // Processes may outlive the first one where the pid namespace is the host's.
  const pids = await listCgroupProcesses(cgroup)
  if (pids.length === 0) throw wrongStatus(operation, target.id, 'stopped', 'created or running')
  if (signal === 9) await killCgroup(cgroup, operation, target.id)
  else await signalMembers(operation, target.id, cgroup, pids, signal)
}

/**
 * A pid may have become another process's since it was listed. Held by a pidfd it cannot any more: whoever is in the
 * cgroup then is the one that is held, or the one that is held has ended.
 */
async function signalMembers(operation: string, id: string, cgroup: Cgroup, pids: readonly number[], signal: number) {
  const held = pids.map((pid) => ({ pid, pidfd: holdProcess(operation, id, pid) }))
  try {
    const members = new Set(await listCgroupProcesses(cgroup))
    for (const { pid, pidfd } of held) if (members.has(pid)) signalHeld(operation, id, pidfd, signal)
  } finally {
    for (const { pidfd } of held) if (pidfd !== undefined) native().close(pidfd)
  }
}

/** Undefined when it has ended since it was listed. */
function holdProcess(operation: string, id: string, pid: number): Fd | undefined {
  try {
    return native().pidfdOpen(pid)
  } catch (cause) {
    if (hasErrno(cause, 'ESRCH')) return undefined
    throw systemFailure(cause, { operation, id })
  }
}

function signalHeld(operation: string, id: string, pidfd: Fd | undefined, signal: number): void {
  try {
    if (pidfd !== undefined) native().pidfdSendSignal(pidfd, signal)
  } catch (cause) {
    if (!hasErrno(cause, 'ESRCH')) throw systemFailure(cause, { operation, id })
  }
}
