// Whether a container's first process got to the end of its set-up. Effects: asks the kernel.
import { readFileSync, readlinkSync } from 'node:fs'
import { ContainerError } from '../errors.ts'
import { isInitAlive, type StateRecord } from './state.ts'

const IMAGE = '/memfd:libcontainer-init'

/** What init calls itself when the plan is done but for the program: at the start gate, and when it stays beside it. */
const SETTLED: ReadonlySet<string> = new Set(['waitStart', 'supervise'])

/**
 * A creator that is killed lets go of the lock at once, and its init learns of that only at its next word to it. Until
 * then the container's namespaces lead to the host: nothing may join them, and there is nothing to start.
 * @throws ContainerError ERR_WRONG_STATUS when its set-up has been cut short
 */
export function requireSetUp(operation: string, record: StateRecord): void {
  if (!isInitAlive(record) || isSettled(record.init.pid)) return
  throw new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id: record.id,
    message: 'the container is not set up: the process that created it ended before it was done',
    hint: 'delete the container with force, and create it again',
  })
}

/** Once true, it stays so. */
function isSettled(pid: number): boolean {
  try {
    if (!executesInit(pid) || SETTLED.has(readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd())) return true
    // The name may have been that of the program.
    return !executesInit(pid)
  } catch {
    // It has ended; or it is not this user's to look at, whom the kernel does not let join it either.
    return true
  }
}

const executesInit = (pid: number): boolean => readlinkSync(`/proc/${pid}/exe`).startsWith(IMAGE)
