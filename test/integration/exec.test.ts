// More processes in a container: what they are given, where they are, and that nothing of them stays.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions, type ExecConfig, isContainerError } from '../../lib/index.ts'
import { EXEC_STEPS } from '../../lib/runtime/exec.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { finishExec, probeExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { expectNothingLeft, snapshot } from '../support/leaks.ts'
import { runNode } from '../support/node-process.ts'
import { statusLine } from '../support/report.ts'

const bundle = useBundle()
const at = () => ({ stateDir: bundle.stateDir })

const waiting = (change: (config: Config) => void = () => {}): Config => {
  const config = probeConfig(bundle, ['wait'])
  change(config)
  return config
}

const make = (operation: 'create' | 'run', config = waiting(), options: CreateOptions = {}) =>
  Container[operation](bundle.newId(), config, { ...at(), stdio: 'ignore', ...options })

const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

const namespacesOf = (pid: number) => {
  const names = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']
  return Object.fromEntries(names.map((name) => [name, readlinkSync(`/proc/${pid}/ns/${name}`)]))
}

describe.each(['create', 'run'] as const)('in a container after %s', (operation) => {
  it('is where the container is', async () => {
    await using container = await make(operation)
    const { pid } = container.process
    const report = await probeExec(container)
    expect(report.namespaces).toMatchObject(namespacesOf(pid))
    expect(report.hostname).toBe('probed')
    expect(report.root).toContain('data')
    expect(report.pid).toBeGreaterThan(1)
    expect(report.cwd).toBe('/')
    expect(report.links).toEqual(['lo'])
    expect(Object.keys(report.fds)).toEqual(['0', '1', '2'])
    expect(await container.status()).toBe(operation === 'create' ? 'created' : 'running')
  })

  it('is in the cgroup of the container', async () => {
    await using container = await make(operation)
    await using process = await executed(container, ['probe', 'wait'])
    const cgroupOf = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    expect(cgroupOf(process.pid)).toBe(cgroupOf(container.process.pid))
    if (isRoot) expect(cgroupOf(process.pid)).toMatch(container.id)
  })
})

async function executed(container: Container, args: string[]) {
  const process = await container.exec({ args })
  await new Promise((resolve) => process.stdout?.once('data', resolve))
  return {
    ...process,
    async [Symbol.asyncDispose]() {
      process.signal('SIGKILL')
      await process.wait()
    },
  }
}

describe.runIf(isRoot)('root', () => {
  it('executes in a user namespace', async () => {
    const config = waiting((config) => {
      const map = [{ containerID: 0, hostID: 100_000, size: 1000 }]
      const namespaces = [...(config.linux?.namespaces ?? []), { type: 'user' as const }]
      config.linux = { ...config.linux, namespaces, uidMappings: map, gidMappings: map }
    })
    for (const operation of ['create', 'run'] as const) {
      await using container = await make(operation, config)
      const report = await probeExec(container, { user: { uid: 5, gid: 6, additionalGids: [7] } })
      expect(report.namespaces).toMatchObject(namespacesOf(container.process.pid))
      expect(report).toMatchObject({ uids: [5, 5, 5], gids: [6, 6, 6], groups: [7] })
    }
  })

  it('joins first and forks last where a process inside could look into the newcomer', async () => {
    const config = waiting((config) => {
      const all = ['CAP_SYS_PTRACE']
      config.process = {
        ...config.process,
        cwd: '/',
        capabilities: { bounding: all, permitted: all, effective: all, inheritable: [], ambient: [] },
      }
    })
    await using container = await make('run', config)
    const before = snapshot(bundle)
    const report = await probeExec(container)
    expect(report.namespaces).toMatchObject(namespacesOf(container.process.pid))
    expect(statusLine(report, 'CapEff')).toBe('0000000000080000')
    const steps: string[] = []
    for (let failAt = 0; steps.at(-1) !== 'exec'; failAt++) {
      const error = await failureOf(container.exec({ args: ['probe', 'wait'] }, { failAt }))
      expect(error).toMatchObject({ step: failAt + 1, operation: 'exec' })
      steps.push((error as { op: string }).op)
    }
    // It is seen there when it has nothing left that its program has not.
    const rights = ['setUser', 'setCapabilities', 'closeDescriptors', 'fork', 'newSession', 'exec']
    expect(steps.filter((op) => rights.includes(op))).toEqual(rights)
    await expectNothingLeft(before, bundle)
  })
})

describe('the process', () => {
  it('is what it is asked to be', async () => {
    await using container = await make('run')
    const process: ExecConfig = {
      args: ['probe', 'report'],
      cwd: '/data',
      env: ['PATH=/bin', 'COLOUR=blue', 'COLOUR=red', `LIBCONTAINER_TEST=${bundle.marker}`],
      user: { uid: 0, gid: 0, umask: 0o077 },
      capabilities: {
        bounding: ['CAP_KILL', 'CAP_CHOWN'],
        permitted: ['CAP_KILL'],
        effective: ['CAP_KILL'],
        inheritable: [],
        ambient: [],
      },
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 99, hard: 100 }],
      noNewPrivileges: true,
    }
    const report = await probeExec(container, process)
    expect(report.cwd).toBe('/data')
    expect(report.env).toEqual(['PATH=/bin', 'COLOUR=red', `LIBCONTAINER_TEST=${bundle.marker}`, 'HOME=/'])
    expect(report.umask).toBe(0o077)
    expect(report.rlimits['7']).toEqual(['99', '100'])
    expect(statusLine(report, 'CapBnd')).toBe('0000000000000021')
    expect(statusLine(report, 'CapEff')).toBe('0000000000000020')
    expect(statusLine(report, 'CapPrm')).toBe('0000000000000020')
    expect(statusLine(report, 'CapInh')).toBe('0000000000000000')
    expect(statusLine(report, 'NoNewPrivs')).toBe('1')
  })

  it('has its own scheduling, CPUs and session keyring, and the memory policy of all', async () => {
    const own = probeConfig(bundle, ['wait'])
    const config = { ...own, linux: { ...own.linux, memoryPolicy: { mode: 'MPOL_BIND' as const, nodes: '0' } } }
    await using container = await Container.run(bundle.newId(), config, { stateDir: bundle.stateDir, stdio: 'ignore' })
    const report = await probeExec(container, {
      args: ['probe', 'report'],
      scheduler: { policy: 'SCHED_BATCH', nice: 19 },
      ioPriority: { class: 'IOPRIO_CLASS_IDLE' },
      execCPUAffinity: { initial: '0-1', final: '0' },
    })
    expect(report.scheduler).toMatchObject({ policy: 3, nice: 19 })
    expect(report.ioPriority).toBe(3 << 13)
    expect(report.cpus).toEqual([0])
    expect(report.memoryPolicy).toEqual({ mode: 2, nodes: 1 })
    expect(report.sessionKeyring.keys).toBe(0)
  })

  it('is as the container’s own in what is left out', async () => {
    const config = waiting((config) => {
      config.process = {
        ...config.process,
        cwd: '/data',
        user: { uid: 0, gid: 0, umask: 0o027 },
        rlimits: [{ type: 'RLIMIT_NOFILE', soft: 77, hard: 78 }],
        noNewPrivileges: true,
        oomScoreAdj: 321,
      }
    })
    await using container = await make('run', config)
    const [own, report] = [config.process, await probeExec(container)]
    expect(report.args).toEqual(['probe', 'report'])
    expect(report.env).toEqual([...(own?.env ?? []), 'HOME=/'])
    expect(report).toMatchObject({ cwd: '/data', umask: 0o027, oomScoreAdj: '321\n' })
    expect(report.rlimits['7']).toEqual(['77', '78'])
    expect(statusLine(report, 'NoNewPrivs')).toBe('1')
  })

  it.runIf(isRoot)('runs as another user, with groups and without capabilities', async () => {
    await using container = await make('run')
    const user = { uid: 1234, gid: 2345, additionalGids: [5, 6] }
    const report = await probeExec(container, { user, capabilities: {} })
    expect(report).toMatchObject({ uids: [1234, 1234, 1234], gids: [2345, 2345, 2345], groups: [5, 6] })
    expect(statusLine(report, 'CapEff')).toBe('0000000000000000')
    expect(statusLine(report, 'CapBnd')).toBe('0000000000000000')
  })

  it('is a child of this process: streams, exit code, signal, usage', async () => {
    await using container = await make('run')
    const cat = await container.exec({ args: ['probe', 'cat'] })
    cat.stdin?.end('through the container')
    const said: Buffer[] = []
    for await (const chunk of cat.stdout ?? []) said.push(chunk as Buffer)
    expect(Buffer.concat(said).toString()).toBe('through the container')
    expect(await cat.wait()).toMatchObject({ exitCode: 0, usage: { minorFaults: expect.any(Number) } })
    expect(await finishExec(container, { args: ['probe', 'exit', '7'] })).toMatchObject({ exitCode: 7 })
    const wait = await container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore' })
    wait.signal('SIGKILL')
    expect(await wait.wait()).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    expect(() => wait.signal('SIGKILL')).not.toThrow()
  })

  it('ends with the container', async () => {
    await using container = await make('run')
    const process = await container.exec({ args: ['probe', 'wait'] })
    await container.kill()
    expect(await process.wait()).toMatchObject({ signal: 'SIGKILL' })
    await container.wait()
  })

  it('keeps the container’s record as it was', async () => {
    await using container = await make('run')
    const record = () => readdirSync(`${bundle.stateDir}/${container.id}`).sort()
    const [names, state] = [record(), readFileSync(`${bundle.stateDir}/${container.id}/state.json`, 'utf8')]
    await finishExec(container, { args: ['probe', 'exit'] })
    expect(record()).toEqual(names)
    expect(readFileSync(`${bundle.stateDir}/${container.id}/state.json`, 'utf8')).toBe(state)
  })
})

describe('many', () => {
  it('fifty at once', { timeout: 30_000 }, async () => {
    await using container = await make('run')
    const before = snapshot(bundle)
    const codes = Array.from({ length: 50 }, (_, index) => index)
    const ends = await Promise.all(codes.map((code) => finishExec(container, { args: ['probe', 'exit', `${code}`] })))
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(codes)
    await expectNothingLeft(before, bundle)
  })

  it('beside containers that are made at the same time, none of which is born in it', { timeout: 30_000 }, async () => {
    await using container = await make('run')
    const others = Array.from({ length: 10 }, async () => {
      await using other = await make('run')
      return namespacesOf(other.process.pid)
    })
    const execs = Array.from({ length: 10 }, () => probeExec(container))
    const own = namespacesOf(container.process.pid)
    for (const each of await Promise.all(others)) expect(each['pid']).not.toBe(own['pid'])
    for (const each of await Promise.all(execs)) expect(each.namespaces).toMatchObject(own)
  })

  it('one hundred in turn leave nothing', { timeout: 30_000 }, async () => {
    await using container = await make('run')
    const before = snapshot(bundle)
    for (let round = 0; round < 100; round++) await finishExec(container, { args: ['probe', 'exit'] })
    await expectNothingLeft(before, bundle)
  })
})

describe('in a container of another process', () => {
  it.each(['create', 'run'] as const)('after %s', { timeout: 30_000 }, async (operation) => {
    const id = bundle.newId()
    const message: CreatorMessage = { operation, id, config: waiting(), options: { ...at(), stdio: 'ignore' } }
    expect(await runNode('test/support/creator.ts', message)).toMatchObject({ code: 0, stderr: '' })
    await using container = await Container.load(id, at())
    const report = await probeExec(container)
    expect(report.namespaces).toMatchObject(namespacesOf(container.process.pid))
    expect(await container.status()).toBe(operation === 'create' ? 'created' : 'running')
  })

  it('that is gone', async () => {
    const container = await make('run')
    const loaded = await Container.load(container.id, at())
    await container.delete({ force: true })
    expect(await failureOf(loaded.exec({ args: ['probe'] }))).toMatchObject({ code: 'ERR_NOT_FOUND' })
  })
})

describe('does not go', () => {
  it('in a container that has stopped', async () => {
    await using container = await make('run', probeConfig(bundle, ['exit', '0']))
    await container.wait()
    const error = await failureOf(container.exec({ args: ['probe'] }))
    expect(error).toMatchObject({ code: 'ERR_WRONG_STATUS', operation: 'exec', id: container.id })
    expect(String(error)).toMatch('the container is stopped')
  })

  it('with a program or directory that is not there', async () => {
    await using container = await make('run')
    const missing = await failureOf(container.exec({ args: ['missing'] }))
    expect(missing).toMatchObject({
      code: 'ERR_NOT_FOUND',
      op: 'findExecutable',
      path: expect.stringMatching('missing'),
    })
    const nowhere = await failureOf(container.exec({ args: ['probe'], cwd: '/no/where' }))
    expect(nowhere).toMatchObject({ op: 'changeDirectory', errno: 'ENOENT', path: '/no/where' })
  })

  it('with what is no process, or more than can be done', async () => {
    await using container = await make('run')
    const wrong = await failureOf(container.exec({ args: [], cwd: 'data' }))
    expect(isContainerError(wrong) && wrong.problems.map(({ path }) => path)).toEqual(['/process/args', '/process/cwd'])
    const console = { consoleSocket: '/nowhere' }
    const socket = await failureOf(container.exec({ args: ['probe'] }, console))
    expect(socket).toMatchObject({ code: 'ERR_INVALID_CONFIG', problems: [{ path: '/consoleSocket' }] })
  })

  it('on when the container stops midway', { timeout: 30_000 }, async () => {
    for (let round = 0; round < 20; round++) {
      const container = await make('run')
      const attempts = Array.from({ length: 4 }, () => container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore' }))
      await delay(round / 10)
      await container.kill()
      for (const result of await Promise.allSettled(attempts)) {
        if (result.status === 'fulfilled') expect(await result.value.wait()).toMatchObject({ signal: 'SIGKILL' })
        else expect(result.reason, String(result.reason)).toMatchObject({ code: 'ERR_WRONG_STATUS', operation: 'exec' })
      }
      await container.delete({ force: true })
    }
  })
})

describe('failure', () => {
  it('of every step names the step and leaves nothing', { timeout: 60_000 }, async () => {
    await using container = await make('run')
    const before = snapshot(bundle)
    const process = { args: ['probe', 'wait'], oomScoreAdj: 500, noNewPrivileges: true }
    const steps: string[] = []
    for (let failAt = 0; steps.at(-1) !== 'exec'; failAt++) {
      const error = await failureOf(container.exec(process, { failAt }))
      expect(isContainerError(error) && error.code, String(error)).toBe('ERR_SYSTEM')
      expect(error).toMatchObject({ operation: 'exec', id: container.id, step: failAt + 1 })
      steps.push((error as { op: string }).op)
      await expectNothingLeft(before, bundle)
    }
    expect(steps).toEqual(expect.arrayContaining(['setOomScoreAdj', 'joinNamespaces', 'setStdio', 'exec']))
    expect(await container.status()).toBe('running')
  })

  it.each(EXEC_STEPS)('of the host at step %s is undone', async (step) => {
    await using container = await make('run')
    const before = snapshot(bundle)
    const reason = new Error(`injected at ${step}`)
    const onStep = (name: string) => {
      if (name === step) throw reason
    }
    expect(await failureOf(container.exec({ args: ['probe', 'wait'] }, { onStep }))).toBe(reason)
    await expectNothingLeft(before, bundle)
    const controller = new AbortController()
    const abort = (name: string) => {
      if (name === step) controller.abort(reason)
    }
    const aborted = container.exec({ args: ['probe', 'wait'] }, { onStep: abort, signal: controller.signal })
    expect(await failureOf(aborted)).toBe(reason)
    await expectNothingLeft(before, bundle)
  })

  it('is not the end of a process that is aborted later', async () => {
    await using container = await make('run')
    const controller = new AbortController()
    const process = await container.exec({ args: ['probe', 'wait'] }, { signal: controller.signal })
    controller.abort()
    process.signal(9)
    expect(await process.wait()).toMatchObject({ signal: 'SIGKILL' })
    expect(await failureOf(container.exec({ args: ['probe'] }, { signal: controller.signal }))).toMatchObject({
      name: 'AbortError',
    })
  })
})
