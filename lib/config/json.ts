// JSON that keeps 64-bit integers, and refuses what readers disagree about.
import { ContainerError } from '../errors.ts'

/** Deepest nesting of objects and arrays. The deepest place that the spec defines has 8. */
export const MAX_DEPTH = 64
/** Longest document, in bytes of the file or in characters of a string. */
export const MAX_LENGTH = 4 * 1024 * 1024
/** Longest number, in characters: converting one of megabytes takes seconds. */
const MAX_NUMBER_LENGTH = 64

const LONG_INTEGER = /(?:^|[:[,])\s*-?\d{16}/

/**
 * Reads a JSON text. Integers beyond ±(2^53 − 1) come as bigint, all other numbers as number.
 * @param path the file it is from, for the error
 * @throws ContainerError ERR_INVALID_CONFIG with line and column: not JSON, a key twice in one object, or beyond the
 *   limits above
 */
export function parseJson(text: string, path?: string): unknown {
  if (text.length > MAX_LENGTH) throw invalid(`the document is longer than ${MAX_LENGTH} characters`, path)
  const strictly = () => new Reader(text, path).read()
  if (LONG_INTEGER.test(text)) return strictly()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return strictly()
  }
  // JSON.parse keeps the last of equal keys silently: then there are fewer members than the text names.
  return countMembers(value, 0) === countKeys(text) ? value : strictly()
}

function invalid(message: string, path?: string): ContainerError {
  const where = path === undefined ? '' : `${path}: `
  return new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'parse', message: `${where}${message}`, path })
}

/** How many members the objects in a value have; −1 or less where it is nested too deeply to count. */
function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === MAX_DEPTH) return Number.NEGATIVE_INFINITY
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item, depth + 1)
    return count
  }
  for (const item of Object.values(value)) count += 1 + countMembers(item, depth + 1)
  return count
}

/** How many strings in a valid JSON text have a colon behind them. */
function countKeys(text: string): number {
  let count = 0
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', start)) {
    start = skipSpace(text, endOfString(text, start))
    if (text.charCodeAt(start) === 0x3a) count++
  }
  return count
}

/** Index behind the string that starts at `start`; the text's length where it does not end. */
function endOfString(text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end === -1) return text.length
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return end + 1
  }
}

function skipSpace(text: string, start: number): number {
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at++
  }
}

/** RFC 8259, strictly. Slower than JSON.parse by far, which is why it only reads what that cannot. */
class Reader {
  readonly #text: string
  readonly #path: string | undefined
  #at = 0

  constructor(text: string, path: string | undefined) {
    this.#text = text
    this.#path = path
  }

  read(): unknown {
    const value = this.#value(0)
    if (this.#peek() !== '') throw this.#error('expected the end')
    return value
  }

  #value(depth: number): unknown {
    const next = this.#peek()
    if (next === '{' || next === '[') {
      if (depth === MAX_DEPTH) throw this.#error(`nested more than ${MAX_DEPTH} levels deep`)
      return next === '{' ? this.#object(depth) : this.#array(depth)
    }
    return next === '"' ? this.#string() : this.#scalar()
  }

  #object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    this.#at++
    if (this.#take('}')) return result
    do {
      if (this.#peek() !== '"') throw this.#error('expected a key in double quotes')
      const start = this.#at
      const key = this.#string()
      if (Object.hasOwn(result, key)) {
        this.#at = start
        throw this.#error(`the key ${JSON.stringify(key)} is there twice in one object`)
      }
      if (!this.#take(':')) throw this.#error('expected ":"')
      const value = this.#value(depth + 1)
      // A plain assignment of "__proto__" would change the prototype instead.
      Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true })
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#error('expected "," or "}"')
    return result
  }

  #array(depth: number): unknown[] {
    const result: unknown[] = []
    this.#at++
    if (this.#take(']')) return result
    do result.push(this.#value(depth + 1))
    while (this.#take(','))
    if (!this.#take(']')) throw this.#error('expected "," or "]"')
    return result
  }

  #string(): string {
    const end = endOfString(this.#text, this.#at)
    try {
      const value = JSON.parse(this.#text.slice(this.#at, end)) as string
      this.#at = end
      return value
    } catch {
      throw this.#error('expected a string in double quotes, with control characters and "\\" escaped')
    }
  }

  #scalar(): unknown {
    const token = /[-+.\w]*/y
    token.lastIndex = this.#at
    const word = token.exec(this.#text)?.[0] ?? ''
    const value = word.length > MAX_NUMBER_LENGTH ? undefined : scalarValue(word)
    if (value === undefined) throw this.#error('expected a value')
    this.#at += word.length
    return value
  }

  /** The next character that is not space, or nothing at the end. */
  #peek(): string {
    this.#at = skipSpace(this.#text, this.#at)
    return this.#text.charAt(this.#at)
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #error(what: string): ContainerError {
    const before = this.#text.slice(0, this.#at).split('\n')
    return invalid(`line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${what}`, this.#path)
  }
}

function scalarValue(word: string): unknown {
  if (word === 'true') return true
  if (word === 'false') return false
  if (word === 'null') return null
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(word)) return undefined
  const number = Number(word)
  return Number.isSafeInteger(number) || /[.eE]/.test(word) ? number : BigInt(word)
}

/**
 * Writes plain data as JSON, a bigint as the number it is. `undefined` and functions are left out as JSON.stringify
 * does.
 * @param indent spaces per level; 0 for one line
 */
export function stringifyJson(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value, undefined, indent)
  } catch (error) {
    // Also the error for a cycle, which the depth limit then finds.
    if (!(error instanceof TypeError)) throw error
    return write(value, ' '.repeat(indent), 0)
  }
}

function write(value: unknown, indent: string, depth: number): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  // A record around a configuration of the greatest depth is a few levels deeper.
  if (depth > 2 * MAX_DEPTH) throw invalid('the data is nested too deeply, or contains itself')
  const list = Array.isArray(value)
  const items = list
    ? value.map((item) => write(item, indent, depth + 1))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined && typeof item !== 'function')
        .map(([key, item]) => `${JSON.stringify(key)}:${indent && ' '}${write(item, indent, depth + 1)}`)
  const [open, close] = list ? ['[', ']'] : ['{', '}']
  if (items.length === 0) return `${open}${close}`
  if (indent === '') return `${open}${items.join(',')}${close}`
  const inner = `\n${indent.repeat(depth + 1)}`
  return `${open}${inner}${items.join(`,${inner}`)}\n${indent.repeat(depth)}${close}`
}
