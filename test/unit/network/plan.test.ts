// What networks ask for, decided without a kernel: addresses, ports, rules, documents.
import { describe, expect, it } from 'vitest'
import {
  bridgeAddresses,
  connectRequests,
  DEFAULT_SUBNETS,
  hostLinkName,
  makeBridge,
  rateLimit,
  refuseOverlap,
  settingsOf,
} from '../../../lib/network/bridge-plan.ts'
import { parseCidr } from '../../../lib/network/ip.ts'
import {
  addLease,
  hostsText,
  isSameHolder,
  type Lease,
  type NetworkState,
  pickAddresses,
  refuseTakenPorts,
  removeLease,
  resolverText,
} from '../../../lib/network/leases.ts'
import { egressRules, networkRules, removeTable } from '../../../lib/network/nftables.ts'
import type { Network } from '../../../lib/network/options.ts'
import { planNetwork, refuseConnecting, withNetwork } from '../../../lib/network/plan.ts'
import { collide, formatPort, parsePort } from '../../../lib/network/ports.ts'
import { rootConfig, rootHost, userHost } from '../plan/fixtures.ts'

const settings = settingsOf({ name: 'br0', subnets: ['10.9.0.0/29', 'fd09::/125'] }, undefined)
const empty: NetworkState = { version: 1, bootId: 'b', settings, leases: [], last: [] }

function lease(number: number, more: Partial<Lease> = {}): Lease {
  const holder = { id: `c${number}`, stateDir: '/s', created: '2026-01-01' }
  const addresses = [`10.9.0.${number}/29`, `fd09::${number}/125`]
  return {
    ...holder,
    creator: { pid: 1, startTime: 1 },
    addresses,
    names: [`c${number}`],
    ports: [],
    link: 'l',
    ...more,
  }
}

const texts = (state: NetworkState, wanted: readonly string[] = []) =>
  pickAddresses(state, wanted).map(({ family, value, prefix }) => `${family}:${value & 0xffn}/${prefix}`)

describe('addresses', () => {
  it('are the next free ones behind the last, and begin anew at the end', () => {
    expect(texts(empty)).toEqual(['4:2/29', '6:2/125'])
    const one = addLease(empty, lease(2))
    expect(texts(one)).toEqual(['4:3/29', '6:3/125'])
    // Given back, it is not given out again at once.
    expect(texts(removeLease(one, lease(2)))).toEqual(['4:3/29', '6:3/125'])
    const last = addLease(one, lease(6))
    expect(texts(last)).toEqual(['4:3/29', '6:7/125'])
  })

  it('can be asked for, and run out', () => {
    expect(texts(empty, ['10.9.0.5'])).toEqual(['4:5/29', '6:2/125'])
    const full = [2, 3, 4, 5, 6].reduce((state, number) => addLease(state, lease(number)), empty)
    expect(() => pickAddresses(full, [])).toThrow('no address of 10.9.0.0/29 is free')
    expect(() => pickAddresses(full, ['10.9.0.4'])).toThrow('is taken')
    for (const reserved of ['10.9.0.0', '10.9.0.1', '10.9.0.7']) {
      expect(() => pickAddresses(empty, [reserved]), reserved).toThrow('is not for containers')
    }
    expect(() => pickAddresses(empty, ['10.8.0.2'])).toThrow('is in no subnet')
  })

  it('belong to one container of one time', () => {
    expect(isSameHolder(lease(2), { ...lease(2), created: 'later' })).toBe(false)
    expect(removeLease(addLease(empty, lease(2)), { ...lease(2), stateDir: '/t' }).leases).toHaveLength(1)
  })

  it('have names in hosts, and servers that can be reached in resolv.conf', () => {
    const state = addLease(empty, lease(2, { names: ['web', 'c2', 'web'] }))
    expect(hostsText(state)).toContain('10.9.0.2\tweb c2\nfd09::2\tweb c2\n')
    const host = '# x\nnameserver 127.0.0.53\nsearch example\nnameserver 192.0.2.1\noptions edns0\n'
    expect(resolverText(host, null)).toBe('search example\noptions edns0\nnameserver 192.0.2.1\n')
    expect(resolverText(host, ['192.0.2.9'])).toContain('nameserver 192.0.2.9\n')
  })
})

describe('settings', () => {
  it('are filled in, and kept', () => {
    expect(settingsOf({ name: 'x' }, undefined).subnets).toEqual(DEFAULT_SUBNETS)
    expect(settingsOf({ name: 'br0' }, settings)).toEqual(settings)
    expect(() => settingsOf({ name: 'br0', mtu: 1400 }, settings)).toThrow('exists with other settings')
  })

  it.each([
    [{ name: 'a name' }, '1 to 15 bytes'],
    [{ name: '.' }, '1 to 15 bytes'],
    [{ name: 'sixteen-bytes-xx' }, '1 to 15 bytes'],
    [{ name: 'x', subnets: [] }, 'one of each'],
    [{ name: 'x', subnets: ['10.0.0.0/8', '11.0.0.0/8'] }, 'one of each'],
    [{ name: 'x', subnets: ['10.0.0.0/31'] }, 'has no room'],
  ])('refuses %j', (wanted, why) => {
    expect(() => settingsOf(wanted, undefined)).toThrow(why)
  })

  it('refuses a net that is in use', () => {
    const used = [{ what: 'the other', net: parseCidr('10.9.0.0/16') }]
    expect(() => refuseOverlap(settings, used)).toThrow('10.9.0.0/29 overlaps the other')
    expect(() => refuseOverlap(settings, [])).not.toThrow()
  })
})

describe('requests of a bridge', () => {
  const holder = { id: 'a', stateDir: '/s', created: 't' }

  it('name the host’s end so that it is found again', () => {
    expect(hostLinkName(holder)).toMatch(/^lc[0-9a-f]{12}$/)
    expect(hostLinkName(holder)).toBe(hostLinkName({ ...holder }))
    expect(hostLinkName({ ...holder, created: 'u' })).not.toBe(hostLinkName(holder))
  })

  it('connect in one go, the pair from inside', () => {
    const place = { interface: 'eth0', hostLink: 'lc0', addresses: [parseCidr('10.9.0.2/29')] }
    const requests = connectRequests(place, settings, 9, 5)
    expect(requests.map(({ request, inside }) => `${inside ? 'in' : 'out'} ${request.what}`)).toEqual([
      'in RTM_NEWLINK eth0',
      'out RTM_NEWLINK lc0',
      'out RTM_NEWLINK lc0',
      'in RTM_NEWADDR 10.9.0.2/29',
      'in RTM_NEWROUTE default',
      'in RTM_NEWROUTE default',
    ])
    const internal = connectRequests({ ...place, bandwidth: { egress: 1e6 } }, { ...settings, internal: true }, 9, 5)
    expect(internal.at(-1)?.request.what).toBe('RTM_NEWQDISC tbf')
    expect(internal.some(({ request }) => request.what.includes('ROUTE'))).toBe(false)
  })

  it('give the bridge its first addresses', () => {
    expect(makeBridge(settings).what).toBe('RTM_NEWLINK br0')
    expect(bridgeAddresses(5, settings).map(({ what }) => what)).toEqual([
      'RTM_NEWADDR 10.9.0.1/29',
      'RTM_NEWADDR fd09::1/125',
    ])
    expect(() => rateLimit(1, 10)).toThrow('at least')
    expect(() => rateLimit(1, Number.NaN)).toThrow('at least')
  })
})

describe('ports', () => {
  it.each([
    ['8080:80', '8080:80/tcp'],
    ['53:53/udp', '53:53/udp'],
    ['127.0.0.1:8000-8009:80-89', '127.0.0.1:8000-8009:80-89/tcp'],
    ['[fd00:0::1]:80:80', '[fd00::1]:80:80/tcp'],
    ['0.0.0.0:80:80', '80:80/tcp'],
    ['[::]:80:80', '80:80/tcp'],
  ])('%s', (text, written) => {
    expect(formatPort(parsePort(text))).toBe(written)
  })

  it.each(['', '80', '80:', '0:80', '80:65536', '80-81:80', '81-80:1-2', '80:80/sctp', '1.2.3:80:80', 'x:80:80'])(
    'is not %j',
    (text) => {
      expect(() => parsePort(text)).toThrow(/^network: ports: /)
    },
  )

  it('collide when a port of the host would lead to two', () => {
    const [a, b] = [parsePort('8000-8009:1-10'), parsePort('8009:1')]
    expect(collide(a, b)).toBe(true)
    expect(collide(a, parsePort('8010:1'))).toBe(false)
    expect(collide(a, parsePort('8000:1/udp'))).toBe(false)
    expect(collide(parsePort('127.0.0.1:80:1'), parsePort('192.0.2.1:80:1'))).toBe(false)
    expect(() => refuseTakenPorts([lease(2, { ports: [a] })], [b])).toThrow('8009:1/tcp is taken by container c2')
  })
})

describe('rules', () => {
  const commands = (json: string) => (JSON.parse(json) as { nftables: Array<Record<string, unknown>> }).nftables
  const network = {
    name: 'br0',
    subnets: [parseCidr('10.9.0.0/29'), parseCidr('fd09::/125')],
    internal: false,
    isolated: false,
  }

  it('put a table in the place of the one before, in one transaction', () => {
    const table = { table: { family: 'inet', name: 'libcontainer_br0' } }
    expect(commands(networkRules(network, [])).slice(0, 3)).toEqual([{ add: table }, { delete: table }, { add: table }])
    expect(commands(removeTable('t'))).toHaveLength(2)
  })

  it('lead ports of the host to the addresses of their family', () => {
    const published = (port: string) =>
      networkRules(network, [
        { addresses: [parseCidr('10.9.0.2/29'), parseCidr('fd09::2/125')], ports: [parsePort(port)] },
      ])
    const count = (json: string) => json.match(/"dnat":\{/g)?.length
    // In prerouting and in output, of either family.
    expect(count(published('80:80'))).toBe(4)
    expect(count(published('192.0.2.1:80:80'))).toBe(2)
    expect(count(published('8000-8009:8000-8009'))).toBe(4)
    expect(count(published('8000-8009:80-89'))).toBe(40)
    expect(published('80:8080')).toContain('"dnat":{"family":"ip","addr":"10.9.0.2","port":8080}')
  })

  it('let nothing in that was not asked for, and nothing out of what is internal', () => {
    expect(networkRules(network, [])).not.toContain('"left":{"meta":{"key":"iifname"}},"right":"br0"}},{"drop":null}]')
    const closed = networkRules({ ...network, internal: true, isolated: true }, [])
    expect(closed).toContain('{"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"br0"}},{"drop":null}]')
    expect(closed.match(/"masquerade"/g)?.length).toBe(4)
    expect(networkRules(network, []).match(/"masquerade"/g)?.length).toBe(6)
  })

  it('of egress allow what is listed', () => {
    const rules = egressRules({ allow: [{ to: '192.0.2.0/24', ports: [443, '8000-8999'] }, { to: 'fd00::1' }] })
    expect(rules).toContain('"right":{"set":[443,{"range":[8000,8999]}]}')
    expect(rules).toContain('"right":"fd00::1"')
    expect(egressRules('deny')).not.toContain('daddr')
    for (const ports of [[], [0], ['9-8'], ['a'], ['1-2-3'], [65_536]]) {
      expect(() => egressRules({ allow: [{ to: '192.0.2.1', ports }] })).toThrow(/^network: egress: /)
    }
    expect(() => egressRules({ allow: [{ to: 'example.org' }] })).toThrow('is no IP address')
  })
})

describe('a document', () => {
  const files = { hosts: '/n/hosts', resolver: '/n/resolv.conf' }
  const types = (network: Network, path?: string) =>
    withNetwork(rootConfig(), network, path).linux?.namespaces?.filter(({ type }) => type === 'network')

  it('gets the network namespace that is asked for', () => {
    expect(types('none')).toEqual([{ type: 'network' }])
    expect(types('host')).toEqual([])
    expect(types({ share: 'x' }, '/proc/7/ns/net')).toEqual([{ type: 'network', path: '/proc/7/ns/net' }])
    expect(types({ bridge: { name: 'br0' } })).toEqual([{ type: 'network' }])
  })

  it('gets hosts and resolv.conf, unless it has its own', () => {
    const bridge = { bridge: { name: 'br0' } }
    const mounted = (config = rootConfig()) =>
      withNetwork(config, bridge, undefined, files).mounts?.filter(({ destination }) => destination.startsWith('/etc/'))
    expect(mounted()).toMatchObject([{ source: '/n/hosts' }, { source: '/n/resolv.conf' }])
    const own = { destination: '/etc/hosts', type: 'bind', source: '/mine' }
    const config = rootConfig((changed) => {
      changed.mounts = [own]
    })
    expect(mounted(config)).toMatchObject([own, { source: '/n/resolv.conf' }])
  })

  it('must not say otherwise', () => {
    const joining = rootConfig((config) => {
      config.linux = { ...config.linux, namespaces: [{ type: 'network', path: '/x' }] }
    })
    expect(() => withNetwork(joining, 'none')).toThrow('of its own choice')
    for (const wrong of ['bridge', null, {}, { bridge: { name: 'x' }, macvlan: {} }]) {
      expect(() => withNetwork(rootConfig(), wrong as Network), JSON.stringify(wrong)).toThrow(/^network: /)
    }
    for (const beyond of [{ egress: 'deny' }, { mac: '02:00:00:00:00:01' }, { bandwidth: { egress: 1e6 } }]) {
      const wish = { rootless: 'pasta', ...beyond } as unknown as Network
      expect(() => withNetwork(rootConfig(), wish)).toThrow('cannot be had with pasta')
    }
    expect(() => withNetwork(rootConfig(), { rootless: 'vpn' } as unknown as Network)).toThrow(
      "'pasta' or 'slirp4netns'",
    )
    for (const on of [{ macvlan: { parent: 'eth0' } }, { ipvlan: { parent: 'eth0' } }]) {
      const limited = { ...on, addresses: ['10.0.0.2/24'], bandwidth: { ingress: 1e6 } } as Network
      expect(() => withNetwork(rootConfig(), limited)).toThrow('bandwidth.ingress')
    }
    expect(() => refuseConnecting(userHost)).toThrow('CAP_NET_ADMIN')
    expect(() => refuseConnecting(rootHost)).not.toThrow()
    expect(() => withNetwork(rootConfig(), { bridge: { name: 'x' }, interface: 'a/b' })).toThrow('1 to 15 bytes')
  })

  it('with interfaces to move, or a network, has init wait', () => {
    const moving = rootConfig((config) => {
      config.linux = { ...config.linux, netDevices: { eth1: { name: 'eth0' }, eth2: {} } }
    })
    const wait = [{ op: 'sync', point: 'network', announce: false }]
    expect(planNetwork(moving, rootHost, false)).toEqual({
      devices: [
        { hostName: 'eth1', name: 'eth0' },
        { hostName: 'eth2', name: 'eth2' },
      ],
      wait,
    })
    expect(planNetwork(rootConfig(), rootHost, false)).toEqual({ devices: [], wait: [] })
    expect(planNetwork(rootConfig(), rootHost, true).wait).toEqual(wait)
    expect(() => planNetwork(moving, { ...rootHost, capabilities: 0n }, false)).toThrow('CAP_NET_ADMIN')
    expect(() => planNetwork(moving, { ...rootHost, inUserNamespace: true }, false)).toThrow('CAP_NET_ADMIN')
  })
})
