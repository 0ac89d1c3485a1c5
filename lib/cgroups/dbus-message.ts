// Messages of D-Bus as bytes and back (D-Bus specification, "Type System" and "Message Protocol"). Pure.
//
// A value is written by its signature: y b n q i u x t d s o g v, a for arrays, ( ) for structures, { } for entries of
// dictionaries. In JavaScript: numbers, bigints for x and t, strings, booleans; arrays, structures and entries are
// arrays; a variant is its signature and its value.

export type DbusValue = number | bigint | boolean | string | Uint8Array | Variant | readonly DbusValue[]

/** A value that brings its signature along. */
export class Variant {
  readonly signature: string
  readonly value: DbusValue

  constructor(signature: string, value: DbusValue) {
    this.signature = signature
    this.value = value
  }
}

export type MessageType = 'call' | 'return' | 'error' | 'signal'

export interface Message {
  readonly type: MessageType
  readonly serial: number
  readonly path?: string
  readonly interface?: string
  readonly member?: string
  readonly errorName?: string
  readonly replySerial?: number
  readonly destination?: string
  readonly sender?: string
  readonly signature?: string
  readonly body: readonly DbusValue[]
}

const TYPES: readonly MessageType[] = ['call', 'return', 'error', 'signal']

/** Header fields, by number. */
const FIELDS = [
  ['path', 'o'],
  ['interface', 's'],
  ['member', 's'],
  ['errorName', 's'],
  ['replySerial', 'u'],
  ['destination', 's'],
  ['sender', 's'],
  ['signature', 'g'],
] as const

const VERSION = 1
const FIXED_HEADER = 16
/** The specification's limit is 128 MiB; nothing that systemd answers comes near this. */
const MOST_BYTES = 16 << 20
const MOST_NESTING = 32

export function encodeMessage(message: Message): Buffer {
  const body = new Writer()
  writeAll(body, message.signature ?? '', message.body)
  const header = new Writer()
  header.bytes([0x6c, TYPES.indexOf(message.type) + 1, 0, VERSION]) // little-endian
  header.u32(body.length)
  header.u32(message.serial)
  const fields = FIELDS.flatMap(([name, signature], index) => {
    const value = message[name]
    return value === undefined ? [] : [[index + 1, new Variant(signature, value)] as const]
  })
  write(header, 'a(yv)', fields)
  header.align(8)
  return Buffer.concat([header.finish(), body.finish()])
}

/**
 * Takes the first message off what has been received.
 * @returns null when not all of it is there
 * @throws Error for what is no message
 */
export function decodeMessage(bytes: Buffer): { readonly message: Message; readonly length: number } | null {
  if (bytes.length < FIXED_HEADER) return null
  const little = bytes[0] === 0x6c
  if (!little && bytes[0] !== 0x42) throw new Error('D-Bus: a message begins with neither l nor B')
  const u32 = (offset: number) => (little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset))
  const start = align(FIXED_HEADER + u32(12), 8)
  const length = start + u32(4)
  if (length > MOST_BYTES) throw new Error(`D-Bus: a message of ${length} bytes is too long`)
  if (bytes.length < length) return null
  const reader = new Reader(bytes.subarray(0, length), little, 12)
  const pairs = read(reader, 'a(yv)') as ReadonlyArray<readonly [number, Variant]>
  const header = Object.fromEntries(pairs.map(([number, { value }]) => [FIELDS[number - 1]?.[0] ?? 'unknown', value]))
  const { signature = '' } = header as { signature?: string }
  reader.offset = start
  const body = split(signature).map((each) => read(reader, each))
  const type = TYPES[(bytes[1] ?? 0) - 1] ?? 'signal'
  return { message: { ...(header as Partial<Message>), type, serial: u32(8), body }, length }
}

const align = (offset: number, to: number): number => Math.ceil(offset / to) * to

/** Complete types of a signature, one by one. */
function split(signature: string): string[] {
  const types: string[] = []
  for (let start = 0; start < signature.length; ) {
    const end = typeEnd(signature, start, 0)
    types.push(signature.slice(start, end))
    start = end
  }
  return types
}

function typeEnd(signature: string, start: number, depth: number): number {
  const code = signature[start] ?? ''
  if (depth > MOST_NESTING) throw new Error('D-Bus: a signature is nested too deeply')
  if (code === 'a') return typeEnd(signature, start + 1, depth + 1)
  if (code === '(' || code === '{') {
    let end = start + 1
    while (signature[end] !== (code === '(' ? ')' : '}')) end = typeEnd(signature, end, depth + 1)
    // There would be no end to an array of them.
    if (end === start + 1) throw new Error('D-Bus: a structure is empty')
    return end + 1
  }
  if (!/^[ybnqiuxtdsogv]$/.test(code)) throw new Error(`D-Bus: there is no type ${JSON.stringify(code)}`)
  return start + 1
}

const ALIGNMENTS: Readonly<Record<string, number>> = { y: 1, g: 1, v: 1, n: 2, q: 2, x: 8, t: 8, d: 8, '(': 8, '{': 8 }
const alignmentOf = (type: string): number => ALIGNMENTS[type[0] ?? ''] ?? 4

function writeAll(writer: Writer, signature: string, values: readonly DbusValue[]): void {
  const types = split(signature)
  if (types.length !== values.length) throw new Error(`D-Bus: ${values.length} values for the signature ${signature}`)
  for (const [index, type] of types.entries()) write(writer, type, values[index] as DbusValue)
}

function write(writer: Writer, type: string, value: DbusValue): void {
  writer.align(alignmentOf(type))
  const code = type[0] ?? ''
  if (code === 'a') writeArray(writer, type.slice(1), value as readonly DbusValue[] | Uint8Array)
  else if (code === '(' || code === '{') writeAll(writer, type.slice(1, -1), value as readonly DbusValue[])
  else WRITERS[code]?.(writer, value)
}

const asNumber =
  (size: number, set: (view: DataView, value: DbusValue) => void) =>
  (writer: Writer, value: DbusValue): void =>
    writer.number(size, (view) => set(view, value))

const writeU16 = asNumber(2, (view, value) => view.setUint16(0, Number(value) & 0xffff, true))
const writeU32 = asNumber(4, (view, value) => view.setUint32(0, Number(value) >>> 0, true))
const writeU64 = asNumber(8, (view, value) => view.setBigUint64(0, BigInt.asUintN(64, BigInt(value as bigint)), true))
const writeText = (writer: Writer, value: DbusValue): void => writer.string(String(value))

const WRITERS: Readonly<Record<string, (writer: Writer, value: DbusValue) => void>> = {
  y: (writer, value) => writer.bytes([Number(value)]),
  n: writeU16,
  q: writeU16,
  b: writeU32,
  i: writeU32,
  u: writeU32,
  x: writeU64,
  t: writeU64,
  d: asNumber(8, (view, value) => view.setFloat64(0, Number(value), true)),
  s: writeText,
  o: writeText,
  g: (writer, value) => writer.signature(String(value)),
  v: (writer, value) => {
    const { signature, value: inner } = value as Variant
    writer.signature(signature)
    writeAll(writer, signature, [inner])
  },
}

/** The length counts neither itself nor the padding before the first item. */
function writeArray(writer: Writer, item: string, values: readonly DbusValue[] | Uint8Array): void {
  const place = writer.length
  writer.u32(0)
  writer.align(alignmentOf(item))
  const start = writer.length
  if (values instanceof Uint8Array) writer.bytes(values)
  else for (const value of values) write(writer, item, value)
  writer.patch(place, writer.length - start)
}

class Writer {
  readonly #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  bytes(values: Iterable<number>): void {
    for (const value of values) this.#bytes.push(value & 0xff)
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0)
  }

  number(size: number, set: (view: DataView) => void): void {
    const view = new DataView(new ArrayBuffer(size))
    set(view)
    this.bytes(new Uint8Array(view.buffer))
  }

  u32(value: number): void {
    this.number(4, (view) => view.setUint32(0, value, true))
  }

  patch(place: number, value: number): void {
    for (let index = 0; index < 4; index++) this.#bytes[place + index] = (value >>> (8 * index)) & 0xff
  }

  string(text: string): void {
    if (text.includes('\0')) throw new Error('D-Bus: a string must not have a NUL')
    const encoded = Buffer.from(text)
    this.u32(encoded.length)
    this.bytes(encoded)
    this.bytes([0])
  }

  signature(text: string): void {
    this.bytes([text.length, ...Buffer.from(text), 0])
  }

  finish(): Buffer {
    return Buffer.from(this.#bytes)
  }
}

function read(reader: Reader, type: string): DbusValue {
  reader.align(alignmentOf(type))
  const code = type[0] ?? ''
  if (code === 'a') return readArray(reader, type.slice(1))
  const one = READERS[code]
  return one === undefined ? split(type.slice(1, -1)).map((each) => read(reader, each)) : one(reader)
}

const readText = (reader: Reader): string => reader.text(reader.u32())
const readSignature = (reader: Reader): string => reader.text(reader.take(1).getUint8(0))

const READERS: Readonly<Record<string, (reader: Reader) => DbusValue>> = {
  y: (reader) => reader.take(1).getUint8(0),
  n: (reader) => reader.take(2).getInt16(0, reader.little),
  q: (reader) => reader.take(2).getUint16(0, reader.little),
  b: (reader) => reader.u32() !== 0,
  i: (reader) => reader.take(4).getInt32(0, reader.little),
  u: (reader) => reader.u32(),
  x: (reader) => reader.take(8).getBigInt64(0, reader.little),
  t: (reader) => reader.take(8).getBigUint64(0, reader.little),
  d: (reader) => reader.take(8).getFloat64(0, reader.little),
  s: readText,
  o: readText,
  g: readSignature,
  v: (reader) => {
    const signature = readSignature(reader)
    if (split(signature).length !== 1) throw new Error('D-Bus: a variant is not of one type')
    return new Variant(signature, read(reader, signature))
  },
}

function readArray(reader: Reader, item: string): DbusValue[] {
  const length = reader.u32()
  reader.align(alignmentOf(item))
  const end = reader.offset + length
  const values: DbusValue[] = []
  while (reader.offset < end) values.push(read(reader, item))
  return values
}

class Reader {
  readonly #bytes: Buffer
  readonly little: boolean
  offset: number

  constructor(bytes: Buffer, little: boolean, offset: number) {
    this.#bytes = bytes
    this.little = little
    this.offset = offset
  }

  align(to: number): void {
    this.offset = align(this.offset, to)
  }

  /** @throws RangeError beyond the end of the message */
  take(size: number): DataView {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.offset, size)
    if (this.offset + size > this.#bytes.length) throw new RangeError('D-Bus: a message ends before its contents')
    this.offset += size
    return view
  }

  u32(): number {
    return this.take(4).getUint32(0, this.little)
  }

  /** Its NUL is not part of it. */
  text(length: number): string {
    const view = this.take(length + 1)
    return Buffer.from(view.buffer, view.byteOffset, length).toString('utf8')
  }
}
