// Who has which address of a network. Pure: what is known goes in, what is to be known comes out.
import { type Cidr, contains, formatAddress, formatCidr, parseAddress, parseCidr, rangeOf } from './ip.ts'
import { collide, formatPort, type PortMapping } from './ports.ts'
import { invalidNetwork, unsupportedNetwork } from './refusals.ts'

/** What a network is, defaults filled in. */
export interface NetworkSettings {
  readonly name: string
  readonly subnets: readonly string[]
  readonly mtu: number | null
  readonly internal: boolean
  readonly isolated: boolean
  readonly keep: boolean
  readonly dns: readonly string[] | null
}

/** A container, among all of the machine. */
export interface Holder {
  readonly id: string
  readonly stateDir: string
  /** When it was created: an id is used again. */
  readonly created: string
}

/** A process, as a record names it. */
export interface Creator {
  readonly pid: number
  readonly startTime: number
}

/** A container that holds something, and who gave it that. */
export interface Occupant extends Holder {
  /** Who made it: while that process lives there need not be a record of the container yet. */
  readonly creator: Creator
}

/** Who asks for a place on a network, and what is known of the others. */
export interface Tenant {
  readonly holder: Holder
  readonly creator: Creator
  readonly bootId: string
  /** Its host name, if it has one. */
  readonly hostname: string | undefined
  /** Whether a place is still somebody's: its container is recorded, or its creator at work. */
  readonly isHeld: (occupant: Occupant) => boolean
}

export interface Lease extends Occupant {
  /** With the prefix of the subnet. */
  readonly addresses: readonly string[]
  readonly names: readonly string[]
  readonly ports: readonly PortMapping[]
  /** The host's end of the pair. */
  readonly link: string
}

/** Everything that is recorded of a network. */
export interface NetworkState {
  readonly version: 1
  /** Leases of another boot are nobody's. */
  readonly bootId: string
  readonly settings: NetworkSettings
  readonly leases: readonly Lease[]
  /** The address of each subnet that was given last: one is not given again at once. */
  readonly last: readonly string[]
}

export const isSameHolder = (a: Holder, b: Holder): boolean =>
  a.id === b.id && a.stateDir === b.stateDir && a.created === b.created

/** The first address of a subnet is the bridge's. */
export function gatewayOf(subnet: Cidr): Cidr {
  return { ...subnet, value: rangeOf(subnet).first + 1n }
}

/**
 * One address of each subnet: those asked for, else the next free one after the last that was given.
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_EXISTS, ERR_UNSUPPORTED when a subnet is used up
 */
export function pickAddresses(state: NetworkState, wanted: readonly string[]): Cidr[] {
  const taken = new Set(state.leases.flatMap(({ addresses }) => addresses.map((text) => text.split('/')[0])))
  const asked = wanted.map((text) => parseAddress(text, 'addresses'))
  const picked = state.settings.subnets.map((text, index) => {
    const subnet = parseCidr(text)
    const own = asked.find((address) => contains(subnet, address))
    if (own === undefined) return nextFree(subnet, state.last[index], taken)
    if (!isUsable(subnet, own.value)) throw invalidNetwork(`addresses: ${formatAddress(own)} is not for containers`)
    if (taken.has(formatAddress(own))) {
      throw unsupportedNetwork(`addresses: ${formatAddress(own)} is taken`, 'choose another, or none')
    }
    return { ...own, prefix: subnet.prefix }
  })
  const stray = asked.find(
    (address) => !picked.some(({ family, value }) => family === address.family && value === address.value),
  )
  if (stray !== undefined) throw invalidNetwork(`addresses: ${formatAddress(stray)} is in no subnet of the network`)
  return picked
}

/** Not the net itself, not the bridge, not the broadcast address. */
function isUsable(subnet: Cidr, value: bigint): boolean {
  const { first, last } = rangeOf(subnet)
  return value > first + 1n && (subnet.family === 4 ? value < last : value <= last)
}

function nextFree(subnet: Cidr, last: string | undefined, taken: ReadonlySet<string | undefined>): Cidr {
  const range = rangeOf(subnet)
  const [lowest, highest] = [range.first + 2n, subnet.family === 4 ? range.last - 1n : range.last]
  const before = last === undefined ? lowest - 1n : parseAddress(last).value
  let value = before >= lowest && before < highest ? before + 1n : lowest
  // Among one more than are taken, one is free, unless there are not so many.
  for (let tries = 0; tries <= taken.size && highest >= lowest; tries++) {
    const address = { family: subnet.family, value }
    if (!taken.has(formatAddress(address))) return { ...address, prefix: subnet.prefix }
    value = value < highest ? value + 1n : lowest
  }
  throw unsupportedNetwork(`no address of ${formatCidr(subnet)} is free`, 'delete containers, or use a larger subnet')
}

/** @throws ContainerError ERR_UNSUPPORTED when a port of the host leads somewhere already */
export function refuseTakenPorts(leases: readonly Lease[], wanted: readonly PortMapping[]): void {
  for (const port of wanted) {
    const other = leases.find(({ ports }) => ports.some((taken) => collide(port, taken)))
    if (other === undefined) continue
    throw unsupportedNetwork(
      `ports: ${formatPort(port)} is taken by container ${other.id}`,
      'choose another port of the host',
    )
  }
}

export function addLease(state: NetworkState, lease: Lease): NetworkState {
  const last = lease.addresses.map((text) => text.split('/')[0] ?? '')
  return { ...state, leases: [...state.leases, lease], last }
}

export function removeLease(state: NetworkState, holder: Holder): NetworkState {
  return { ...state, leases: state.leases.filter((lease) => !isSameHolder(lease, holder)) }
}

/** Text of /etc/hosts: this machine, then every container of the network. */
export function hostsText({ leases }: { readonly leases: ReadonlyArray<Pick<Lease, 'addresses' | 'names'>> }): string {
  const lines = leases.flatMap(({ addresses, names }) =>
    addresses.map((text) => `${text.split('/')[0]}\t${[...new Set(names)].join(' ')}`),
  )
  return ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', ...lines, ''].join('\n')
}

/** Name servers that a container cannot reach: those of the host's loopback. */
const isLoopback = (server: string): boolean => server.startsWith('127.') || server === '::1'

/** Text of /etc/resolv.conf. @param host the host's own */
export function resolverText(host: string, dns: readonly string[] | null): string {
  const lines = host.split('\n').map((line) => line.trim())
  const others = lines.filter((line) => /^(search|domain|options)\s/.test(line))
  const servers = lines.flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
  const reachable = dns ?? servers.filter((server) => !isLoopback(server))
  return [...others, ...reachable.map((server) => `nameserver ${server}`), ''].join('\n')
}

/** Text of /etc/resolv.conf, from what a network says of itself. */
export function resolverOf({
  nameservers,
  domain,
  search = [],
  options = [],
}: {
  readonly nameservers: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}): string {
  return [
    ...nameservers.map((server) => `nameserver ${server}`),
    ...(domain === undefined || domain === '' ? [] : [`domain ${domain}`]),
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
    '',
  ].join('\n')
}
