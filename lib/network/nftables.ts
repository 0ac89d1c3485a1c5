// The rules of a network, and of a container's egress policy, as nft(8) takes them in JSON. Pure.
//
// Spec: libnftables-json(5). Each is one transaction that puts a table of ours in the place of the one before it.
import { type Cidr, formatAddress, netOf, parseAddress, parseCidr } from './ip.ts'
import type { EgressPolicy, EgressRule } from './options.ts'
import type { PortMapping } from './ports.ts'
import { invalidNetwork } from './refusals.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** What rules are made of. */
export interface RuledNetwork {
  readonly name: string
  readonly subnets: readonly Cidr[]
  readonly internal: boolean
  readonly isolated: boolean
}

/** Ports that lead to a container. */
export interface Published {
  readonly addresses: readonly Cidr[]
  readonly ports: readonly PortMapping[]
}

export const networkTable = (name: string): string => `libcontainer_${name}`
export const EGRESS_TABLE = 'libcontainer_egress'

const match = (left: Json, right: Json, op = '=='): Json => ({ match: { op, left, right } })
const meta = (key: string): Json => ({ meta: { key } })
const field = (protocol: string, name: string): Json => ({ payload: { protocol, field: name } })
const state = (...states: readonly string[]): Json => match({ ct: { key: 'state' } }, states, 'in')
const isLocal = match({ fib: { result: 'type', flags: ['daddr'] } }, 'local')
const translated = match({ ct: { key: 'status' } }, 'dnat', 'in')
const accept: Json = { accept: null }
const drop: Json = { drop: null }
const masquerade: Json = { masquerade: null }
const ipOf = ({ family }: { readonly family: 4 | 6 }): string => (family === 4 ? 'ip' : 'ip6')
const prefixOf = (net: Cidr): Json => ({ prefix: { addr: formatAddress(netOf(net)), len: net.prefix } })

/** Takes the table away, whether or not there is one. */
export const removeTable = (table: string): string => transaction(forget(table))

const forget = (table: string): Json[] => {
  const name = { family: 'inet', name: table }
  // Deleting what is not there fails, and with it the transaction.
  return [{ add: { table: name } }, { delete: { table: name } }]
}

const transaction = (commands: readonly Json[]): string => JSON.stringify({ nftables: commands })

class Table {
  readonly #name: string
  readonly commands: Json[]

  constructor(name: string) {
    this.#name = name
    this.commands = [...forget(name), { add: { table: { family: 'inet', name } } }]
  }

  chain(name: string, type: 'nat' | 'filter', hook: string, prio: number, policy = 'accept'): void {
    this.commands.push({ add: { chain: { family: 'inet', table: this.#name, name, type, hook, prio, policy } } })
  }

  rule(chain: string, ...expr: readonly Json[]): void {
    this.commands.push({ add: { rule: { family: 'inet', table: this.#name, chain, expr } } })
  }
}

/** NF_IP_PRI_RAW, NF_IP_PRI_NAT_DST, NF_IP_PRI_FILTER, NF_IP_PRI_NAT_SRC (include/uapi/linux/netfilter_ipv4.h). */
const PRIORITIES = { raw: -300, destination: -100, filter: 0, source: 100 } as const

/** Everything of a network: translation both ways, published ports, and what may pass. */
export function networkRules(network: RuledNetwork, published: readonly Published[]): string {
  const table = new Table(networkTable(network.name))
  // The host takes packets to its loopback address from the bridge, for the answers to published ports. Before those are
  // translated they are to another address: what has this one, a container has forged (CVE-2020-8558).
  table.chain('raw', 'filter', 'prerouting', PRIORITIES.raw)
  const loopback4: Json = { prefix: { addr: '127.0.0.0', len: 8 } }
  table.rule('raw', match(meta('iifname'), network.name), match(field('ip', 'daddr'), loopback4), drop)
  table.chain('prerouting', 'nat', 'prerouting', PRIORITIES.destination)
  table.chain('output', 'nat', 'output', PRIORITIES.destination)
  table.chain('postrouting', 'nat', 'postrouting', PRIORITIES.source)
  table.chain('forward', 'filter', 'forward', PRIORITIES.filter)
  for (const each of published) {
    for (const rule of portRules(each)) {
      table.rule('prerouting', ...rule)
      table.rule('output', ...rule)
    }
  }
  addTranslation(table, network)
  addPassage(table, network)
  return transaction(table.commands)
}

function addTranslation(table: Table, { name, subnets, internal }: RuledNetwork): void {
  for (const net of subnets) {
    const source = match(field(ipOf(net), 'saddr'), prefixOf(net))
    const loopback: Json = net.family === 4 ? { prefix: { addr: '127.0.0.0', len: 8 } } : '::1'
    // One that reaches itself, or its neighbour, by a port of the host must get the answer from the host.
    table.rule('postrouting', source, match(field(ipOf(net), 'daddr'), prefixOf(net)), translated, masquerade)
    // The host's loopback address means the container itself there.
    table.rule('postrouting', match(meta('oifname'), name), match(field(ipOf(net), 'saddr'), loopback), masquerade)
    if (!internal) table.rule('postrouting', source, match(meta('oifname'), name, '!='), masquerade)
  }
}

/** Into the network goes what belongs to a connection from inside, and what was sent to a published port. */
function addPassage(table: Table, { name, internal, isolated }: RuledNetwork): void {
  const [into, outOf] = [match(meta('oifname'), name), match(meta('iifname'), name)]
  table.rule('forward', into, state('established', 'related'), accept)
  table.rule('forward', into, translated, accept)
  if (isolated) table.rule('forward', into, outOf, drop)
  else table.rule('forward', into, outOf, accept)
  table.rule('forward', into, drop)
  if (internal) table.rule('forward', outOf, drop)
}

function portRules({ addresses, ports }: Published): Json[][] {
  return ports.flatMap((port) =>
    addresses.flatMap((address) => {
      const at = port.address === undefined ? undefined : parseAddress(port.address)
      if (at !== undefined && at.family !== address.family) return []
      const to = formatAddress(address)
      const where = at === undefined ? [isLocal] : [match(field(ipOf(at), 'daddr'), formatAddress(at))]
      return translations(port, to, address.family === 4 ? 'ip' : 'ip6', where)
    }),
  )
}

function translations(port: PortMapping, addr: string, family: string, where: readonly Json[]): Json[][] {
  const { host, container, count, protocol } = port
  const onlyFamily = match(meta('nfproto'), family === 'ip' ? 'ipv4' : 'ipv6')
  const dport = field(protocol, 'dport')
  if (host === container) {
    const ports: Json = count === 1 ? host : { range: [host, host + count - 1] }
    return [[onlyFamily, ...where, match(dport, ports), { dnat: { family, addr } }]]
  }
  return Array.from({ length: count }, (_, index) => [
    onlyFamily,
    ...where,
    match(dport, host + index),
    { dnat: { family, addr, port: container + index } },
  ])
}

/**
 * What a container may send: loopback, answers, what finding neighbours takes, and what the policy allows. The rest is
 * refused, so that who tries is told at once.
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function egressRules(policy: EgressPolicy): string {
  const table = new Table(EGRESS_TABLE)
  table.chain('output', 'filter', 'output', PRIORITIES.filter, 'drop')
  table.chain('forward', 'filter', 'forward', PRIORITIES.filter, 'drop')
  table.rule('output', match(meta('oifname'), 'lo'), accept)
  table.rule('output', state('established', 'related'), accept)
  const discovery = ['nd-router-solicit', 'nd-neighbor-solicit', 'nd-neighbor-advert', 'mld2-listener-report']
  table.rule('output', match(field('icmpv6', 'type'), { set: discovery }), accept)
  for (const rule of policy === 'deny' ? [] : policy.allow) table.rule('output', ...allowed(rule), accept)
  table.rule('output', { reject: { type: 'icmpx', expr: 'admin-prohibited' } })
  return transaction(table.commands)
}

function allowed({ to, ports, protocol = 'tcp' }: EgressRule): Json[] {
  const net = to.includes('/') ? parseCidr(to, 'egress') : { ...parseAddress(to, 'egress'), prefix: undefined }
  const target: Json = net.prefix === undefined ? formatAddress(net) : prefixOf(net)
  const destination = match(field(ipOf(net), 'daddr'), target)
  if (ports === undefined) return [destination]
  if (ports.length === 0)
    throw invalidNetwork('egress: an empty list of ports allows nothing', 'leave it out for all ports')
  return [destination, match(field(protocol, 'dport'), { set: ports.map(portOrRange) })]
}

function portOrRange(port: number | string): Json {
  const [first, last, ...rest] = String(port).split('-').map(Number)
  const isPort = (value: number | undefined) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536
  const valid = isPort(first) && (last === undefined || (isPort(last) && Number(first) <= last)) && rest.length === 0
  if (!valid || first === undefined)
    throw invalidNetwork(`egress: ${JSON.stringify(port)} is neither a port nor a range`)
  return last === undefined ? first : { range: [first, last] }
}
