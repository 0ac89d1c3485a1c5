// One walk over everything in a document, known or not: strings that cannot cross to the kernel, and unknown properties.

import { type Findings, pointerStep } from './findings.ts'
import { MAX_DEPTH } from './json.ts'
import { PROPERTIES } from './properties.gen.ts'

/** What is known of a value: its properties by name, or what each entry of a map is. */
interface Shape {
  readonly properties: ReadonlyMap<string, Shape>
  readonly entries?: Shape
}

/** Nothing is known of what is inside: there is nothing, or it is nobody's business. */
const OPAQUE: Shape = { properties: new Map() }

/**
 * A NUL would end the string early in the kernel; half a surrogate pair has no UTF-8 (both: a check would see another
 * string than the kernel does).
 */
const BAD_CHARACTER = /[\p{Cs}\0]/u

/**
 * A text of the greatest length hardly has as many. An object that was not read from a text can hold the same part in
 * many places, or itself.
 */
const MAX_VALUES = 1_000_000

/** Problems: bad characters, nesting. Warnings: properties that the spec does not have, as it says to ignore those. */
export function walkDocument(document: unknown, findings: Findings): void {
  new Walk(findings).visit(document, CONFIG)
}

class Walk {
  readonly #findings: Findings
  readonly #path: Array<string | number> = []
  #values = 0

  constructor(findings: Findings) {
    this.#findings = findings
  }

  visit(value: unknown, shape: Shape): void {
    this.#values++
    if (this.#values > MAX_VALUES) {
      if (this.#values === MAX_VALUES + 1) {
        this.#findings.problem('', `must not have more than ${MAX_VALUES} values`)
      }
    } else if (typeof value === 'string') {
      if (BAD_CHARACTER.test(value)) this.#badCharacter('must not contain')
    } else if (typeof value === 'object' && value !== null) {
      if (this.#path.length === MAX_DEPTH) {
        this.#findings.problem(this.#pointer(), `must not be nested more than ${MAX_DEPTH} levels deep`)
      } else if (Array.isArray(value)) this.#items(value, shape)
      else this.#members(value as Record<string, unknown>, shape)
    }
  }

  #items(list: readonly unknown[], shape: Shape): void {
    const depth = this.#path.length
    for (let index = 0; index < list.length; index++) {
      this.#path[depth] = index
      this.visit(list[index], shape)
    }
    this.#path.length = depth
  }

  #members(object: Readonly<Record<string, unknown>>, shape: Shape): void {
    const depth = this.#path.length
    for (const key of Object.keys(object)) {
      const known = shape.properties.get(key)
      this.#path[depth] = key
      if (known === undefined) this.#checkKey(key, shape)
      this.visit(object[key], known ?? shape.entries ?? OPAQUE)
    }
    this.#path.length = depth
  }

  #checkKey(key: string, shape: Shape): void {
    if (BAD_CHARACTER.test(key)) this.#badCharacter('must not have a key with')
    else if (shape !== OPAQUE && shape.entries === undefined) {
      const similar = [...shape.properties.keys()].find((name) => name.toLowerCase() === key.toLowerCase())
      const guess = similar === undefined ? '' : `; did you mean ${similar}?`
      this.#findings.warning(this.#pointer(), `is ignored, the spec has no such property${guess}`)
    }
  }

  #badCharacter(what: string): void {
    this.#findings.problem(this.#pointer(), `${what} a NUL character or half of a surrogate pair`)
  }

  #pointer(): string {
    return this.#path.map((step) => `/${typeof step === 'number' ? step : pointerStep(step)}`).join('')
  }
}

const CONFIG = shapeOf('Config')

function shapeOf(name: string): Shape {
  if (name === '') return OPAQUE
  if (name.endsWith('{}')) return { properties: OPAQUE.properties, entries: shapeOf(name.slice(0, -2)) }
  const properties = Object.entries(PROPERTIES[name] ?? {})
  return { properties: new Map(properties.map(([key, content]) => [key, shapeOf(content)])) }
}
