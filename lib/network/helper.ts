// Programs that work for a container beside it: found, watched, ended. Effects.
import { readdir, readFile } from 'node:fs/promises'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import type { NetworkContext } from './host.ts'
import type { Creator } from './leases.ts'

/** What is known of processes: a pid alone names nobody. */
export interface Processes {
  readonly bootId: string
  identify(pid: number): Creator
  isSame(identity: Creator): boolean
}

/**
 * The process whose command line has a path in it below `directory`. Whoever reads command lines may read all of them,
 * those of programs that hide their memory too.
 */
export async function findHelper(directory: string, processes: Processes): Promise<Creator | null> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  for (const pid of pids) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')
    if (!line.includes(Buffer.from(`${directory}/`).toString('latin1'))) continue
    try {
      return processes.identify(pid)
    } catch {
      // It has just ended.
    }
  }
  return null
}

const KILL_TIMEOUT = 10_000

/** Returns when it has ended. @throws ContainerError ERR_TIMEOUT, ERR_SYSTEM */
export async function endHelper(helper: Creator, processes: Processes, context: NetworkContext): Promise<void> {
  const pidfd = openHelper(helper, processes)
  if (pidfd === undefined) return
  try {
    native().pidfdSendSignal(pidfd, 9)
    await untilEnded(pidfd, helper, context)
  } catch (cause) {
    if (!hasErrno(cause, 'ESRCH')) throw systemFailure(cause, context)
  } finally {
    native().close(pidfd)
  }
}

/** Undefined when it is gone. */
function openHelper(helper: Creator, processes: Processes): Fd | undefined {
  try {
    const pidfd = native().pidfdOpen(helper.pid)
    // Asked once it is held: from here on the pid cannot come to mean another process.
    if (processes.isSame(helper)) return pidfd
    native().close(pidfd)
    return undefined
  } catch (cause) {
    if (hasErrno(cause, 'ESRCH')) return undefined
    throw cause
  }
}

function untilEnded(pidfd: Fd, { pid }: Creator, context: NetworkContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const unwatch = native().watchExit(pidfd, () => {
      clearTimeout(limit)
      resolve()
    })
    const limit = setTimeout(() => {
      unwatch()
      const message = `process ${pid} does not end after SIGKILL`
      reject(new ContainerError({ code: 'ERR_TIMEOUT', ...context, message }))
    }, KILL_TIMEOUT)
  })
}

/**
 * Calls back once when it has ended, at once when it is gone.
 * @returns stops watching
 */
export function watchHelper(helper: Creator, processes: Processes, onEnd: () => void): () => void {
  const pidfd = openHelper(helper, processes)
  if (pidfd === undefined) {
    onEnd()
    return () => {}
  }
  let open = true
  const close = () => {
    if (open) native().close(pidfd)
    open = false
  }
  const unwatch = native().watchExit(pidfd, () => {
    close()
    onEnd()
  })
  return () => {
    unwatch()
    close()
  }
}
