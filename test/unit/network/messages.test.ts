// Every request, byte by byte what ip(8), bridge(8) and tc(8) send for it (captured.json; scripts/capture-netlink.ts).
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAddress, parseCidr } from '../../../lib/network/ip.ts'
import { deleteLink, dumpLinks, newLink, setBridgePort, setLink } from '../../../lib/network/messages.ts'
import { encodeRequest, type Request } from '../../../lib/network/netlink.ts'
import { deleteQdisc, newQdisc } from '../../../lib/network/qdiscs.ts'
import {
  deleteAddress,
  deleteNeighbour,
  deleteRoute,
  deleteRule,
  newAddress,
  newNeighbour,
  newRoute,
  newRule,
} from '../../../lib/network/routes.ts'

const file = new URL('captured.json', import.meta.url)
const { captured } = JSON.parse(readFileSync(file, 'utf8')) as {
  captured: Record<string, { command: string; message: string }>
}

const v0 = 10
const rule = { family: 4, from: parseCidr('10.1.2.0/24'), table: 100, priority: 1000 } as const
const address = { index: v0, address: parseCidr('10.1.2.3/24') }

const ours: Readonly<Record<string, Request>> = {
  veth: newLink({ name: 'v2', index: 20, up: true, mtu: 1400, kind: 'veth', peer: { name: 'eth0' } }),
  'veth with addresses of its own': newLink({
    name: 'v2',
    address: '02:00:00:00:00:01',
    kind: 'veth',
    peer: { name: 'v3', address: '02:00:00:00:00:02', mtu: 9000, index: 30 },
  }),
  bridge: newLink({ name: 'br1', kind: 'bridge' }),
  'bridge with settings': newLink({
    name: 'br1',
    mtu: 1400,
    kind: 'bridge',
    vlanFiltering: true,
    stp: false,
    forwardDelay: 0,
  }),
  dummy: newLink({ name: 'd0', kind: 'dummy' }),
  macvlan: newLink({ name: 'm0', kind: 'macvlan', link: v0, mode: 'bridge' }),
  'macvlan private': newLink({
    name: 'm0',
    address: '02:00:00:00:00:03',
    kind: 'macvlan',
    link: v0,
    mode: 'private',
  }),
  ipvlan: newLink({ name: 'i0', kind: 'ipvlan', link: v0, mode: 'l2' }),
  'ipvlan l3 vepa': newLink({ name: 'i0', kind: 'ipvlan', link: v0, mode: 'l3', flag: 'vepa' }),
  vlan: newLink({ name: 'v0.5', kind: 'vlan', link: v0, id: 5 }),
  vxlan: newLink({
    name: 'x0',
    kind: 'vxlan',
    id: 42,
    link: v0,
    remote: parseAddress('192.0.2.9'),
    local: parseAddress('192.0.2.1'),
    port: 4789,
  }),
  ifb: newLink({ name: 'f0', kind: 'ifb' }),
  'delete link': deleteLink(v0),
  up: setLink(v0, { up: true }),
  down: setLink(v0, { up: false }),
  rename: setLink(v0, { name: 'eth7' }),
  mtu: setLink(v0, { mtu: 1300 }),
  address: setLink(v0, { address: '02:00:00:00:00:09' }),
  master: setLink(v0, { master: 12 }),
  'no master': setLink(v0, { master: 0 }),
  'name space': setLink(v0, { netns: 4 }),
  'name space and name': setLink(v0, { netns: 4, name: 'eth0' }),
  alias: setLink(v0, { alias: 'web' }),
  hairpin: setBridgePort(v0, { hairpin: true }),
  isolated: setBridgePort(v0, { isolated: true }),
  'links dump': dumpLinks(),
  'add address': newAddress(address),
  'add address with broadcast': newAddress({ ...address, broadcast: parseAddress('10.1.2.255') }),
  'add address v6': newAddress({ index: v0, address: parseCidr('fd00::5/64'), noDad: true }),
  'delete address': deleteAddress(address),
  'default route': newRoute({ gateway: parseAddress('10.1.2.1'), index: v0 }),
  'default route v6': newRoute({ gateway: parseAddress('fd00::1'), index: v0 }),
  'route to a net': newRoute({ to: parseCidr('192.0.2.0/24'), index: v0 }),
  'route with metric in a table': newRoute({
    to: parseCidr('192.0.2.0/24'),
    gateway: parseAddress('10.1.2.1'),
    metric: 50,
    table: 100,
  }),
  'replace route': newRoute({ to: parseCidr('198.51.100.0/24'), gateway: parseAddress('10.1.2.1') }, true),
  'blackhole route': newRoute({ to: parseCidr('203.0.113.0/24'), blackhole: true }),
  'local route': newRoute({ to: parseCidr('192.0.2.7/32'), index: v0, local: true }),
  'local route v6': newRoute({ to: parseCidr('::1/128'), index: v0, local: true }),
  'delete route': deleteRoute({ to: parseCidr('192.0.2.0/24'), gateway: parseAddress('10.1.2.1') }),
  rule: newRule(rule),
  'rule by mark': newRule({ family: 4, mark: 7, table: 100 }),
  'rule v6 by interface': newRule({ family: 6, incoming: 'v0', table: 100 }),
  'delete rule': deleteRule(rule),
  neighbour: newNeighbour({ index: v0, address: parseAddress('10.1.2.9'), link: '02:00:00:00:00:0a' }),
  'replace neighbour v6': newNeighbour(
    { index: v0, address: parseAddress('fd00::9'), link: '02:00:00:00:00:0a' },
    true,
  ),
  'delete neighbour': deleteNeighbour({ index: v0, address: parseAddress('10.1.2.9') }),
  tbf: newQdisc(v0, { kind: 'tbf', rate: 125_000, burst: 32 << 10, limit: 3000 }),
  'tbf replaced': newQdisc(
    v0,
    { kind: 'tbf', rate: 1_000_000, burst: 64 << 10, limit: 64 << 10 },
    { handle: 0x10000, replace: true },
  ),
  fq_codel: newQdisc(v0, {
    kind: 'fq_codel',
    limit: 1000,
    flows: 64,
    target: 5000,
    interval: 100_000,
    ecn: true,
  }),
  netem: newQdisc(v0, { kind: 'netem', delay: 10_000, loss: 0.01, limit: 1000 }),
  'delete qdisc': deleteQdisc(v0),
}

describe('requests', () => {
  it('are compared with everything that was captured', () => {
    expect(Object.keys(ours)).toEqual(Object.keys(captured))
  })

  it.each(Object.entries(ours))('%s', (name, request) => {
    const { command = '', message = '' } = captured[name] ?? {}
    expect(encodeRequest(request).toString('hex'), command).toBe(message)
  })

  it('say what they are', () => {
    expect(ours['veth']?.what).toBe('RTM_NEWLINK v2')
    expect(ours['default route']?.what).toBe('RTM_NEWROUTE default')
    expect(ours['add address v6']?.what).toBe('RTM_NEWADDR fd00::5/64')
  })

  it('take tables beyond 255 and interfaces by name', () => {
    const routed = newRoute({ to: parseCidr('192.0.2.0/24'), index: 1, table: 1000 }).payload
    expect([routed[4], routed.at(-4), routed.at(-3)]).toEqual([0, 0xe8, 3])
    const ruled = newRule({ family: 4, table: 1000 }).payload
    expect([ruled[4], ruled.at(-4), ruled.at(-3)]).toEqual([0, 0xe8, 3])
    expect(Buffer.from(deleteLink('eth0').payload).subarray(16).toString('hex')).toBe('090003006574683000000000')
  })

  it('refuse what is no MAC address', () => {
    expect(() => setLink(1, { address: '02:00' })).toThrow('is no MAC address')
  })
})
