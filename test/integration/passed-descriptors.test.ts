// What a program gets beside its standard streams, and what a container that cannot be made leaves of the caller's.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { Container } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { finish } from '../support/report.ts'

const bundle = useBundle()

it('descriptors come from 3 on in their order, and nothing else does', async () => {
  const paths = ['first', 'second'].map((name) => join(bundle.directory, name))
  const fds = paths.map((path) => {
    writeFileSync(path, `in ${path}`)
    return openSync(path, 'r')
  })
  const running = finish(bundle, probeConfig(bundle, ['descriptors']), { fds: [...fds].reverse() })
  for (const fd of fds) closeSync(fd) // the call has returned: they are the caller's again
  const { stdout } = await running
  const report = JSON.parse(stdout) as Record<string, unknown>
  expect(report).toMatchObject({ 3: `in ${paths[1]}`, 4: `in ${paths[0]}` })
  expect(Object.keys(report['fds'] as object).sort()).toEqual(['0', '1', '2', '3', '4'])
})

describe('socket activation', () => {
  interface Told {
    readonly pid: number
    readonly env: readonly string[]
    readonly fds: Readonly<Record<string, string>>
  }
  const told = ({ env }: Told) => env.filter((entry) => entry.startsWith('LISTEN_')).sort()
  const config = () => {
    const { process = { cwd: '/' }, ...rest } = probeConfig(bundle, ['descriptors'])
    return { ...rest, process: { ...process, env: [...(process.env ?? []), 'LISTEN_FDS=7', 'LISTEN_FDNAMES=old'] } }
  }
  const withFds = async (use: (fds: number[]) => Promise<void>) => {
    const fds = [openSync('/', 'r'), openSync('/', 'r')]
    try {
      await use(fds)
    } finally {
      for (const fd of fds) closeSync(fd)
    }
  }

  it('tells the program how many there are, whose, and what they are called', async () => {
    await withFds(async (fds) => {
      for (const init of [false, true]) {
        const { stdout } = await finish(bundle, config(), { fds, listenFds: ['http', 'admin socket'], init })
        const report = JSON.parse(stdout) as Told
        expect(report.pid).toBe(init ? 2 : 1)
        expect(told(report)).toEqual(['LISTEN_FDNAMES=http:admin socket', 'LISTEN_FDS=2', `LISTEN_PID=${report.pid}`])
        expect(Object.keys(report.fds)).toEqual(expect.arrayContaining(['3', '4']))
      }
    })
  })

  it('tells a process that is executed in a container', async () => {
    await withFds(async (fds) => {
      const options = { stateDir: bundle.stateDir, stdio: 'ignore' } as const
      await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), options)
      const args = ['probe', 'descriptors']
      const stdio = ['ignore', 'pipe', 'inherit'] as const
      const process = await container.exec({ args }, { fds, listenFds: true, stdio })
      const report = JSON.parse(await text(process.stdout ?? expect.fail('no stdout'))) as Told
      expect(told(report)).toEqual(['LISTEN_FDS=2', `LISTEN_PID=${report.pid}`])
      await process.wait()
    })
  })

  it.each([
    ['nothing to tell of', { listenFds: true }, '/listenFds'],
    ['a name too few', { fds: [0, 1], listenFds: ['one'] }, '/listenFds'],
    ['a name with a colon', { fds: [0, 1], listenFds: ['one', 'a:b'] }, '/listenFds/1'],
    ['an empty name', { fds: [0], listenFds: [''] }, '/listenFds/0'],
    ['a long name', { fds: [0], listenFds: ['x'.repeat(256)] }, '/listenFds/0'],
  ])('refuses %s', async (_, options, path) => {
    const attempt = Container.run(bundle.newId(), config(), { stateDir: bundle.stateDir, ...options })
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG', problems: [{ path }] })
  })
})

it('a descriptor that is not open is refused', async () => {
  const attempt = Container.run(bundle.newId(), probeConfig(bundle, ['wait']), {
    stateDir: bundle.stateDir,
    fds: [999],
  })
  await expect(attempt).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG', problems: [{ path: '/fds/0' }] })
})

it('a container that cannot be made has not touched the caller’s streams', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  input.write('not lost')
  const options = { stateDir: bundle.stateDir, stdio: [input, output, output] as const }
  await expect(Container.run(bundle.newId(), probeConfig(bundle, ['cat']), { ...options, failAt: 3 })).rejects.toThrow()
  expect([input.destroyed, output.destroyed, output.writableEnded]).toEqual([false, false, false])
  await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['cat']), {
    ...options,
    stdio: [input, output, 'ignore'],
  })
  input.end()
  expect(await text(output)).toBe('not lost')
  await container.wait()
})

it('a console socket gets the master of the terminal', async () => {
  const directory = mkdtempSync('/tmp/console-') // a socket's path is short
  const server = createServer()
  try {
    const path = join(directory, 'socket')
    await new Promise<void>((resolve) => server.listen(path, resolve))
    const received = new Promise<string>((resolve) => {
      server.once('connection', (connection) => connection.once('data', (data) => resolve(data.toString())))
    })
    const config = probeConfig(bundle, ['terminal'])
    const terminal = { ...config, process: { cwd: '/', ...config.process, terminal: true } }
    const options = { stateDir: bundle.stateDir, consoleSocket: path }
    await using container = await Container.create(bundle.newId(), terminal, options)
    expect([container.process.stdin, container.process.stdout, container.process.stderr]).toEqual([null, null, null])
    expect(await received).toBe('/dev/pts/ptmx')
    const refused = Container.run(bundle.newId(), config, options)
    await expect(refused).rejects.toMatchObject({ problems: [{ path: '/consoleSocket' }] })
  } finally {
    await new Promise((resolve) => server.close(resolve))
    rmSync(directory, { recursive: true })
  }
})

it('a console socket that nobody listens at is an error', async () => {
  const config = probeConfig(bundle, ['terminal'])
  const terminal = { ...config, process: { cwd: '/', ...config.process, terminal: true } }
  const attempt = Container.run(bundle.newId(), terminal, { stateDir: bundle.stateDir, consoleSocket: '/nowhere' })
  await expect(attempt).rejects.toMatchObject({ code: 'ERR_SYSTEM', syscall: 'connect', errno: 'ENOENT' })
})
