// How pasta and slirp4netns are called.
import { describe, expect, it } from 'vitest'
import {
  pastaArguments,
  planUserMode,
  slirpArguments,
  slirpRefusal,
  slirpRequests,
} from '../../../lib/network/user-mode-plan.ts'

const files = { directory: '/n', pid: '/n/pid', log: '/n/log', socket: '/n/api' }
const inside = { network: '/proc/7/ns/net', user: '/proc/7/ns/user' }
const ports = ['8080:80', '[::1]:90-92:90-92', '53:53/udp']

describe('pasta', () => {
  it('is told where to go, what to forward, and to leave the host’s loopback alone', () => {
    const plan = planUserMode({ rootless: 'pasta', ports, mtu: 1400 })
    const text = pastaArguments(plan, inside, files, false).join(' ')
    expect(text).toBe(
      'pasta --config-net --quiet --ns-ifname eth0 --pid /n/pid --log-file /n/log --dns-forward 169.254.1.1 --mtu 1400' +
        ' --no-map-gw --tcp-ns none --udp-ns none --tcp-ports 8080:80 --tcp-ports ::1/90-92 --udp-ports 53' +
        ' --userns /proc/7/ns/user --netns /proc/7/ns/net',
    )
    const asRoot = pastaArguments(
      planUserMode({ rootless: 'pasta' }),
      { network: '/pin', user: undefined },
      files,
      true,
    )
    expect(asRoot.join(' ')).toMatch(/--runas 0 .* --tcp-ports none --udp-ports none --netns-only --netns \/pin$/)
  })
})

describe('slirp4netns', () => {
  it('is told where to go, and over its socket what to forward', () => {
    const plan = planUserMode({ rootless: 'slirp4netns', ports: ['127.0.0.1:8080-8081:80-81', '53:53/udp'] })
    expect(slirpArguments(plan, inside, files).join(' ')).toBe(
      '/n/slirp4netns --configure --enable-ipv6 --disable-host-loopback --mtu=65520 --ready-fd=3 --exit-fd=4' +
        ' --api-socket=/n/api --userns-path=/proc/7/ns/user --netns-type=path /proc/7/ns/net eth0',
    )
    expect(slirpRequests(plan).map((text) => JSON.parse(text).arguments)).toEqual([
      { proto: 'tcp', host_addr: '127.0.0.1', host_port: 8080, guest_addr: '10.0.2.100', guest_port: 80 },
      { proto: 'tcp', host_addr: '127.0.0.1', host_port: 8081, guest_addr: '10.0.2.100', guest_port: 81 },
      { proto: 'udp', host_addr: '0.0.0.0', host_port: 53, guest_addr: '10.0.2.100', guest_port: 53 },
    ])
    const quiet = planUserMode({ rootless: 'slirp4netns' })
    expect(slirpArguments(quiet, { network: '/pin', user: undefined }, files).join(' ')).not.toMatch(/api|userns/)
  })

  it('answers in JSON', () => {
    expect(slirpRefusal('{"return":{"id":1}}')).toBeUndefined()
    expect(slirpRefusal('{"error":{"desc":"no"}}')).toBe('no')
    expect(slirpRefusal('{"error":{}}')).toBe('it gives no reason')
    expect(slirpRefusal('')).toBe('its answer is ""')
  })
})

describe('a wish', () => {
  it.each([
    [{ ports: ['x'] }, 'is no published port'],
    [{ mtu: 1.5 }, 'mtu must be'],
    [{ dns: ['x'] }, 'dns'],
    [{ rootless: 'slirp4netns', ports: ['[::1]:80:80'] }, 'IPv4 addresses alone'],
  ] as const)('%j is refused', (wish, why) => {
    expect(() => planUserMode({ rootless: 'pasta', ...wish })).toThrow(why)
  })
})
