// The container's first process as Node sees it: what it reports on its control socket, and how it ends.
import { type Exit, type Fd, type Launched, native, type Unwatch } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, type InitFailure, initFailure, systemFailure } from '../failures.ts'
import { decodeFrame } from '../plan/codec.ts'
import type { Frame } from '../plan/frames.ts'
import type { Plan } from '../plan/ops.ts'
import type { TakeListener } from './listener.ts'
import type { Trace } from './trace.ts'

const NOTHING = new Uint8Array(0)

/** More than init ever sends: of an operation how long it took, that it waits, its failure or what it hands over. */
const FRAMES_OF_OP = 4
const FRAMES_BESIDES = 16

/** How long the end of init's socket may lag behind that of the process, in milliseconds. */
const END_TIMEOUT = 500

/** A promise with its handles; its rejection is never "unhandled", since not every caller looks at every stage. */
function deferred<T>() {
  const { promise, resolve, reject } = withResolvers<T>()
  promise.catch(() => {})
  return { promise, resolve, reject }
}

function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((res, rej) => {
    resolve = res
    reject = rej
  })
  return { promise, resolve, reject }
}

/** Who hears of init beside its owner. */
export interface Follower {
  /** Takes descriptors that init hands over, which are its own then. */
  readonly receive: (fd: Fd) => void
  readonly trace: Trace | undefined
  /** Takes the listener of a filter that notifies, which is its own then. */
  readonly listen?: TakeListener | undefined
  /** Leave it to the next parent, unless it fails or {@link InitProcess.watchExit} is called. Default: false. */
  readonly detached?: boolean | undefined
}

/**
 * From here on init is known by what it reports.
 * @throws ContainerError ERR_SYSTEM when it cannot be watched; then it has been ended
 */
export function followInit(
  launched: Launched,
  plan: Plan,
  operation: string,
  id: string,
  follower: Follower,
): InitProcess {
  try {
    return new InitProcess(launched, plan, operation, id, follower)
  } catch (cause) {
    // It would wait for as long as its socket is open.
    native().pidfdSendSignal(launched.pidfd, 9)
    native().close(launched.control)
    native().close(launched.pidfd)
    throw systemFailure(cause, { operation, id })
  }
}

/**
 * Follows init from birth to end. Its life: set up → (waiting at the start gate) → executed → exited; or it fails at a
 * step of the plan, and exits.
 */
export class InitProcess {
  readonly pid: number
  readonly #pidfd: Fd
  readonly #control: Fd
  readonly #plan: Plan
  readonly #operation: string
  readonly #id: string
  readonly #trace: Trace | undefined
  readonly #listen: TakeListener | undefined
  readonly #synced = deferred<void>()
  readonly #setUp = deferred<void>()
  readonly #executed = deferred<void>()
  readonly #exited = deferred<Exit>()
  #failed: ContainerError | undefined
  #refused: unknown
  #done = false
  #ended = false
  #frames = 0
  readonly #mostFrames: number
  readonly #unwatchControl: Unwatch
  #alive = true
  readonly #watches: Unwatch[]
  #watched = false
  #controlClosed = false

  constructor(
    launched: Launched,
    plan: Plan,
    operation: string,
    id: string,
    { receive, trace, listen, detached = false }: Follower,
  ) {
    this.pid = launched.pid
    this.#pidfd = launched.pidfd
    this.#control = launched.control
    this.#plan = plan
    this.#operation = operation
    this.#id = id
    this.#trace = trace
    this.#listen = listen
    this.#mostFrames = FRAMES_OF_OP * plan.ops.length + FRAMES_BESIDES
    for (const frame of launched.frames ?? []) this.#onFrame(decodeFrame(frame))
    const unwatchControl = native().watchControl(this.#control, (frame, descriptor) => {
      if (descriptor !== undefined) this.#receive(descriptor, receive)
      if (frame === null || !this.#understand(frame)) this.#onEnd()
    })
    this.#unwatchControl = unwatchControl
    this.#watches = [unwatchControl]
    if (detached) native().disown(this.pid)
    else this.watchExit()
  }

  /** From here on it is waited for by this process. Idempotent. */
  watchExit(): void {
    if (this.#watched) return
    this.#watched = true
    this.#watches.push(native().watchExit(this.#pidfd, (exit) => this.#onExit(exit)))
  }

  /** Whether the event loop stays alive for as long as it lives. At first it does. */
  holdLoop(holds: boolean): void {
    for (const watch of this.#watches) watch(holds)
  }

  /** Settles when init waits at the sync operation that it announces. Rejects with the step that failed before. */
  get synced(): Promise<void> {
    return this.#synced.promise
  }

  /** Lets init go on behind its next sync operation. @param text what hooks that it runs from then on are given */
  proceed(text?: Uint8Array): void {
    if (this.#ended) return
    try {
      native().proceed(this.#control, text)
    } catch (cause) {
      // It is dying: why, it tells itself, or its end does.
      if (!hasErrno(cause, 'EPIPE', 'ECONNRESET')) throw cause
    }
  }

  /** Settles when everything before the start gate is done. Rejects with the step that failed. */
  get setUp(): Promise<void> {
    return this.#setUp.promise
  }

  /** Settles when the user's program has replaced init. Rejects with the step that failed. */
  get executed(): Promise<void> {
    return this.#executed.promise
  }

  get exited(): Promise<Exit> {
    return this.#exited.promise
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Sends a signal. Nothing happens once the process has ended. */
  signal(signal: number): void {
    if (!this.#alive) return
    try {
      native().pidfdSendSignal(this.#pidfd, signal)
    } catch (cause) {
      // The addon's thread reaps it before JavaScript hears of it.
      if (!hasErrno(cause, 'ESRCH')) throw cause
    }
  }

  /** Ends the process, whatever it is doing, and waits until it is gone. */
  async destroy(): Promise<void> {
    this.signal(9)
    this.watchExit()
    await this.exited
  }

  /** What has taken init over may say anything here. @returns whether to go on listening */
  #understand(frame: Buffer): boolean {
    try {
      if (++this.#frames > this.#mostFrames) throw new RangeError('it says more than its plan has to tell')
      this.#onFrame(decodeFrame(frame))
      return true
    } catch (cause) {
      this.#refused ??= this.#takenOver(cause)
      this.signal(9)
      return false
    }
  }

  #onFrame(message: Frame): void {
    this.#trace?.heard(message)
    if (message.kind === 'sync') this.#synced.resolve()
    if (message.kind === 'listener') this.#takeListener(message.fd)
    if (message.kind === 'failed') this.#failed = initFailure(this.#operation, this.#id, this.#nameStep(message))
    if (message.kind === 'done') {
      this.#done = true
      this.#setUp.resolve()
    }
  }

  /** Init waits meanwhile: from here on whatever it or the program calls can be answered. */
  #takeListener(fd: number): void {
    const listen = this.#listen
    if (listen === undefined) throw new RangeError('its plan has no listener')
    this.#receive(fd, () => {
      listen(native().pidfdGetfd(this.#pidfd, fd), this.pid, () => this.hasExecuted)
      this.proceed(NOTHING)
    })
  }

  /** Whether the program has replaced init by now, or init has ended. */
  get hasExecuted(): boolean {
    return this.#controlClosed || native().isHungUp(this.#control)
  }

  /** What cannot be received ends the process: whoever started it would wait for it in vain. */
  #receive(descriptor: Fd, receive: (fd: Fd) => void): void {
    try {
      receive(descriptor)
    } catch (cause) {
      this.#refused = systemFailure(cause, { operation: this.#operation, id: this.#id })
      this.signal(9)
    }
  }

  #nameStep(failure: Omit<InitFailure, 'op'>): InitFailure {
    const step = this.#plan.ops[failure.index]
    const isText = step !== undefined && 'value' in step && typeof step.value === 'string'
    return { ...failure, op: step?.op ?? 'plan', ...(isText ? { value: step.value } : {}) }
  }

  /** End of file: init has become the program, or is dying. */
  #onEnd(): void {
    if (this.#ended) return
    this.#ended = true
    this.#trace?.heard(null)
    this.#unwatchControl()
    native().close(this.#control)
    this.#controlClosed = true
    const failure = this.#refused ?? this.#failed ?? (this.#done ? undefined : this.#died())
    if (failure === undefined) {
      this.#executed.resolve()
      return
    }
    this.watchExit()
    this.#synced.reject(failure)
    this.#setUp.reject(failure)
    this.#executed.reject(failure)
  }

  #takenOver(cause: unknown): ContainerError {
    return new ContainerError({
      code: 'ERR_INIT_DIED',
      operation: this.#operation,
      id: this.#id,
      message: 'the container’s first process said what it never says, and was killed',
      hint: 'a process in the container that has CAP_SYS_PTRACE may have taken it over: give it a user namespace',
      cause,
    })
  }

  #died(): ContainerError {
    return new ContainerError({
      code: 'ERR_INIT_DIED',
      operation: this.#operation,
      id: this.#id,
      message: 'the container’s first process was killed while it was being set up',
      hint: 'the kernel may have killed it for want of memory: see dmesg',
    })
  }

  #onExit(exit: Exit | null): void {
    this.#alive = false
    native().close(this.#pidfd)
    if (!this.#ended) this.#endLate()
    // A child of this process always has an exit record; the fallback only satisfies the type.
    if (exit === null) this.#exited.reject(new Error(`the exit of process ${this.pid} could not be read`))
    else this.#exited.resolve(exit)
  }

  /** Its socket ends with it, unless somebody in the container has got a copy. What is under way is read first. */
  #endLate(): void {
    setTimeout(() => setImmediate(() => this.#onEnd()), END_TIMEOUT).unref()
  }
}
