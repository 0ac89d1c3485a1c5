// The first process of a container that some other process created: it can be watched and signalled, not waited for
// as a child is.
import { untilAborted, type WaitOptions } from '../abort.ts'
import { type Exit, type Fd, native, type Unwatch } from '../addon.ts'
import { countOomKills } from '../cgroups/events.ts'
import { ContainerError } from '../errors.ts'
import { noTerminal } from '../process/attachment.ts'
import { isStillThere } from '../process/identity.ts'
import { type ExitStatus, exitStatus, type Process } from '../process/process.ts'
import { parseSignal, type Signal } from '../signals.ts'
import { signalProcess } from './kill.ts'
import { cgroupOf, isOfThisBoot, type StateRecord } from './state.ts'

export class LoadedProcess implements Process {
  readonly stdin = null
  readonly stdout = null
  readonly stderr = null
  readonly pid: number
  readonly #record: StateRecord
  /** One watch, however many wait: the kernel tells only whoever watched before it was over. */
  #exit: Promise<Exit | null> | undefined
  #unwatch: Unwatch = () => {}
  #waiting = 0
  #isRef = true

  constructor(record: StateRecord) {
    this.#record = record
    this.pid = record.init?.pid ?? 0
  }

  signal(signal: Signal): void {
    signalProcess('signal', this.#record.id, this.#record, parseSignal(signal, 'signal'))
  }

  resize(): never {
    throw noTerminal('resize')
  }

  attachTerminal(): Promise<never> {
    return Promise.reject(noTerminal('attach'))
  }

  /**
   * Settles when the process has ended. The same result however often it is asked.
   * @throws ContainerError ERR_UNSUPPORTED when it has ended and the kernel does not tell how: only its parent knows,
   *   except for a process that is still there when it is first asked, on Linux 6.15 and later (PIDFD_GET_INFO)
   */
  async wait({ signal }: WaitOptions = {}): Promise<ExitStatus> {
    signal?.throwIfAborted()
    this.#exit ??= this.#watch()
    this.#waiting++
    this.#holdLoop()
    try {
      const exit = await untilAborted(this.#exit, signal)
      if (exit === null) throw untold(this.#record.id)
      return exitStatus(exit, countOomKills(cgroupOf(this.#record)) > 0)
    } finally {
      this.#waiting--
      this.#holdLoop()
    }
  }

  ref(): void {
    this.#isRef = true
    this.#holdLoop()
  }

  unref(): void {
    this.#isRef = false
    this.#holdLoop()
  }

  /** Only for as long as anybody waits. */
  #holdLoop(): void {
    this.#unwatch(this.#isRef && this.#waiting > 0)
  }

  async #watch(): Promise<Exit | null> {
    const pidfd = this.#open()
    if (pidfd === undefined) return null
    return new Promise((resolve) => {
      const onExit = (exit: Exit | null) => {
        native().close(pidfd)
        resolve(exit)
      }
      // The object that started it may be in this very process.
      this.#unwatch = native().watchExit(pidfd, onExit, true)
    })
  }

  /** A pidfd of that very process, which may have ended and not been reaped yet; undefined when it is gone. */
  #open(): Fd | undefined {
    const { init } = this.#record
    if (init === null || !isOfThisBoot(this.#record)) return undefined
    try {
      const pidfd = native().pidfdOpen(init.pid)
      if (isStillThere(init)) return pidfd
      native().close(pidfd)
    } catch {
      // No such process.
    }
    return undefined
  }
}

function untold(id: string): ContainerError {
  return new ContainerError({
    code: 'ERR_UNSUPPORTED',
    operation: 'wait',
    id,
    message: 'the container has ended, and its exit code went to the process that created it',
    hint: 'wait on the object that create or run returned, or call wait before it ends on Linux 6.15 or later',
  })
}
