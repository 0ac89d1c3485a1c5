// Output of processes that nobody has begun to read: its descriptors stay open until it is dropped.
import { finished } from 'node:stream/promises'
import type { OpenStdio } from '../process/stdio.ts'

export class UnreadOutput {
  readonly #open = new Set<OpenStdio>()

  /** Remembers it until its streams have come to their end. */
  add(stdio: OpenStdio): void {
    const streams = [stdio.stdout, stdio.stderr].filter((each) => each !== null)
    if (streams.length === 0) return
    this.#open.add(stdio)
    void Promise.allSettled(streams.map((each) => finished(each))).then(() => this.#open.delete(stdio))
  }

  /** The container is gone. */
  drain(): void {
    for (const stdio of this.#open) stdio.drain()
  }
}
