// What checking a document has found so far.
import type { Problem } from '../errors.ts'

/** Collects everything, so that one error can say it all. */
export class Findings {
  readonly problems: Problem[] = []
  readonly warnings: string[] = []

  /** `path`: a JSON Pointer (RFC 6901); control characters in it are written as \u escapes. */
  problem(path: string, message: string): void {
    this.problems.push({ path: printable(path), message })
  }

  warning(path: string, message: string): void {
    this.warnings.push(`${printable(path)}: ${message}`)
  }
}

/** Makes one step of a JSON Pointer out of a key. */
export function pointerStep(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/gu

/** Keys come from outside and the error goes to terminals and logs. */
function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
