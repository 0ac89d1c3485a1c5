// A command's output as it comes: kept up to a limit, told by lines. Whatever is too much is read and dropped.
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

const LONGEST_LINE = 65_536

export class Lines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #tell: (line: string) => void
  #begun = ''

  constructor(tell: (line: string) => void) {
    this.#tell = tell
  }

  push(chunk: Buffer): void {
    const parts = (this.#begun + this.#decoder.write(chunk)).split('\n')
    this.#begun = parts.pop() ?? ''
    for (const each of parts) this.#tell(each.endsWith('\r') ? each.slice(0, -1) : each)
    while (this.#begun.length > LONGEST_LINE) {
      this.#tell(this.#begun.slice(0, LONGEST_LINE))
      this.#begun = this.#begun.slice(LONGEST_LINE)
    }
  }

  /** A last line without its end is one too. */
  end(): void {
    const rest = this.#begun + this.#decoder.end()
    this.#begun = ''
    if (rest !== '') this.#tell(rest)
  }
}

export class Capture {
  readonly #limit: number
  readonly #chunks: Buffer[] = []
  #length = 0
  #truncated = false

  constructor(limit: number) {
    this.#limit = limit
  }

  get truncated(): boolean {
    return this.#truncated
  }

  push(chunk: Buffer): void {
    const room = this.#limit - this.#length
    if (chunk.length > room) this.#truncated = true
    if (room <= 0) return
    // A part of a larger chunk would keep the whole of it.
    const kept = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk
    this.#chunks.push(kept)
    this.#length += kept.length
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

export interface Reading {
  /** Settles when there is no more, or {@link Reading.stop} has been called. Never rejects. */
  readonly ended: Promise<void>
  /** Takes what has been written up to now and no more: others may hold the stream open. */
  stop(): Promise<void>
}

/**
 * @param hear gets each chunk
 * @param finish is called once, at the end
 */
export function read(stream: Readable, hear: (chunk: Buffer) => void, finish: () => void): Reading {
  let isQuiet = true
  let settle = () => {}
  const ended = new Promise<void>((resolve) => {
    settle = () => {
      finish()
      finish = () => {}
      resolve()
    }
  })
  stream.on('data', (chunk: Buffer) => {
    isQuiet = false
    hear(chunk)
  })
  // A terminal that nobody holds any more ends with an error (EIO).
  stream.on('error', () => settle())
  // One without data may have come to its end before anybody listened.
  if (stream.closed) settle()
  else stream.once('close', settle)
  return {
    ended,
    async stop() {
      // What is in the pipe is told of in the next turn of the event loop.
      do {
        isQuiet = true
        await nextTurn()
        await nextTurn()
      } while (!isQuiet && !stream.destroyed)
      stream.destroy()
      await ended
    },
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
