// What checking a document has found so far.
import type { Problem } from '../errors.ts'

/** How many problems, and how many warnings, are told one by one: a hostile document can have millions. */
const MAX_TOLD = 100
const MAX_QUOTED = 60
const MAX_TEXT = 1000

/** Collects everything, so that one error can say it all. */
export class Findings {
  #problems: Problem[] = []
  #untold = 0
  readonly warnings: string[] = []

  /** `path`: a JSON Pointer (RFC 6901); control characters in it are written as \u escapes. */
  problem(path: string, message: string): void {
    if (this.#problems.length < MAX_TOLD) this.#problems.push({ path: printable(path), message: printable(message) })
    else this.#untold++
  }

  warning(path: string, message: string): void {
    if (this.warnings.length < MAX_TOLD) this.warnings.push(printable(`${path}: ${message}`))
  }

  get problems(): readonly Problem[] {
    if (this.#untold === 0) return this.#problems
    return [...this.#problems, { path: '', message: `and ${this.#untold} more` }]
  }
}

/** Makes one step of a JSON Pointer out of a key. */
export function pointerStep(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

/** A text from the document as part of a message: in quotes, and not at any length. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)
}

const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/gu

/** Keys and values come from outside, and the error goes to terminals and logs. */
function printable(text: string): string {
  const told = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return told.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
