// What a bridge network is made of, as requests: the bridge, and a container's place on it. Pure.
import { type Cidr, overlaps, parseCidr } from './ip.ts'
import { gatewayOf, type Holder, type NetworkSettings } from './leases.ts'
import { newLink, setBridgePort, setLink } from './messages.ts'
import type { Request } from './netlink.ts'
import type { Bandwidth, BridgeNetwork } from './options.ts'
import { newQdisc } from './qdiscs.ts'
import { invalidNetwork } from './refusals.ts'
import { newAddress, newRoute } from './routes.ts'

export const DEFAULT_SUBNETS = ['10.90.0.0/16', 'fd90:6c63::/64']

/**
 * The settings that are asked for, checked.
 * @param known those the network has, if it is there
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function settingsOf(wanted: BridgeNetwork, known: NetworkSettings | undefined): NetworkSettings {
  const { name, subnets, mtu, internal, isolated, keep, dns } = wanted
  checkLinkName(name, 'bridge.name')
  const settings = {
    name,
    subnets: (subnets ?? known?.subnets ?? DEFAULT_SUBNETS).map((text) => checkSubnet(text)),
    mtu: mtu ?? known?.mtu ?? null,
    internal: internal ?? known?.internal ?? false,
    isolated: isolated ?? known?.isolated ?? false,
    keep: keep ?? known?.keep ?? false,
    dns: dns ?? known?.dns ?? null,
  }
  const families = settings.subnets.map((text) => text.includes(':'))
  if (families.length === 0 || new Set(families).size !== families.length) {
    throw invalidNetwork('bridge.subnets must be one IPv4 net, one IPv6 net, or one of each')
  }
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(settings)) {
    throw invalidNetwork(
      `the network ${name} exists with other settings: ${JSON.stringify(known)}`,
      'give only its name',
    )
  }
  return settings
}

function checkSubnet(text: string): string {
  const subnet = parseCidr(text, 'bridge.subnets')
  const longest = subnet.family === 4 ? 30 : 126
  if (subnet.prefix > longest) throw invalidNetwork(`bridge.subnets: ${text} has no room for containers`)
  return text
}

/** As the kernel has it (net/core/dev.c, dev_valid_name). @throws ContainerError ERR_INVALID_CONFIG */
export function checkLinkName(name: string, what: string): void {
  const valid = Buffer.byteLength(name) < 16 && /^[^/:\s%]+$/.test(name) && name !== '.' && name !== '..'
  if (!valid) throw invalidNetwork(`${what} must be 1 to 15 bytes without spaces, '/', ':' and '%'`)
}

/** @throws ContainerError ERR_INVALID_CONFIG when a subnet is in use already */
export function refuseOverlap(settings: NetworkSettings, used: ReadonlyArray<{ what: string; net: Cidr }>): void {
  for (const text of settings.subnets) {
    const other = used.find(({ net }) => overlaps(net, parseCidr(text)))
    if (other === undefined) continue
    throw invalidNetwork(`bridge.subnets: ${text} overlaps ${other.what}`, 'choose other subnets')
  }
}

/** FNV-1a of 64 bits, as 16 digits. */
export function hash(text: string): string {
  let value = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n)
  return value.toString(16).padStart(16, '0')
}

/** The host's end of a container's pair: 14 bytes, the same whenever it is asked for. */
export const hostLinkName = ({ id, stateDir, created }: Holder): string =>
  `lc${hash(`${stateDir}\0${id}\0${created}`).slice(0, 12)}`

/** The bridge. It has an address of its own, or it would change with its ports. */
export function makeBridge({ name, mtu }: NetworkSettings): Request {
  return newLink({ name, up: true, address: bridgeMac(name), ...(mtu === null ? {} : { mtu }), kind: 'bridge' })
}

/** Locally administered, and always the same for a name: by that we know a bridge that we made. */
export const bridgeMac = (name: string): string => `02:${(hash(name).match(/../g) ?? []).slice(0, 5).join(':')}`

/** What a bridge with that index is given. */
export function bridgeAddresses(index: number, { subnets }: NetworkSettings): Request[] {
  return subnets.map((text) => newAddress({ index, address: gatewayOf(parseCidr(text)), noDad: text.includes(':') }))
}

/**
 * What IPv6 has instead of route_localnet: answers to ::1 come in by the bridge, and an address of loopback is looked up
 * strictly by interface (net/ipv6/route.c, rt6_need_strict). Nobody else gets in that way: what has ::1 in it when it
 * comes from outside is dropped before any translation (net/ipv6/ip6_input.c, RFC 4291 2.5.3).
 */
export function loopbackRoutes(index: number, { subnets, internal }: NetworkSettings): Request[] {
  if (internal || !subnets.some((text) => text.includes(':'))) return []
  // One for each bridge, which takes different metrics; all behind that of loopback, which has none.
  return [newRoute({ to: parseCidr('::1/128'), index, metric: 1024 + index, local: true })]
}

/**
 * Any number that a new network namespace has not given to an interface by itself. Where there are tunnel modules, it
 * has some.
 */
export const INSIDE_INDEX = 1000

/** Where a container is to be. */
export interface Place {
  readonly interface: string
  readonly mac?: string
  readonly hostLink: string
  readonly addresses: readonly Cidr[]
  readonly bandwidth?: Bandwidth
}

/** A request, and on which side it is made. */
export interface SidedRequest {
  readonly request: Request
  readonly inside: boolean
}

/**
 * Connects a container, in one go: the pair is made from inside, where the number of the interface can be chosen, with
 * its other end on the host.
 * @param host descriptor of the host's network namespace
 * @param bridge its index
 */
export function connectRequests(place: Place, settings: NetworkSettings, host: number, bridge: number): SidedRequest[] {
  const { hostLink, addresses, mac, bandwidth = {} } = place
  const mtu = settings.mtu === null ? {} : { mtu: settings.mtu }
  const index = INSIDE_INDEX
  const inside = (request: Request): SidedRequest => ({ request, inside: true })
  const outside = (request: Request): SidedRequest => ({ request, inside: false })
  const peer = { name: hostLink, netns: host, ...mtu }
  const address = mac === undefined ? {} : { address: mac }
  return [
    inside(newLink({ name: place.interface, index, up: true, ...address, ...mtu, kind: 'veth', peer })),
    outside(setLink(hostLink, { master: bridge, up: true })),
    outside(setBridgePort(hostLink, { hairpin: true, isolated: settings.isolated })),
    ...addresses.map((each) => inside(newAddress({ index, address: each, noDad: each.family === 6 }))),
    ...(settings.internal
      ? []
      : settings.subnets.map((text) => inside(newRoute({ gateway: gatewayOf(parseCidr(text)), index })))),
    ...(bandwidth.egress === undefined ? [] : [inside(rateLimit(index, bandwidth.egress))]),
  ]
}

/** A tenth of a second's worth may be sent at once, and as much may wait. */
export function rateLimit(index: number, bitsPerSecond: number): Request {
  if (!(bitsPerSecond >= 8000)) throw invalidNetwork('bandwidth: a rate must be 8000 bits a second at least')
  const rate = Math.floor(bitsPerSecond / 8)
  const burst = Math.max(Math.ceil(rate / 10), 16 << 10)
  return newQdisc(index, { kind: 'tbf', rate, burst, limit: 2 * burst })
}
