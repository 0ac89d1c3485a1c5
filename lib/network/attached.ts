// Interfaces on one of the host's: macvlan and ipvlan. Effects.
import type { Fd } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { INSIDE_INDEX, rateLimit } from './bridge-plan.ts'
import { type NetworkContext, type Step, sendRequests } from './host.ts'
import { parseAddress, parseCidr } from './ip.ts'
import { readLinks } from './links.ts'
import { getLink, type NewLink, newLink, setLink } from './messages.ts'
import type { Request } from './netlink.ts'
import type { InterfaceWish, IpvlanWish, MacvlanWish, StaticInterface } from './options.ts'
import { newAddress, newRoute } from './routes.ts'

/**
 * Makes the interface in the container's network namespace, which it ends with.
 * @throws ContainerError ERR_NOT_FOUND when the host has no such interface, ERR_SYSTEM with the kernel's words
 */
export async function attachInterface(
  wish: MacvlanWish | IpvlanWish,
  netns: Fd,
  context: NetworkContext,
): Promise<void> {
  const settings = 'macvlan' in wish ? wish.macvlan : wish.ipvlan
  const link = await findParent(settings.parent, context)
  const steps = [
    { request: newLink(linkOf(wish, link, netns)) },
    ...insideRequests(settings, wish).map((request) => ({ request, netns })),
  ]
  await sendRequests(steps satisfies Step[], context)
}

async function findParent(name: string, context: NetworkContext): Promise<number> {
  const [answer = []] = await sendRequests([{ request: getLink(name) }], context).catch((cause: unknown) => {
    if (!(cause instanceof ContainerError && cause.errno === 'ENODEV')) throw cause
    const message = `network: the host has no network interface ${name}`
    throw new ContainerError({ code: 'ERR_NOT_FOUND', ...context, message, cause })
  })
  return readLinks(answer)[0]?.index ?? 0
}

function linkOf(wish: MacvlanWish | IpvlanWish, link: number, netns: Fd): NewLink {
  const { interface: name = 'eth0', mac } = wish
  const mtu = 'macvlan' in wish ? wish.macvlan.mtu : wish.ipvlan.mtu
  const common = {
    name,
    index: INSIDE_INDEX,
    netns,
    ...(mac === undefined ? {} : { address: mac }),
    ...(mtu === undefined ? {} : { mtu }),
  }
  if ('macvlan' in wish) return { ...common, kind: 'macvlan', link, mode: wish.macvlan.mode ?? 'bridge' }
  return { ...common, kind: 'ipvlan', link, mode: wish.ipvlan.mode ?? 'l2' }
}

function insideRequests({ addresses, gateways = [] }: StaticInterface, { bandwidth }: InterfaceWish): Request[] {
  const index = INSIDE_INDEX
  return [
    setLink(index, { up: true }),
    ...addresses.map((text) => newAddress({ index, address: parseCidr(text, 'addresses') })),
    ...gateways.map((text) => newRoute({ gateway: parseAddress(text, 'gateways'), index })),
    ...(bandwidth?.egress === undefined ? [] : [rateLimit(index, bandwidth.egress)]),
  ]
}
