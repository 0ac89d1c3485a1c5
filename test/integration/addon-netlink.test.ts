// netlink: questions to the kernel's networking, in this network namespace or another, without entering it.
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { native } from '../../lib/addon.ts'
import { isRoot, namespacesOf, selfMaps, whileWaiting } from './addon-support.ts'

const [NLMSG_ERROR, NLMSG_DONE] = [2, 3]
const [RTM_NEWLINK, RTM_GETLINK] = [16, 18]
const [NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP] = [1, 4, 0x300]
const NETLINK_ROUTE = 0
const IFLA_IFNAME = 3

/** struct nlmsghdr and struct ifinfomsg. */
function request(type: number, flags: number, index = 0): Buffer {
  const message = Buffer.alloc(32)
  message.writeUInt32LE(message.length, 0)
  message.writeUInt16LE(type, 4)
  message.writeUInt16LE(flags, 6)
  message.writeUInt32LE(7, 8)
  message.writeInt32LE(index, 20)
  return message
}

const typeOf = (message: Buffer | undefined) => message?.readUInt16LE(4)

function interfaceName(link: Buffer): string {
  for (let offset = 32; offset < link.length; offset += (link.readUInt16LE(offset) + 3) & ~3) {
    const length = link.readUInt16LE(offset)
    if (link.readUInt16LE(offset + 2) === IFLA_IFNAME) return link.toString('utf8', offset + 4, offset + length - 1)
  }
  throw new Error('a link without a name')
}

async function listLinks(netns: number): Promise<string[]> {
  const messages = await native().netlink(NETLINK_ROUTE, [netns], [request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP)])
  expect(typeOf(messages.at(-1))).toBe(NLMSG_DONE)
  const links = messages.slice(0, -1)
  expect(links.map(typeOf)).toEqual(links.map(() => RTM_NEWLINK))
  return links.map(interfaceName).sort()
}

describe('netlink', () => {
  it('lists the links of this network namespace', async () => {
    expect(await listLinks(-1)).toEqual(
      readdirSync('/sys/class/net')
        .filter((name) => name !== 'bonding_masters')
        .sort(),
    )
  })

  it.runIf(isRoot)('lists those of another, and stays in its own', async () => {
    const before = namespacesOf('self')
    const netns = await whileWaiting({ idMaps: selfMaps(), cloneFlags: 0x40000000 | 0x10000000 }, ({ pid }) =>
      openSync(`/proc/${pid}/ns/net`, 'r'),
    )
    expect(await listLinks(netns)).toEqual(['lo'])
    closeSync(netns)
    expect(namespacesOf('self')).toEqual(before)
    const ofThreads = readdirSync('/proc/self/task').map((thread) => readlinkSync(`/proc/self/task/${thread}/ns/net`))
    expect(new Set(ofThreads)).toEqual(new Set([before['net']]))
  })

  it('gives the kernel’s refusal with its words', async () => {
    const messages = await native().netlink(
      NETLINK_ROUTE,
      [-1],
      [request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, 999_999)],
    )
    expect(messages.map(typeOf)).toEqual([NLMSG_ERROR])
    expect(messages[0]?.readInt32LE(16)).toBe(-19) // ENODEV
    // NLM_F_CAPPED: the request is not repeated, so that attributes follow at once.
    expect((messages[0]?.readUInt16LE(6) ?? 0) & 0x100).toBe(0x100)
  })

  it('gives an answer and the acknowledgement', async () => {
    const messages = await native().netlink(NETLINK_ROUTE, [-1], [request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, 1)])
    expect(messages.map(typeOf)).toEqual([RTM_NEWLINK, NLMSG_ERROR])
    expect(messages[1]?.readInt32LE(16)).toBe(0)
  })

  it('carries out requests in order, up to the first that is refused', async () => {
    const get = (index: number) => request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, index)
    const messages = await native().netlink(NETLINK_ROUTE, [-1, -1, -1], [get(1), get(999_999), get(1)])
    expect(messages.map(typeOf)).toEqual([RTM_NEWLINK, NLMSG_ERROR, NLMSG_ERROR])
    expect(messages.map((message) => message.readInt32LE(16)).slice(1)).toEqual([0, -19])
  })

  it('refuses what is no network namespace, and requests whose answer would not end', async () => {
    const dump = request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP)
    const none = openSync('/dev/null', 'r')
    await expect(native().netlink(NETLINK_ROUTE, [none], [dump])).rejects.toMatchObject({
      syscall: 'setns',
      code: 'EINVAL',
    })
    closeSync(none)
    await expect(native().netlink(200, [-1], [dump])).rejects.toMatchObject({
      syscall: 'socket AF_NETLINK',
      code: 'EPROTONOSUPPORT',
    })
    const wrong = [
      request(RTM_GETLINK, NLM_F_REQUEST),
      request(RTM_NEWLINK, NLM_F_REQUEST | 0x200),
      dump.subarray(0, 31),
      Buffer.alloc(3),
    ]
    expect(() => native().netlink(NETLINK_ROUTE, [], [dump])).toThrow(/must have its netns/)
    for (const each of wrong) expect(() => native().netlink(NETLINK_ROUTE, [-1], [each])).toThrow(/must be one message/)
  })
})
