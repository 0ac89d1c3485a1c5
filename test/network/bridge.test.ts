// Containers on a bridge: each other, names, the world beyond, ports, isolation, and that nothing is left.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BridgeWish } from '../../lib/index.ts'
import { startHolder } from './holder.ts'
import { ask, askFrom, useStage } from './stage.ts'

const stage = useStage()
const serve = ['talk', 'serve', '7000']

const on = (name: string, more: Partial<BridgeWish> = {}, bridge: Partial<BridgeWish['bridge']> = {}): BridgeWish => {
  const number = name === 'lct0' ? 91 : 92
  const subnets = [`10.${number}.0.0/24`, `fd${number}::/64`]
  return { bridge: { name, subnets, directory: stage.directory, ...bridge }, ...more }
}

const links = () => execFileSync('ip', ['-o', 'link']).toString()
const tables = () => execFileSync('nft', ['list', 'tables']).toString()

afterEach(() => {
  expect(links().match(/lct\w+|: lc\w+/)).toBeNull()
  expect(tables()).toBe('')
  expect(readdirSync(stage.directory)).toEqual(['lock'])
})

describe('a bridge', () => {
  it('gives addresses, routes, names and a resolver', async () => {
    const script = 'ip -o addr show eth0; ip route; ip -6 route; cat /etc/hosts /etc/resolv.conf; ip link show eth0'
    const network = on('lct0', { aliases: ['web'], mac: '02:00:00:00:00:77' }, { mtu: 1400, dns: ['192.0.2.53'] })
    const said = await stage.say(script, network)
    expect(said).toContain('inet 10.91.0.2/24')
    expect(said).toContain('inet6 fd91::2/64')
    expect(said).toContain('default via 10.91.0.1 dev eth0')
    expect(said).toContain('default via fd91::1 dev eth0')
    expect(said).toMatch(/10\.91\.0\.2\t\S+ web\n/)
    expect(said).toContain('nameserver 192.0.2.53\n')
    expect(said).toContain('mtu 1400')
    expect(said).toContain('02:00:00:00:00:77')
  })

  it('lets containers reach each other by address and name, and the host', async () => {
    await using one = await stage.start(serve, on('lct0', { aliases: ['one'] }))
    await using two = await stage.start(serve, on('lct0', { aliases: ['two'] }))
    expect(await askFrom(two, 'tcp', '10.91.0.2', '7000')).toMatch(/to 10\.91\.0\.3$/)
    expect(await askFrom(two, 'udp', 'fd91::2', '7000')).toMatch(/to fd91::3$/)
    expect(await askFrom(two, 'tcp', 'one', '7000')).toMatch(/to (10\.91\.0\.3|fd91::3)$/)
    // It was there first, and sees the name of who came later.
    expect(await askFrom(one, 'tcp', 'two', '7000')).toMatch(/to (10\.91\.0\.2|fd91::2)$/)
    expect(await ask(stage.talk, 'tcp', '10.91.0.3', '7000')).toMatch(/to 10\.91\.0\.1$/)
    expect(await ask(stage.talk, 'tcp', 'fd91::3', '7000')).toMatch(/to fd91::1$/)
  })

  it('leads out through the address of the host, and not in', async () => {
    await using world = await startHolder()
    const netns = `/proc/${world.pid}/ns/net`
    execFileSync('ip', ['link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'up1', 'netns', netns])
    execFileSync('ip', ['addr', 'add', '192.0.2.1/24', 'dev', 'up0'])
    execFileSync('ip', ['addr', 'add', '2001:db8::1/64', 'dev', 'up0', 'nodad'])
    execFileSync('ip', ['link', 'set', 'up0', 'up'])
    const inside =
      'ip addr add 192.0.2.2/24 dev up1; ip addr add 2001:db8::2/64 dev up1 nodad; ip link set up1 up; ip route add default via 192.0.2.1'
    world.run('sh', '-c', inside)
    await using served = await world.start(stage.talk, 'serve', '7000')
    expect(served.pid).toBeGreaterThan(0)
    await using container = await stage.start(
      serve,
      on('lct0', { ports: ['8080:7000', '8080:7000/udp', '8100-8102:8100-8102', '192.0.2.1:9000:7000'] }),
    )
    // The world has no route to the container: it answers to the host.
    expect(await askFrom(container, 'tcp', '192.0.2.2', '7000')).toMatch(/to 192\.0\.2\.1$/)
    expect(await askFrom(container, 'udp', '2001:db8::2', '7000')).toMatch(/to 2001:db8::1$/)
    const fromWorld = (...args: readonly string[]) => world.ask(stage.talk, ...args)
    expect(await fromWorld('tcp', '192.0.2.1', '8080')).toMatch(/to 192\.0\.2\.2$/)
    expect(await fromWorld('udp', '192.0.2.1', '8080')).toMatch(/to 192\.0\.2\.2$/)
    expect(await fromWorld('tcp', '2001:db8::1', '8080')).toMatch(/to 2001:db8::2$/)
    expect(await fromWorld('udp', '2001:db8::1', '8080')).toMatch(/to 2001:db8::2$/)
    expect(await fromWorld('tcp', '192.0.2.1', '9000')).toMatch(/to 192\.0\.2\.2$/)
    // Not published: with a route to it the world could ask it itself.
    expect(await fromWorld('tcp', '10.91.0.2', '7000')).toBe('connect EINPROGRESS')
    // The host, by its loopback address and by others; the container, by the port of the host.
    expect(await ask(stage.talk, 'tcp', '127.0.0.1', '8080')).toMatch(/to 10\.91\.0\.1$/)
    expect(await ask(stage.talk, 'udp', '127.0.0.1', '8080')).toMatch(/to 10\.91\.0\.1$/)
    expect(await ask(stage.talk, 'tcp', '192.0.2.1', '9000')).toMatch(/to 192\.0\.2\.1$|to 10\.91\.0\.1$/)
    expect(await ask(stage.talk, 'tcp', '127.0.0.1', '9000')).toBe('connect ECONNREFUSED')
    expect(await askFrom(container, 'tcp', '192.0.2.1', '8080')).toMatch(/to 10\.91\.0\.1$/)
    execFileSync('ip', ['link', 'del', 'up0'])
  }, 30_000)

  it('is reached by the host’s loopback address of either family, which is closed to containers', async () => {
    // Where packets of bridges are translated as they pass the bridge, those to ::1 are dropped behind it.
    const file = '/proc/sys/net/bridge/bridge-nf-call-ip6tables'
    if (existsSync(file)) writeFileSync(file, '0')
    await using container = await stage.start(serve, on('lct0', { ports: ['8080:7000', '8080:7000/udp'] }))
    await using _other = await stage.start(serve, on('lct1', { ports: ['8081:7000'] }))
    expect(await ask(stage.talk, 'tcp', '127.0.0.1', '8080')).toMatch(/to 10\.91\.0\.1$/)
    expect(await ask(stage.talk, 'tcp', '::1', '8081')).toMatch(/to fd92::1$/)
    expect(await ask(stage.talk, 'tcp', '::1', '8080')).toMatch(/to fd91::1$/)
    expect(await ask(stage.talk, 'udp', '::1', '8080')).toMatch(/to fd91::1$/)
    const server = spawn(stage.talk, ['serve', '7500'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(server.stdout, 'data')
    try {
      for (const address of ['127.0.0.1', '::1']) expect(await ask(stage.talk, 'tcp', address, '7500')).toMatch(/ to /)
      // Root in the container's network, which sends what it likes.
      const inside = ['-n', '-t', String(container.process.pid)]
      const forge =
        'sysctl -qw net.ipv4.conf.all.route_localnet=1; ip addr flush dev lo; ip route add 127.0.0.1 via 10.91.0.1 dev eth0 src 10.91.0.2; ip -6 route add ::1 via fd91::1 dev eth0 src fd91::2'
      execFileSync('nsenter', [...inside, 'sh', '-c', forge])
      const ofContainer = (address: string) =>
        execFileSync('sh', [
          '-c',
          `nsenter ${inside.join(' ')} ${stage.talk} ask tcp ${address} 7500 || true`,
        ]).toString()
      for (const address of ['127.0.0.1', '::1'])
        expect(ofContainer(address), address).toMatch(/^(connect|send|recv) E/)
    } finally {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
  }, 30_000)

  it('is closed to another bridge', async () => {
    await using one = await stage.start(serve, on('lct0'))
    await using two = await stage.start(serve, on('lct1'))
    expect(await askFrom(one, 'tcp', '10.92.0.2', '7000')).toBe('connect EINPROGRESS')
    expect(await askFrom(two, 'udp', 'fd91::2', '7000')).toBe('recv EAGAIN')
    // It is the rules that are in the way, not the routes.
    execFileSync('nft', ['flush', 'ruleset'])
    expect(await askFrom(one, 'tcp', '10.92.0.2', '7000')).toMatch(/to 10\.91\.0\.2$/)
    // And who comes next puts them back.
    await using three = await stage.start(serve, on('lct1'))
    expect(await askFrom(one, 'tcp', '10.92.0.3', '7000')).toBe('connect EINPROGRESS')
    expect(await askFrom(three, 'tcp', '10.92.0.2', '7000')).toMatch(/to 10\.92\.0\.3$/)
  }, 20_000)

  it('can keep its containers apart, or lead nowhere', async () => {
    await using one = await stage.start(serve, on('lct0', {}, { isolated: true }))
    await using two = await stage.start(serve, on('lct0', {}, { isolated: true }))
    expect(await askFrom(one, 'tcp', '10.91.0.3', '7000')).toMatch(/^connect E/)
    expect(await askFrom(two, 'tcp', '10.91.0.2', '7000')).toMatch(/^connect E/)
    expect(await stage.say('ip route', on('lct1', {}, { internal: true }))).not.toContain('default')
  }, 20_000)

  it('is there as often as containers come and go, and stays if it is to', async () => {
    const kept = on('lct0', {}, { keep: true })
    for (const last of [2, 3, 4]) expect(await stage.say('ip -o addr show eth0', kept)).toContain(`10.91.0.${last}/24`)
    expect(links()).toContain('lct0')
    expect(existsSync(join(stage.directory, 'lct0', 'network.json'))).toBe(true)
    const state = JSON.parse(readFileSync(join(stage.directory, 'lct0', 'network.json'), 'utf8'))
    expect(state.leases).toEqual([])
    // What is asked for anew says otherwise, which is refused; the network itself goes by hand.
    await expect(stage.start(serve, on('lct0', {}, { keep: false }))).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
    })
    execFileSync('ip', ['link', 'del', 'lct0'])
    execFileSync('nft', ['delete', 'table', 'inet', 'libcontainer_lct0'])
    execFileSync('rm', ['-r', join(stage.directory, 'lct0')])
  }, 20_000)

  it('uses a bridge that is there, and leaves it', async () => {
    execFileSync('ip', ['link', 'add', 'lct7', 'type', 'bridge'])
    try {
      execFileSync('ip', ['addr', 'add', '10.91.0.1/24', 'dev', 'lct7'])
      execFileSync('ip', ['link', 'set', 'lct7', 'up'])
      const there = on('lct7', {}, { subnets: ['10.91.0.0/24'] })
      {
        await using _one = await stage.start(serve, there)
        expect(await ask(stage.talk, 'tcp', '10.91.0.2', '7000')).toMatch(/to 10\.91\.0\.1$/)
      }
      expect(links()).toContain('lct7')
      expect(existsSync(join(stage.directory, 'lct7'))).toBe(false)
    } finally {
      execFileSync('ip', ['link', 'del', 'lct7'])
    }
  }, 20_000)
})

describe('what cannot be', () => {
  it.each([
    ['a name that is no name', on('a b'), 'ERR_INVALID_CONFIG'],
    ['an address of another net', on('lct0', { addresses: ['10.1.1.1'] }), 'ERR_INVALID_CONFIG'],
    ['the bridge’s own address', on('lct0', { addresses: ['10.91.0.1'] }), 'ERR_INVALID_CONFIG'],
    ['a port that is none', on('lct0', { ports: ['80'] }), 'ERR_INVALID_CONFIG'],
    ['a MAC address that is none', on('lct0', { mac: '02:00' }), 'ERR_INVALID_CONFIG'],
    [
      'ports of a network that leads nowhere',
      on('lct0', { ports: ['80:80'] }, { internal: true }),
      'ERR_INVALID_CONFIG',
    ],
    ['a net of the host', on('lct0', {}, { subnets: ['127.0.0.0/8'] }), 'ERR_INVALID_CONFIG'],
  ])('is refused, with nothing left: %s', async (_what, network, code) => {
    await expect(stage.start(serve, network)).rejects.toMatchObject({ code })
  })

  it('is refused beside others: an address, a port, a net', async () => {
    await using _one = await stage.start(serve, on('lct0', { addresses: ['10.91.0.9'], ports: ['8080:7000'] }))
    const again = [
      on('lct0', { addresses: ['10.91.0.9'] }),
      on('lct0', { ports: ['8000-8090:8000-8090'] }),
      on('lct1', { ports: ['127.0.0.1:8080:1'] }),
    ]
    for (const network of again)
      await expect(stage.start(serve, network)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
    const overlapping = on('lct1', {}, { subnets: ['10.91.0.0/16'] })
    await expect(stage.start(serve, overlapping)).rejects.toThrow(/overlaps/)
  })
})
