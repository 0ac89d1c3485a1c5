// Giving up waiting when a signal is aborted. Pure.

/** For whoever may lose patience. */
export interface WaitOptions {
  /** Aborting it ends the waiting: the call rejects with its reason. */
  readonly signal?: AbortSignal
}

/** Settles as the promise does, or rejects with the signal's reason if that is aborted first. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  // Whoever does not wait any more does not hear of a failure.
  promise.catch(() => {})
  signal.throwIfAborted()
  let forget = () => {}
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    forget = () => signal.removeEventListener('abort', abort)
  })
  return Promise.race([promise, aborted]).finally(forget)
}

/** @returns stops listening */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener('abort', listener)
  return () => signal?.removeEventListener('abort', listener)
}
