// Requests about addresses, routes, rules and neighbours, and what the kernel tells of addresses and routes. Pure.
//
// Spec: rtnetlink(7), include/uapi/linux/{if_addr,rtnetlink,fib_rules,neighbour}.h.
import {
  type Address,
  addressBytes,
  addressFamily,
  addressFromBytes,
  type Cidr,
  type Family,
  formatCidr,
} from './ip.ts'
import { macBytes } from './messages.ts'
import {
  attribute,
  decodeAttributes,
  type Message,
  NLM_F,
  type Request,
  readNumber,
  terminated,
  u32,
} from './netlink.ts'

const RTM_NEWADDR = 20
const RTM_DELADDR = 21
const RTM_GETADDR = 22
const RTM_NEWROUTE = 24
const RTM_DELROUTE = 25
const RTM_GETROUTE = 26
const RTM_NEWNEIGH = 28
const RTM_DELNEIGH = 29
const RTM_NEWRULE = 32
const RTM_DELRULE = 33

const IFA = { ADDRESS: 1, LOCAL: 2, BROADCAST: 4 } as const
const IFA_F = { NODAD: 0x02, PERMANENT: 0x80 } as const
const RTA = { DST: 1, OIF: 4, GATEWAY: 5, PRIORITY: 6, TABLE: 15 } as const
const FRA = { SRC: 2, IIFNAME: 3, PRIORITY: 6, FWMARK: 10, TABLE: 15 } as const
const NDA = { DST: 1, LLADDR: 2 } as const

const RT_TABLE_MAIN = 254
const RT_TABLE_LOCAL = 255
const RTPROT_BOOT = 3
const RT_SCOPE = { UNIVERSE: 0, LINK: 253, HOST: 254, NOWHERE: 255 } as const
const RTN = { UNICAST: 1, LOCAL: 2, BLACKHOLE: 6 } as const
const FR_ACT_TO_TBL = 1
const NUD_PERMANENT = 0x80

/** An address of an interface. */
export interface InterfaceAddress {
  /** Of the interface. */
  readonly index: number
  readonly address: Cidr
  readonly broadcast?: Address
  /** IPv6: use it at once, without asking whether somebody has it already. */
  readonly noDad?: boolean
}

function addressPayload({ index, address, broadcast, noDad = false }: InterfaceAddress): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt8(addressFamily(address.family), 0)
  header.writeUInt8(address.prefix, 1)
  header.writeUInt8(noDad ? IFA_F.NODAD : 0, 2)
  header.writeUInt32LE(index, 4)
  const bytes = addressBytes(address)
  return Buffer.concat([
    header,
    attribute(IFA.LOCAL, bytes),
    ...(broadcast === undefined ? [] : [attribute(IFA.BROADCAST, addressBytes(broadcast))]),
    attribute(IFA.ADDRESS, bytes),
  ])
}

export function newAddress(address: InterfaceAddress): Request {
  const what = `RTM_NEWADDR ${formatCidr(address.address)}`
  return { what, type: RTM_NEWADDR, flags: NLM_F.CREATE | NLM_F.EXCL, payload: addressPayload(address) }
}

export function deleteAddress(address: InterfaceAddress): Request {
  const what = `RTM_DELADDR ${formatCidr(address.address)}`
  return { what, type: RTM_DELADDR, flags: 0, payload: addressPayload(address) }
}

/** All addresses of all interfaces. */
export function dumpAddresses(): Request {
  return { what: 'RTM_GETADDR', type: RTM_GETADDR, flags: NLM_F.DUMP, payload: Buffer.alloc(8) }
}

export interface ReadAddress {
  readonly index: number
  readonly address: Cidr
  /** RT_SCOPE_*: 0 for addresses that count beyond the link. */
  readonly scope: number
  /** Given by somebody, not by the network. */
  readonly permanent: boolean
}

/** The addresses among the messages of an answer. */
export function readAddresses(answer: readonly Message[]): ReadAddress[] {
  return answer.flatMap(({ type, payload }) => {
    if (type !== RTM_NEWADDR || payload.length < 8) return []
    const attributes = decodeAttributes(payload, 8)
    const address = addressFromBytes(attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS) ?? Buffer.alloc(0))
    if (address === undefined) return []
    return {
      index: payload.readUInt32LE(4),
      address: { ...address, prefix: payload.readUInt8(1) },
      scope: payload.readUInt8(3),
      permanent: (payload.readUInt8(2) & IFA_F.PERMANENT) !== 0,
    }
  })
}

export interface Route {
  /** Undefined: the default route, of the gateway's family. */
  readonly to?: Cidr
  readonly gateway?: Address
  /** Of the interface. */
  readonly index?: number
  readonly metric?: number
  /** Default: 254, the main table. */
  readonly table?: number
  readonly blackhole?: boolean
  /** What is sent there is this machine's. Default table: 255, the local one. */
  readonly local?: boolean
  /** Only for a route without `to` and `gateway`. Default: 4. */
  readonly family?: Family
}

function routePayload(route: Route, adding: boolean): Buffer {
  const { to, gateway, index, metric, blackhole = false, local = false } = route
  const { table = local ? RT_TABLE_LOCAL : RT_TABLE_MAIN } = route
  const family = to?.family ?? gateway?.family ?? route.family ?? 4
  const direct = gateway === undefined && !blackhole && family === 4
  const header = Buffer.alloc(12)
  header.writeUInt8(addressFamily(family), 0)
  header.writeUInt8(to?.prefix ?? 0, 1)
  header.writeUInt8(table > 255 ? 0 : table, 4)
  header.writeUInt8(adding ? RTPROT_BOOT : 0, 5)
  const scope = !direct ? RT_SCOPE.UNIVERSE : local ? RT_SCOPE.HOST : RT_SCOPE.LINK
  const kind = blackhole ? RTN.BLACKHOLE : local ? RTN.LOCAL : adding ? RTN.UNICAST : 0
  header.writeUInt8(adding ? scope : RT_SCOPE.NOWHERE, 6)
  header.writeUInt8(kind, 7)
  // Of the default route only IPv6 wants to see where it leads.
  const destination = to ?? (family === 6 ? { family, value: 0n } : undefined)
  return Buffer.concat([
    header,
    ...(destination === undefined ? [] : [attribute(RTA.DST, addressBytes(destination))]),
    ...(gateway === undefined ? [] : [attribute(RTA.GATEWAY, addressBytes(gateway))]),
    ...(index === undefined ? [] : [u32(RTA.OIF, index)]),
    ...(metric === undefined ? [] : [u32(RTA.PRIORITY, metric)]),
    ...(table > 255 ? [u32(RTA.TABLE, table)] : []),
  ])
}

const destinationOf = ({ to }: Route): string => (to === undefined ? 'default' : formatCidr(to))

/** @param replace in the place of one to the same destination */
export function newRoute(route: Route, replace = false): Request {
  const flags = NLM_F.CREATE | (replace ? NLM_F.REPLACE : NLM_F.EXCL)
  return { what: `RTM_NEWROUTE ${destinationOf(route)}`, type: RTM_NEWROUTE, flags, payload: routePayload(route, true) }
}

export function deleteRoute(route: Route): Request {
  const payload = routePayload(route, false)
  return { what: `RTM_DELROUTE ${destinationOf(route)}`, type: RTM_DELROUTE, flags: 0, payload }
}

/** All routes of all tables. */
export function dumpRoutes(family: Family): Request {
  const payload = Buffer.alloc(12)
  payload.writeUInt8(addressFamily(family), 0)
  return { what: 'RTM_GETROUTE', type: RTM_GETROUTE, flags: NLM_F.DUMP, payload }
}

/** The routes of the main table among the messages of an answer. */
export function readRoutes(answer: readonly Message[]): Route[] {
  return answer.flatMap(({ type, payload }) => {
    if (type !== RTM_NEWROUTE || payload.length < 12) return []
    const attributes = decodeAttributes(payload, 12)
    const table = readNumber(attributes.get(RTA.TABLE)) ?? payload.readUInt8(4)
    if (table !== RT_TABLE_MAIN) return []
    const to = addressFromBytes(attributes.get(RTA.DST) ?? Buffer.alloc(0))
    const gateway = addressFromBytes(attributes.get(RTA.GATEWAY) ?? Buffer.alloc(0))
    const index = readNumber(attributes.get(RTA.OIF))
    return {
      ...(to === undefined ? {} : { to: { ...to, prefix: payload.readUInt8(1) } }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(index === undefined ? {} : { index }),
      family: payload.readUInt8(0) === 2 ? 4 : 6,
    } satisfies Route
  })
}

/** Which table routes for whom (ip-rule(8)). */
export interface Rule {
  readonly family: Family
  readonly from?: Cidr
  /** Name of the interface packets come in by. */
  readonly incoming?: string
  /** The lower, the earlier. */
  readonly priority?: number
  readonly mark?: number
  readonly table: number
}

function rulePayload(rule: Rule, adding: boolean): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt8(addressFamily(rule.family), 0)
  header.writeUInt8(rule.from?.prefix ?? 0, 2)
  header.writeUInt8(rule.table > 255 ? 0 : rule.table, 4)
  header.writeUInt8(adding ? FR_ACT_TO_TBL : 0, 7)
  return Buffer.concat([
    header,
    ...(rule.from === undefined ? [] : [attribute(FRA.SRC, addressBytes(rule.from))]),
    ...(rule.incoming === undefined ? [] : [terminated(FRA.IIFNAME, rule.incoming)]),
    ...(rule.priority === undefined ? [] : [u32(FRA.PRIORITY, rule.priority)]),
    ...(rule.mark === undefined ? [] : [u32(FRA.FWMARK, rule.mark)]),
    ...(rule.table > 255 ? [u32(FRA.TABLE, rule.table)] : []),
  ])
}

export function newRule(rule: Rule): Request {
  const payload = rulePayload(rule, true)
  return { what: 'RTM_NEWRULE', type: RTM_NEWRULE, flags: NLM_F.CREATE | NLM_F.EXCL, payload }
}

export function deleteRule(rule: Rule): Request {
  return { what: 'RTM_DELRULE', type: RTM_DELRULE, flags: 0, payload: rulePayload(rule, false) }
}

/** A neighbour that is known for good. */
export interface Neighbour {
  /** Of the interface. */
  readonly index: number
  readonly address: Address
  /** MAC address; not needed to remove it. */
  readonly link?: string
}

function neighbourPayload({ index, address, link }: Neighbour): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt8(addressFamily(address.family), 0)
  header.writeInt32LE(index, 4)
  header.writeUInt16LE(NUD_PERMANENT, 8)
  const mac = link === undefined ? [] : [attribute(NDA.LLADDR, macBytes(link))]
  return Buffer.concat([header, attribute(NDA.DST, addressBytes(address)), ...mac])
}

/** @param replace in the place of what is known of the address */
export function newNeighbour(neighbour: Neighbour, replace = false): Request {
  const flags = NLM_F.CREATE | (replace ? NLM_F.REPLACE : NLM_F.EXCL)
  return { what: 'RTM_NEWNEIGH', type: RTM_NEWNEIGH, flags, payload: neighbourPayload(neighbour) }
}

export function deleteNeighbour(neighbour: Neighbour): Request {
  return { what: 'RTM_DELNEIGH', type: RTM_DELNEIGH, flags: 0, payload: neighbourPayload(neighbour) }
}
