// Bridge networks: a container's lease, its connection, its ports, and their end. Effects; what they consist of is decided
// in bridge-plan.ts, leases.ts and nftables.ts.
import { readFile, writeFile } from 'node:fs/promises'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import {
  bridgeAddresses,
  bridgeMac,
  checkLinkName,
  connectRequests,
  hostLinkName,
  loopbackRoutes,
  makeBridge,
  type Place,
  rateLimit,
  refuseOverlap,
  settingsOf,
} from './bridge-plan.ts'
import { type NetworkContext, sendRequests, tryRequests } from './host.ts'
import { formatCidr, parseCidr } from './ip.ts'
import {
  addLease,
  type Holder,
  isSameHolder,
  type Lease,
  type NetworkSettings,
  type NetworkState,
  pickAddresses,
  refuseTakenPorts,
  removeLease,
  type Tenant,
} from './leases.ts'
import { type Link, readLinks } from './links.ts'
import { deleteLink, dumpLinks, getLink } from './messages.ts'
import { applyRules, hasTable } from './nft.ts'
import { networkRules, networkTable, removeTable } from './nftables.ts'
import type { BridgeWish } from './options.ts'
import { parsePort } from './ports.ts'
import { dumpAddresses, readAddresses } from './routes.ts'
import {
  DEFAULT_DIRECTORY,
  listNetworks,
  makeNetworkFiles,
  readNetwork,
  removeNetworkFiles,
  withNetworks,
  writeNetwork,
} from './store.ts'

/** A place on a network, taken. */
export interface Leased {
  readonly directory: string
  readonly settings: NetworkSettings
  readonly lease: Lease
  /** Index of the bridge. */
  readonly bridge: number
}

export const directoryOf = ({ bridge }: BridgeWish): string => bridge.directory ?? DEFAULT_DIRECTORY

/**
 * Takes addresses and names, and makes the network if it is not there, whole.
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED, ERR_SYSTEM; nothing is left behind then
 */
export async function acquireLease(wish: BridgeWish, tenant: Tenant, context: NetworkContext): Promise<Leased> {
  const directory = directoryOf(wish)
  const { name } = wish.bridge
  checkLinkName(name, 'bridge.name')
  return withNetworks(directory, context, async () => {
    const [known, kernel] = await Promise.all([readNetwork(directory, name, context), lookFor(name, context)])
    const settings = settingsOf(wish.bridge, known?.settings)
    const state = known === null ? newState(settings, tenant) : withoutStrangers(known, tenant)
    const ports = (wish.ports ?? []).map(parsePort)
    await refusePorts(directory, state, ports, context)
    const lease: Lease = {
      ...tenant.holder,
      creator: tenant.creator,
      addresses: pickAddresses(state, wish.addresses ?? []).map(formatCidr),
      names: [tenant.hostname, tenant.holder.id, ...(wish.aliases ?? [])].filter((name) => name !== undefined),
      ports,
      link: hostLinkName(tenant.holder),
    }
    const next = addLease(state, lease)
    const before = known === null ? '' : rulesOf(settings, known)
    // With nobody on it, whoever made it may have been killed before he was done.
    const unsure = state.leases.length === 0 && known?.leases.length !== 0
    const there = unsure && (await removeHalfMade(name, context)) ? { ...kernel, bridge: undefined } : kernel
    const bridge = await ensureNetwork(directory, settings, { ...there, before }, next, context)
    if (known === null) await makeNetworkFiles(directory, next)
    else await writeNetwork(directory, next, known)
    return { directory, settings, lease, bridge }
  })
}

const newState = (settings: NetworkSettings, { bootId }: Tenant): NetworkState => ({
  version: 1,
  bootId,
  settings,
  leases: [],
  last: [],
})

/** Without the leases of another boot, and of those who were killed between taking theirs and writing who they are. */
function withoutStrangers(state: NetworkState, { bootId, isHeld }: Tenant): NetworkState {
  return state.bootId === bootId
    ? { ...state, leases: state.leases.filter(isHeld) }
    : { ...state, bootId, leases: [], last: [] }
}

async function refusePorts(
  directory: string,
  state: NetworkState,
  ports: Lease['ports'],
  context: NetworkContext,
): Promise<void> {
  if (ports.length === 0) return
  if (state.settings.internal) {
    const message = `ports: the network ${state.settings.name} is internal: nothing leads in or out`
    throw new ContainerError({ code: 'ERR_INVALID_CONFIG', ...context, message })
  }
  refuseTakenPorts(state.leases, ports)
  for (const name of await listNetworks(directory)) {
    const other = name === state.settings.name ? null : await readNetwork(directory, name, context)
    refuseTakenPorts(other?.leases ?? [], ports)
  }
}

/** What the kernel has of a network. */
interface There {
  /** Index of its bridge. */
  readonly bridge: number | undefined
  readonly hasRules: boolean
}

async function lookFor(name: string, context: NetworkContext): Promise<There> {
  const [bridge, hasRules] = await Promise.all([findBridge(name, context), hasTable(networkTable(name), context)])
  return { bridge, hasRules }
}

/** @param there with its rules as they were recorded; empty when it is new @returns the index of the bridge */
async function ensureNetwork(
  directory: string,
  settings: NetworkSettings,
  there: There & { readonly before: string },
  next: NetworkState,
  context: NetworkContext,
): Promise<number> {
  const bridge = there.bridge ?? (await addBridge(directory, settings, context))
  try {
    const rules = rulesOf(settings, next)
    if (rules !== there.before || there.bridge === undefined || !there.hasRules) await applyRules(rules, context)
    return bridge
  } catch (cause) {
    if (there.before === '') await removeNetwork(directory, settings.name, context)
    throw cause
  }
}

async function findLink(name: string, context: NetworkContext): Promise<Link | undefined> {
  const { answers, refused } = await tryRequests([{ request: getLink(name) }], context)
  if (refused !== undefined && refused.error.errno !== 'ENODEV') throw refused.error
  return readLinks(answers[0] ?? [])[0]
}

async function findBridge(name: string, context: NetworkContext): Promise<number | undefined> {
  const link = await findLink(name, context)
  if (link === undefined) return undefined
  if (link.kind === 'bridge') return link.index
  const message = `bridge.name: the host has an interface ${name}, and it is no bridge`
  throw new ContainerError({ code: 'ERR_INVALID_CONFIG', ...context, message })
}

/** One that is recorded in another directory has ports. @returns whether there was one */
async function removeHalfMade(name: string, context: NetworkContext): Promise<boolean> {
  const [answer = []] = await sendRequests([{ request: dumpLinks() }], context)
  const links = readLinks(answer)
  const bridge = links.find((link) => link.name === name && link.address === bridgeMac(name))
  if (bridge === undefined || links.some(({ master }) => master === bridge.index)) return false
  await tryRequests([{ request: deleteLink(bridge.index) }], context)
  return true
}

async function addBridge(directory: string, settings: NetworkSettings, context: NetworkContext): Promise<number> {
  refuseOverlap(settings, await usedNets(directory, settings.name, context))
  const made = await sendRequests([{ request: makeBridge(settings) }, { request: getLink(settings.name) }], context)
  const index = readLinks(made[1] ?? [])[0]?.index ?? 0
  try {
    await sendRequests(
      [...bridgeAddresses(index, settings), ...loopbackRoutes(index, settings)].map((request) => ({ request })),
      context,
    )
    await allowForwarding(settings, context)
    return index
  } catch (cause) {
    await tryRequests([{ request: deleteLink(index) }], context)
    throw cause
  }
}

async function usedNets(directory: string, name: string, context: NetworkContext) {
  const [answer = []] = await sendRequests([{ request: dumpAddresses() }], context)
  const RT_SCOPE_LINK = 253
  const ofHost = readAddresses(answer)
    .filter(({ scope }) => scope !== RT_SCOPE_LINK)
    .map(({ address }) => ({ what: `the host’s own ${formatCidr(address)}`, net: address }))
  const others = (await listNetworks(directory)).filter((other) => other !== name)
  const states = await Promise.all(others.map((other) => readNetwork(directory, other, context)))
  const ofNetworks = states.flatMap((state) =>
    (state?.settings.subnets ?? []).map((text) => ({
      what: `${text} of ${state?.settings.name}`,
      net: parseCidr(text),
    })),
  )
  return [...ofHost, ...ofNetworks]
}

/** Between interfaces, and for connections from the host's loopback address into this bridge. */
async function allowForwarding({ name, subnets, internal }: NetworkSettings, context: NetworkContext): Promise<void> {
  if (internal) return
  const has4 = subnets.some((text) => !text.includes(':'))
  const has6 = subnets.some((text) => text.includes(':'))
  if (has4) await writeParameter('ipv4/ip_forward', context)
  if (has4) await writeParameter(`ipv4/conf/${name}/route_localnet`, context)
  if (has6) await writeParameter('ipv6/conf/all/forwarding', context)
}

async function writeParameter(name: string, context: NetworkContext): Promise<void> {
  const file = `/proc/sys/net/${name}`
  try {
    if ((await readFile(file, 'latin1')).trim() !== '0') return
    await writeFile(file, '1')
  } catch (cause) {
    throw systemFailure(cause, { ...context, op: 'allow forwarding', path: file })
  }
}

const rulesOf = (settings: NetworkSettings, { leases }: NetworkState): string =>
  networkRules(
    { ...settings, subnets: settings.subnets.map((text) => parseCidr(text)) },
    leases.map(({ addresses, ports }) => ({ addresses: addresses.map((text) => parseCidr(text)), ports })),
  )

/** Connects a container that holds a lease: one hop. */
export async function connectToBridge(
  { lease, settings, bridge }: Leased,
  wish: BridgeWish,
  own: Fd,
  netns: Fd,
  context: NetworkContext,
): Promise<void> {
  const place: Place = {
    interface: wish.interface ?? 'eth0',
    ...(wish.mac === undefined ? {} : { mac: wish.mac }),
    ...(wish.bandwidth === undefined ? {} : { bandwidth: wish.bandwidth }),
    hostLink: lease.link,
    addresses: lease.addresses.map((text) => parseCidr(text)),
  }
  const requests = connectRequests(place, settings, own, bridge)
  await sendRequests(
    requests.map(({ request, inside }) => (inside ? { request, netns } : { request })),
    context,
  )
  if (wish.bandwidth?.ingress !== undefined) await limitIngress(lease.link, wish.bandwidth.ingress, context)
}

async function limitIngress(link: string, rate: number, context: NetworkContext): Promise<void> {
  const [answer = []] = await sendRequests([{ request: getLink(link) }], context)
  const index = readLinks(answer)[0]?.index ?? 0
  await sendRequests([{ request: rateLimit(index, rate) }], context)
}

/**
 * Gives everything of a container back; with the last one goes the network, unless it is to stay. Idempotent.
 * @throws ContainerError
 */
export async function releaseLease(
  directory: string,
  name: string,
  holder: Holder,
  context: NetworkContext,
): Promise<void> {
  await withNetworks(directory, context, async () => {
    const { refused } = await tryRequests([{ request: deleteLink(hostLinkName(holder)) }], context)
    if (refused !== undefined && refused.error.errno !== 'ENODEV') throw refused.error
    const state = await readNetwork(directory, name, context)
    const lease = state?.leases.find((each) => isSameHolder(each, holder))
    if (state === null || lease === undefined) return
    const next = removeLease(state, holder)
    if (next.leases.length === 0 && !state.settings.keep) {
      await removeNetwork(directory, name, context)
      return
    }
    if (lease.ports.length > 0) await applyRules(rulesOf(state.settings, next), context)
    await writeNetwork(directory, next, state)
  })
}

/** All that we made: a bridge that was there before stays. */
async function removeNetwork(directory: string, name: string, context: NetworkContext): Promise<void> {
  const link = await findLink(name, context)
  if (link?.address === bridgeMac(name)) {
    const { refused } = await tryRequests([{ request: deleteLink(link.index) }], context)
    if (refused !== undefined && refused.error.errno !== 'ENODEV') throw refused.error
  }
  if (await hasTable(networkTable(name), context)) await applyRules(removeTable(networkTable(name)), context)
  await removeNetworkFiles(directory, name)
}

/** This process's network namespace; whoever gets the descriptor closes it. */
export function openOwnNamespace(context: NetworkContext): Fd {
  try {
    return native().open('/proc/self/ns/net', 0)
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) throw systemFailure(cause, { ...context, hint: 'is /proc mounted?' })
    throw systemFailure(cause, context)
  }
}
