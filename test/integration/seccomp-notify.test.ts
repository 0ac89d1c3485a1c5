// Answering system calls for the kernel: in this program, and in another one that gets the listener.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Config, Seccomp } from '../../lib/config/types.ts'
import { Container, type CreateOptions, type SeccompCall } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { finishExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { inUserNamespace, pathOf, runWaiting, withNamespaces } from '../support/namespaces.ts'
import type { Report } from '../support/report.ts'
import { NATIVE_CALLS as numbers } from '../support/syscalls.ts'

const bundle = useBundle()
const agent = fileURLToPath(new URL('../support/seccomp-agent.py', import.meta.url))

const notify = (...names: string[]): Seccomp => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names, action: 'SCMP_ACT_NOTIFY' }],
})

function configWith(seccomp: Seccomp, args: readonly string[], noNewPrivileges = true): Config {
  const config = probeConfig(bundle, args)
  return {
    ...config,
    process: { cwd: '/', ...config.process, noNewPrivileges },
    linux: { ...config.linux, seccomp },
  }
}

const options = (): CreateOptions => ({ stateDir: bundle.stateDir, stdio: 'pipe', seccompNotifications: true })
const calls = (name: string, count: number): string[] => ['calls', ...Array<string>(count).fill(`${numbers[name]}`)]

/** Answers every call until the container has ended. @returns what its program wrote */
async function answerAll(container: Container, answer: (call: SeccompCall, index: number) => unknown): Promise<string> {
  const output = text(container.process.stdout as NodeJS.ReadableStream)
  let index = 0
  for await (const call of container.seccompNotifications()) await answer(call, index++)
  await container.wait()
  return output
}

describe.each([true, false])('a call that is notified of, with no_new_privs %s', (noNewPrivileges) => {
  it('is denied, answered, or let through, as the handler says', async () => {
    const config = configWith(notify('getppid'), calls('getppid', 4), noNewPrivileges)
    await using container = await Container.create(bundle.newId(), config, options())
    const seen: unknown[] = []
    const answers = [
      (call: SeccompCall) => call.deny('EACCES'),
      (call: SeccompCall) => call.deny(77),
      (call: SeccompCall) => call.return(5),
      (call: SeccompCall) => call.allow(),
    ]
    const output = answerAll(container, (call, index) => {
      seen.push([call.syscall, call.number, call.pid, call.args.length, call.alive])
      expect(answers[index]?.(call)).toBe(true)
      expect([call.alive, call.allow()]).toEqual([false, false])
    })
    await container.start()
    expect(await output).toBe('[13,77,0,0]\n')
    const one = ['getppid', numbers['getppid'], container.process.pid, 6, true]
    expect(seen).toEqual([one, one, one, one])
  })

  it('goes on by itself while it is init that makes it', async () => {
    const init = ['read', 'openat2', 'prctl', 'close_range', 'sendmsg', 'recvfrom', 'execve']
    const config = configWith(notify(...init, 'getppid'), calls('getppid', 1), noNewPrivileges)
    await using container = await Container.run(bundle.newId(), config, options())
    expect(await answerAll(container, (call) => call.deny())).toBe('[1]\n')
  })
})

describe('a handler', () => {
  it('reads the caller’s memory, and gives it descriptors', async () => {
    const path = join(bundle.directory, 'somaxconn')
    writeFileSync(path, '12345\n')
    const fd = openSync(path, 'r')
    const config = configWith(notify('openat'), ['report'])
    await using container = await Container.create(bundle.newId(), config, options())
    const paths: Array<string | undefined> = []
    const output = answerAll(container, async (call) => {
      const opened = await call.readString(call.args[1] as bigint)
      paths.push(opened)
      if (opened !== '/proc/sys/net/core/somaxconn') call.allow()
      else expect(await call.addFd(fd, { answer: true, closeOnExec: true })).toBeGreaterThan(2)
    })
    await container.start()
    const report = JSON.parse(await output) as Report
    closeSync(fd)
    expect(report.somaxconn).toBe('12345\n')
    expect(paths).toContain('/proc/self/status')
  })

  it('is told what is wrong with what it asks', async () => {
    const config = configWith(notify('getppid'), calls('getppid', 1))
    await using container = await Container.create(bundle.newId(), config, options())
    const output = answerAll(container, async (call) => {
      await expect(call.readMemory(8n, 8)).rejects.toMatchObject({ code: 'ERR_SYSTEM', errno: 'EFAULT' })
      expect(() => call.deny('ENOSUCH')).toThrow(RangeError)
      expect(() => call.deny(0)).toThrow(RangeError)
      expect(await call.addFd(0, { target: 9 })).toBe(9)
      call.return()
    })
    await container.start()
    expect(await output).toBe('[0]\n')
  })

  it('answers for executed processes too, and may stop and begin again', async () => {
    const config = configWith(notify('getppid'), ['wait'])
    await using container = await Container.run(bundle.newId(), config, options())
    const args = ['probe', ...calls('getppid', 2)]
    const executed = finishExec(container, { args })
    for await (const call of container.seccompNotifications()) {
      call.deny(41)
      break
    }
    for await (const call of container.seccompNotifications()) {
      await expect(container.seccompNotifications()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: 'ERR_WRONG_STATUS',
      })
      call.deny(42)
      break
    }
    expect((await executed).stdout).toBe('[41,42]\n')
    const controller = new AbortController()
    const next = container.seccompNotifications({ signal: controller.signal })[Symbol.asyncIterator]().next()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })

  it('answers in a user namespace that was joined', async () => {
    await using other = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    const own = configWith(notify('getppid'), calls('getppid', 1))
    const config = withNamespaces(own, { type: 'user', path: pathOf(other.process.pid, 'user') })
    await using container = await Container.create(bundle.newId(), config, options())
    const output = answerAll(container, (call) => call.deny(43))
    await container.start()
    expect(await output).toBe('[43]\n')
  })

  it.each([[[]], [['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV']]] as const)(
    'that never answers does not keep the container alive, with flags %o',
    async (flags) => {
      const config = configWith({ ...notify('getppid'), flags: [...flags] }, calls('getppid', 1))
      await using container = await Container.run(bundle.newId(), config, options())
      for await (const call of container.seccompNotifications()) {
        const ended = container.delete({ force: true })
        await ended
        expect(call.allow()).toBe(false)
        expect(await call.readMemory(0n, 1)).toBeUndefined()
        expect(await call.addFd(0)).toBeUndefined()
      }
      expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
    },
  )

  it('that does not exist does not keep it either', async () => {
    const config = configWith(notify('getppid'), calls('getppid', 1))
    const id = bundle.newId()
    const container = await Container.run(id, config, options())
    await Container.delete(id, { stateDir: bundle.stateDir, force: true })
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
  })
})

describe('another program', () => {
  it('gets the listener at listenerPath, with the state and listenerMetadata', async () => {
    const socket = join(bundle.directory, 'agent.sock')
    await using answering = await startAgent(socket)
    const seccomp = { ...notify('getppid'), listenerPath: socket, listenerMetadata: 'for the agent' }
    const config = configWith(seccomp, calls('getppid', 2))
    const id = bundle.newId()
    await using container = await Container.create(id, config, { stateDir: bundle.stateDir, stdio: 'pipe' })
    expect(JSON.parse(await answering.line())).toEqual({
      ociVersion: '1.3.0',
      fds: ['seccompFd'],
      pid: container.process.pid,
      metadata: 'for the agent',
      state: {
        ociVersion: '1.3.0',
        id,
        status: 'creating',
        pid: container.process.pid,
        bundle: process.cwd(),
      },
    })
    const output = text(container.process.stdout as NodeJS.ReadableStream)
    await container.start()
    expect(await output).toBe('[13,13]\n')
    expect(() => container.seccompNotifications()).toThrow(/not answered here/)
  })

  it('that does not listen fails creation, and nothing is left', async () => {
    const config = configWith({ ...notify('getppid'), listenerPath: join(bundle.directory, 'nobody') }, ['exit', '0'])
    await expect(Container.create(bundle.newId(), config, { stateDir: bundle.stateDir })).rejects.toMatchObject({
      code: 'ERR_SYSTEM',
      syscall: 'connect',
      errno: 'ENOENT',
      path: join(bundle.directory, 'nobody'),
    })
  })
})

describe('SCMP_ACT_NOTIFY', () => {
  it('needs one who answers, and no more than one', async () => {
    const config = configWith(notify('getppid'), ['exit', '0'])
    const withPath = configWith({ ...notify('getppid'), listenerPath: '/run/agent' }, ['exit', '0'])
    const refused = { code: 'ERR_INVALID_CONFIG', problems: [{ path: '/linux/seccomp/listenerPath' }] }
    await expect(Container.create(bundle.newId(), config, { stateDir: bundle.stateDir })).rejects.toMatchObject(refused)
    await expect(Container.create(bundle.newId(), withPath, options())).rejects.toMatchObject(refused)
  })

  it('fails like any other step, and nothing is left', { timeout: 60_000 }, async () => {
    for (const noNewPrivileges of [true, false]) {
      const config = configWith(notify('getppid'), ['exit', '0'], noNewPrivileges)
      for (let failAt = 0, failed = true; failed; failAt++) {
        const creating = Container.create(bundle.newId(), config, { ...options(), failAt })
        failed = await creating.then(
          (container) => container.delete({ force: true }).then(() => false),
          () => true,
        )
      }
    }
  })
})

interface Agent extends AsyncDisposable {
  line(): Promise<string>
}

async function startAgent(socket: string): Promise<Agent> {
  const child: ChildProcess = spawn('/usr/bin/python3', [agent, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const line = async () => (await lines.next()).value as string
  expect(await line()).toBe('ready')
  return {
    line,
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
    },
  }
}
