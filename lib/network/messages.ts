// Requests about network interfaces. Pure.
//
// Spec: rtnetlink(7), include/uapi/linux/{if_link,rtnetlink,if_bridge,veth}.h. Attributes are in the order ip(8) has them.
// tun and tap interfaces are made by an ioctl alone (drivers/net/tun.c, tun_validate); once there they are like others.
import { type Address, addressBytes } from './ip.ts'
import { attribute, be16, NLM_F, nested, type Request, terminated, text, u8, u16, u32 } from './netlink.ts'
import { invalidNetwork } from './refusals.ts'

export const RTM_NEWLINK = 16
const RTM_DELLINK = 17
const RTM_GETLINK = 18
const RTM_SETLINK = 19

const AF_BRIDGE = 7
export const IFF_UP = 1 // include/uapi/linux/if.h

export const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  PROTINFO: 12,
  LINKINFO: 18,
  IFALIAS: 20,
  STATS64: 23,
  NET_NS_FD: 28,
  EXT_MASK: 29,
} as const
export const IFLA_INFO = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const
const VETH_INFO_PEER = 1
const IFLA_BR = { FORWARD_DELAY: 1, STP_STATE: 5, VLAN_FILTERING: 7 } as const
const IFLA_BRPORT = { MODE: 4, ISOLATED: 33 } as const
const IFLA_VXLAN = { ID: 1, GROUP: 2, LINK: 3, LOCAL: 4, LEARNING: 7, PORT: 15 } as const
const NLA_F_NESTED = 0x8000

export const MACVLAN_MODES = { private: 1, vepa: 2, bridge: 4, passthru: 8 } as const
export const IPVLAN_MODES = { l2: 0, l3: 1, l3s: 2 } as const
export const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 } as const

/** What any interface can be given, when it is made or later. */
export interface LinkSettings {
  readonly mtu?: number
  /** MAC address, `02:00:00:00:00:01`. */
  readonly address?: string
  /** Index of the bridge (or bond …) it is a port of; 0 for none. */
  readonly master?: number
  /** Descriptor of the network namespace it is to be in. */
  readonly netns?: number
  readonly up?: boolean
}

/** What an interface is made with, one end of a pair too. */
export interface NewEnd extends LinkSettings {
  /** At most 15 bytes. */
  readonly name: string
  /** What number it is to have. Default: the kernel's choice. Of a peer it counts only where the other end has one too. */
  readonly index?: number
}

/** What an interface that is there can be given. */
export interface LinkChange extends LinkSettings {
  /** Its new name. Only where it is named by its index. */
  readonly name?: string
  /** ifAlias, for people to read. */
  readonly alias?: string
}

/** A kind of interface, with what is its own. `link`: index of the interface it is on. */
export type LinkKind =
  /** The peer cannot be made up at once (ENOTCONN): it is not connected then. */
  | { readonly kind: 'veth'; readonly peer: Omit<NewEnd, 'up'> }
  | {
      readonly kind: 'bridge'
      readonly vlanFiltering?: boolean
      readonly stp?: boolean
      /** Hundredths of a second. */
      readonly forwardDelay?: number
    }
  | { readonly kind: 'dummy' | 'ifb' }
  | { readonly kind: 'macvlan'; readonly link: number; readonly mode: keyof typeof MACVLAN_MODES }
  | {
      readonly kind: 'ipvlan'
      readonly link: number
      readonly mode: keyof typeof IPVLAN_MODES
      readonly flag?: keyof typeof IPVLAN_FLAGS
    }
  | { readonly kind: 'vlan'; readonly link: number; readonly id: number }
  | {
      readonly kind: 'vxlan'
      readonly id: number
      readonly link?: number
      readonly remote?: Address
      readonly local?: Address
      /** UDP port. */
      readonly port: number
    }

export type NewLink = NewEnd & LinkKind

/** struct ifinfomsg. */
function header(index: number, up?: boolean, family = 0): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt8(family, 0)
  bytes.writeInt32LE(index, 4)
  if (up !== undefined) {
    bytes.writeUInt32LE(up ? IFF_UP : 0, 8)
    bytes.writeUInt32LE(IFF_UP, 12)
  }
  return bytes
}

function settings(link: LinkChange, underlying?: number): Buffer[] {
  const { name, mtu, address, master, alias, netns } = link
  return [
    ...(address === undefined ? [] : [attribute(IFLA.ADDRESS, macBytes(address))]),
    ...(mtu === undefined ? [] : [u32(IFLA.MTU, mtu)]),
    ...(master === undefined ? [] : [u32(IFLA.MASTER, master)]),
    ...(alias === undefined ? [] : [text(IFLA.IFALIAS, alias)]),
    ...(netns === undefined ? [] : [u32(IFLA.NET_NS_FD, netns)]),
    ...(underlying === undefined ? [] : [u32(IFLA.LINK, underlying)]),
    ...(name === undefined ? [] : [terminated(IFLA.IFNAME, name)]),
  ]
}

/** @throws ContainerError ERR_INVALID_CONFIG */
export function macBytes(address: string): Buffer {
  if (/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(address)) return Buffer.from(address.replaceAll(':', ''), 'hex')
  throw invalidNetwork(`${JSON.stringify(address)} is no MAC address`)
}

/** Makes an interface. EEXIST when its name is taken, EBUSY when its index is. */
export function newLink(link: NewLink): Request {
  const underlying = 'link' in link && link.kind !== 'vxlan' ? link.link : undefined
  const info = nested(IFLA.LINKINFO, text(IFLA_INFO.KIND, link.kind), ...infoData(link))
  return {
    what: `RTM_NEWLINK ${link.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F.CREATE | NLM_F.EXCL,
    payload: Buffer.concat([header(link.index ?? 0, link.up), ...settings(link, underlying), info]),
  }
}

function infoData(link: LinkKind): Buffer[] {
  const parts = dataOf(link)
  return parts.length === 0 ? [] : [nested(IFLA_INFO.DATA, ...parts)]
}

function dataOf(link: LinkKind): Buffer[] {
  switch (link.kind) {
    case 'veth':
      return [nested(VETH_INFO_PEER, header(link.peer.index ?? 0), ...settings(link.peer))]
    case 'bridge':
      return [
        ...(link.vlanFiltering === undefined ? [] : [u8(IFLA_BR.VLAN_FILTERING, Number(link.vlanFiltering))]),
        ...(link.stp === undefined ? [] : [u32(IFLA_BR.STP_STATE, Number(link.stp))]),
        ...(link.forwardDelay === undefined ? [] : [u32(IFLA_BR.FORWARD_DELAY, link.forwardDelay)]),
      ]
    case 'macvlan':
      return [u32(1, MACVLAN_MODES[link.mode])]
    case 'ipvlan':
      return [u16(1, IPVLAN_MODES[link.mode]), u16(2, IPVLAN_FLAGS[link.flag ?? 'bridge'])]
    case 'vlan':
      return [u16(1, link.id)]
    case 'vxlan':
      return [
        ...(link.link === undefined ? [] : [u32(IFLA_VXLAN.LINK, link.link)]),
        u32(IFLA_VXLAN.ID, link.id),
        ...(link.local === undefined ? [] : [attribute(IFLA_VXLAN.LOCAL, addressBytes(link.local))]),
        ...(link.remote === undefined ? [] : [attribute(IFLA_VXLAN.GROUP, addressBytes(link.remote))]),
        u8(IFLA_VXLAN.LEARNING, 1),
        be16(IFLA_VXLAN.PORT, link.port),
      ]
    default:
      return []
  }
}

/** Changes an interface that is there. A port of a bridge has to be one before it is told what it may do. */
export function setLink(which: number | string, { name, ...change }: LinkChange): Request {
  const [index, lookedUp] = typeof which === 'number' ? [which, name] : [0, which]
  const named = lookedUp === undefined ? change : { ...change, name: lookedUp }
  const payload = Buffer.concat([header(index, change.up), ...settings(named)])
  return { what: `RTM_NEWLINK ${which}`, type: RTM_NEWLINK, flags: 0, payload }
}

/** Removes an interface, and the other end of a pair. */
export function deleteLink(which: number | string): Request {
  const payload = typeof which === 'number' ? header(which) : Buffer.concat([header(0), terminated(IFLA.IFNAME, which)])
  return { what: `RTM_DELLINK ${which}`, type: RTM_DELLINK, flags: 0, payload }
}

/** What a port of a bridge may do. */
export interface BridgePort {
  /** Frames may go back where they came from. */
  readonly hairpin?: boolean
  /** No other isolated port can be reached. */
  readonly isolated?: boolean
}

/** Tells a port of a bridge, which has to be one already, what it may do. */
export function setBridgePort(which: number | string, port: BridgePort): Request {
  const parts = [
    ...(port.hairpin === undefined ? [] : [u8(IFLA_BRPORT.MODE, Number(port.hairpin))]),
    ...(port.isolated === undefined ? [] : [u8(IFLA_BRPORT.ISOLATED, Number(port.isolated))]),
  ]
  if (typeof which === 'number') {
    const payload = Buffer.concat([header(which, undefined, AF_BRIDGE), nested(IFLA.PROTINFO | NLA_F_NESTED, ...parts)])
    return { what: `RTM_SETLINK ${which}`, type: RTM_SETLINK, flags: 0, payload }
  }
  // RTM_SETLINK of the bridge takes no names.
  const data = [text(IFLA_INFO.SLAVE_KIND, 'bridge'), nested(IFLA_INFO.SLAVE_DATA, ...parts)]
  const payload = Buffer.concat([header(0), terminated(IFLA.IFNAME, which), nested(IFLA.LINKINFO, ...data)])
  return { what: `RTM_NEWLINK ${which}`, type: RTM_NEWLINK, flags: 0, payload }
}

/** Asks for one interface; ENODEV when there is none. */
export function getLink(which: number | string): Request {
  const payload = typeof which === 'number' ? header(which) : Buffer.concat([header(0), terminated(IFLA.IFNAME, which)])
  return { what: `RTM_GETLINK ${which}`, type: RTM_GETLINK, flags: 0, payload }
}

/** All interfaces. */
export function dumpLinks(): Request {
  const AF_PACKET = 17
  const RTEXT_FILTER_VF = 1
  const payload = Buffer.concat([header(0, undefined, AF_PACKET), u32(IFLA.EXT_MASK, RTEXT_FILTER_VF)])
  return { what: 'RTM_GETLINK', type: RTM_GETLINK, flags: NLM_F.DUMP, payload }
}
