// How the programs are called that give a container a network without privilege: pasta and slirp4netns. Pure.
//
// Spec: pasta(1), slirp4netns(1) with its "API socket".
import { parseAddress } from './ip.ts'
import type { RootlessWish } from './options.ts'
import { formatPort, type PortMapping, parsePort } from './ports.ts'
import { invalidNetwork, unsupportedNetwork } from './refusals.ts'

/** Where the container's name servers are, seen from inside: the program asks those of the host. */
export const PASTA_DNS = '169.254.1.1'
const SLIRP_DNS = '10.0.2.3'

/** The address that slirp4netns configures. */
export const SLIRP_ADDRESS = '10.0.2.100'

/** What the container's network namespace is named by. */
export interface NamespacePaths {
  readonly network: string
  /** The user namespace that it belongs to; undefined: the caller's, or one that need not be joined. */
  readonly user: string | undefined
}

/** Files of an attachment. */
export interface UserModeFiles {
  readonly directory: string
  readonly pid: string
  readonly log: string
  readonly socket: string
}

/** A wish, checked. */
export interface UserModePlan {
  readonly program: RootlessWish['rootless']
  readonly interface: string
  readonly mtu: number | undefined
  readonly ports: readonly PortMapping[]
  readonly dns: readonly string[]
}

/** @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED */
export function planUserMode(wish: RootlessWish): UserModePlan {
  const { rootless: program, interface: name = 'eth0', mtu } = wish
  const ports = (wish.ports ?? []).map(parsePort)
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 576 && mtu <= 65_520)) {
    throw invalidNetwork('mtu must be a whole number from 576 to 65520')
  }
  if (program === 'slirp4netns') for (const port of ports) checkSlirpPort(port)
  for (const server of wish.dns ?? []) parseAddress(server, 'dns')
  const dns = wish.dns ?? [program === 'pasta' ? PASTA_DNS : SLIRP_DNS]
  return { program, interface: name, mtu, ports, dns }
}

function checkSlirpPort(port: PortMapping): void {
  if (port.address?.includes(':') !== true) return
  throw unsupportedNetwork(`ports: ${formatPort(port)}: slirp4netns listens on IPv4 addresses alone`, 'use pasta')
}

/**
 * It forks once all is connected: its end without failure says so.
 * @param isRoot it would become nobody otherwise, who may not join the namespace
 */
export function pastaArguments(
  { interface: name, mtu, ports }: UserModePlan,
  { network, user }: NamespacePaths,
  { pid, log }: UserModeFiles,
  isRoot: boolean,
): string[] {
  return [
    'pasta',
    '--config-net',
    '--quiet',
    ...(isRoot ? ['--runas', '0'] : []),
    ...['--ns-ifname', name, '--pid', pid, '--log-file', log, '--dns-forward', PASTA_DNS],
    ...(mtu === undefined ? [] : ['--mtu', String(mtu)]),
    // The host's loopback is the host's: neither by the address of its gateway nor by ports that lead there.
    ...['--no-map-gw', '--tcp-ns', 'none', '--udp-ns', 'none'],
    ...forwarded('--tcp-ports', ports, 'tcp'),
    ...forwarded('--udp-ports', ports, 'udp'),
    ...(user === undefined ? ['--netns-only'] : ['--userns', user]),
    ...['--netns', network],
  ]
}

function forwarded(option: string, ports: readonly PortMapping[], protocol: PortMapping['protocol']): string[] {
  const own = ports.filter((port) => port.protocol === protocol)
  if (own.length === 0) return [option, 'none']
  return own.flatMap(({ address, host, container, count }) => {
    const range = (first: number) => (count === 1 ? `${first}` : `${first}-${first + count - 1}`)
    const at = address === undefined ? '' : `${address}/`
    return [option, `${at}${range(host)}${host === container ? '' : `:${range(container)}`}`]
  })
}

/**
 * Descriptors of slirp4netns: 3 says that all is connected, the end of 4 (a pidfd) that the container has ended. Its name
 * says where it works, by which it is found: it need not be told of any file.
 */
export function slirpArguments(
  { interface: name, mtu, ports }: UserModePlan,
  { network, user }: NamespacePaths,
  { directory, socket }: UserModeFiles,
): string[] {
  return [
    `${directory}/slirp4netns`,
    '--configure',
    '--enable-ipv6',
    '--disable-host-loopback',
    `--mtu=${mtu ?? 65_520}`,
    ...['--ready-fd=3', '--exit-fd=4'],
    ...(ports.length === 0 ? [] : [`--api-socket=${socket}`]),
    ...(user === undefined ? [] : [`--userns-path=${user}`]),
    ...['--netns-type=path', network, name],
  ]
}

/** Requests to its socket, one for each published port. */
export function slirpRequests({ ports }: UserModePlan): string[] {
  return ports.flatMap(({ address, host, container, count, protocol }) =>
    Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        execute: 'add_hostfwd',
        arguments: {
          proto: protocol,
          host_addr: address ?? '0.0.0.0',
          host_port: host + index,
          guest_addr: SLIRP_ADDRESS,
          guest_port: container + index,
        },
      }),
    ),
  )
}

/** What its socket says against a request; undefined: nothing. */
export function slirpRefusal(answer: string): string | undefined {
  try {
    const { error } = JSON.parse(answer) as { readonly error?: { readonly desc?: string } }
    return error === undefined ? undefined : (error.desc ?? 'it gives no reason')
  } catch {
    return `its answer is ${JSON.stringify(answer.slice(0, 200))}`
  }
}
