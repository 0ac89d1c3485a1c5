// Pausing and resuming, and the processes of a container as host and container number them.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Container, type CreateOptions, isContainerError, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
const options = (more: CreateOptions = {}): CreateOptions => ({ stateDir: bundle.stateDir, stdio: 'ignore', ...more })
const run = (args: readonly string[], more: CreateOptions = {}) =>
  Container.run(bundle.newId(), probeConfig(bundle, args), options(more))

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (isContainerError(error) ? error.code : String(error)),
  )

/** What the kernel says of the cgroup that a process is in. */
async function cgroupFile(pid: number, name: string): Promise<string> {
  const { cgroup2 } = await probeHost()
  const own = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'latin1'))?.[1] ?? ''
  return join(cgroup2?.mountPoint ?? '', own, name)
}

describe.runIf(isRoot)('pause and resume', () => {
  it('freeze all processes and let them go on', async () => {
    await using container = await run(['tree'], { stdio: 'pipe' })
    await new Promise((resolve) => container.process.stdout?.once('data', resolve))
    const events = await cgroupFile(container.process.pid, 'cgroup.events')
    for (let round = 0; round < 3; round++) {
      await container.pause()
      expect(readFileSync(events, 'latin1')).toMatch(/^frozen 1$/m)
      expect(await container.status()).toBe('paused')
      expect(await container.state()).toMatchObject({ status: 'paused', pid: container.process.pid })
      expect(await codeOf(container.pause())).toBe('ERR_WRONG_STATUS')
      expect(await codeOf(container.delete())).toBe('ERR_WRONG_STATUS')
      expect(await codeOf(container.exec({ args: ['probe', 'exit', '0'] }))).toBe('ERR_WRONG_STATUS')
      await container.resume()
      expect(readFileSync(events, 'latin1')).toMatch(/^frozen 0$/m)
      expect(await container.status()).toBe('running')
      expect(await codeOf(container.resume())).toBe('ERR_WRONG_STATUS')
    }
  })

  it('work from another object, and before start', async () => {
    await using container = await Container.create(bundle.newId(), probeConfig(bundle, ['wait']), options())
    const other = await Container.load(container.id, options())
    await other.pause()
    expect(await container.status()).toBe('paused')
    for await (const listed of Container.list(options())) {
      expect(listed).toMatchObject({ id: container.id, status: 'paused', pid: container.process.pid })
    }
    expect(await codeOf(container.start())).toBe('ERR_WRONG_STATUS')
    await container.resume()
    expect(await other.status()).toBe('created')
    await container.start()
  })

  it('a paused container can be killed and deleted', async () => {
    await using container = await run(['wait'])
    await container.pause()
    await container.kill('SIGKILL')
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
    const other = await run(['wait'])
    await other.pause()
    await other.delete({ force: true })
  })

  it('nothing is executed in one that is paused', async () => {
    await using container = await run(['wait'])
    await container.pause()
    expect(await codeOf(container.exec({ args: ['probe', 'exit', '0'] }, { stdio: 'ignore' }))).toBe('ERR_WRONG_STATUS')
    await container.resume()
    const process = await container.exec({ args: ['probe', 'exit', '3'] }, { stdio: 'ignore' })
    expect(await process.wait()).toMatchObject({ exitCode: 3 })
  })

  it('a signal waits until it goes on', async () => {
    await using container = await run(['handle'], { stdio: 'pipe' })
    await new Promise((resolve) => container.process.stdout?.once('data', resolve))
    await container.pause()
    await container.kill('SIGTERM')
    expect(await container.status()).toBe('paused')
    await container.resume()
    expect(await container.wait()).toMatchObject({ exitCode: 42 })
  })

  it('a stopped one can be neither', async () => {
    await using container = await run(['exit', '0'])
    await container.wait()
    expect(await codeOf(container.pause())).toBe('ERR_WRONG_STATUS')
    expect(await codeOf(container.resume())).toBe('ERR_WRONG_STATUS')
  })

  it('a frozen parent is told of, and nothing is started in it', async () => {
    const { cgroup2 } = await probeHost()
    const parent = join(cgroup2?.mountPoint ?? '', cgroup2?.own ?? '', `${bundle.marker}-frozen`)
    mkdirSync(parent)
    try {
      const config = probeConfig(bundle, ['wait'])
      const cgroupsPath = `${bundle.marker}-frozen/deeper/inner`
      const inParent = { ...config, linux: { ...config.linux, cgroupsPath } }
      writeFileSync(join(parent, 'cgroup.freeze'), '1')
      const refusal = Container.run(bundle.newId(), inParent, options())
      await expect(refusal).rejects.toThrow(/-frozen, which linux\.cgroupsPath leads into, is frozen/)
      expect(existsSync(join(parent, 'deeper'))).toBe(false)

      writeFileSync(join(parent, 'cgroup.freeze'), '0')
      await using container = await Container.run(bundle.newId(), inParent, options())
      await container.pause()
      writeFileSync(join(parent, 'cgroup.freeze'), '1')
      await expect(container.resume()).rejects.toThrow(/-frozen is frozen, and all below it/)
      writeFileSync(join(parent, 'cgroup.freeze'), '0')
    } finally {
      rmdirSync(parent)
    }
  })
})

it.runIf(!isRoot)('pause needs a cgroup', async () => {
  if ((await probeHost()).cgroup2?.writable) return
  await using container = await run(['wait'])
  expect(await codeOf(container.pause())).toBe('ERR_UNSUPPORTED')
})

describe('ps', () => {
  it('lists the processes by both numbers', async () => {
    await using container = await run(['tree'], { stdio: 'pipe' })
    await new Promise((resolve) => container.process.stdout?.once('data', resolve))
    const processes = await container.ps()
    expect(processes.map(({ containerPid }) => containerPid)).toEqual([1, 2, 3])
    expect(processes[0]?.pid).toBe(container.process.pid)
    for (const { pid, containerPid } of processes) {
      expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(new RegExp(`^NSpid:.*\t${containerPid}$`, 'm'))
    }
    expect(await (await Container.load(container.id, options())).ps()).toEqual(processes)
    await container.kill()
    await container.wait()
    expect(await container.ps()).toEqual([])
  })
})

it('the same calls of two processes at once leave one winner each', async () => {
  await using container = await Container.create(bundle.newId(), probeConfig(bundle, ['wait']), options())
  const others = await Promise.all(Array.from({ length: 4 }, () => Container.load(container.id, options())))
  const attempt = (act: (each: Container) => Promise<unknown>) =>
    Promise.all(others.map((each) => codeOf(act(each)))).then((codes) => codes.filter((code) => code === 'ok'))
  expect(await attempt((each) => each.start())).toHaveLength(1)
  if (isRoot) {
    expect(await attempt((each) => each.pause())).toHaveLength(1)
    expect(await attempt((each) => each.resume())).toHaveLength(1)
  }
  await container.kill()
  await container.wait()
  expect(await attempt((each) => each.delete())).toHaveLength(1)
})
