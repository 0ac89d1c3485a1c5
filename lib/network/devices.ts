// Moves interfaces of the host into a container's network namespace, and back when it does not come to be. Effects.
//
// Spec: config-linux.md, Network Devices. When the namespace ends the kernel sends hardware home to the first network
// namespace and ends virtual interfaces (net/core/dev.c, default_device_exit_net); nothing of that is ours to do.
import type { Fd } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { type NetworkContext, type Step, sendRequests } from './host.ts'
import { type Link, readLinks } from './links.ts'
import { getLink, setLink } from './messages.ts'
import type { MovedDevice } from './plan.ts'
import { dumpAddresses, newAddress, type ReadAddress, readAddresses } from './routes.ts'

interface Moved {
  readonly device: MovedDevice
  readonly before: Link
  readonly addresses: readonly ReadAddress[]
}

/**
 * @param own descriptor of this process's network namespace
 * @param revert is told how to take each back as soon as it has gone
 * @throws ContainerError ERR_NOT_FOUND when there is no such interface, ERR_SYSTEM with the kernel's words
 */
export async function moveDevices(
  devices: readonly MovedDevice[],
  own: Fd,
  netns: Fd,
  context: NetworkContext,
  revert: (back: () => Promise<void>) => void,
): Promise<void> {
  for (const device of devices) {
    const moved = await look(device, context)
    const away = [
      { request: setLink(moved.before.index, { up: false }) },
      { request: relocate(moved.before.index, netns, device.name) },
    ]
    await sendRequests(away, context)
    revert(() => bring(moved, device.hostName, netns, own, moved.before.up, context))
    await settle(moved, device.name, netns, true, context)
  }
}

async function look(device: MovedDevice, context: NetworkContext): Promise<Moved> {
  const steps = [{ request: getLink(device.hostName) }, { request: dumpAddresses() }]
  const answers = await sendRequests(steps, context).catch((cause: unknown) => {
    if (!(cause instanceof ContainerError && cause.errno === 'ENODEV')) throw cause
    throw new ContainerError({
      code: 'ERR_NOT_FOUND',
      ...context,
      message: `/linux/netDevices: the host has no network interface ${device.hostName}`,
      cause,
    })
  })
  const [before] = readLinks(answers[0] ?? [])
  if (before === undefined)
    throw new ContainerError({ code: 'ERR_SYSTEM', ...context, message: `${device.hostName} has no answer` })
  const RT_SCOPE_UNIVERSE = 0
  const addresses = readAddresses(answers[1] ?? []).filter(
    ({ index, permanent, scope }) => index === before.index && permanent && scope === RT_SCOPE_UNIVERSE,
  )
  return { device, before, addresses }
}

const relocate = (index: number, netns: Fd, name: string) => setLink(index, { netns, name })

/** Gives it the addresses again that it lost on the way, and sets it up. */
async function settle(
  { addresses }: Moved,
  name: string,
  netns: Fd | undefined,
  up: boolean,
  context: NetworkContext,
): Promise<void> {
  const there = (request: Step['request']): Step => (netns === undefined ? { request } : { request, netns })
  const [answer = []] = await sendRequests([there(getLink(name))], context)
  const index = readLinks(answer)[0]?.index ?? 0
  await sendRequests(
    [
      ...addresses.map(({ address }) => there(newAddress({ index, address, noDad: address.family === 6 }))),
      ...(up ? [there(setLink(index, { up }))] : []),
    ],
    context,
  )
}

async function bring(
  moved: Moved,
  name: string,
  from: Fd,
  to: Fd,
  up: boolean,
  context: NetworkContext,
): Promise<void> {
  const [answer = []] = await sendRequests([{ request: getLink(moved.device.name), netns: from }], context)
  const index = readLinks(answer)[0]?.index ?? 0
  await sendRequests(
    [
      { request: setLink(index, { up: false }), netns: from },
      { request: relocate(index, to, name), netns: from },
    ],
    context,
  )
  await settle(moved, name, undefined, up, context)
}
