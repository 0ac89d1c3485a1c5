// Keys that are not for the process: a sequence that ends an attachment. Pure.
import { ContainerError } from '../errors.ts'

const CONTROL = /^ctrl-([a-z@[\\\]^_])$/

/**
 * The bytes of a sequence as Docker writes it: single ASCII characters and `ctrl-` with a letter or one of `@[\]^_`, with
 * commas between, e.g. `ctrl-p,ctrl-q`.
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function parseDetachKeys(text: string): Buffer {
  return Buffer.from(
    text.split(',').map((key) => {
      const [, letter] = CONTROL.exec(key) ?? []
      if (letter !== undefined) return letter.toUpperCase().charCodeAt(0) & 0x1f
      if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0)
      throw wrongKey(key)
    }),
  )
}

function wrongKey(key: string): ContainerError {
  const message = `must be keys with commas between, such as ctrl-p,ctrl-q: ${JSON.stringify(key)} is none`
  return new ContainerError({
    code: 'ERR_INVALID_CONFIG',
    operation: 'attach',
    message: 'invalid detach keys',
    problems: [{ path: '/detachKeys', message }],
  })
}

/** What to do with what was typed. */
export interface Typed {
  /** For the process. */
  readonly bytes: Buffer
  /** What came behind the sequence; null when that is not complete. */
  readonly rest: Buffer | null
}

/** Looks for the sequence in what is typed. What may be its beginning is held back until it is clear. */
export class DetachKeys {
  readonly #sequence: Buffer
  #held = 0

  constructor(sequence: Buffer) {
    this.#sequence = sequence
  }

  feed(chunk: Buffer): Typed {
    const bytes: number[] = []
    for (const [index, byte] of chunk.entries()) {
      bytes.push(...this.#pass(byte))
      if (this.#held < this.#sequence.length) continue
      this.#held = 0
      return { bytes: Buffer.from(bytes), rest: chunk.subarray(index + 1) }
    }
    return { bytes: Buffer.from(bytes), rest: null }
  }

  /** Takes one byte, and gives those that are no part of the sequence. */
  #pass(byte: number): number[] {
    const held = [...this.#sequence.subarray(0, this.#held), byte]
    let skipped = 0
    while (skipped < held.length && !this.#begins(held, skipped)) skipped++
    this.#held = held.length - skipped
    return held.slice(0, skipped)
  }

  #begins(held: readonly number[], from: number): boolean {
    return held.slice(from).every((byte, index) => byte === this.#sequence[index])
  }
}
