// Plans and frames as bytes, and back. How they lie in memory is told in native/wire.h.
import { ContainerError } from '../errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { type Field, OPS, type Op, type OpName, type OpSpec, type Plan, type WireType } from './ops.ts'
import { TABLE_HASH } from './table-hash.gen.ts'

export { decodeFrame, type Frame } from './frames.ts'

const MAGIC = 0x3150434c
const NO_SLOT = 0xffffffff
const NEVER = 0xffffffff
const TRACE = 1
const HEADER_BYTES = 32
const MAX_SLOTS = 4096
const MAX_PLAN_BYTES = 16 << 20

interface Layout {
  readonly name: OpName
  readonly id: number
  readonly fields: ReadonlyArray<{ readonly name: string; readonly type: WireType }>
}

const LAYOUTS: readonly Layout[] = Object.entries<OpSpec>(OPS).map(([name, { id, fields }]) => ({
  name: name as OpName,
  id,
  fields: Object.entries<Field>(fields).map(([field, { type }]) => ({ name: field, type })),
}))
const BY_NAME = new Map(LAYOUTS.map((layout) => [layout.name as string, layout]))
const BY_ID = new Map(LAYOUTS.map((layout) => [layout.id, layout]))

export interface EncodeOptions {
  /** Fault injection: init reports failure at this index of the plan instead of running the operation. */
  readonly failAt?: number
  /** Init sends a trace frame after each operation. Default: false. */
  readonly trace?: boolean
}

// Encoding never yields, so one buffer serves all.
const writer = new ByteWriter(16 << 10)

/**
 * The plan as init reads it. Slots are numbered: first the given ones in order, then the others as they appear.
 * @throws ContainerError ERR_INVALID_CONFIG for a value that does not fit its wire type (a NUL inside a string, a
 *   number out of range) and for a plan beyond 16 MiB or 4096 slots
 */
export function encodePlan(plan: Plan, { failAt, trace = false }: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const slots = new Map<string, number>()
  for (const slot of plan.given) slots.set(slot, slots.size)
  if (slots.size !== plan.given.length) throw invalid('a given slot is named twice')
  writer.reset()
  for (let i = 0; i < HEADER_BYTES; i += 4) writer.u32(0)
  for (const op of plan.ops) encodeOp(op, slots)
  if (slots.size > MAX_SLOTS) throw invalid(`it names ${slots.size} descriptors, of ${MAX_SLOTS} at most`)
  const header = [
    MAGIC,
    TABLE_HASH,
    writer.length,
    plan.ops.length,
    slots.size,
    plan.given.length,
    failAt ?? NEVER,
    trace ? TRACE : 0,
  ]
  header.forEach((value, index) => {
    writer.patch(index * 4, value)
  })
  return writer.finish()
}

function encodeOp(op: Op, slots: Map<string, number>): void {
  const layout = BY_NAME.get(op.op)
  if (layout === undefined) throw invalid(`there is no operation ${op.op}`)
  writer.u32(layout.id)
  const start = writer.length
  writer.u32(0)
  const values = op as unknown as Readonly<Record<string, unknown>>
  for (const { name, type } of layout.fields) {
    if (!encodeField(type, values[name], slots)) {
      throw invalid(`${op.op}.${name} cannot be a ${type}: ${show(values[name])}`)
    }
  }
  writer.patch(start, writer.length - start - 4)
  if (writer.length > MAX_PLAN_BYTES) throw invalid('it takes more than 16 MiB')
}

/** Appends a value; false, with nothing promised of what was written, when it does not fit the type. */
function encodeField(type: WireType, value: unknown, slots: Map<string, number>): boolean {
  switch (type) {
    case 'u32':
      return encodeU32(value)
    case 'i32':
      if (typeof value !== 'number' || (value | 0) !== value) return false
      writer.u32(value >>> 0)
      return true
    case 'u64':
      if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) return false
      writer.u64(value)
      return true
    case 'bool':
      writer.u32(value === true ? 1 : 0)
      return typeof value === 'boolean'
    case 'string':
      return encodeString(value)
    case 'strings':
      return encodeList(value, encodeString)
    case 'u32s':
      return encodeList(value, encodeU32)
    case 'slot':
      if (typeof value !== 'string') return false
      writer.u32(value === '' ? NO_SLOT : slotIndex(value, slots))
      return true
  }
}

function encodeU32(value: unknown): boolean {
  if (typeof value !== 'number' || value >>> 0 !== value) return false
  writer.u32(value)
  return true
}

function encodeString(value: unknown): boolean {
  if (typeof value !== 'string' || value.includes('\0')) return false
  writer.string(value)
  return true
}

function encodeList(value: unknown, encode: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false
  writer.u32(value.length)
  for (const item of value) if (!encode(item)) return false
  return true
}

function slotIndex(name: string, slots: Map<string, number>): number {
  const known = slots.get(name)
  if (known !== undefined) return known
  const index = slots.size
  slots.set(name, index)
  return index
}

const invalid = (message: string): ContainerError =>
  new ContainerError({
    code: 'ERR_INVALID_CONFIG',
    operation: 'encode',
    message: `the plan cannot be sent to init: ${message}`,
  })

const show = (value: unknown): string => (typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? 'nothing'))

/** A plan read back. What does not travel is made up: slots are called `slot0`, `slot1` …, `cloneFlags` is 0. */
export interface DecodedPlan extends Plan, EncodeOptions {}

/**
 * Reads a plan back, for tests and to look at one that was recorded.
 * @throws RangeError or TypeError for bytes that are not a whole plan of this version's table
 */
export function decodePlan(bytes: Uint8Array): DecodedPlan {
  const reader = new ByteReader(bytes)
  const header = Array.from({ length: HEADER_BYTES / 4 }, () => reader.u32())
  const [magic, table, length, count = 0, slots = 0, given = 0, failAt, flags] = header
  if (magic !== MAGIC) throw new RangeError('these bytes are no plan')
  if (table !== TABLE_HASH) throw new RangeError('the plan was made from another operation table')
  if (length !== bytes.length) throw new RangeError(`the plan is ${length} bytes long, here are ${bytes.length}`)
  if (slots > MAX_SLOTS || given > slots) throw new RangeError(`${given} of ${slots} slots cannot be given`)
  const ops: Op[] = []
  for (let i = 0; i < count; i++) ops.push(decodeOp(reader, slots))
  if (reader.offset !== bytes.length) throw new RangeError('bytes are left over after the last operation')
  return {
    cloneFlags: 0,
    given: Array.from({ length: given }, (_, index) => `slot${index}`),
    ops,
    trace: flags === TRACE,
    ...(failAt === NEVER || failAt === undefined ? {} : { failAt }),
  }
}

function decodeOp(reader: ByteReader, slots: number): Op {
  const id = reader.u32()
  const layout = BY_ID.get(id)
  if (layout === undefined) throw new RangeError(`there is no operation ${id}`)
  const end = reader.u32() + reader.offset
  const op: Record<string, unknown> = { op: layout.name }
  for (const { name, type } of layout.fields) op[name] = decodeField(reader, type, slots)
  if (reader.offset !== end) throw new RangeError(`${layout.name} is not as long as it says`)
  return op as unknown as Op
}

function decodeField(reader: ByteReader, type: WireType, slots: number): unknown {
  switch (type) {
    case 'u32':
      return reader.u32()
    case 'i32':
      return reader.i32()
    case 'u64':
      return reader.u64()
    case 'bool':
      return decodeBool(reader.u32())
    case 'string':
      return reader.string()
    case 'strings':
      return decodeList(reader, () => reader.string())
    case 'u32s':
      return decodeList(reader, () => reader.u32())
    case 'slot':
      return decodeSlot(reader.u32(), slots)
  }
}

function decodeList<T>(reader: ByteReader, decode: () => T): T[] {
  const items: T[] = []
  for (let left = reader.u32(); left > 0; left--) items.push(decode())
  return items
}

function decodeBool(value: number): boolean {
  if (value > 1) throw new RangeError(`${value} is no bool`)
  return value === 1
}

function decodeSlot(index: number, slots: number): string {
  if (index === NO_SLOT) return ''
  if (index >= slots) throw new RangeError(`slot ${index} does not exist`)
  return `slot${index}`
}
