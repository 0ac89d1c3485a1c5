// Annotations `org.systemd.property.NAME` as properties of a unit. Values are text of GVariant, as far as units need it:
// true, 5, 0.5, 'text', [1, 2], with a type before a number where it is not int32 (uint64 5, @t 5). Pure.
import { type DbusValue, Variant } from './dbus-message.ts'
import type { UnitProperty } from './unit-properties.ts'

const PREFIX = 'org.systemd.property.'

/** What makes the unit the container's is not for the document to change. */
const OURS: ReadonlySet<string> = new Set(['PIDs', 'Slice', 'Delegate', 'DevicePolicy', 'DeviceAllow'])

/** Names of types, with their code on D-Bus. */
const TYPES: Readonly<Record<string, string>> = {
  byte: 'y',
  int16: 'n',
  uint16: 'q',
  int32: 'i',
  uint32: 'u',
  int64: 'x',
  uint64: 't',
  double: 'd',
}
const NUMERIC = new Set(Object.values(TYPES))

/**
 * The properties that a document's annotations ask for.
 * @param refuse called with the annotation and what is wrong with it; must throw
 */
export function annotatedProperties(
  annotations: Readonly<Record<string, string>>,
  refuse: (annotation: string, why: string) => never,
): UnitProperty[] {
  return Object.entries(annotations).flatMap(([annotation, text]) => {
    if (!annotation.startsWith(PREFIX)) return []
    const name = annotation.slice(PREFIX.length)
    if (!/^[A-Z][A-Za-z]{2,}$/.test(name)) return refuse(annotation, 'names no property of a unit')
    if (OURS.has(name)) return refuse(annotation, 'is for the runtime to set')
    const variant = parseValue(text)
    if (variant === undefined) return refuse(annotation, `is no value of GVariant: ${JSON.stringify(text)}`)
    return [inMicroseconds(name, variant)]
  })
}

/** D-Bus has no property in seconds: TimeoutStopSec is TimeoutStopUSec there. */
function inMicroseconds(name: string, variant: Variant): UnitProperty {
  if (!name.endsWith('Sec') || name.endsWith('USec') || !NUMERIC.has(variant.signature)) return [name, variant]
  const microseconds = BigInt(Math.round(Number(variant.value) * 1_000_000))
  return [`${name.slice(0, -'Sec'.length)}USec`, new Variant('t', microseconds)]
}

function parseValue(text: string): Variant | undefined {
  const trimmed = text.trim()
  const [, list] = /^\[(.*)\]$/s.exec(trimmed) ?? []
  return list === undefined ? parseOne(trimmed) : parseList(list)
}

function parseList(text: string): Variant | undefined {
  const items = [...text.matchAll(/\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,'"[\]]+)\s*(?:,|$)/gy)]
  const length = items.reduce((sum, [whole]) => sum + whole.length, 0)
  const values = items.map(([, item = '']) => parseOne(item.trim()))
  const [first] = values
  if (first === undefined || length !== text.length) return undefined
  // The first says the type of all.
  const same = values.map((each) => (each === undefined ? undefined : as(first.signature, each)))
  return same.includes(undefined) ? undefined : new Variant(`a${first.signature}`, same as DbusValue[])
}

function as(signature: string, { signature: own, value }: Variant): DbusValue | undefined {
  return own === signature ? value : own === 'i' ? numberAs(signature, String(value)) : undefined
}

function parseOne(text: string): Variant | undefined {
  if (text === 'true' || text === 'false') return new Variant('b', text === 'true')
  const [, single, double] = /^'((?:[^'\\]|\\.)*)'$|^"((?:[^"\\]|\\.)*)"$/s.exec(text) ?? []
  const quoted = single ?? double
  if (quoted !== undefined) return new Variant('s', quoted.replaceAll(/\\(.)/gs, '$1'))
  const [, type = 'int32', number = ''] = /^(?:(\w+|@\w)\s+)?([-+]?[\d.]+(?:e[-+]?\d+)?)$/.exec(text) ?? []
  const named = type.startsWith('@') ? type.slice(1) : TYPES[type]
  const signature = type === 'int32' && number.includes('.') ? 'd' : named
  if (signature === undefined || !NUMERIC.has(signature)) return undefined
  const value = numberAs(signature, number)
  return value === undefined ? undefined : new Variant(signature, value)
}

const LIMITS: Readonly<Record<string, readonly [low: bigint, high: bigint]>> = {
  y: [0n, 0xffn],
  n: [-(2n ** 15n), 2n ** 15n - 1n],
  q: [0n, 2n ** 16n - 1n],
  i: [-(2n ** 31n), 2n ** 31n - 1n],
  u: [0n, 2n ** 32n - 1n],
  x: [-(2n ** 63n), 2n ** 63n - 1n],
  t: [0n, 2n ** 64n - 1n],
}

function numberAs(signature: string, text: string): number | bigint | undefined {
  if (signature === 'd') return Number.isNaN(Number(text)) ? undefined : Number(text)
  const [low, high] = LIMITS[signature] ?? [0n, 0n]
  if (!/^[-+]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  if (value < low || value > high) return undefined
  return signature === 'x' || signature === 't' ? value : Number(value)
}
