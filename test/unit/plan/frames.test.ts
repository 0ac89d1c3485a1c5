// Frames of init, byte by byte.
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../lib/plan/codec.ts'
import { randomFrom } from '../config/random.ts'

interface Parts {
  readonly kind: number
  readonly index?: number
  readonly error?: number
  readonly syscall?: string | Uint8Array
  readonly detail?: string | Uint8Array
  readonly value?: bigint
}

const utf8 = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? new TextEncoder().encode(text) : text

/** FrameHeader of native/wire.h, written out. */
function frame({ kind, index = 0, error = 0, syscall = '', detail = '', value = 0n }: Parts): Uint8Array {
  const [name, text] = [utf8(syscall), utf8(detail)]
  const bytes = new Uint8Array(24 + name.length + text.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, kind, true)
  view.setUint32(4, index, true)
  view.setInt32(8, error, true)
  view.setUint16(12, name.length, true)
  view.setUint16(14, text.length, true)
  view.setBigUint64(16, value, true)
  bytes.set(name, 24)
  bytes.set(text, 24 + name.length)
  return bytes
}

describe('decodeFrame', () => {
  it.each([
    [
      { kind: 8, index: 30, value: 5n },
      { kind: 'listener', index: 30, fd: 5 },
    ],
    [
      { kind: 1, index: 46 },
      { kind: 'sync', index: 46 },
    ],
    [
      { kind: 2, index: 5, error: 22, syscall: 'mount_setattr', detail: '/data' },
      { kind: 'failed', index: 5, syscall: 'mount_setattr', errno: 22, detail: '/data' },
    ],
    [{ kind: 3, index: 9 }, { kind: 'done' }],
    [
      { kind: 4, detail: 'hello' },
      { kind: 'log', text: 'hello' },
    ],
    [
      { kind: 5, index: 2, value: 0xffffffffffn },
      { kind: 'traced', index: 2, nanoseconds: 0xffffffffffn },
    ],
    [
      { kind: 7, index: 3 },
      { kind: 'descriptor', index: 3 },
    ],
  ])('reads %o', (parts, message) => {
    expect(decodeFrame(frame(parts))).toEqual(message)
  })

  it('reads a frame that lies inside a larger buffer', () => {
    const bytes = frame({ kind: 1, index: 3 })
    const larger = new Uint8Array(bytes.length + 16)
    larger.set(bytes, 7)
    expect(decodeFrame(larger.subarray(7, 7 + bytes.length))).toEqual({ kind: 'sync', index: 3 })
  })

  it('reads details that were cut inside a character, or are no text', () => {
    const detail = new Uint8Array([0x2f, 0xff, 0xc3])
    expect(decodeFrame(frame({ kind: 2, detail }))).toMatchObject({ detail: '/\ufffd\ufffd' })
  })

  it.each([
    ['of no kind', frame({ kind: 9 }), /kind 9/],
    ['that is cut', frame({ kind: 2, detail: 'abc' }).subarray(0, 26), RangeError],
    ['without a whole header', new Uint8Array(23), RangeError],
    ['with bytes to spare', new Uint8Array([...frame({ kind: 3 }), 0]), /1 bytes too many/],
  ])('refuses a frame %s', (_, bytes, error) => {
    expect(() => decodeFrame(bytes)).toThrow(error)
  })

  it('makes a frame of any bytes, or a RangeError', () => {
    const random = randomFrom(6)
    const kinds = new Set<string>()
    for (let round = 0; round < 20_000; round++) {
      const bytes = frame({ kind: random.below(10), index: random.below(3), syscall: 'mount', detail: '/data' })
      for (let changes = random.below(4); changes > 0; changes--) bytes[random.below(bytes.length)] = random.below(256)
      const length = random.below(4) === 0 ? random.below(bytes.length + 1) : bytes.length
      try {
        kinds.add(decodeFrame(bytes.subarray(0, length)).kind)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        kinds.add('none')
      }
    }
    expect([...kinds].sort()).toEqual(['descriptor', 'done', 'failed', 'listener', 'log', 'none', 'sync', 'traced'])
  })
})
