// A stock of things that take time to make: some wait, whoever wants one gets it in turn, more are made in the background.
// It knows nothing of sandboxes.

export interface Making<T> {
  /** How many are to wait. */
  readonly size: number
  /** How many may be handed out at once. */
  readonly concurrency: number
  /** Whether those handed out come back. */
  readonly reuse: boolean
  make(): Promise<T>
  remove(item: T): Promise<void>
  /** What those are told that want one when there are none any more. */
  closed(): Error
}

interface Waiter<T> {
  resolve(value: T): void
  reject(reason: unknown): void
}

/** After a failure nothing is made unasked for so long, in milliseconds; twice as long after each further one. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 30_000

export class Stock<T> {
  readonly #making: Making<T>
  readonly #ready: T[] = []
  readonly #births = new Set<Promise<void>>()
  /** Handed out, or being removed. */
  readonly #out = new Set<T>()
  readonly #removals = new Map<T, Promise<void>>()
  readonly #queue = new Set<Waiter<T>>()
  readonly #filling = new Set<Waiter<void>>()
  /** Of making one that nobody waited for; for the next who does. */
  #failure: { readonly error: unknown } | null = null
  /** What could not be removed. */
  readonly #left: unknown[] = []
  #pause = FIRST_PAUSE
  #timer: NodeJS.Timeout | null = null
  #closing: Promise<void> | null = null

  constructor(making: Making<T>) {
    this.#making = making
    this.refill()
  }

  get ready(): number {
    return this.#ready.length
  }

  get out(): number {
    return this.#out.size
  }

  get queued(): number {
    return this.#queue.size
  }

  /**
   * Whoever comes first gets the first. When there is none, and making one unasked has failed, that is told once.
   * The caller says {@link refill} when it is a good time to make another.
   */
  async take(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.#closing !== null) throw this.#making.closed()
    const isFree = this.#queue.size === 0 && this.#room() > 0
    const item = isFree ? this.#ready.shift() : undefined
    if (item !== undefined) return this.#hand(item)
    if (isFree && this.#births.size === 0) this.#tellFailure()
    const waiting = enqueue(this.#queue, signal)
    this.refill()
    return waiting
  }

  /** Settles when as many wait as are to. Rejects when one cannot be made. */
  async fill(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#closing !== null) throw this.#making.closed()
    if (this.#isFull()) return
    this.#tellFailure()
    const waiting = enqueue(this.#filling, signal)
    this.refill()
    return waiting
  }

  /** @param isGood it may be handed out again */
  give(item: T, isGood: boolean): void {
    if (!this.#out.has(item)) return
    const isKept = isGood && this.#making.reuse && this.#closing === null && !this.#isFull()
    if (isKept) {
      this.#out.delete(item)
      this.#ready.push(item)
      this.#serve()
    } else this.#remove(item)
    this.refill()
  }

  /** It is gone: nothing has to be removed. */
  forget(item: T): void {
    this.#out.delete(item)
    this.#serve()
    this.refill()
  }

  /** It has gone bad while it waited. */
  drop(item: T): void {
    const index = this.#ready.indexOf(item)
    if (index < 0) return
    this.#ready.splice(index, 1)
    this.#remove(item)
    this.refill()
  }

  /** Makes what is missing. */
  refill(): void {
    if (this.#closing !== null) return
    for (let missing = this.#missing(); missing > 0; missing--) this.#bear()
  }

  /**
   * Nobody gets one any more; whoever waits is told so. Settles when all are removed.
   * @throws what could not be removed: an AggregateError where it is more than one
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const waiter of [...this.#queue, ...this.#filling]) waiter.reject(this.#making.closed())
    for (const item of [...this.#ready.splice(0), ...this.#out]) this.#remove(item)
    while (this.#births.size + this.#removals.size > 0) await Promise.all([...this.#births, ...this.#removals.values()])
    const [first, ...more] = this.#left
    if (more.length > 0) throw new AggregateError(this.#left, 'not all could be removed')
    if (first !== undefined) throw first
  }

  #room(): number {
    return this.#making.concurrency - this.#out.size
  }

  #isFull(): boolean {
    return this.#ready.length >= this.#making.size
  }

  /** Of those that wait, how many there is room for. */
  #asked(): number {
    return Math.max(0, Math.min(this.#queue.size, this.#room()))
  }

  #tellFailure(): void {
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) throw failure.error
  }

  /** For those whose turn it is, at once; unasked only while nothing has failed lately. */
  #missing(): number {
    const { size, reuse } = this.#making
    const asked = this.#asked()
    // Those that come back are among those that are to wait.
    const unasked = this.#timer === null ? Math.max(0, size - (reuse ? this.#out.size + asked : 0)) : 0
    return asked + unasked - this.#ready.length - this.#births.size
  }

  #bear(): void {
    const birth = this.#making.make().then(
      (item) => {
        this.#births.delete(birth)
        this.#born(item)
      },
      (error: unknown) => {
        this.#births.delete(birth)
        this.#failed(error)
      },
    )
    this.#births.add(birth)
  }

  #born(item: T): void {
    this.#failure = null
    this.#pause = FIRST_PAUSE
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    // Of those that were made for somebody who has given up waiting there may be more than are to wait.
    if (this.#closing !== null || (this.#isFull() && this.#queue.size === 0)) this.#remove(item)
    else this.#ready.push(item)
    this.#serve()
    this.refill()
  }

  #failed(error: unknown): void {
    const isLacking = this.#asked() > this.#ready.length + this.#births.size
    const told = [...(isLacking ? [...this.#queue].slice(0, 1) : []), ...this.#filling]
    for (const each of told) each.reject(error)
    if (told.length === 0) this.#failure = { error }
    if (this.#closing !== null) return
    if (this.#timer === null) this.#postpone()
    this.refill()
  }

  #postpone(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.refill()
    }, this.#pause)
    this.#timer.unref()
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
  }

  #serve(): void {
    for (const waiter of this.#queue) {
      const item = this.#room() > 0 ? this.#ready.shift() : undefined
      if (item === undefined) break
      waiter.resolve(this.#hand(item))
    }
    if (this.#isFull()) for (const waiter of this.#filling) waiter.resolve()
  }

  #hand(item: T): T {
    this.#out.add(item)
    return item
  }

  /** It counts as handed out until it is gone. */
  #remove(item: T): void {
    if (this.#removals.has(item)) return
    this.#out.add(item)
    const removal = this.#making.remove(item).then(
      () => {},
      (error: unknown) => {
        this.#left.push(error)
      },
    )
    this.#removals.set(
      item,
      removal.then(() => {
        this.#removals.delete(item)
        this.forget(item)
      }),
    )
  }
}

/** In the order of coming, for as long as the signal is not aborted. */
function enqueue<V>(queue: Set<Waiter<V>>, signal: AbortSignal | undefined): Promise<V> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      queue.delete(waiter)
      signal?.removeEventListener('abort', abort)
    }
    const waiter: Waiter<V> = {
      resolve(value) {
        leave()
        resolve(value)
      },
      reject(reason) {
        leave()
        reject(reason)
      },
    }
    const abort = () => waiter.reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    queue.add(waiter)
  })
}
