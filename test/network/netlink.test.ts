// Requests of every kind against the kernel, and what ip(8) and tc(8) say happened.
import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { type Step, sendRequests, tryRequests } from '../../lib/network/host.ts'
import { parseAddress, parseCidr } from '../../lib/network/ip.ts'
import { readLinks } from '../../lib/network/links.ts'
import {
  deleteLink,
  dumpLinks,
  getLink,
  type NewLink,
  newLink,
  setBridgePort,
  setLink,
} from '../../lib/network/messages.ts'
import type { Request } from '../../lib/network/netlink.ts'
import { deleteQdisc, newQdisc } from '../../lib/network/qdiscs.ts'
import {
  deleteAddress,
  deleteRoute,
  dumpAddresses,
  dumpRoutes,
  newAddress,
  newNeighbour,
  newRoute,
  newRule,
  readAddresses,
  readRoutes,
} from '../../lib/network/routes.ts'
import { startHolder } from './holder.ts'

const context = { operation: 'test' }
const send = (...requests: readonly Request[]) =>
  sendRequests(
    requests.map((request) => ({ request })),
    context,
  )
const ip = (...args: readonly string[]): unknown => JSON.parse(execFileSync('ip', ['-j', ...args]).toString() || '[]')

const pair = (more: Partial<NewLink> = {}): Request =>
  newLink({ name: 'v0', index: 50, up: true, ...more, kind: 'veth', peer: { name: 'v1', index: 51 } })

afterEach(async () => {
  for (const name of ['v0', 'br7']) await tryRequests([{ request: deleteLink(name) }], context)
})

describe('links', () => {
  it('are made, ported, renamed and removed', async () => {
    await send(
      newLink({ name: 'br7', index: 60, up: true, mtu: 1400, address: '02:00:00:00:00:07', kind: 'bridge' }),
      pair({ master: 60, mtu: 1300 }),
      setLink('v0', { alias: 'web' }),
      setBridgePort('v0', { isolated: false }),
      setBridgePort(50, { hairpin: true, isolated: true }),
    )
    expect(ip('-d', 'link', 'show', 'v0')).toMatchObject([
      {
        ifindex: 50,
        ifalias: 'web',
        mtu: 1300,
        master: 'br7',
        flags: expect.arrayContaining(['UP']),
        linkinfo: { info_kind: 'veth', info_slave_data: { hairpin: true, isolated: true } },
      },
    ])
    await send(setLink(51, { name: 'eth7', mtu: 1200, address: '02:00:00:00:00:08' }), setLink(50, { master: 0 }))
    expect(ip('link', 'show', 'eth7')).toMatchObject([{ ifindex: 51, mtu: 1200, address: '02:00:00:00:00:08' }])
    const found = readLinks((await send(dumpLinks()))[0] ?? [])
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([
      ['lo', undefined],
      ['v0', 'veth'],
      ['eth7', 'veth'],
      ['br7', 'bridge'],
    ])
    expect(found[1]).toMatchObject({ index: 50, up: true, mtu: 1300, alias: 'web', master: undefined })
    expect(found[1]?.counters).toMatchObject({ rxBytes: expect.any(Number), txDropped: expect.any(Number) })
    await send(deleteLink('v0'))
    expect(readLinks((await send(dumpLinks()))[0] ?? []).map(({ name }) => name)).toEqual(['lo', 'br7'])
  })

  it('are made with one end in another network namespace, all in one call', async () => {
    await using holder = await startHolder()
    const netns = openSync(`/proc/${holder.pid}/ns/net`, 'r')
    const own = openSync('/proc/self/ns/net', 'r')
    const there = (request: Request): Step => ({ request, netns })
    try {
      const peer = { name: 'v0', netns: own }
      const answers = await sendRequests(
        [
          there(newLink({ name: 'eth0', index: 100, up: true, kind: 'veth', peer })),
          { request: setLink('v0', { up: true }) },
          there(newAddress({ index: 100, address: parseCidr('10.9.0.2/24') })),
          there(newAddress({ index: 100, address: parseCidr('fd09::2/64'), noDad: true })),
          there(newRoute({ gateway: parseAddress('10.9.0.1'), index: 100 })),
          there(newRoute({ gateway: parseAddress('fd09::1'), index: 100 })),
          there(dumpAddresses()),
          there(dumpRoutes(4)),
          there(getLink('eth0')),
        ],
        context,
      )
      const addresses = readAddresses(answers[6] ?? []).filter(({ index }) => index === 100)
      expect(addresses.filter(({ scope }) => scope === 0)).toEqual([
        { index: 100, address: parseCidr('10.9.0.2/24'), scope: 0, permanent: true },
        { index: 100, address: parseCidr('fd09::2/64'), scope: 0, permanent: true },
      ])
      expect(readRoutes(answers[7] ?? [])).toContainEqual({
        gateway: parseAddress('10.9.0.1'),
        index: 100,
        family: 4,
      })
      expect(readLinks(answers[8] ?? [])).toMatchObject([{ name: 'eth0', index: 100, up: true }])
    } finally {
      closeSync(netns)
      closeSync(own)
    }
  })
})

describe('addresses, routes, rules, neighbours, queues', () => {
  it('are made and removed', async () => {
    const address = { index: 50, address: parseCidr('10.9.0.1/24') }
    const route = { to: parseCidr('192.0.2.0/24'), gateway: parseAddress('10.9.0.9') }
    const rule = { family: 4, from: parseCidr('10.9.0.0/24'), table: 1000, priority: 77 } as const
    await send(
      pair(),
      setLink(51, { up: true }),
      newAddress({ ...address, broadcast: parseAddress('10.9.0.255') }),
      newRoute(route),
      newRule(rule),
      newNeighbour({ index: 50, address: parseAddress('10.9.0.9'), link: '02:00:00:00:00:0a' }),
      newQdisc(50, { kind: 'tbf', rate: 125_000, burst: 32 << 10, limit: 3000 }),
    )
    expect(ip('addr', 'show', 'v0')).toMatchObject([
      { addr_info: expect.arrayContaining([expect.objectContaining({ local: '10.9.0.1', broadcast: '10.9.0.255' })]) },
    ])
    expect(ip('route', 'show', '192.0.2.0/24')).toMatchObject([{ gateway: '10.9.0.9', dev: 'v0' }])
    expect(ip('rule', 'show', 'priority', '77')).toMatchObject([{ src: '10.9.0.0', srclen: 24, table: '1000' }])
    expect(ip('neigh', 'show', '10.9.0.9')).toMatchObject([{ lladdr: '02:00:00:00:00:0a', state: ['PERMANENT'] }])
    const qdisc = execFileSync('tc', ['qdisc', 'show', 'dev', 'v0']).toString()
    expect(qdisc).toContain('rate 1Mbit burst 32Kb')
    await send(deleteQdisc(50), deleteRoute(route), deleteAddress(address))
    expect(ip('route', 'show', '192.0.2.0/24')).toEqual([])
    expect(execFileSync('tc', ['qdisc', 'show', 'dev', 'v0']).toString()).not.toContain('tbf')
    execFileSync('ip', ['rule', 'del', 'priority', '77'])
  })
})

describe('a refusal', () => {
  it('stops the requests behind it, and has the kernel’s words', async () => {
    const wrong = newLink({ name: 'x0', kind: 'ifb' })
    const payload = Buffer.from(wrong.payload)
    payload.write('ifq', payload.indexOf('ifb'))
    const steps = [pair(), { ...wrong, payload }, deleteLink('v0')].map((request) => ({ request }))
    const { answers, refused } = await tryRequests(steps, context)
    expect(answers).toHaveLength(2)
    expect(refused).toMatchObject({ step: 1, error: { op: 'RTM_NEWLINK x0', errno: 'EOPNOTSUPP' } })
    expect(refused?.error.message).toBe(
      'test: RTM_NEWLINK x0: netlink: EOPNOTSUPP (Operation not supported): Unknown device type',
    )
    expect(ip('link', 'show', 'v0')).toMatchObject([{ ifname: 'v0' }])
  })

  it('points to the attribute it is about', async () => {
    const link = newLink({ name: 'a-name-that-is-too-long', kind: 'veth', peer: { name: 'v1' } })
    const { refused } = await tryRequests([{ request: link }], context)
    expect(refused?.error.detail).toMatch(/^.+ \(at byte \d+ of the request\)$/)
    await expect(send(getLink('none'))).rejects.toMatchObject({ errno: 'ENODEV', operation: 'test' })
  })
})
