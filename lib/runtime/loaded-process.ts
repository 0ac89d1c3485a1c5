// The first process of a container that some other process created: it can be watched and signalled, not waited for
// as a child is.
import { type Exit, type Fd, native } from '../addon.ts'
import { countOomKills } from '../cgroups/events.ts'
import { ContainerError } from '../errors.ts'
import { noTerminal } from '../process/console.ts'
import { type ExitStatus, exitStatus, type Process } from '../process/process.ts'
import { parseSignal, type Signal } from '../signals.ts'
import { signalProcess } from './lifecycle.ts'
import { cgroupOf, isInitAlive, type StateRecord } from './state.ts'

export class LoadedProcess implements Process {
  readonly stdin = null
  readonly stdout = null
  readonly stderr = null
  readonly pid: number
  readonly #record: StateRecord

  constructor(record: StateRecord) {
    this.#record = record
    this.pid = record.init?.pid ?? 0
  }

  signal(signal: Signal): void {
    signalProcess('signal', this.#record.id, this.#record, parseSignal(signal, 'signal'))
  }

  resize(): never {
    throw noTerminal()
  }

  /**
   * Settles when the process has ended.
   * @throws ContainerError ERR_UNSUPPORTED when it has ended and the kernel does not tell how: only its parent knows,
   *   except for a process that is still there when it is asked, on Linux 6.15 and later (PIDFD_GET_INFO)
   */
  async wait(): Promise<ExitStatus> {
    const exit = await this.#watch()
    if (exit !== null) return exitStatus(exit, countOomKills(cgroupOf(this.#record)) > 0)
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      operation: 'wait',
      id: this.#record.id,
      message: 'the container has ended, and its exit code went to the process that created it',
      hint: 'wait on the object that create or run returned, or call wait before it ends on Linux 6.15 or later',
    })
  }

  async #watch(): Promise<Exit | null> {
    const pidfd = this.#open()
    if (pidfd === undefined) return null
    return new Promise((resolve) => {
      native().watchExit(pidfd, (exit) => {
        native().close(pidfd)
        resolve(exit)
      })
    })
  }

  /** A pidfd of that very process; undefined when it is gone. */
  #open(): Fd | undefined {
    const { init } = this.#record
    if (init === null) return undefined
    try {
      const pidfd = native().pidfdOpen(init.pid)
      if (isInitAlive(this.#record)) return pidfd
      native().close(pidfd)
    } catch {
      // No such process.
    }
    return undefined
  }
}
