// Containers that pasta and slirp4netns connect: out, in by published ports, and that their program ends with them. Run as
// root, and by test/rootless/network.test.ts as who has no privilege.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isRoot } from '../support/bundle.ts'
import { startHolder } from './holder.ts'
import { ask, askFrom } from './stage.ts'
import { helpers, on, programs, serve, startServer, useUserModeStage } from './user-mode-stage.ts'

const stage = useUserModeStage()

describe.each(programs)('%s', (program) => {
  it('leads out, and in by published ports', async () => {
    await using _served = await startServer(stage)
    // pasta of 2023 loses answers over UDP between ports of different numbers.
    const ports = ['8095:7000', '7000:7000/udp', '127.0.0.1:8096-8097:7000-7001']
    await using container = await stage.start(serve, on(program, { ports }))
    expect(helpers()).toHaveLength(1)
    const inside = (...args: readonly string[]) => askFrom(container, ...args)
    const outside = (...args: readonly string[]) => ask(stage.talk, ...args)
    const answered = /^\S* ?to \S+$/
    expect(await inside('tcp', '198.51.100.1', '7500')).toMatch(answered)
    expect(await inside('udp', '198.51.100.1', '7500')).toMatch(answered)
    expect(await outside('tcp', '127.0.0.1', '8095')).toMatch(answered)
    // The answer would go to the host's loopback, which slirp4netns is told not to lead to.
    if (program === 'pasta') expect(await outside('udp', '127.0.0.1', '7000')).toMatch(answered)
    expect(await outside('tcp', '127.0.0.1', '8096')).toMatch(answered)
    expect(await outside('tcp', '198.51.100.1', '8096')).toBe('connect ECONNREFUSED')
    const by6 = program === 'pasta' ? answered : /^connect ECONNREFUSED$/
    expect(await outside('tcp', '::1', '8095')).toMatch(by6)
  }, 60_000)

  // Another network namespace takes privilege.
  it.runIf(isRoot)(
    'is reached from another machine',
    async () => {
      await using world = await startHolder()
      // The pair goes with the namespace.
      execFileSync('ip', [
        'link',
        'add',
        'far0',
        'type',
        'veth',
        'peer',
        'name',
        'far1',
        'netns',
        `/proc/${world.pid}/ns/net`,
      ])
      execFileSync('ip', ['addr', 'add', '203.0.113.1/24', 'dev', 'far0'])
      execFileSync('ip', ['link', 'set', 'far0', 'up'])
      world.run('ip', 'addr', 'add', '203.0.113.2/24', 'dev', 'far1')
      world.run('ip', 'link', 'set', 'far1', 'up')
      const ports = ['8095:7000', '7000:7000/udp', '203.0.113.1:8096:7000', '127.0.0.1:8097:7000']
      await using _container = await stage.start(serve, on(program, { ports }))
      const answered = program === 'pasta' ? /to 203\.0\.113\.2$/ : /to (203\.0\.113\.2|10\.0\.2\.2)$/
      expect(await world.ask(stage.talk, 'tcp', '203.0.113.1', '8095')).toMatch(answered)
      expect(await world.ask(stage.talk, 'udp', '203.0.113.1', '7000')).toMatch(answered)
      expect(await world.ask(stage.talk, 'tcp', '203.0.113.1', '8096')).toMatch(answered)
      expect(await world.ask(stage.talk, 'tcp', '203.0.113.1', '8097')).toBe('connect ECONNREFUSED')
      execFileSync('ip', ['link', 'del', 'far0'])
    },
    60_000,
  )

  it('does not lead to the host’s loopback', async () => {
    await using _served = await startServer(stage)
    await using container = await stage.start(serve, on(program))
    for (const address of ['127.0.0.1', '10.0.2.2', '192.0.2.254', '::1']) {
      expect(await askFrom(container, 'tcp', address, '7500'), address).toMatch(/^(connect|recv) E/)
    }
  }, 60_000)

  it('gives the container an interface, names and a resolver', async () => {
    const script = 'ip -o addr show net1; ip route; cat /etc/hosts /etc/resolv.conf; ip link show net1'
    const said = await stage.say(script, on(program, { interface: 'net1', mtu: 1400 }))
    expect(said).toMatch(program === 'pasta' ? /inet 192\.0\.2\.1\/24/ : /inet 10\.0\.2\.100\/24/)
    expect(said).toMatch(/default via .* dev net1/)
    expect(said).toContain('mtu 1400')
    expect(said).toMatch(/^(127\.0\.1\.1|10\.0\.2\.100)\tit-/m)
    expect(said).toContain(`nameserver ${program === 'pasta' ? '169.254.1.1' : '10.0.2.3'}\n`)
    expect(await stage.say('cat /etc/resolv.conf', on(program, { dns: ['192.0.2.53'] }))).toContain(
      'nameserver 192.0.2.53\n',
    )
  }, 60_000)

  it('ends with the container, before that is deleted', async () => {
    const container = await stage.start(serve, on(program))
    expect(helpers()).toHaveLength(1)
    await container.kill()
    await container.wait()
    await expect.poll(helpers, { timeout: 20_000 }).toEqual([])
    await container.delete()
  }, 60_000)
})
