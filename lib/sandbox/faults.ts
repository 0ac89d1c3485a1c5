// Mistakes in the options of a sandbox: each names the option and says what to do. Pure.
import { ContainerError, type Problem } from '../index.ts'

export class Faults {
  readonly #problems: Problem[] = []
  readonly #prefix: string

  /** @param prefix JSON Pointer of what the options are within */
  constructor(prefix = '') {
    this.#prefix = prefix
  }

  /** @param option its name, or a path of names: `files/~1work` */
  add(option: string, message: string, remedy: string): undefined {
    this.#problems.push({ path: `${this.#prefix}/${option}`, message: `${message}: ${remedy}` })
    return undefined
  }

  /** What was found elsewhere. */
  take(problems: readonly Problem[]): void {
    this.#problems.push(...problems)
  }

  /** @throws ContainerError ERR_INVALID_CONFIG with everything that was found */
  throwIfAny(): void {
    if (this.#problems.length === 0) return
    throw new ContainerError({
      code: 'ERR_INVALID_CONFIG',
      operation: 'sandbox',
      message: 'its options cannot be carried out',
      problems: this.#problems,
    })
  }
}

/** As a part of a JSON Pointer (RFC 6901). */
export const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** How a value reads in a message. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
