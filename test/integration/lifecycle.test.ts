// The life of a container: create, start, wait, kill, delete, by one process or several, in order or at once.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Container, type ContainerSummary, type CreateOptions, isContainerError } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { findCgroups } from '../support/leaks.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()
const at = () => ({ stateDir: bundle.stateDir })

const create = (args: readonly string[], options: CreateOptions = {}) =>
  Container.create(bundle.newId(), probeConfig(bundle, args), { ...at(), stdio: 'ignore', ...options })

const run = (args: readonly string[], options: CreateOptions = {}) =>
  Container.run(bundle.newId(), probeConfig(bundle, args), { ...at(), stdio: 'ignore', ...options })

async function listed(): Promise<ContainerSummary[]> {
  const all: ContainerSummary[] = []
  for await (const each of Container.list(at())) all.push(each)
  return all
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (isContainerError(error) ? error.code : String(error)),
  )

describe('one container', () => {
  it('goes from created through running to stopped and is gone', async () => {
    const annotations = { 'org.example.key': 'value' }
    const config = { ...probeConfig(bundle, ['wait']), annotations }
    const container = await Container.create(bundle.newId(), config, { ...at(), bundle: bundle.directory })
    const { id } = container
    const common = { ociVersion: '1.3.0', id, bundle: bundle.directory, annotations }
    const { pid } = container.process
    expect(pid).toBeGreaterThan(1)
    expect(await container.state()).toEqual({ ...common, status: 'created', pid })
    expect(await listed()).toMatchObject([{ id, status: 'created', pid, bundle: bundle.directory }])
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toMatch(/^libcontainer-init/)

    await container.start()
    expect(await container.state()).toEqual({ ...common, status: 'running', pid })
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBe('probe\0wait\0')
    expect(await codeOf(container.delete())).toBe('ERR_WRONG_STATUS')
    expect(await container.status()).toBe('running')

    await container.kill()
    expect(await container.wait()).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    expect(await container.wait()).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    expect(await container.state()).toEqual({ ...common, status: 'stopped' })
    expect(await listed()).toMatchObject([{ id, status: 'stopped', pid: null }])
    expect(await codeOf(container.start())).toBe('ERR_WRONG_STATUS')
    expect(await codeOf(container.signal('SIGTERM'))).toBe('ERR_WRONG_STATUS')
    if (isRoot) expect(findCgroups(bundle.marker)).toHaveLength(1)

    await container.delete()
    expect(await listed()).toEqual([])
    expect(await codeOf(container.delete())).toBe('ERR_NOT_FOUND')
    expect(await codeOf(container.delete({ force: true }))).toBe('ok')
    expect(await codeOf(container.start())).toBe('ERR_NOT_FOUND')
    expect(await codeOf(Container.load(id, at()))).toBe('ERR_NOT_FOUND')
  })

  it('tells how it ended: exit code, signal, usage', async () => {
    for (const code of [0, 1, 255]) {
      await using container = await run(['exit', String(code)])
      const status = await container.wait()
      expect(status).toMatchObject({ exitCode: code, signal: null })
      expect(status.usage?.minorFaults).toBeGreaterThan(0)
    }
    await using crashed = await run(['crash'])
    expect(await crashed.wait()).toMatchObject({ exitCode: null, signal: 'SIGSEGV' })
  })

  it('is told signals by name or number', async () => {
    await using container = await run(['handle'], { stdio: 'pipe' })
    await new Promise((resolve) => container.process.stdout?.once('data', resolve))
    await container.signal('SIGTERM')
    expect(await container.wait()).toMatchObject({ exitCode: 42, signal: null })
    await using other = await run(['handle'], { stdio: 'pipe' })
    await new Promise((resolve) => other.process.stdout?.once('data', resolve))
    expect(await codeOf(other.signal('SIGNONE' as 'SIGTERM'))).toBe('ERR_INVALID_CONFIG')
    await other.kill(15)
    expect(await other.wait()).toMatchObject({ exitCode: 42 })
    expect(() => other.process.signal('SIGTERM')).not.toThrow()
  })

  it('ends with all its processes', async () => {
    await using container = await run(['tree'], { stdio: 'pipe' })
    // The grandchild says that it is there.
    await new Promise((resolve) => container.process.stdout?.once('data', resolve))
    await container.kill('SIGKILL')
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
  })

  it('is gone at the end of its block, whatever it is doing', async () => {
    const ids: string[] = []
    for (const make of [() => create(['wait']), () => run(['tree']), () => run(['exit', '0'])]) {
      await using container = await make()
      ids.push(container.id)
    }
    for (const id of ids) expect(existsSync(join(bundle.stateDir, id))).toBe(false)
  })

  it('can be deleted while it waits for its start', async () => {
    const container = await create(['wait'])
    await container.delete({ force: true })
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
  })

  it('can be aborted only while it is being created', async () => {
    const controller = new AbortController()
    await using container = await run(['wait'], { signal: controller.signal })
    controller.abort()
    await delay(20)
    expect(await container.status()).toBe('running')
  })
})

describe('what does not go together', () => {
  it('two creations of one id: one wins', async () => {
    const id = bundle.newId()
    const config = probeConfig(bundle, ['wait'])
    const attempts = Array.from({ length: 8 }, () => Container.create(id, config, { ...at(), stdio: 'ignore' }))
    const results = await Promise.allSettled(attempts)
    const winners = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    const losers = results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
    expect(winners).toHaveLength(1)
    expect(losers).toEqual(Array(7).fill('ERR_EXISTS'))
    expect(await winners[0]?.status()).toBe('created')
    await winners[0]?.delete({ force: true })
  })

  it('two starts: one wins', async () => {
    await using container = await create(['wait'])
    const other = await Container.load(container.id, at())
    const codes = await Promise.all([container, other, container].map((each) => codeOf(each.start())))
    expect(codes.sort()).toEqual(['ERR_WRONG_STATUS', 'ERR_WRONG_STATUS', 'ok'])
    expect(await container.status()).toBe('running')
  })

  it('start and delete at once: neither hangs, and it ends deleted or running', async () => {
    for (let round = 0; round < 10; round++) {
      const container = await create(['wait'])
      const other = await Container.load(container.id, at())
      const [started, deleted] = await Promise.all([codeOf(container.start()), codeOf(other.delete({ force: true }))])
      expect(['ok', 'ERR_NOT_FOUND', 'ERR_WRONG_STATUS', 'ERR_INIT_DIED']).toContain(started)
      expect(deleted).toBe('ok')
      expect(existsSync(join(bundle.stateDir, container.id))).toBe(false)
      expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
    }
  })

  it('deletions at once: all succeed or find nothing', async () => {
    for (let round = 0; round < 10; round++) {
      const container = await run(['wait'])
      const others = await Promise.all([1, 2, 3].map(() => Container.load(container.id, at())))
      const all = [container, ...others].map((each) => codeOf(each.delete({ force: true })))
      expect(await Promise.all(all)).toEqual(['ok', 'ok', 'ok', 'ok'])
    }
  })

  it('many containers at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => run(['exit', '3'])))
    const ends = await Promise.all(all.map((each) => each.wait()))
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(Array(20).fill(3))
    await Promise.all(all.map((each) => each.delete()))
  })
})

it('an object that is loaded in the same process hears of the end, too', async () => {
  for (let round = 0; round < 10; round++) {
    await using container = await create(['exit', '3'])
    const loaded = await Container.load(container.id, at())
    const ends = Promise.all([loaded.wait(), container.wait()])
    await container.start()
    const [seen, own] = await ends
    expect(own).toMatchObject({ exitCode: 3, usage: expect.any(Object) })
    expect(seen.exitCode).toBe(3)
  }
})

describe('several processes', () => {
  const elsewhere = async (operation: 'create' | 'run', args: readonly string[]) => {
    const id = bundle.newId()
    const message: CreatorMessage = {
      operation,
      id,
      config: probeConfig(bundle, args),
      options: { ...at(), stdio: 'ignore' },
    }
    const { code, stderr, stdout } = await runNode('test/support/creator.ts', message)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return { id, pid: (JSON.parse(stdout) as { pid: number }).pid }
  }

  it('create in one; start, kill and delete in another', { timeout: 30_000 }, async () => {
    const { id, pid } = await elsewhere('create', ['handle'])
    const container = await Container.load(id, at())
    expect(await container.state()).toMatchObject({ id, status: 'created', pid })
    expect(container.config).toEqual(probeConfig(bundle, ['handle']))
    expect(container.timings).toBeUndefined()
    await container.start()
    expect(await container.status()).toBe('running')
    // It cannot tell when the program has set up its handler; before that, SIGTERM does nothing to a first process.
    const ending = codeOf(container.wait())
    while ((await container.status()) === 'running') {
      container.process.signal('SIGTERM')
      await delay(10)
    }
    expect(['ok', 'ERR_UNSUPPORTED']).toContain(await ending)
    await container.delete()
    expect(await listed()).toEqual([])
  })

  it('run in one; wait and force deletion in another', { timeout: 30_000 }, async () => {
    const { id } = await elsewhere('run', ['tree'])
    const container = await Container.load(id, at())
    expect(await container.status()).toBe('running')
    expect(await codeOf(container.start())).toBe('ERR_WRONG_STATUS')
    await container.delete({ force: true })
    expect(await codeOf(container.wait())).toBe('ERR_UNSUPPORTED')
  })

  it('one dies while it holds a created container: that stays', { timeout: 30_000 }, async () => {
    const { id } = await elsewhere('create', ['wait'])
    expect(await listed()).toMatchObject([{ id, status: 'created' }])
    await (await Container.load(id, at())).delete()
  })
})

it('works in a worker thread, and leaves nothing when that is ended', { timeout: 30_000 }, async () => {
  const { code, stdout, stderr } = await runNode('test/support/worker-host.ts', {
    id: bundle.newId(),
    config: probeConfig(bundle, ['cat']),
    ...at(),
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({ said: 'through a worker', exitCode: 0 })
})

it('reads unicode as it was written', async () => {
  await using container = await run(['cat'], { stdio: 'pipe' })
  container.process.stdin?.end('ünïcödé ☃')
  expect(await text(container.process.stdout ?? expect.fail('no stdout'))).toBe('ünïcödé ☃')
})
