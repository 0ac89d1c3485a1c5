// Little-endian bytes: a buffer that grows, and a reader that never goes past its end.

const utf8 = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** Above this a string goes through TextEncoder; below, calling it costs more than a loop. */
const SHORT = 64

/** Bytes a writer keeps for the next use. */
const KEPT = 256 << 10

/** Appends numbers and strings. One buffer serves one plan; it doubles when full. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  u32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  u64(value: bigint): void {
    this.#reserve(8)
    this.#view.setBigUint64(this.#length, value, true)
    this.#length += 8
  }

  /** u32 length, UTF-8 bytes, one NUL that does not count. */
  string(value: string): void {
    this.#reserve(4 + value.length * 3 + 1)
    const start = this.#length + 4
    const end = start + this.#write(value, start)
    this.#bytes[end] = 0
    this.#view.setUint32(this.#length, end - start, true)
    this.#length = end + 1
  }

  /** u32 length, then the bytes, or the string in UTF-8. */
  bytes(value: string | Uint8Array): void {
    if (!(typeof value === 'string' || value instanceof Uint8Array)) {
      throw new TypeError('libcontainer: data must be a Uint8Array or a string')
    }
    this.#reserve(4 + value.length * 3)
    const start = this.#length + 4
    const size = typeof value === 'string' ? this.#write(value, start) : this.#copy(value, start)
    this.#view.setUint32(this.#length, size, true)
    this.#length = start + size
  }

  /** Overwrites a u32 that was written before. */
  patch(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true)
  }

  /** What was written, in a buffer of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  /** Starts again at the beginning, keeping the memory unless it is unusually much. */
  reset(): void {
    this.#length = 0
    if (this.#bytes.length > KEPT) this.#resize(KEPT)
  }

  #copy(value: Uint8Array, start: number): number {
    this.#bytes.set(value, start)
    return value.length
  }

  #write(value: string, start: number): number {
    if (value.length > SHORT) return utf8.encodeInto(value, this.#bytes.subarray(start)).written
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 0x7f) return utf8.encodeInto(value, this.#bytes.subarray(start)).written
      this.#bytes[start + i] = code
    }
    return value.length
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    this.#resize(Math.max(needed, this.#bytes.length * 2))
  }

  #resize(capacity: number): void {
    const resized = new Uint8Array(capacity)
    resized.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = resized
    this.#view = new DataView(resized.buffer)
  }
}

/** Reads what {@link ByteWriter} wrote. Every method throws RangeError or TypeError on bytes it could not have written. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get offset(): number {
    return this.#offset
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true)
  }

  string(): string {
    const text = strict.decode(this.#take(this.u32()))
    if (this.#bytes[this.#advance(1)] !== 0) throw new RangeError('a string does not end in NUL')
    return text
  }

  /** `length` bytes that may have been cut anywhere, or be a file name in no encoding at all. */
  text(length: number): string {
    return lenient.decode(this.#take(length))
  }

  #take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  #advance(count: number): number {
    const start = this.#offset
    if (count > this.#bytes.length - start)
      throw new RangeError(`${count} bytes are wanted at ${start}, the end is near`)
    this.#offset = start + count
    return start
  }
}
