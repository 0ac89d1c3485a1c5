// Messages of D-Bus to bytes and back.
import { describe, expect, it } from 'vitest'
import { type DbusValue, decodeMessage, encodeMessage, Variant } from '../../../lib/cgroups/dbus-message.ts'
import { randomFrom } from '../config/random.ts'

const call = (signature: string, body: readonly DbusValue[]) =>
  encodeMessage({ type: 'call', serial: 1, path: '/a', interface: 'b.c', member: 'D', signature, body })

function there(signature: string, body: readonly DbusValue[]): readonly DbusValue[] | undefined {
  return decodeMessage(call(signature, body))?.message.body
}

describe('a message', () => {
  it('is what the specification says, byte for byte', () => {
    const hello = encodeMessage({
      type: 'call',
      serial: 1,
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
      destination: 'org.freedesktop.DBus',
      body: [],
    })
    expect(hello.toString('latin1')).toBe(
      'l\x01\0\x01\0\0\0\0\x01\0\0\0m\0\0\0' +
        '\x01\x01o\0\x15\0\0\0/org/freedesktop/DBus\0\0\0' +
        '\x02\x01s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0' +
        '\x03\x01s\0\x05\0\0\0Hello\0\0\0' +
        '\x06\x01s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0',
    )
  })

  it.each<[string, readonly DbusValue[]]>([
    ['', []],
    ['ybnqiu', [255, true, -2, 65535, -5, 4294967295]],
    ['xtd', [-(2n ** 63n), 2n ** 64n - 1n, 0.5]],
    ['sog', ['é', '/a/b', 'a{sv}']],
    ['as', [['a', '', 'bc']]],
    ['at', [[]]],
    ['(y(s)u)', [[1, ['x'], 2]]],
    ['a{sv}', [[['k', new Variant('u', 5)]]]],
    ['ssa(sv)a(sa(sv))', ['a', 'b', [['c', new Variant('a(st)', [['/d', 1n]])]], [['e', []]]]],
    ['yt', [1, 1n]],
  ])('keeps %s', (signature, body) => {
    expect(there(signature, body)).toEqual(body)
  })

  it('takes bytes for an array of them', () => {
    expect(there('ay', [new Uint8Array([1, 2])])).toEqual([[1, 2]])
  })

  it('is taken off one by one, once it is whole', () => {
    const two = Buffer.concat([call('s', ['first']), call('s', ['second'])])
    const first = decodeMessage(two)
    expect(first?.message).toMatchObject({ type: 'call', serial: 1, path: '/a', member: 'D', body: ['first'] })
    expect(decodeMessage(two.subarray(first?.length))?.message.body).toEqual(['second'])
    for (let length = 0; length < (first?.length ?? 0); length++)
      expect(decodeMessage(two.subarray(0, length))).toBeNull()
  })

  it('may be of the other byte order', () => {
    // A signal without fields, whose body is one number.
    const bytes = [0x42, 4, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0, 7, 8, 1, 0x67, 0, 1, 0x75, 0, 0, 0, 0, 0, 5]
    expect(decodeMessage(Buffer.from(bytes))?.message).toMatchObject({ type: 'signal', serial: 9, body: [5] })
  })

  it.each<[string, Buffer]>([
    ['something else', Buffer.from('HTTP/1.1 400 Bad Request')],
    ['more than anybody says', Buffer.from('l\x02\0\x01\0\0\0\x7f\x01\0\0\0\0\0\0\0', 'latin1')],
    ['a string beyond its end', Buffer.from('l\x02\0\x01\0\0\0\0\x01\0\0\0\x08\0\0\0\x03\x01s\0\xff\0\0\0', 'latin1')],
    ['a type that is none', Buffer.from('l\x02\0\x01\0\0\0\0\x01\0\0\0\x08\0\0\0\x03\x01!\0\0\0\0\0', 'latin1')],
  ])('is not %s', (_, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(/D-Bus|bounds|length/i)
  })

  it('does not take what a signature does not say', () => {
    expect(() => call('s', [])).toThrow('0 values for the signature s')
    expect(() => call('s', ['a\0b'])).toThrow('NUL')
    expect(() => call('a'.repeat(40), [[]])).toThrow('nested too deeply')
    expect(() => call('a()', [[]])).toThrow('empty')
  })

  it('is a message, a part of one, or an Error, whatever the bytes', () => {
    const random = randomFrom(8)
    const outcomes = { whole: 0, part: 0, refused: 0 }
    const good = call('sa{sv}a(st)', ['a', [['k', new Variant('au', [1, 2])]], [['/d', 1n]]])
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(good)
      for (let changes = random.below(5); changes > 0; changes--) bytes[random.below(bytes.length)] = random.below(256)
      const length = random.below(8) === 0 ? random.below(bytes.length) : bytes.length
      try {
        outcomes[decodeMessage(bytes.subarray(0, length)) === null ? 'part' : 'whole']++
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toBeInstanceOf(TypeError)
        outcomes.refused++
      }
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(100)
  })
})
