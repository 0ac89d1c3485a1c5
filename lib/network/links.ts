// What the kernel tells of network interfaces. Pure.
import { IFF_UP, IFLA, IFLA_INFO, RTM_NEWLINK } from './messages.ts'
import { decodeAttributes, type Message, readNumber, readText } from './netlink.ts'

/** What has gone through an interface (struct rtnl_link_stats64). */
export interface LinkCounters {
  /** Received by the container. */
  readonly rxBytes: number
  /** Received by the container. */
  readonly rxPackets: number
  /** Bad ones that came. */
  readonly rxErrors: number
  /** Good ones that came and had no room. */
  readonly rxDropped: number
  /** Sent by the container. */
  readonly txBytes: number
  /** Sent by the container. */
  readonly txPackets: number
  /** Those that could not be sent. */
  readonly txErrors: number
  /** Those that were not even tried. */
  readonly txDropped: number
}

export interface Link {
  readonly index: number
  readonly name: string
  readonly up: boolean
  readonly flags: number
  readonly mtu: number
  /** MAC address; undefined where there is none. */
  readonly address: string | undefined
  readonly master: number | undefined
  readonly alias: string | undefined
  /** E.g. `veth`; undefined for hardware and loopback. */
  readonly kind: string | undefined
  readonly counters: LinkCounters | undefined
}

/** The interfaces among the messages of an answer. */
export function readLinks(answer: readonly Message[]): Link[] {
  return answer.filter(({ type, payload }) => type === RTM_NEWLINK && payload.length >= 16).map(readLink)
}

function readLink({ payload }: Message): Link {
  const attributes = decodeAttributes(payload, 16)
  const info = attributes.get(IFLA.LINKINFO)
  const flags = payload.readUInt32LE(8)
  const mac = attributes.get(IFLA.ADDRESS)
  return {
    index: payload.readInt32LE(4),
    name: readText(attributes.get(IFLA.IFNAME)) ?? '',
    up: (flags & IFF_UP) !== 0,
    flags,
    mtu: readNumber(attributes.get(IFLA.MTU)) ?? 0,
    address: mac === undefined || mac.length === 0 ? undefined : (mac.toString('hex').match(/../g) ?? []).join(':'),
    master: readNumber(attributes.get(IFLA.MASTER)),
    alias: readText(attributes.get(IFLA.IFALIAS)),
    kind: info === undefined ? undefined : readText(decodeAttributes(info).get(IFLA_INFO.KIND)),
    counters: readCounters(attributes.get(IFLA.STATS64)),
  }
}

function readCounters(data: Buffer | undefined): LinkCounters | undefined {
  if (data === undefined || data.length < 64) return undefined
  const at = (place: number) => Number(data.readBigUInt64LE(8 * place))
  return {
    rxPackets: at(0),
    txPackets: at(1),
    rxBytes: at(2),
    txBytes: at(3),
    rxErrors: at(4),
    txErrors: at(5),
    rxDropped: at(6),
    txDropped: at(7),
  }
}
