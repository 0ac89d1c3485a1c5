// What a container's events tell: of what this program does to it, and of what others do.
import { watch } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Container, type ContainerEvent, type CreateOptions, type EventOptions, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
// Node's own inotify instance comes with the first watch and stays.
beforeAll(() => watch(bundle.directory).close())

const at = () => ({ stateDir: bundle.stateDir })

const create = (args: readonly string[], options: CreateOptions = {}) =>
  Container.create(bundle.newId(), probeConfig(bundle, args), { ...at(), stdio: 'ignore', ...options })

/** Takes events as they come. */
class Log {
  readonly all: ContainerEvent[] = []
  /** Settles when the iteration is over. */
  readonly ended: Promise<void>
  #wake: () => void = () => {}

  constructor(container: Container, options?: EventOptions) {
    this.ended = this.#take(container, options)
    this.ended.catch(() => {})
  }

  async #take(container: Container, options: EventOptions | undefined): Promise<void> {
    for await (const event of container.events(options)) {
      this.all.push(event)
      this.#wake()
    }
  }

  get types(): string[] {
    return this.all.map(({ type }) => type)
  }

  /** Waits until there is one of this type. */
  async has(type: ContainerEvent['type'], count = 1): Promise<void> {
    while (this.types.filter((each) => each === type).length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

describe('the events of a container', () => {
  it('tell its whole life, with processes executed in it', async () => {
    const before = Date.now()
    const container = await create(['wait'])
    const log = new Log(container)
    await container.start()
    const executed = await container.exec({ args: ['probe', 'exit', '7'] }, { stdio: 'ignore' })
    await executed.wait()
    await container.kill('SIGKILL')
    await container.wait()
    await container.delete()
    await log.ended
    expect(log.types).toEqual(['created', 'started', 'execStarted', 'execExited', 'exited', 'destroyed'])
    expect(log.all).toMatchObject([
      {},
      {},
      { pid: executed.pid, args: ['probe', 'exit', '7'] },
      { pid: executed.pid, exitCode: 7, signal: null },
      { exitCode: null, signal: 'SIGKILL' },
      {},
    ])
    const times = log.all.map(({ time }) => time.getTime())
    expect(times).toEqual([...times].sort((one, other) => one - other))
    expect(times[0]).toBeGreaterThanOrEqual(before)
  })

  it('tell when the last process is gone, where the end of the first ends no other', async ({ skip }) => {
    if (!(await probeHost()).cgroup2?.writable) skip('this user may make no cgroup')
    const config = probeConfig(bundle, ['exit', '3'])
    config.linux = { ...config.linux, namespaces: config.linux?.namespaces?.filter(({ type }) => type !== 'pid') ?? [] }
    const container = await Container.create(bundle.newId(), config, { ...at(), stdio: 'ignore' })
    const log = new Log(container)
    const left = await container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore' })
    await container.start()
    await container.wait()
    await log.has('exited')
    expect(log.types).not.toContain('emptied')
    left.signal('SIGKILL')
    await log.has('emptied')
    await container.delete()
    await log.ended
    const shared = ['created', 'started', 'exited', 'emptied', 'destroyed']
    expect(log.types.filter((type) => !type.startsWith('exec'))).toEqual(shared)
  })

  it('tell that the cgroup is empty before it is gone with the container', async ({ skip }) => {
    if (!(await probeHost()).cgroup2?.writable) skip('this user may make no cgroup')
    const config = probeConfig(bundle, ['wait'])
    config.linux = { ...config.linux, namespaces: config.linux?.namespaces?.filter(({ type }) => type !== 'pid') ?? [] }
    const container = await Container.run(bundle.newId(), config, { ...at(), stdio: 'ignore' })
    await container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore' })
    const log = new Log(container)
    await container.delete({ force: true })
    await log.ended
    expect(log.types.filter((type) => !type.startsWith('exec')).slice(-3)).toEqual(['exited', 'emptied', 'destroyed'])
  })

  it('tell it to a late listener as well, even one that asks after its end', async () => {
    const options = { ...at(), stdio: 'ignore' } as const
    const container = await Container.run(bundle.newId(), probeConfig(bundle, ['exit', '3']), options)
    await container.wait()
    const logs = [new Log(container), new Log(await Container.load(container.id, at()))]
    for (const log of logs) await log.has('exited')
    await container.delete()
    for (const { ended } of logs) await ended
    const whole = ['created', 'started', 'exited', 'destroyed']
    expect(logs.map(({ types }) => types)).toEqual([whole, whole])
    // It was reaped before it was loaded: the kernel has forgotten how it ended.
    expect(logs.map(({ all }) => all[2])).toMatchObject([{ exitCode: 3 }, { exitCode: null, signal: null }])
    const gone = new Log(container)
    await gone.ended
    expect(gone.types).toEqual(whole)
  })

  it('tell nothing of a start that never was', async () => {
    const container = await create(['wait'])
    const logs = [new Log(container), new Log(await Container.load(container.id, at()))]
    for (const log of logs) await log.has('created')
    await container.delete({ force: true })
    for (const { ended } of logs) await ended
    expect(logs.map(({ types }) => types)).toEqual(Array(2).fill(['created', 'exited', 'destroyed']))
  })

  it('tell of poststop hooks that fail before they end', async () => {
    const hooks = {
      poststop: () => {
        throw new Error('no longer')
      },
    }
    const container = await create(['wait'], { hooks })
    const log = new Log(container)
    await log.has('created')
    await container.delete({ force: true })
    await log.ended
    expect(log.types).toEqual(['created', 'exited', 'warning', 'destroyed'])
    expect(log.all[2]).toMatchObject({ message: expect.stringContaining('no longer') })
  })

  it('end with the reason of a signal', async () => {
    await using container = await create(['wait'])
    const controller = new AbortController()
    const log = new Log(container, { signal: controller.signal })
    await log.has('created')
    controller.abort(new Error('enough'))
    await expect(log.ended).rejects.toThrow('enough')
    await expect(container.events({ signal: controller.signal }).next()).rejects.toThrow('enough')
  })

  it('leave nothing behind when the loop over them is left', async () => {
    await using container = await create(['wait'])
    for (let round = 0; round < 20; round++) {
      for await (const { type } of container.events()) if (type === 'created') break
    }
  })
})

describe('what another holder of the container does', () => {
  it('is told: start, exec excepted, and the end with its exit code', async () => {
    const owner = await create(['exit', '5'])
    const loaded = await Container.load(owner.id, at())
    const logs = [new Log(owner), new Log(loaded)]
    for (const log of logs) await log.has('created')
    await (await Container.load(owner.id, at())).start()
    for (const log of logs) await log.has('exited')
    await (await Container.load(owner.id, at())).delete()
    for (const { ended } of logs) await ended
    for (const log of logs) {
      expect(log.types).toEqual(['created', 'started', 'exited', 'destroyed'])
    }
    expect(logs[0]?.all[2]).toMatchObject({ exitCode: 5, signal: null })
  })

  it.runIf(isRoot)('is told: pausing and resuming', async () => {
    await using owner = await create(['wait'])
    await owner.start()
    const loaded = await Container.load(owner.id, at())
    const logs = [new Log(owner), new Log(loaded)]
    for (const log of logs) await log.has('started')
    const other = await Container.load(owner.id, at())
    for (let round = 1; round <= 3; round++) {
      await other.pause()
      for (const log of logs) await log.has('paused', round)
      await other.resume()
      for (const log of logs) await log.has('resumed', round)
    }
    await other.pause()
    const late = new Log(loaded)
    await late.has('paused')
    expect(late.types).toEqual(['created', 'started', 'paused'])
    await other.delete({ force: true })
    for (const { ended } of [...logs, late]) await ended
    expect(logs[1]?.types.slice(-2)).toEqual(['exited', 'destroyed'])
  })

  it('is told though another container has the id by then', async () => {
    const first = await create(['wait'])
    const log = new Log(await Container.load(first.id, at()))
    await log.has('created')
    await first.delete({ force: true })
    const options = { ...at(), stdio: 'ignore' } as const
    await using _second = await Container.create(first.id, probeConfig(bundle, ['wait']), options)
    await log.ended
    expect(log.types).toEqual(['created', 'exited', 'destroyed'])
  })
})
