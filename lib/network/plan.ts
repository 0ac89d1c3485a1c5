// What the document and the network option ask for: what Node does while init waits, and what the document becomes. Pure.
import { findNamespace, isBindMount } from '../config/queries.ts'
import type { Config, Mount, Namespace, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { CAP_NET_ADMIN, hasCapability } from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'
import { checkLinkName } from './bridge-plan.ts'
import type { Network, RootlessWish } from './options.ts'
import { invalidNetwork, unsupportedNetwork } from './refusals.ts'

/** An interface of the host that the container is to have. */
export interface MovedDevice {
  readonly hostName: string
  /** Its name in the container. */
  readonly name: string
}

export interface NetworkPlan {
  readonly devices: readonly MovedDevice[]
  /** Where init waits for Node to be done with the network; nothing when there is nothing to be done. */
  readonly wait: readonly Op[]
}

/**
 * Spec: config-linux.md, Network Devices.
 * @param connects whether Node connects the container to a network beside that
 * @throws ContainerError ERR_UNSUPPORTED for an ordinary user
 */
export function planNetwork(config: ValidConfig, host: Host, connects: boolean): NetworkPlan {
  const devices = Object.entries(config.linux?.netDevices ?? {}).map(([hostName, { name }]) => ({
    hostName,
    name: name || hostName,
  }))
  if (devices.length > 0 && !(hasCapability(host.capabilities, CAP_NET_ADMIN) && !host.inUserNamespace)) {
    throw unsupportedNetwork(
      'moving network interfaces (/linux/netDevices) needs CAP_NET_ADMIN over the host’s network',
    )
  }
  const waits = connects || devices.length > 0
  return { devices, wait: waits ? [{ op: 'sync', point: 'network', announce: false }] : [] }
}

/** @throws ContainerError ERR_UNSUPPORTED for who may not make interfaces */
export function refuseConnecting(host: Host): void {
  if (hasCapability(host.capabilities, CAP_NET_ADMIN)) return
  throw unsupportedNetwork(
    'connecting a container takes CAP_NET_ADMIN over this process’s network',
    "as an ordinary user use { rootless: 'pasta' }, 'none' or 'host'",
  )
}

/** Files of the network that the container sees. */
export interface NetworkFiles {
  readonly hosts: string
  readonly resolver: string
}

/** Whether Node has something to do for it once the container's network namespace is there. */
export const isConnected = (network: Network | undefined): network is Exclude<Network, string | { share: string }> =>
  typeof network === 'object' && !('share' in network)

/**
 * The document of a container with that network. It is not changed itself.
 * @param sharedPath network namespace of the container that is shared with
 * @param files what is mounted at /etc/hosts and /etc/resolv.conf, unless the document has something there
 * @throws ContainerError ERR_INVALID_CONFIG when the document says otherwise
 */
export function withNetwork(config: Config, network: Network, sharedPath?: string, files?: NetworkFiles): Config {
  checkNetwork(network)
  const given = findNamespace(config, 'network')
  if (given?.path !== undefined) {
    throw invalidNetwork(
      'the document joins a network namespace of its own choice',
      'leave the network option out, or the path',
    )
  }
  const others = (config.linux?.namespaces ?? []).filter(({ type }) => type !== 'network')
  const entry: Namespace[] =
    network === 'host' ? [] : [sharedPath === undefined ? { type: 'network' } : { type: 'network', path: sharedPath }]
  const linux = { ...config.linux, namespaces: [...others, ...entry] }
  return { ...config, linux, ...(files === undefined ? {} : { mounts: withFiles(config.mounts ?? [], files) }) }
}

const KINDS = ['share', 'bridge', 'macvlan', 'ipvlan', 'cni', 'rootless'] as const

function checkNetwork(network: Network): void {
  if (network === 'none' || network === 'host') return
  if (typeof network !== 'object' || network === null) {
    throw invalidNetwork(
      `network: ${JSON.stringify(network)} is no network`,
      "use 'none', 'host', or { bridge: { name } }",
    )
  }
  const kinds = KINDS.filter((kind) => kind in network)
  if (kinds.length !== 1) throw invalidNetwork(`network: it must be one of ${KINDS.join(', ')}`)
  if ('rootless' in network) checkRootless(network)
  if (!('bridge' in network) && 'bandwidth' in network && network.bandwidth?.ingress !== undefined) {
    throw unsupportedNetwork(
      'bandwidth.ingress: packets to a container on macvlan or ipvlan pass no queue of ours',
      'use a bridge, or limit where they come from',
    )
  }
  if ('interface' in network && network.interface !== undefined) checkLinkName(network.interface, 'network.interface')
}

function checkRootless({ rootless, ...rest }: RootlessWish): void {
  if (rootless !== 'pasta' && rootless !== 'slirp4netns') {
    throw invalidNetwork("network.rootless must be 'pasta' or 'slirp4netns'")
  }
  const beyond = ['egress', 'bandwidth', 'mac', 'addresses', 'aliases'].find((name) => name in rest)
  if (beyond !== undefined) throw unsupportedNetwork(`network.${beyond} cannot be had with ${rootless}`, 'use a bridge')
}

function withFiles(mounts: readonly Mount[], { hosts, resolver }: NetworkFiles): Mount[] {
  const taken = new Set(mounts.filter(isBindMount).map(({ destination }) => destination))
  const options = ['bind', 'ro', 'nosuid', 'nodev', 'noexec']
  const own = [
    { destination: '/etc/hosts', type: 'bind', source: hosts, options },
    { destination: '/etc/resolv.conf', type: 'bind', source: resolver, options },
  ]
  return [...mounts, ...own.filter(({ destination }) => !taken.has(destination))]
}
