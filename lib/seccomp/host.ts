// Answering system calls in the kernel's stead: the listener of a container's filter, held by this program.
import { readlinkSync } from 'node:fs'
import { type Fd, native, type Unwatch } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { SeccompCall } from './call.ts'

/**
 * The listener of one filter. Calls are handed to whoever iterates; those that are made before anybody does wait.
 * Closes itself when nobody is under the filter any more.
 */
export class SeccompListener {
  readonly #fd: Fd
  readonly #unwatch: Unwatch
  readonly #deliver: (call: SeccompCall) => void
  readonly #onEnd: () => void
  #open = true

  /**
   * @param fd is the listener's from now on
   * @param isSetUp whether the program runs: what init calls before that goes on at once
   */
  constructor(fd: Fd, isSetUp: () => boolean, deliver: (call: SeccompCall) => void, onEnd: () => void) {
    this.#fd = fd
    this.#deliver = deliver
    this.#onEnd = onEnd
    this.#unwatch = native().watchSeccomp(fd, (notification) => {
      if (notification === null) {
        this.close()
        return
      }
      const call = new SeccompCall(notification, () => this.#descriptor())
      if (isSetUp() || !isInit(call.pid)) this.#deliver(call)
      else call.allow()
    })
    // Whoever waits for the container holds the event loop; calls that may come do not.
    this.#unwatch(false)
  }

  /** Calls that wait fail with ENOSYS then, and so do all later ones. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#unwatch()
    native().close(this.#fd)
    this.#onEnd()
  }

  #descriptor(): Fd | undefined {
    return this.#open ? this.#fd : undefined
  }
}

/**
 * Whether a process is init still. That the program runs is heard of a moment after it does, and its first calls must not
 * slip through meanwhile. Nobody may look at an init that is not dumpable.
 */
function isInit(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).startsWith('/memfd:libcontainer-init')
  } catch {
    return true
  }
}

/** The calls of all filters of a container, for one reader. */
export class SeccompCalls {
  readonly #waiting: SeccompCall[] = []
  readonly #listeners = new Set<SeccompListener>()
  #wake: (() => void) | undefined
  #read = false

  /** Takes a listener's descriptor. @param isSetUp see {@link SeccompListener} */
  listen(fd: Fd, isSetUp: () => boolean): void {
    const listener: SeccompListener = new SeccompListener(
      fd,
      isSetUp,
      (call) => {
        this.#waiting.push(call)
        this.#wake?.()
      },
      () => {
        this.#listeners.delete(listener)
        this.#wake?.()
      },
    )
    this.#listeners.add(listener)
  }

  close(): void {
    for (const listener of this.#listeners) listener.close()
  }

  /** @throws ContainerError ERR_WRONG_STATUS when somebody iterates already */
  async *iterate(id: string, signal: AbortSignal | undefined): AsyncGenerator<SeccompCall, void, undefined> {
    if (this.#read) {
      const message = 'its system calls are answered by another iteration already'
      throw new ContainerError({ code: 'ERR_WRONG_STATUS', operation: 'seccompNotifications', id, message })
    }
    this.#read = true
    const abort = () => this.#wake?.()
    signal?.addEventListener('abort', abort)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const call = this.#waiting.shift()
        if (call !== undefined) {
          if (call.alive) yield call
        } else if (this.#listeners.size === 0) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#read = false
    }
  }
}
