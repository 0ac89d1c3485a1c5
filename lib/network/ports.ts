// Published ports: which of the host's lead where. Pure.
import { type Address, formatAddress, parseAddress } from './ip.ts'
import { invalidNetwork } from './refusals.ts'

export interface PortMapping {
  /** Of the host; undefined: any of it. */
  readonly address?: string
  /** First port of the host. */
  readonly host: number
  /** First port of the container. */
  readonly container: number
  /** How many. */
  readonly count: number
  readonly protocol: 'tcp' | 'udp'
}

const FORM = /^(?:(\[[^\]]+\]|[\d.]+):)?(\d+)(?:-(\d+))?:(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/

/**
 * `[address:]host[-last]:container[-last][/protocol]`
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function parsePort(text: string): PortMapping {
  const [, at, first, last = first, inside, insideLast = inside, protocol = 'tcp'] = FORM.exec(text) ?? []
  const wrong = (why: string) =>
    invalidNetwork(
      `ports: ${JSON.stringify(text)} ${why}`,
      'write them as 8080:80, 127.0.0.1:53:53/udp or 8000-8009:80-89',
    )
  if (first === undefined || inside === undefined) throw wrong('is no published port')
  const [host, hostLast, container, containerLast] = [first, last, inside, insideLast].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  if (![host, hostLast, container, containerLast].every((port) => port > 0 && port < 65536))
    throw wrong('has no such port')
  const count = hostLast - host + 1
  if (count < 1 || count !== containerLast - container + 1) throw wrong('has ranges of different lengths')
  const common = { host, container, count, protocol: protocol as 'tcp' | 'udp' }
  const address = at === undefined ? undefined : anyToUndefined(parseAddress(at.replace(/^\[|\]$/g, ''), 'ports'))
  return address === undefined ? common : { ...common, address: formatAddress(address) }
}

/** `0.0.0.0` and `::` stand for all addresses of both families: the container is reached by either. */
const anyToUndefined = (address: Address): Address | undefined => (address.value === 0n ? undefined : address)

/** Whether some port of the host would lead to both. */
export function collide(a: PortMapping, b: PortMapping): boolean {
  const sameAddress = a.address === undefined || b.address === undefined || a.address === b.address
  return a.protocol === b.protocol && sameAddress && a.host < b.host + b.count && b.host < a.host + a.count
}

export function formatPort({ address, host, container, count, protocol }: PortMapping): string {
  const range = (first: number) => (count === 1 ? `${first}` : `${first}-${first + count - 1}`)
  const at = address === undefined ? '' : `${address.includes(':') ? `[${address}]` : address}:`
  return `${at}${range(host)}:${range(container)}/${protocol}`
}
