// What CNI plugins are told, and what becomes of their answers: with plugins that only write down how they were called.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CniConfigList, type CniNetwork, type CniWish, Container, isContainerError } from '../../lib/index.ts'
import { HOST_STEPS } from '../../lib/runtime/create-options.ts'
import { RUN } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { runNode } from '../support/node-process.ts'
import { useStage } from './stage.ts'

const stage = useStage()
const serve = ['talk', 'serve', '7000']
const scratch = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}cni-`))
const plugins = join(scratch, 'bin')
const directory = join(scratch, 'attached')

interface Call {
  readonly type: string
  readonly command: string
  readonly id: string
  readonly netns: string
  readonly interface: string
  readonly args: string
  readonly path: string
  readonly env: string
  readonly input: Record<string, unknown>
}

beforeAll(() => {
  mkdirSync(plugins)
  copyFileSync(fileURLToPath(new URL('fake-plugin.sh', import.meta.url)), join(plugins, 'fake-plugin'))
  chmodSync(join(plugins, 'fake-plugin'), 0o755)
  for (const type of ['first', 'second', 'third']) symlinkSync('fake-plugin', join(plugins, type))
})
afterAll(() => rmSync(scratch, { recursive: true }))
beforeEach(() => writeFileSync(join(plugins, 'log'), ''))
afterEach(() => {
  for (const name of readdirSync(plugins)) if (name.includes('.')) rmSync(join(plugins, name))
  // Not a record, not a mount.
  if (existsSync(directory)) expect(readdirSync(directory).filter((name) => name !== 'lock')).toEqual([])
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(directory)
})

const list: CniConfigList = {
  cniVersion: '1.0.0',
  name: 'fake',
  plugins: [
    { type: 'first', own: { setting: true } },
    { type: 'second', capabilities: { portMappings: true, mac: false } },
    { type: 'third', capabilities: { portMappings: true, ipRanges: true } },
  ],
}
const on = (more: Partial<CniNetwork> = {}, wish: Partial<CniWish> = {}): CniWish => ({
  cni: { config: list, plugins: [plugins], directory, ...more },
  ...wish,
})
/** What a plugin does instead. */
const instead = (type: string, command: string, script: string) =>
  writeFileSync(join(plugins, `${type}.${command}`), `${script}\n`)
const calls = (): Call[] => {
  const lines = readFileSync(join(plugins, 'log'), 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Call).filter(({ command }) => command !== 'VERSION')
}
const order = () => calls().map(({ command, type }) => `${command} ${type}`)
const added = ['ADD first', 'ADD second', 'ADD third']
const deleted = ['DEL third', 'DEL second', 'DEL first']

describe('plugins', () => {
  it('are added in order, checked, and deleted in reverse, each with what the specification says', async () => {
    const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' as const }]
    const ipRanges = [[{ subnet: '10.99.0.0/24' }]]
    const wish = on(
      { capabilities: { portMappings, ipRanges }, args: { IgnoreUnknown: '1', K8S: 'x' } },
      { interface: 'net1' },
    )
    const container = await stage.start(serve, wish)
    const [first, second, third] = calls()
    expect(order()).toEqual(added)
    expect(first).toMatchObject({
      id: expect.stringMatching(/^[a-z\d][\w.-]*-[\da-f]{12}$/i),
      interface: 'net1',
      args: 'IgnoreUnknown=1;K8S=x',
      path: plugins,
      input: { cniVersion: '1.0.0', name: 'fake', type: 'first', own: { setting: true } },
    })
    expect(Object.keys(first?.input ?? {}).sort()).toEqual(['cniVersion', 'name', 'own', 'type'])
    // Nothing of this program's environment.
    expect(first?.env).toBe('CNI_ARGS CNI_COMMAND CNI_CONTAINERID CNI_IFNAME CNI_NETNS CNI_PATH PATH PWD ')
    expect(second?.input).toEqual({
      cniVersion: '1.0.0',
      name: 'fake',
      type: 'second',
      runtimeConfig: { portMappings },
      prevResult: {
        cniVersion: '1.0.0',
        interfaces: [{ name: 'first' }],
        ips: [{ address: '10.99.0.7/24' }],
        dns: { nameservers: ['192.0.2.53'], search: ['fake.test'] },
      },
    })
    expect(third?.input).toMatchObject({
      runtimeConfig: { portMappings, ipRanges },
      prevResult: { interfaces: [{ name: 'second' }] },
    })
    const last = { interfaces: [{ name: 'third' }] }
    writeFileSync(join(plugins, 'log'), '')
    expect(await container.checkNetwork()).toMatchObject(last)
    expect(order()).toEqual(['CHECK first', 'CHECK second', 'CHECK third'])
    for (const call of calls()) expect(call).toMatchObject({ netns: first?.netns, input: { prevResult: last } })
    await container.kill()
    await container.wait()
    await expect(container.checkNetwork()).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
    writeFileSync(join(plugins, 'log'), '')
    await container.delete()
    expect(order()).toEqual(deleted)
    // The namespace is kept until they are done.
    for (const call of calls())
      expect(call).toMatchObject({ netns: first?.netns, id: first?.id, input: { prevResult: last } })
  })

  it('give the container its hosts and resolv.conf', async () => {
    const said = await stage.say('cat /etc/hosts /etc/resolv.conf; ip -o link', on())
    expect(said).toMatch(/^10\.99\.0\.7\tit-\S+$/m)
    expect(said).toMatch(/^nameserver 192\.0\.2\.53\nsearch fake\.test$/m)
  })

  it('are agreed on a version with', async () => {
    const versions = (...supported: string[]) =>
      `echo '${JSON.stringify({ cniVersion: '1.0.0', supportedVersions: supported })}'; exit`
    const each = async (given: Partial<CniConfigList>) => {
      // Asked again when the file is another.
      for (const type of ['first', 'second', 'third']) {
        rmSync(join(plugins, type))
        copyFileSync(join(plugins, 'fake-plugin'), join(plugins, type))
      }
      writeFileSync(join(plugins, 'log'), '')
      await using _container = await stage.start(serve, on({ config: { ...list, ...given } }))
      return calls().map(({ input }) => input['cniVersion'])
    }
    expect(await each({ cniVersions: ['0.4.0', '1.1.0'] })).toEqual(Array(3).fill('1.1.0'))
    instead('second', 'VERSION', versions('0.3.0', '0.4.0'))
    expect(await each({ cniVersions: ['0.4.0', '1.1.0'] })).toEqual(Array(3).fill('0.4.0'))
    await expect(each({})).rejects.toThrow(/no version is common[\s\S]*second speaks 0\.3\.0, 0\.4\.0/)
    await expect(each({ cniVersion: '9.0.0' })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
    instead('second', 'VERSION', 'echo no json; exit')
    await expect(each({})).rejects.toThrow(/second speaks 0\.1\.0/)
    instead('second', 'VERSION', 'echo broken >&2; exit 3')
    await expect(each({})).rejects.toThrow(/CNI VERSION second: it exited with 3: broken/)
    expect(order()).toEqual([])
  })

  it('of CNI 0.3 are neither checked nor told of a result when they are deleted', async () => {
    {
      await using container = await stage.start(serve, on({ config: { ...list, cniVersion: '0.3.1' } }))
      await expect(container.checkNetwork()).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
    }
    expect(order()).toEqual([...added, ...deleted])
    for (const { command, input } of calls()) if (command === 'DEL') expect(input).not.toHaveProperty('prevResult')
  })

  it('are not checked where the list says so', async () => {
    await using container = await stage.start(serve, on({ config: { ...list, disableCheck: true } }))
    expect(await container.checkNetwork()).toMatchObject({ interfaces: [{ name: 'third' }] })
    expect(order()).toEqual(added)
  })

  it('are found in a file, and it does not matter what becomes of it', async () => {
    const file = join(scratch, 'net.conflist')
    writeFileSync(file, JSON.stringify(list))
    const container = await stage.start(serve, on({ config: file }))
    rmSync(file)
    await container.delete({ force: true })
    expect(order()).toEqual([...added, ...deleted])
    await expect(stage.start(serve, on({ config: file }))).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', path: file })
    writeFileSync(file, '{')
    await expect(stage.start(serve, on({ config: file }))).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    writeFileSync(file, JSON.stringify({ cniVersion: '1.0.0', name: 'single', type: 'first' }))
    await using _single = await stage.start(serve, on({ config: file }))
    expect(calls().at(-1)).toMatchObject({ command: 'ADD', input: { name: 'single', type: 'first' } })
  })
})

describe('a plugin that fails', () => {
  const failure = async (wish: CniWish = on()) => {
    const error: unknown = await stage.start(serve, wish).catch((cause: unknown) => cause)
    if (!isContainerError(error)) throw error
    return error
  }

  it('says why in its own words, and all are deleted', async () => {
    instead('second', 'ADD', `echo '{"code":7,"msg":"no such subnet","details":"10.0.0.0/33"}'; exit 1`)
    const error = await failure()
    expect(error).toMatchObject({ code: 'ERR_INVALID_CONFIG', op: 'CNI ADD second', detail: '10.0.0.0/33' })
    expect(error.message).toContain('CNI ADD second: no such subnet (error 7, invalid network config): 10.0.0.0/33')
    expect(order()).toEqual(['ADD first', 'ADD second', ...deleted])
    for (const { command, input } of calls()) if (command === 'DEL') expect(input).not.toHaveProperty('prevResult')
  })

  it.each([
    [`echo '{"code":11,"msg":"wait"}'; exit 1`, 'ERR_BUSY', /wait \(error 11, try again later\)/],
    [`echo '{"code":101,"msg":"own"}'; exit 1`, 'ERR_SYSTEM', /own \(error 101, of the plugin\)/],
    ['echo oops >&2; exit 7', 'ERR_SYSTEM', /it exited with 7: oops/],
    ['kill -9 $$', 'ERR_SYSTEM', /it was ended by SIGKILL/],
    ['echo no result; exit 0', 'ERR_SYSTEM', /its answer is no result: "no result/],
    ['exit 0', 'ERR_SYSTEM', /its answer is no result: ""/],
  ])('%s', async (script, code, message) => {
    instead('third', 'ADD', script)
    const error = await failure()
    expect(error).toMatchObject({ code, op: 'CNI ADD third' })
    expect(error.message).toMatch(message)
    expect(order()).toEqual([...added, ...deleted])
  })

  it('is not asked for more when it is deleted', async () => {
    instead('second', 'ADD', 'exit 1')
    instead('second', 'DEL', 'exit 1')
    instead('third', 'DEL', 'exit 1')
    expect(await failure()).toMatchObject({ op: 'CNI ADD second' })
    expect(order()).toEqual(['ADD first', 'ADD second', ...deleted])
  })

  it('by not ending is killed', async () => {
    instead('first', 'ADD', 'sleep 1000')
    expect(await failure(on({ timeout: 500 }))).toMatchObject({ code: 'ERR_TIMEOUT', op: 'CNI ADD first' })
    expect(order()).toEqual(['ADD first', ...deleted])
  })

  it('or is aborted, likewise', async () => {
    const aborting = new AbortController()
    instead('first', 'ADD', `touch "$DIR/first.begun"; sleep 1000`)
    const starting = stage.start(serve, on(), { signal: aborting.signal })
    starting.catch(() => {})
    await expect.poll(() => existsSync(join(plugins, 'first.begun')), { timeout: 20_000 }).toBe(true)
    aborting.abort(new Error('enough'))
    await expect(starting).rejects.toThrow('enough')
    expect(order()).toEqual(['ADD first', ...deleted])
  })

  it('when it is checked says so', async () => {
    await using container = await stage.start(serve, on())
    instead('second', 'CHECK', `echo '{"code":100,"msg":"the address is gone"}'; exit 1`)
    await expect(container.checkNetwork()).rejects.toThrow('CNI CHECK second: the address is gone')
  })

  it('when it is deleted keeps the record, and the others are deleted', async () => {
    const container = await stage.start(serve, on())
    instead('second', 'DEL', `echo '{"code":5,"msg":"not now"}'; exit 1`)
    writeFileSync(join(plugins, 'log'), '')
    await expect(container.delete({ force: true })).rejects.toThrow(/CNI DEL second: not now/)
    expect(order()).toEqual(deleted)
    rmSync(join(plugins, 'second.DEL'))
    await Container.delete(container.id, { stateDir: stage.bundle.stateDir })
    expect(order()).toEqual([...deleted, ...deleted])
  })

  it('by not being there is told before anything is made', async () => {
    const error = await failure(on({ config: { ...list, plugins: [{ type: 'missing' }] } }))
    expect(error).toMatchObject({ code: 'ERR_NOT_FOUND', hint: expect.stringContaining('containernetworking-plugins') })
    writeFileSync(join(plugins, 'x.empty'), 'no program')
    chmodSync(join(plugins, 'x.empty'), 0o755)
    const unfit = await failure(on({ config: { ...list, plugins: [{ type: 'x.empty' }] } }))
    expect(unfit.message).toMatch(/CNI VERSION x.empty: it cannot be executed/)
  })
})

describe('what is wrong is refused, and no plugin asked', () => {
  it.each([
    ['a list without a name', on({ config: { plugins: [{ type: 'first' }] } as unknown as CniConfigList })],
    ['a name that is no name', on({ config: { ...list, name: '../x' } })],
    ['no plugins', on({ config: { ...list, plugins: [] } })],
    ['a plugin by its path', on({ config: { ...list, plugins: [{ type: '../first' }] } })],
    ['no object', on({ config: [] as unknown as CniConfigList })],
    ['a capability that no plugin has', on({ capabilities: { bandwidth: {} } })],
    ['one that a plugin declares it has not', on({ capabilities: { mac: '02:00:00:00:00:01' } })],
    ['arguments with a separator', on({ args: { A: 'b;c' } })],
    ['no time', on({ timeout: 0 })],
    ['an interface that is no name', on({}, { interface: 'a/b' })],
  ])('%s', async (_what, wish) => {
    await expect(stage.start(serve, wish)).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    expect(order()).toEqual([])
  })
})

describe('a creation that ends early', () => {
  it.each(HOST_STEPS)('by failing at the step %s leaves nothing', async (failing) => {
    const onStep = (step: string) => {
      if (step === failing) throw new Error(`failed at ${step}`)
    }
    await expect(stage.start(serve, on(), { onStep })).rejects.toThrow(`failed at ${failing}`)
    const begun = HOST_STEPS.indexOf(failing) > HOST_STEPS.indexOf('connect')
    expect(order()).toEqual(begun ? [...added, ...deleted] : [])
  })

  it.each(HOST_STEPS)(
    'with its creator killed at the step %s: delete and the next mend it',
    async (killAt) => {
      const id = stage.bundle.newId()
      const options = { stateDir: stage.bundle.stateDir, stdio: 'ignore', network: on() } as const
      const message: CreatorMessage = { operation: 'create', id, config: stage.config(serve), options, killAt }
      const { signal, stderr } = await runNode('test/support/creator.ts', message)
      expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
      const step = HOST_STEPS.indexOf(killAt)
      const recorded = step > HOST_STEPS.indexOf('launch')
      const begun = step > HOST_STEPS.indexOf('connect')
      if (recorded) await Container.delete(id, { stateDir: stage.bundle.stateDir, force: true })
      else {
        // The same id again finds what was reserved for nobody.
        await using _again = await stage.start(serve, on(), { id })
      }
      expect(order()).toEqual(begun || !recorded ? [...added, ...deleted] : [])
    },
    60_000,
  )

  it('in a plugin: delete runs them all', async () => {
    const id = stage.bundle.newId()
    instead('second', 'ADD', `kill -9 ${'$'}(sed -n 's/^PPid:.//p' /proc/$$/status)`)
    const options = { stateDir: stage.bundle.stateDir, stdio: 'ignore', network: on() } as const
    const message: CreatorMessage = { operation: 'create', id, config: stage.config(serve), options }
    expect(await runNode('test/support/creator.ts', message)).toMatchObject({ signal: 'SIGKILL' })
    await Container.delete(id, { stateDir: stage.bundle.stateDir, force: true })
    expect(order()).toEqual(['ADD first', 'ADD second', ...deleted])
  }, 60_000)

  it('and the machine was started anew: the next deletes what was added', async () => {
    const before = await stage.start(serve, on())
    const id = calls()[0]?.id
    const tag = id?.slice(-12) ?? ''
    const record = join(directory, 'cni-fake', tag, 'attachment.json')
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"bootId":"[^"]+"/, '"bootId":"another"'))
    writeFileSync(join(plugins, 'log'), '')
    // One that cannot be deleted is in nobody's way.
    instead('first', 'DEL', 'exit 1')
    await (
      await stage.start(serve, on(), { onStep: (step) => step === 'launch' && rmSync(join(plugins, 'first.DEL')) })
    ).delete({
      force: true,
    })
    expect(existsSync(record)).toBe(true)
    writeFileSync(join(plugins, 'log'), '')
    await using _next = await stage.start(serve, on())
    expect(order()).toEqual([...deleted, ...added])
    expect(calls()[0]).toMatchObject({ id, input: { prevResult: { interfaces: [{ name: 'third' }] } } })
    expect(existsSync(record)).toBe(false)
    writeFileSync(join(plugins, 'log'), '')
    await before.delete({ force: true })
    expect(order()).toEqual([])
  })
})
