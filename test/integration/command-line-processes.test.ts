// What a process of the command line is given and told: users, signals, a terminal, the service manager's socket.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { useCommandLine } from '../support/command-line.ts'
import { useBundle } from '../support/lane.ts'
import { receivePidfd } from '../support/pidfd-receiver.ts'
import { buildCommandLine, callProgram, runtimeNames } from '../support/runtimes.ts'

const bundle = useBundle()
const inPty = fileURLToPath(new URL('../support/in-pty.py', import.meta.url))

/** Binds a socket, says so, and prints the first message that it gets, with its lines' ends. */
const SERVICE_MANAGER = `
import socket, sys
channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
channel.bind(sys.argv[1])
print('bound', flush=True)
print(repr(channel.recv(4096).decode()), flush=True)
`

beforeAll(() => {
  buildCommandLine()
}, 120_000)

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

/** Until it has written this; the rest is left unread. */
function said(child: ChildProcess, words: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.on('exit', () => reject(new Error(`it ended, and wrote ${JSON.stringify(text)}`)))
    child.stdout?.on('data', (chunk) => {
      text += String(chunk)
      if (words.test(text)) resolve(text)
    })
  })
}

/** The others take as long again: RUNTIME=runc or RUNTIME=crun asks one of them. */
const names = process.env['RUNTIME'] === undefined ? (['libcontainer'] as const) : runtimeNames()

describe.each(names)('%s', (name) => {
  const line = useCommandLine(bundle, name)
  const { call, newId, refuses, start, writeConfig } = line

  /** A command that is stayed with. */
  function stay(...args: string[]): ChildProcess {
    const [program = '', ...before] = line.runtime.command
    return spawn(program, [...before, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  describe('a user that is none', () => {
    // crun takes what overflows, and leading blanks, for numbers.
    const users = ['0x0', '1e3', 'root', '0:0:0', ...(name === 'crun' ? [] : ['4294967295', '-1', ' 0', '0:', ':'])]
    it('is refused by exec', async () => {
      const id = await start(['wait'])
      for (const user of users) await refuses(['exec', '--user', user, id, 'probe', 'exit', '0'], /./, 255)
    })
  })

  it.runIf(name === 'libcontainer')('a user beyond 32 bits, or without a number, is refused', async () => {
    const id = await start(['wait'])
    for (const user of ['0:99999999999', '99999999999999999999', '0:4294967295', '']) {
      await refuses(['exec', '--user', user, id, 'probe', 'exit', '0'], /[ug]id/, 255)
    }
  })

  describe('signals', () => {
    it('are handed on by run', async () => {
      writeConfig(['handle'])
      const child = stay('run', '--bundle', line.directory, newId())
      const ended = once(child, 'exit')
      await said(child, /ready/)
      child.kill('SIGTERM')
      expect(await ended).toEqual([42, null])
    })

    // crun's exec leaves them to whoever sent them.
    it.skipIf(name === 'crun')('are handed on by exec', async () => {
      const child = stay('exec', await start(['wait']), 'probe', 'handle')
      const ended = once(child, 'exit')
      await said(child, /ready/)
      child.kill('SIGTERM')
      expect(await ended).toEqual([42, null])
    })

    it('that end the program are told by the exit code', async () => {
      writeConfig(['crash'])
      expect((await call(['run', '--bundle', line.directory, newId()])).code).toBe(128 + 11)
    })
  })

  describe('without waiting', () => {
    it('run succeeds whatever becomes of the process', async () => {
      writeConfig(['exit', '7'])
      expect(await call(['run', '--detach', '--bundle', line.directory, newId()])).toMatchObject({ code: 0 })
    })

    it('run and exec fail when it cannot be executed', async () => {
      const words = /executable file .*not found in \$PATH/
      await refuses(['exec', '--detach', await start(['wait']), 'nosuch'], words, 255)
      writeConfig(['wait'], (config) => ({ ...config, process: { cwd: '/', ...config.process, args: ['nosuch'] } }))
      await refuses(['run', '--detach', '--bundle', line.directory, newId()], words, 1)
    })
  })

  // Debian's runc is older than that, and crun has none.
  it.runIf(name === 'libcontainer' && existsSync('/usr/bin/python3'))(
    'gives a pidfd to who listens (needs python3)',
    async () => {
      // A socket's path is short; a relative one is from where the command is given.
      const receive = async (socket: string, work: () => Promise<string | number>, text: string) => {
        await using receiver = await receivePidfd(join('/tmp', socket))
        const pid = Number(await work())
        expect(await receiver.received).toMatchObject({ text, pid })
        await receiver.ending(9)
      }
      const socket = `pidfd-${process.pid}`
      try {
        let id = ''
        const create = async () => {
          id = await line.create(['wait'], '--pidfd-socket', `/tmp/${socket}-1`)
          return String((await line.stateOf(id))['pid'])
        }
        await receive(`${socket}-1`, create, 'standard')
        await vi.waitFor(async () => expect(await line.stateOf(id)).toMatchObject({ status: 'stopped' }))

        const [running, pidFile] = [await start(['wait']), join(line.directory, 'pidfd-pid')]
        const execute = async () => {
          const options = ['--detach', '--pidfd-socket', `${socket}-2`, '--pid-file', pidFile]
          const ended = await call(['exec', ...options, running, 'probe', 'wait'], { cwd: '/tmp' })
          expect(ended, ended.stderr).toMatchObject({ code: 0 })
          return readFileSync(pidFile, 'utf8')
        }
        await receive(`${socket}-2`, execute, 'setns')
        await refuses(['exec', '--pidfd-socket', '/nowhere', running, 'probe', 'wait'], /no such file/, 255)
        expect(await line.stateOf(running)).toMatchObject({ status: 'running' })
      } finally {
        for (const each of [1, 2]) rmSync(`/tmp/${socket}-${each}`, { force: true })
      }
    },
  )

  describe.skipIf(!existsSync('/usr/bin/python3'))('with a terminal (needs python3)', () => {
    const sitBefore = async (...args: string[]) => {
      const { code, stdout, stderr } = await callProgram(['python3', inPty, ...line.runtime.command, ...args], {})
      expect(code, stderr).toBe(0)
      return JSON.parse(stdout) as Record<string, unknown>
    }
    const expected = {
      code: 42,
      raw: true,
      after: false,
      first: expect.objectContaining({
        controlling: true,
        ...(name === 'libcontainer' ? { columns: 70, rows: 20 } : {}),
      }),
    }

    it('run makes ours raw, follows its size, and leaves it as it was', async () => {
      writeConfig(['terminal'], (config) => ({
        ...config,
        process: { args: [], cwd: '/', ...config.process, terminal: true },
      }))
      expect(await sitBefore('run', '--bundle', line.directory, newId())).toEqual(expected)
    })

    it('so does exec', async () => {
      expect(await sitBefore('exec', '--tty', await start(['wait']), 'probe', 'terminal')).toEqual(expected)
    })

    it('is not made for nobody', async () => {
      writeConfig(['wait'], (config) => ({
        ...config,
        process: { args: [], cwd: '/', ...config.process, terminal: true },
      }))
      if (name !== 'crun') await refuses(['create', '--bundle', line.directory, newId()], /console|tty/, 1)
    })
  })

  it.skipIf(!existsSync('/usr/bin/python3'))(
    'tells the service manager what the container does (needs python3)',
    async () => {
      const socket = join(bundle.directory, `notify-${name}`)
      const manager = spawn('python3', ['-c', SERVICE_MANAGER, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(manager, 'exit')
      await said(manager, /bound/)
      const message = said(manager, /READY=1/)
      writeConfig(['notify'])
      const started = await call(['run', '--detach', '--bundle', line.directory, newId()], {
        env: { NOTIFY_SOCKET: socket },
      })
      expect(started, started.stderr).toMatchObject({ code: 0 })
      await message
      expect(await ended).toEqual([0, null])
    },
  )
})
