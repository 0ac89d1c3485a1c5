// What has gone through the interfaces of a network namespace. Effects.
import type { Fd } from '../addon.ts'
import { type NetworkContext, sendRequests } from './host.ts'
import { type LinkCounters, readLinks } from './links.ts'
import { dumpLinks } from './messages.ts'

export type { LinkCounters } from './links.ts'

/** By the name of the interface. */
export async function readCounters(netns: Fd, context: NetworkContext): Promise<Record<string, LinkCounters>> {
  const [answer = []] = await sendRequests([{ request: dumpLinks(), netns }], context)
  const counted = readLinks(answer).flatMap(({ name, counters }) => (counters === undefined ? [] : [[name, counters]]))
  return Object.fromEntries(counted)
}
