// The pidfd of a process, sent to who listens: he signals the process and sees it end, without being its parent.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Container } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { type PidfdReceiver, receivePidfd } from '../support/pidfd-receiver.ts'

const bundle = useBundle()
let directory: string
let count = 0

beforeAll(() => {
  directory = mkdtempSync('/tmp/pidfd-') // a socket's path is short
})

afterAll(() => rmSync(directory, { recursive: true }))

const newPath = () => join(directory, String(count++))
const options = () => ({ stateDir: bundle.stateDir, stdio: 'ignore' as const })

async function listening(work: (receiver: PidfdReceiver, pidfdSocket: string) => Promise<void>): Promise<void> {
  const path = newPath()
  await using receiver = await receivePidfd(path)
  await work(receiver, path)
}

describe.skipIf(!existsSync('/usr/bin/python3'))('whoever listens (needs python3)', () => {
  it.each(['create', 'run'] as const)('gets that of the first process from %s', async (operation) => {
    await listening(async (receiver, pidfdSocket) => {
      const id = bundle.newId()
      await using container = await Container[operation](id, probeConfig(bundle, ['wait']), {
        ...options(),
        pidfdSocket,
      })
      const { pid } = container.process
      expect(await receiver.received).toEqual({ text: 'standard', count: 1, pid, rest: 0 })
      await receiver.ending(9)
      expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
    })
  })

  it('gets that of a process that is executed', async () => {
    await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), options())
    await listening(async (receiver, pidfdSocket) => {
      const process = await container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore', pidfdSocket })
      expect(await receiver.received).toEqual({ text: 'setns', count: 1, pid: process.pid, rest: 0 })
      await receiver.ending(9)
      expect(await process.wait()).toMatchObject({ signal: 'SIGKILL' })
    })
    expect(await container.status()).toBe('running')
  })

  it('sees one end that comes to nothing', async () => {
    await listening(async (receiver, pidfdSocket) => {
      const config = probeConfig(bundle, ['wait'])
      const broken = { ...config, process: { cwd: '/', ...config.process, args: ['nosuch'] } }
      const attempt = Container.run(bundle.newId(), broken, { ...options(), pidfdSocket })
      await expect(attempt).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
      await receiver.ending()
    })
  })
})

describe('nothing is made', () => {
  it.each([
    ['where nobody listens', () => newPath(), 'ENOENT'],
    ['at a path that is too long', () => `/${'x'.repeat(108)}`, 'ENAMETOOLONG'],
  ])('%s', async (_, path, errno) => {
    const failure = { code: 'ERR_SYSTEM', syscall: 'connect', errno }
    const id = bundle.newId()
    const attempt = Container.run(id, probeConfig(bundle, ['wait']), { ...options(), pidfdSocket: path() })
    await expect(attempt).rejects.toMatchObject({ ...failure, operation: 'run' })
    await expect(Container.load(id, options())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
    await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), options())
    const executed = container.exec({ args: ['probe', 'wait'] }, { pidfdSocket: path() })
    await expect(executed).rejects.toMatchObject({ ...failure, operation: 'exec' })
    expect(await container.ps()).toHaveLength(1)
  })

  it('when whoever listened has gone', async () => {
    const path = newPath()
    const connections: Socket[] = []
    const server = createServer((connection) => connections.push(connection))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    const onStep = (step: string) => {
      if (step !== 'launch') return
      server.close()
      for (const connection of connections) connection.destroy()
    }
    const id = bundle.newId()
    const attempt = Container.create(id, probeConfig(bundle, ['wait']), { ...options(), pidfdSocket: path, onStep })
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_SYSTEM', syscall: 'sendmsg', path })
    await expect(Container.load(id, options())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  })
})
