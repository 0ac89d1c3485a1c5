// Framing, answers and their refusals; and whatever bytes come in, nothing but a ContainerError comes out.
import { describe, expect, it } from 'vitest'
import { isContainerError } from '../../../lib/errors.ts'
import { readLinks } from '../../../lib/network/links.ts'
import {
  attribute,
  decodeAttributes,
  decodeMessages,
  encodeRequest,
  type Message,
  NLM_F,
  NLMSG,
  nested,
  readNumber,
  readText,
  refusalOf,
  terminated,
  u8,
  u16,
  u32,
} from '../../../lib/network/netlink.ts'
import { readAddresses, readRoutes } from '../../../lib/network/routes.ts'

const request = (type: number, flags: number, payload: Uint8Array) =>
  encodeRequest({ what: 'a request', type, flags, payload }, 7)

const errorMessage = (errno: number, flags: number, ...behind: readonly Uint8Array[]): Message => {
  const head = Buffer.alloc(20)
  head.writeInt32LE(-errno)
  head.writeUInt32LE(24, 4)
  return { type: NLMSG.ERROR, flags, sequence: 0, payload: Buffer.concat([head, ...behind]) }
}

describe('framing', () => {
  it('asks for an acknowledgement, except of a dump', () => {
    expect(request(16, NLM_F.CREATE, Buffer.alloc(0)).readUInt16LE(6)).toBe(NLM_F.CREATE | NLM_F.REQUEST | NLM_F.ACK)
    expect(request(18, NLM_F.DUMP, Buffer.alloc(0)).readUInt16LE(6)).toBe(NLM_F.DUMP | NLM_F.REQUEST)
  })

  it('reads what it writes, several messages in a row', () => {
    const payload = Buffer.concat([u8(1, 5), u16(2, 500), u32(3, 70_000), terminated(4, 'eth0'), nested(5, u8(1, 9))])
    const both = Buffer.concat([request(16, 0, payload), request(17, 0, u8(1, 1))])
    const [first, second] = decodeMessages(both)
    expect(first).toMatchObject({ type: 16, sequence: 7 })
    expect(second?.type).toBe(17)
    const attributes = decodeAttributes(first?.payload ?? Buffer.alloc(0))
    expect([1, 2, 3].map((type) => readNumber(attributes.get(type)))).toEqual([5, 500, 70_000])
    expect(readText(attributes.get(4))).toBe('eth0')
    expect(readNumber(decodeAttributes(attributes.get(5) ?? Buffer.alloc(0)).get(1))).toBe(9)
  })

  it('takes the flags off a type, and of two of one type the last', () => {
    const attributes = decodeAttributes(Buffer.concat([u8(0x8001, 1), u8(0x4001, 2)]))
    expect([...attributes].map(([type, data]) => [type, data[0]])).toEqual([[1, 2]])
  })

  it('never lets an attribute outgrow its length field', () => {
    expect(attribute(1, Buffer.alloc(65_531)).readUInt16LE(0)).toBe(65_535)
    expect(() => attribute(1, Buffer.alloc(65_532))).toThrow(RangeError)
    expect(() => nested(1, attribute(1, Buffer.alloc(65_531)))).toThrow(RangeError)
  })

  it.each([
    ['a header that is cut off', Buffer.alloc(15)],
    ['no length', Buffer.alloc(16)],
    ['more than there is', request(1, 0, u8(1, 1)).subarray(0, 20)],
  ])('refuses a message with %s', (_what, bytes) => {
    expect(() => decodeMessages(bytes)).toThrow('read netlink: the message at byte 0 is cut off or has no length')
  })

  it.each([
    ['no length', Buffer.alloc(8)],
    ['a length below its header', Buffer.from('0300010000000000', 'hex')],
    ['more than there is', Buffer.from('0900010000000000', 'hex')],
  ])('refuses an attribute with %s', (_what, bytes) => {
    expect(() => decodeAttributes(bytes)).toThrow('the attribute at byte 0')
  })
})

describe('an answer', () => {
  it('is an acknowledgement when its error is 0', () => {
    expect(refusalOf([errorMessage(0, NLM_F.CAPPED)])).toBeUndefined()
    expect(refusalOf([])).toBeUndefined()
    expect(refusalOf([{ type: 16, flags: 0, sequence: 0, payload: Buffer.alloc(0) }])).toBeUndefined()
    expect(refusalOf([{ type: NLMSG.DONE, flags: 0, sequence: 0, payload: Buffer.alloc(0) }])).toBeUndefined()
  })

  it('has the kernel’s words, where they point to, and what is missing', () => {
    const words = [terminated(1, 'Unknown device type'), u32(2, 36), u32(5, 3)]
    const expected = { errno: 95, text: 'Unknown device type', offset: 36, missing: 3 }
    expect(refusalOf([errorMessage(95, NLM_F.CAPPED | NLM_F.ACK_TLVS, ...words)])).toEqual(expected)
    // Not capped: all of the request, here 24 bytes with their header, stands between.
    expect(refusalOf([errorMessage(95, NLM_F.ACK_TLVS, Buffer.alloc(8), ...words)])).toEqual(expected)
    expect(refusalOf([errorMessage(95, 0, ...words)])).toEqual({ errno: 95 })
  })

  it('can refuse at the end of a dump', () => {
    const errno = Buffer.alloc(4)
    errno.writeInt32LE(-16)
    const payload = Buffer.concat([errno, terminated(1, 'Interrupted')])
    const done = { type: NLMSG.DONE, flags: NLM_F.ACK_TLVS, sequence: 0, payload }
    expect(refusalOf([done])).toEqual({ errno: 16, text: 'Interrupted' })
  })

  it('that is shorter than an error is malformed', () => {
    expect(() => refusalOf([{ type: NLMSG.ERROR, flags: 0, sequence: 0, payload: Buffer.alloc(3) }])).toThrow()
    const short = { type: NLMSG.ERROR, flags: NLM_F.ACK_TLVS, sequence: 0, payload: Buffer.from('ffffffff', 'hex') }
    expect(() => refusalOf([short])).toThrow('at byte 4')
  })
})

describe('whatever bytes come in', () => {
  /** A generator that gives the same numbers in every run (mulberry32). */
  function random(seed: number): () => number {
    let state = seed
    return () => {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    }
  }

  function readAll(bytes: Buffer): void {
    const messages = decodeMessages(bytes)
    refusalOf(messages)
    readLinks(messages)
    readAddresses(messages)
    readRoutes(messages)
  }

  it('only ever fails as a ContainerError', () => {
    const next = random(1)
    const below = (limit: number) => Math.floor(next() * limit)
    const parts = [u8(1, 1), u32(5, 9), nested(18, terminated(1, 'veth')), attribute(23, Buffer.alloc(200))]
    const types = [NLMSG.ERROR, NLMSG.DONE, 16, 20, 24]
    let refused = 0
    for (let round = 0; round < 20_000; round++) {
      const payload = Buffer.concat([Buffer.alloc(below(24)), ...parts.slice(below(4))])
      const bytes = request(types[below(types.length)] ?? 0, below(0x10000), payload)
      for (let flips = below(6); flips > 0; flips--) bytes[below(bytes.length)] = below(256)
      // The lengths are what matters: half of the rounds keep that of the message.
      if (round % 2 === 0) bytes.writeUInt32LE(bytes.length)
      try {
        readAll(bytes.subarray(0, round % 3 === 0 ? below(bytes.length) : bytes.length))
      } catch (error) {
        if (!isContainerError(error)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(1000)
    expect(refused).toBeLessThan(19_000)
  })
})
