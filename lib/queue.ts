// Values that come by callback, to be taken by `for await`. Pure.

/** Keeps what comes until it is taken. One reader. */
export class Queue<T> {
  readonly #values: T[] = []
  #wake: (() => void) | undefined
  #ended = false
  #failure: { readonly reason: unknown } | undefined

  /** How many have not been taken. */
  get size(): number {
    return this.#values.length
  }

  /** Nothing happens after the end. */
  push(value: T): void {
    if (this.#ended) return
    this.#values.push(value)
    this.#wake?.()
  }

  /** The reader gets what is there, then the end. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** The reader gets this at once, and no more values. */
  fail(reason: unknown): void {
    if (this.#ended) return
    this.#failure = { reason }
    this.end()
  }

  /** Ends when the queue does; throws what it failed with. */
  async *values(): AsyncGenerator<T, void, void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.reason
      if (this.#values.length > 0) yield this.#values.shift() as T
      else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** Fails the queue with the signal's reason once it is aborted. @returns what forgets the signal */
export function failOnAbort(queue: Queue<unknown>, signal: AbortSignal | undefined): () => void {
  const fail = () => queue.fail(signal?.reason)
  if (signal?.aborted) fail()
  signal?.addEventListener('abort', fail)
  return () => signal?.removeEventListener('abort', fail)
}
