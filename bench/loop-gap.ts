// How long the JS thread was kept from its event loop.
import { createHook } from 'node:async_hooks'
import { closeSync, openSync, readSync } from 'node:fs'
import { pid } from 'node:process'

/**
 * Watches the event loop by turning it without rest: an immediate schedules the next, and the time between two of them is
 * one whole turn, so the longest is the longest any other callback had to wait.
 *
 * - Only turns in which somebody's callback ran count (async_hooks tells), and the one in which the watch was started:
 *   in the others nothing but the machine can have been slow.
 * - Running and sleeping on the JS thread count alike: a thread that waits for a lock, or in vfork, blocks its loop too.
 * - Time in which the thread was runnable but others had the CPU does not: the kernel keeps that apart (run_delay,
 *   Documentation/scheduler/sched-stats.rst), and on a busy machine it would be all one sees. What a hypervisor takes
 *   away without saying so cannot be told apart.
 *
 * Only the main thread can be watched. On a Linux without CONFIG_SCHED_INFO it is plain wall-clock time.
 */
export class LoopGap {
  readonly #file: number | null
  readonly #buffer = Buffer.alloc(64)
  readonly #hook = createHook({ before: () => this.#callbacks++ })
  #callbacks = 0
  #last = 0
  #lastDelay = 0
  #longest = 0
  #running = false

  constructor() {
    this.#file = openSchedstat()
  }

  start(): void {
    this.#hook.enable()
    this.#longest = 0
    this.#running = true
    setImmediate(this.#tick)
    this.#lastDelay = this.#runDelay()
    this.#last = performance.now()
    // Whoever starts the watch goes on in this very turn.
    this.#callbacks = 2
  }

  /** Ends the watch. Returns the longest turn in milliseconds. */
  stop(): number {
    this.#measure()
    this.#running = false
    this.#hook.disable()
    return this.#longest
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
  }

  readonly #tick = (): void => {
    if (!this.#running) return
    this.#measure()
    setImmediate(this.#tick)
  }

  #measure(): void {
    const delay = this.#runDelay()
    const time = performance.now()
    // The watch's own immediate is one.
    if (this.#callbacks > 1) {
      this.#longest = Math.max(this.#longest, time - this.#last - (delay - this.#lastDelay))
    }
    this.#callbacks = 0
    this.#last = time
    this.#lastDelay = delay
  }

  /** The second number of schedstat, in milliseconds; parsed by hand so that watching makes little garbage. */
  #runDelay(): number {
    if (this.#file === null) return 0
    const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0)
    let index = this.#buffer.indexOf(0x20) + 1
    let value = 0
    for (; index < length; index++) {
      const digit = (this.#buffer[index] ?? 0) - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    return value / 1e6
  }
}

function openSchedstat(): number | null {
  try {
    return openSync(`/proc/self/task/${pid}/schedstat`, 'r')
  } catch {
    return null
  }
}
