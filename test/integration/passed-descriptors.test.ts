// What a program gets beside its standard streams, and what a container that cannot be made leaves of the caller's.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
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
