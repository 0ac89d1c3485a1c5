// What becomes of pasta and slirp4netns when things go wrong. Run as root, and by test/rootless/network.test.ts as an
// ordinary user.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Container, type Network } from '../../lib/index.ts'
import { HOST_STEPS } from '../../lib/runtime/create-options.ts'
import { isRoot } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { runNode } from '../support/node-process.ts'
import {
  directory,
  helpers,
  on,
  onlyHelper,
  programs,
  serve,
  startServer,
  useUserModeStage,
} from './user-mode-stage.ts'

const stage = useUserModeStage()

describe.each(programs)('%s', (program) => {
  it('is told of when it ends before the container', async () => {
    await using container = await stage.start(serve, on(program))
    const loaded = await Container.load(container.id, { stateDir: stage.bundle.stateDir })
    const pid = onlyHelper()
    let following = 0
    const told = async (each: Container) => {
      for await (const event of each.events()) {
        // Both follow it by now.
        if (event.type === 'created' && ++following === 2) process.kill(pid, 'SIGKILL')
        if (event.type === 'networkLost') return event.message
      }
      return 'nothing'
    }
    const lost = `${program}, which gave the container its network, has ended`
    expect(await Promise.all([told(container), told(loaded)])).toEqual([lost, lost])
    // And to who asks later.
    expect(await told(loaded)).toMatch('has ended')
    expect(await container.status()).toBe('running')
  }, 60_000)

  it('says why it cannot', async () => {
    await using _served = await startServer(stage)
    const error: unknown = await stage
      .start(serve, on(program, { ports: ['7500:7000'] }))
      .catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'ERR_SYSTEM', op: program, hint: expect.stringContaining('is in use') })
  }, 60_000)

  it.each(HOST_STEPS)('is not left by a creation that fails at the step %s', async (failing) => {
    const onStep = (step: string) => {
      if (step === failing) throw new Error(`failed at ${step}`)
    }
    await expect(stage.start(serve, on(program), { onStep })).rejects.toThrow(`failed at ${failing}`)
  })

  it('is not left by a creation that is aborted', async () => {
    const aborting = new AbortController()
    const onStep = (step: string) => {
      if (step === 'connect') setImmediate(() => aborting.abort(new Error('enough')))
    }
    const starting = stage.start(serve, on(program), { onStep, signal: aborting.signal })
    await expect(starting).rejects.toThrow('enough')
  })

  it.each(['launch', 'follow', 'hooks', 'settle'] as const)(
    'is ended after its creator was killed at the step %s',
    async (killAt) => {
      const id = stage.bundle.newId()
      const options = { stateDir: stage.bundle.stateDir, stdio: 'ignore', network: on(program) } as const
      const message: CreatorMessage = { operation: 'create', id, config: stage.config(serve), options, killAt }
      const { signal, stderr } = await runNode('test/support/creator.ts', message)
      expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
      if (killAt !== 'launch') await Container.delete(id, { stateDir: stage.bundle.stateDir, force: true })
      else await (await stage.start(serve, on(program), { id })).delete({ force: true })
    },
    60_000,
  )

  it('is found though its creator was killed before it wrote down who it is', async () => {
    const container = await stage.start(serve, on(program))
    const [tag = ''] = readdirSync(join(directory, program))
    const record = join(directory, program, tag, 'attachment.json')
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ own: { helper: { pid: onlyHelper() } } })
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"helper":\{[^}]*\}/, '"helper":null'))
    await container.delete({ force: true })
  }, 60_000)

  it('of another boot is nobody', async () => {
    const container = await stage.start(serve, on(program))
    const pid = onlyHelper()
    const [tag = ''] = readdirSync(join(directory, program))
    const record = join(directory, program, tag, 'attachment.json')
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"bootId":"[^"]+"/, '"bootId":"another"'))
    await using _next = await stage.start(serve, on(program))
    expect(existsSync(record)).toBe(false)
    // It was not killed. pasta may end by itself, since the mount of the namespace has gone.
    if (program === 'slirp4netns') expect(helpers()).toContain(pid)
    await container.delete({ force: true })
  }, 60_000)
})

describe('what cannot be', () => {
  it.each([
    ['another program', { rootless: 'vpnkit' }, 'ERR_INVALID_CONFIG'],
    ['a port that is none', on('pasta', { ports: ['x'] }), 'ERR_INVALID_CONFIG'],
    ['an MTU that is none', on('pasta', { mtu: 1 }), 'ERR_INVALID_CONFIG'],
    ['a name server that is none', on('pasta', { dns: ['x'] }), 'ERR_INVALID_CONFIG'],
    ['IPv6 ports of slirp4netns', on('slirp4netns', { ports: ['[::1]:80:80'] }), 'ERR_UNSUPPORTED'],
    ['an egress policy', { ...on('pasta'), egress: 'deny' }, 'ERR_UNSUPPORTED'],
  ])('is refused: %s', async (_what, network, code) => {
    await expect(stage.start(serve, network as Network)).rejects.toMatchObject({ code })
  })

  // It takes covering a program of the machine.
  it.runIf(isRoot).each(programs)(
    'is refused with what to install: without %s',
    async (program) => {
      const id = stage.bundle.newId()
      const options = { stateDir: stage.bundle.stateDir, stdio: 'ignore', network: on(program) } as const
      const message: CreatorMessage = { operation: 'create', id, config: stage.config(serve), options }
      const script = `for d in /usr/sbin /sbin /usr/bin /bin; do [ ! -e $d/${program} ] || mount --bind /dev/null $d/${program}; done; exec "$@"`
      const { code, stderr } = await runNode('test/support/creator.ts', message, {
        wrapper: ['unshare', '-m', 'sh', '-c', script, 'sh'],
      })
      expect(code).toBe(1)
      expect(stderr).toMatch(new RegExp(`the program ${program} is not installed\\n +install the package`))
    },
    60_000,
  )
})
