// The netlink protocol: how messages and attributes lie in memory, and what the kernel answers. Pure.
//
// Spec: netlink(7), include/uapi/linux/netlink.h, Documentation/userspace-api/netlink/intro.rst. All numbers are in the
// byte order of the machine, which is little-endian on all that we run on.
import { ContainerError } from '../errors.ts'

export const NETLINK_ROUTE = 0
export const NETLINK_NETFILTER = 12

/** nlmsg_type of control messages. */
export const NLMSG = { NOOP: 1, ERROR: 2, DONE: 3, OVERRUN: 4 } as const

/** nlmsg_flags. REPLACE, EXCL and CREATE are for requests that make something, DUMP for those that ask. */
export const NLM_F = {
  REQUEST: 0x1,
  MULTI: 0x2,
  ACK: 0x4,
  DUMP: 0x300,
  REPLACE: 0x100,
  EXCL: 0x200,
  CREATE: 0x400,
  /** In an answer: the request is not repeated in it. */
  CAPPED: 0x100,
  /** In an answer: attributes follow ({@link Refusal}). */
  ACK_TLVS: 0x200,
} as const

/** A request: what it is, for messages about its failure, and its bytes behind the header. */
export interface Request {
  /** E.g. `RTM_NEWLINK eth0`. */
  readonly what: string
  readonly type: number
  /** NLM_F_* beside REQUEST, and ACK where it is no dump. */
  readonly flags: number
  readonly payload: Uint8Array
}

/** A message of an answer. */
export interface Message {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly payload: Buffer
}

/** What the kernel says against a request. */
export interface Refusal {
  /** Positive errno. */
  readonly errno: number
  /** The kernel's own words (NLMSGERR_ATTR_MSG). */
  readonly text?: string
  /** Where in the request the attribute begins that it is about (NLMSGERR_ATTR_OFFS). */
  readonly offset?: number
  /** Type of an attribute that is missing (NLMSGERR_ATTR_MISS_TYPE). */
  readonly missing?: number
}

const HEADER = 16
const ATTRIBUTE_HEADER = 4
const LONGEST_ATTRIBUTE = 0xffff
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are no part of a type. */
const NLA_TYPE_MASK = 0x3fff

/** NLMSG_ALIGN, NLA_ALIGN, RTA_ALIGN: all are 4. */
const align = (length: number): number => (length + 3) & ~3

/** struct nlmsghdr with its payload. */
export function encodeRequest({ type, flags, payload }: Request, sequence = 0): Buffer {
  const message = Buffer.alloc(HEADER + payload.length)
  const isDump = (flags & NLM_F.DUMP) === NLM_F.DUMP
  message.writeUInt32LE(message.length, 0)
  message.writeUInt16LE(type, 4)
  message.writeUInt16LE(flags | NLM_F.REQUEST | (isDump ? 0 : NLM_F.ACK), 6)
  message.writeUInt32LE(sequence, 8)
  message.set(payload, HEADER)
  return message
}

/**
 * struct nlattr, padded.
 * @throws RangeError when it is longer than its length field can say: cut off, its rest would be read as attributes
 */
export function attribute(type: number, data: Uint8Array): Buffer {
  const length = ATTRIBUTE_HEADER + data.length
  if (length > LONGEST_ATTRIBUTE) throw new RangeError(`a netlink attribute has ${length} bytes, and 65535 fit`)
  const bytes = Buffer.alloc(align(length))
  bytes.writeUInt16LE(length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(data, ATTRIBUTE_HEADER)
  return bytes
}

/** An attribute of attributes. */
export const nested = (type: number, ...parts: readonly Uint8Array[]): Buffer => attribute(type, Buffer.concat(parts))

/** An attribute that is text without an end mark. */
export const text = (type: number, value: string): Buffer => attribute(type, Buffer.from(value))

/** An attribute that is text with a NUL behind it. */
export const terminated = (type: number, value: string): Buffer => attribute(type, Buffer.from(`${value}\0`))

export const u8 = (type: number, value: number): Buffer => attribute(type, Uint8Array.of(value))

export function u16(type: number, value: number): Buffer {
  const data = Buffer.alloc(2)
  data.writeUInt16LE(value)
  return attribute(type, data)
}

/** In network byte order. */
export function be16(type: number, value: number): Buffer {
  const data = Buffer.alloc(2)
  data.writeUInt16BE(value)
  return attribute(type, data)
}

export function u32(type: number, value: number): Buffer {
  const data = Buffer.alloc(4)
  data.writeUInt32LE(value)
  return attribute(type, data)
}

/**
 * The messages of a datagram.
 * @throws ContainerError when it is none that the kernel would send
 */
export function decodeMessages(datagram: Uint8Array): Message[] {
  const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length)
  const messages: Message[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const length = bytes.length - offset < HEADER ? 0 : bytes.readUInt32LE(offset)
    if (length < HEADER || length > bytes.length - offset) throw malformed('message', offset)
    messages.push({
      type: bytes.readUInt16LE(offset + 4),
      flags: bytes.readUInt16LE(offset + 6),
      sequence: bytes.readUInt32LE(offset + 8),
      payload: bytes.subarray(offset + HEADER, offset + length),
    })
    offset += align(length)
  }
  return messages
}

/**
 * Attributes by type; of two of one type the last, as in the kernel.
 * @param offset where they begin, behind the header of the family
 * @throws ContainerError when they do not fill what they are in
 */
export function decodeAttributes(payload: Buffer, offset = 0): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>()
  for (let at = offset; payload.length - at >= ATTRIBUTE_HEADER; ) {
    const length = payload.readUInt16LE(at)
    if (length < ATTRIBUTE_HEADER || length > payload.length - at) throw malformed('attribute', at)
    attributes.set(payload.readUInt16LE(at + 2) & NLA_TYPE_MASK, payload.subarray(at + ATTRIBUTE_HEADER, at + length))
    at += align(length)
  }
  return attributes
}

/** A number of 1, 2, 4 or 8 bytes; undefined when the attribute is not there or of another length. */
export function readNumber(data: Buffer | undefined): number | undefined {
  switch (data?.length) {
    case 1:
    case 2:
    case 4:
      return data.readUIntLE(0, data.length)
    case 8:
      return Number(data.readBigUInt64LE())
    default:
      return undefined
  }
}

/** Text, without the NUL that may end it. */
export function readText(data: Buffer | undefined): string | undefined {
  if (data === undefined) return undefined
  const end = data.indexOf(0)
  return data.toString('utf8', 0, end < 0 ? data.length : end)
}

/** What an answer says against the request: in NLMSG_ERROR, or in the NLMSG_DONE of a dump. Undefined: nothing. */
export function refusalOf(answer: readonly Message[]): Refusal | undefined {
  const last = answer.at(-1)
  if (last === undefined || (last.type !== NLMSG.ERROR && last.type !== NLMSG.DONE)) return undefined
  if (last.payload.length < 4) {
    if (last.type === NLMSG.DONE) return undefined
    throw malformed('message', 0)
  }
  const errno = -last.payload.readInt32LE(0)
  return errno > 0 ? { errno, ...explanation(last) } : undefined
}

const NLMSGERR_ATTR = { MSG: 1, OFFS: 2, MISS_TYPE: 5 } as const

function explanation({ type, flags, payload }: Message): Omit<Refusal, 'errno'> {
  if ((flags & NLM_F.ACK_TLVS) === 0) return {}
  const attributes = decodeAttributes(payload, type === NLMSG.DONE ? 4 : 4 + repeated(flags, payload))
  const words = readText(attributes.get(NLMSGERR_ATTR.MSG))
  const offset = readNumber(attributes.get(NLMSGERR_ATTR.OFFS))
  const missing = readNumber(attributes.get(NLMSGERR_ATTR.MISS_TYPE))
  return {
    ...(words === undefined ? {} : { text: words }),
    ...(offset === undefined ? {} : { offset }),
    ...(missing === undefined ? {} : { missing }),
  }
}

/** How much of the request is repeated in front of the attributes: its header, or all of it. */
function repeated(flags: number, payload: Buffer): number {
  if ((flags & NLM_F.CAPPED) !== 0) return HEADER
  if (payload.length < 8) throw malformed('message', 4)
  return align(payload.readUInt32LE(4))
}

function malformed(what: string, offset: number): ContainerError {
  return new ContainerError({
    code: 'ERR_SYSTEM',
    operation: 'read netlink',
    message: `the ${what} at byte ${offset} is cut off or has no length`,
  })
}
