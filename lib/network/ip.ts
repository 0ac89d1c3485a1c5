// Addresses of both families as bytes and as text, and nets of them. Pure.
import { invalidNetwork } from './refusals.ts'

/** AF_INET and AF_INET6 (include/linux/socket.h). */
export const AF_INET = 2
export const AF_INET6 = 10

export type Family = 4 | 6

/** An address: 4 or 16 bytes, most significant first. */
export interface Address {
  readonly family: Family
  readonly value: bigint
}

/** An address with the length of its net's prefix: `10.88.0.1/16`. */
export interface Cidr extends Address {
  readonly prefix: number
}

export const bits = (family: Family): number => (family === 4 ? 32 : 128)

/** The number socket calls and netlink know a family by. */
export const addressFamily = (family: Family): number => (family === 4 ? AF_INET : AF_INET6)

/** @throws ContainerError ERR_INVALID_CONFIG */
export function parseAddress(text: string, what = 'address'): Address {
  const address = text.includes(':') ? parse6(text) : parse4(text)
  if (address === undefined) throw invalidNetwork(`${what}: ${JSON.stringify(text)} is no IP address`)
  return address
}

/** @throws ContainerError ERR_INVALID_CONFIG */
export function parseCidr(text: string, what = 'subnet'): Cidr {
  const [, address, prefix] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  if (address === undefined) throw invalidNetwork(`${what}: ${JSON.stringify(text)} is not of the form address/prefix`)
  const parsed = parseAddress(address, what)
  if (Number(prefix) > bits(parsed.family)) throw invalidNetwork(`${what}: the prefix of ${text} is too long`)
  return { ...parsed, prefix: Number(prefix) }
}

function parse4(text: string): Address | undefined {
  const parts = text.split('.')
  // An octet with a leading zero is octal to some, decimal to others.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return { family: 4, value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n) }
}

function parse6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return { family: 6, value: groups.reduce((value, group) => value * 65536n + BigInt(group), 0n) }
}

/** An IPv4 address may stand for the last two groups of all. */
function groupsOf(half: string, isLast: boolean): number[] | undefined {
  if (half === '') return []
  const words = half.split(':')
  const last = isLast ? parse4(words.at(-1) ?? '') : undefined
  if (last !== undefined) words.pop()
  if (!words.every((word) => /^[\da-f]{1,4}$/i.test(word))) return undefined
  const low = last === undefined ? [] : [Number(last.value >> 16n), Number(last.value & 0xffffn)]
  return [...words.map((word) => Number.parseInt(word, 16)), ...low]
}

/** As text: IPv6 as RFC 5952 has it. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn))
  const [start, length] = longestZeros(groups)
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (length < 2) return hex(groups)
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0]
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > best[1]) best = [start, end - start]
  }
  return best
}

export const formatCidr = (cidr: Cidr): string => `${formatAddress(cidr)}/${cidr.prefix}`

/** As the kernel has it: in network byte order. */
export function addressBytes({ family, value }: Address): Buffer {
  return Buffer.from(value.toString(16).padStart(bits(family) / 4, '0'), 'hex')
}

/** @param bytes 4 or 16 of them; undefined for any other number */
export function addressFromBytes(bytes: Uint8Array): Address | undefined {
  if (bytes.length !== 4 && bytes.length !== 16) return undefined
  return { family: bytes.length === 4 ? 4 : 6, value: BigInt(`0x${Buffer.from(bytes).toString('hex')}`) }
}

/** First and last address of the net. */
export function rangeOf({ family, value, prefix }: Cidr): { readonly first: bigint; readonly last: bigint } {
  const host = (1n << BigInt(bits(family) - prefix)) - 1n
  return { first: value & ~host, last: value | host }
}

/** The net itself: with no bits behind the prefix. */
export const netOf = (cidr: Cidr): Cidr => ({ ...cidr, value: rangeOf(cidr).first })

export function contains(net: Cidr, { family, value }: Address): boolean {
  const { first, last } = rangeOf(net)
  return family === net.family && value >= first && value <= last
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, netOf(b)) || contains(b, netOf(a))
}
