// What becomes of networks when things go wrong, and when there are many; and what a container is given beside addresses.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type BridgeWish, Container, type CreateOptions, type Network } from '../../lib/index.ts'
import { bridgeMac } from '../../lib/network/bridge-plan.ts'
import { HOST_STEPS } from '../../lib/runtime/create-options.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { runNode } from '../support/node-process.ts'
import { ask, askFrom, useStage } from './stage.ts'

const stage = useStage()
const serve = ['talk', 'serve', '7000']
const on = (more: Partial<BridgeWish> = {}, bridge: Partial<BridgeWish['bridge']> = {}): BridgeWish => ({
  bridge: { name: 'lct0', subnets: ['10.91.0.0/22', 'fd91::/64'], directory: stage.directory, ...bridge },
  ...more,
})
const links = () => execFileSync('ip', ['-o', 'link']).toString()

afterEach(() => {
  expect(links().match(/lct\w+|: lc\w+/)).toBeNull()
  expect(execFileSync('nft', ['list', 'tables']).toString()).toBe('')
  if (existsSync(stage.directory)) expect(readdirSync(stage.directory).filter((name) => name !== 'lock')).toEqual([])
})

describe('a creation that fails', () => {
  it.each(HOST_STEPS)('at the step %s leaves nothing of the network', async (failing) => {
    const onStep = (step: string) => {
      if (step === failing) throw new Error(`failed at ${step}`)
    }
    const options: CreateOptions = { stateDir: stage.bundle.stateDir, network: on({ ports: ['8080:80'] }), onStep }
    const creating = Container.create(stage.bundle.newId(), stage.config(serve), options)
    await expect(creating).rejects.toThrow(`failed at ${failing}`)
  })

  it('for want of a program leaves nothing of the network', async () => {
    await expect(stage.start(['nothing'], on())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  })

  it('because init fails meanwhile says so', async () => {
    const options: CreateOptions = { stateDir: stage.bundle.stateDir, network: on(), failAt: 1 }
    const creating = Container.create(stage.bundle.newId(), stage.config(serve), options)
    await expect(creating).rejects.toMatchObject({ step: 2 })
  })
})

const leases = () => JSON.parse(readFileSync(join(stage.directory, 'lct0', 'network.json'), 'utf8')).leases

async function killCreator(message: CreatorMessage): Promise<void> {
  const { signal, stderr } = await runNode('test/support/creator.ts', message)
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
}

describe('a creator that is killed', () => {
  it.each(HOST_STEPS)(
    'at %s: delete and the next mend it',
    async (killAt) => {
      const id = stage.bundle.newId()
      const options = { stateDir: stage.bundle.stateDir, stdio: 'ignore', network: on({ ports: ['8080:80'] }) } as const
      await killCreator({ operation: 'create', id, config: stage.config(serve), options, killAt })
      const isRecorded = HOST_STEPS.indexOf(killAt) > HOST_STEPS.indexOf('launch')
      if (isRecorded) {
        await Container.delete(id, { stateDir: stage.bundle.stateDir, force: true })
        return
      }
      // Nothing is there to be deleted: who comes next, by the same id, finds the lease of nobody.
      const taken = HOST_STEPS.indexOf(killAt) > HOST_STEPS.indexOf('network')
      await using _next = await stage.start(serve, on({ ports: ['8080:80'] }), { id })
      const [lease, ...others] = leases()
      expect(lease).toMatchObject({ id, addresses: [taken ? '10.91.0.3/22' : '10.91.0.2/22', expect.any(String)] })
      expect(others).toEqual([])
    },
    60_000,
  )

  it('before the machine was started anew has no lease', async () => {
    await using _kept = await stage.start(serve, on())
    const file = join(stage.directory, 'lct0', 'network.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId":"[^"]+"/, '"bootId":"another"'))
    await using _next = await stage.start(serve, on({ addresses: ['10.91.3.7'] }))
    expect(leases()).toMatchObject([{ addresses: [expect.stringMatching('10.91.3.7'), expect.any(String)] }])
  })

  it('half-way through making the bridge: the next makes it anew', async () => {
    // It has no address but that by which we know ours, no route, and is down.
    execFileSync('ip', ['link', 'add', 'lct0', 'address', bridgeMac('lct0'), 'type', 'bridge'])
    await using _container = await stage.start(serve, on())
    expect(await ask(stage.talk, 'tcp', '10.91.0.2', '7000')).toMatch(/to 10\.91\.0\.1$/)
  }, 60_000)

  it('with the machine, which forgets state, links and rules: the next makes all anew', async () => {
    const id = stage.bundle.newId()
    const options = { stateDir: stage.bundle.stateDir, stdio: 'ignore', network: on({ ports: ['8080:80'] }) } as const
    await killCreator({ operation: 'create', id, config: stage.config(serve), options, killAt: 'settle' })
    const [state, away] = [join(stage.bundle.stateDir, id), join(stage.bundle.directory, 'away')]
    renameSync(state, away)
    execFileSync('ip', ['link', 'del', 'lct0'])
    execFileSync('nft', ['flush', 'ruleset'])
    const file = join(stage.directory, 'lct0', 'network.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId":"[^"]+"/, '"bootId":"another"'))
    {
      await using next = await stage.start(serve, on({ ports: ['8080:7000'] }), { id: stage.bundle.newId() })
      expect(leases()).toMatchObject([{ id: next.id }])
      expect(await ask(stage.talk, 'tcp', '127.0.0.1', '8080')).toMatch(/ to /)
    }
    // What the kernel of a test does not forget.
    renameSync(away, state)
    await Container.delete(id, { stateDir: stage.bundle.stateDir, force: true })
  }, 60_000)
})

describe('many', () => {
  it('get different addresses at once, and leave nothing', async () => {
    const started = await Promise.all(Array.from({ length: 200 }, () => stage.start(['talk', 'wait'], on())))
    const held = JSON.parse(execFileSync('cat', [join(stage.directory, 'lct0', 'network.json')]).toString())
    const addresses = held.leases.flatMap((lease: { addresses: string[] }) => lease.addresses)
    expect(addresses).toHaveLength(400)
    expect(new Set(addresses).size).toBe(400)
    const [first, last] = [started[0], started.at(-1)]
    if (first === undefined || last === undefined) throw new Error('none')
    expect(await askFrom(first, 'tcp', last.id, '7000')).toBe('connect ECONNREFUSED')
    await Promise.all(started.map((container) => container.delete({ force: true })))
  }, 120_000)
})

describe('an egress policy', () => {
  it('lets pass what it allows, and refuses the rest at once', async () => {
    await using one = await stage.start(['talk', 'serve', '7000'], on({ addresses: ['10.91.0.2'] }))
    await using other = await stage.start(['talk', 'serve', '7001'], on({ addresses: ['10.91.0.3'] }))
    expect(one.id).not.toBe(other.id)
    const from = async (network: Network) => {
      await using asking = await stage.start(['talk', 'wait'], network)
      const asked = [
        ['tcp', '10.91.0.2', '7000'],
        ['udp', '10.91.0.2', '7000'],
        ['tcp', '10.91.0.3', '7001'],
        ['tcp', 'fd91::2', '7000'],
      ] as const
      const answers: string[] = []
      for (const each of asked) answers.push((await askFrom(asking, ...each)).replace(/.* to .*/, 'answered'))
      return answers
    }
    const refused = 'connect EHOSTUNREACH'
    expect(await from(on())).toEqual(Array(4).fill('answered'))
    expect(await from(on({ egress: 'deny' }))).toEqual([
      refused,
      expect.stringMatching(/^(connect|send|recv) E/),
      refused,
      expect.stringMatching(/^connect E/),
    ])
    const allow = [
      { to: '10.91.0.0/31', ports: [1] },
      { to: '10.91.0.2', ports: [1, '6999-7000'] },
      { to: 'fd91::/64' },
    ]
    const allowed = await from(on({ egress: { allow } }))
    expect([allowed[0], allowed[2], allowed[3]]).toEqual(['answered', refused, 'answered'])
    expect(allowed[1]).not.toBe('answered')
  }, 60_000)
})

describe('bandwidth and counters', () => {
  it('are of the container’s own interface', async () => {
    await using container = await stage.start(serve, on({ bandwidth: { ingress: 8_000_000, egress: 1_000_000 } }))
    const host = execFileSync('tc', ['qdisc', 'show']).toString()
    expect(host).toMatch(/tbf .* dev lc\w+ root .* rate 8Mbit/)
    const inside = execFileSync('nsenter', [
      '-n',
      '-t',
      String(container.process.pid),
      'tc',
      'qdisc',
      'show',
    ]).toString()
    expect(inside).toMatch(/tbf .* dev eth0 root .* rate 1Mbit/)
    const before = (await container.stats()).network
    expect(Object.keys(before ?? {}).sort()).toEqual(['eth0', 'lo'])
    expect(await askFrom(container, 'tcp', '10.91.0.1', '9')).toBe('connect ECONNREFUSED')
    const after = (await container.stats()).network
    expect(after?.['eth0']?.txBytes).toBeGreaterThan(before?.['eth0']?.txBytes ?? Number.NaN)
    expect(after?.['eth0']?.rxPackets).toBeGreaterThan(before?.['eth0']?.rxPackets ?? Number.NaN)
    await container.kill()
    await container.wait()
    expect((await container.stats()).network).toBeNull()
  })
})

describe('other networks', () => {
  it('none, host and another container’s', async () => {
    expect(await stage.say('ip -o link', 'none')).toMatch(/^1: lo: .*UP.*\n$/)
    await using owner = await stage.start(serve, on())
    expect(await stage.say('ip -o link', 'host')).toContain('lct0')
    const shared = { share: owner.id }
    expect(await stage.say('ip -o addr show eth0', shared)).toContain('10.91.0.2/22')
    await expect(stage.start(serve, { share: 'nobody' })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
    await owner.kill()
    await owner.wait()
    await expect(stage.start(serve, shared)).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  })

  it('are refused when the document or the word is wrong', async () => {
    const wrong = { bridge: { name: 'x' }, share: 'y' } as unknown as Network
    await expect(stage.start(serve, wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    await expect(stage.start(serve, 'bridge' as Network)).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    const gone = { macvlan: { parent: 'nothing0', addresses: ['10.1.1.1/24'] } }
    await expect(stage.start(serve, gone)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  })

  it.each(['macvlan', 'ipvlan'] as const)('%s, where the kernel has it', async (kind) => {
    execFileSync('ip', ['link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'up1'])
    try {
      const settings = { parent: 'up0', addresses: ['10.93.0.5/24'], gateways: ['10.93.0.1'], mtu: 1400 }
      const network = { [kind]: settings } as unknown as Network
      const said = await stage.say('ip -o addr show eth0; ip route', network).catch((error: unknown) => error)
      // A kernel without it says so in its own words.
      if (said instanceof Error) expect(said.message).toMatch(/RTM_NEWLINK eth0: .*EOPNOTSUPP.*Unknown device type/)
      else expect(said).toMatch(/10\.93\.0\.5\/24[\s\S]*default via 10\.93\.0\.1/)
    } finally {
      execFileSync('ip', ['link', 'del', 'up0'])
    }
  })
})

describe('linux.netDevices', () => {
  const withDevices = (args: readonly string[], netDevices: Record<string, { name?: string }>) => {
    const config = stage.config(args)
    return { ...config, linux: { ...config.linux, netDevices } }
  }
  const options = () => ({ stateDir: stage.bundle.stateDir })

  it('are moved, renamed, up, with their addresses, and gone with the container', async () => {
    execFileSync('ip', ['link', 'add', 'dev0', 'mtu', '1400', 'type', 'veth', 'peer', 'name', 'dev1'])
    execFileSync('ip', ['addr', 'add', '10.94.0.2/24', 'dev', 'dev0'])
    execFileSync('ip', ['addr', 'add', 'fd94::2/64', 'dev', 'dev0', 'nodad'])
    const config = withDevices(['talk', 'wait'], { dev0: { name: 'net7' } })
    const container = await Container.run(stage.bundle.newId(), config, options())
    expect(links()).not.toContain('dev0')
    const there = execFileSync('nsenter', ['-n', '-t', String(container.process.pid), 'ip', '-o', 'addr']).toString()
    expect(there).toMatch(/net7 +inet 10\.94\.0\.2\/24/)
    expect(there).toMatch(/net7 +inet6 fd94::2\/64/)
    const link = execFileSync('nsenter', ['-n', '-t', String(container.process.pid), 'ip', '-o', 'link']).toString()
    expect(link).toMatch(/net7@\S+: <[^>]*\bUP\b[^>]*> mtu 1400/)
    await container.delete({ force: true })
    await expect.poll(() => links(), { timeout: 10_000 }).not.toContain('dev1')
  })

  it('come back when the container does not come to be', async () => {
    execFileSync('ip', ['link', 'add', 'dev0', 'type', 'veth', 'peer', 'name', 'dev1'])
    execFileSync('ip', ['addr', 'add', '10.94.0.2/24', 'dev', 'dev0'])
    execFileSync('ip', ['link', 'set', 'dev0', 'up'])
    const config = withDevices(['nothing'], { dev0: { name: 'net7' } })
    await expect(Container.run(stage.bundle.newId(), config, options())).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
    })
    expect(execFileSync('ip', ['-o', 'addr', 'show', 'dev0']).toString()).toContain('10.94.0.2/24')
    expect(execFileSync('ip', ['-o', 'link', 'show', 'dev0']).toString()).toContain(',UP')
    const absent = withDevices(['talk', 'wait'], { dev0: {}, dev7: {} })
    await expect(Container.run(stage.bundle.newId(), absent, options())).rejects.toThrow(/no network interface dev7/)
    expect(links()).toContain('dev0')
    execFileSync('ip', ['link', 'del', 'dev0'])
  })
})
