// Hooks: prestart, createRuntime, createContainer, startContainer, poststart, poststop. Where and when each is run, with
// which state, args, env and timeout, and what is left when one fails.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Config, Container, type CreateOptions, type Hook, type Hooks, isContainerError } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()
const HOST_KINDS = ['prestart', 'createRuntime', 'poststart', 'poststop'] as const
const ALL_KINDS = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'] as const
const PATH = 'PATH=/usr/bin:/bin'

const log = () => join(bundle.directory, 'log')
const lines = (): string[] => (existsSync(log()) ? readFileSync(log(), 'utf8').trim().split('\n') : [])

/** A hook of the host, or of createContainer: a shell script. */
const script = (text: string, more: Partial<Hook> = {}): Hook => ({
  path: '/bin/sh',
  args: ['sh', '-c', text],
  env: [PATH],
  ...more,
})
const writes = (name: string): Hook =>
  script(
    `s=$(cat); echo "${name} $(echo "$s" | grep -o '"status":"[a-z]*"') $(echo "$s" | grep -c '"pid":')" >> ${log()}`,
  )

function configWith(hooks: Hooks, args: readonly string[] = ['wait']): Config {
  rmSync(log(), { force: true })
  return { ...probeConfig(bundle, args), hooks }
}

const options = (more: CreateOptions = {}): CreateOptions => ({ stateDir: bundle.stateDir, stdio: 'ignore', ...more })

const failureOf = (attempt: Promise<unknown>): Promise<{ code: string; message: string }> =>
  attempt.then(
    () => expect.fail('nothing failed'),
    (error: unknown) => (isContainerError(error) ? error : expect.fail(String(error))),
  )

describe('hooks', () => {
  it('find the root at its path in the bundle, with all that is mounted in it', async () => {
    writeFileSync(join(bundle.rootfs, 'data', 'kept'), 'text')
    // python3 comes with what builds the addon.
    const set = "import os; os.setxattr('data/kept', 'user.word', b'kept too')"
    execFileSync('python3', ['-c', set], { cwd: bundle.rootfs })
    const get = "import os; print(os.getcwd(), os.getxattr('data/kept', 'user.word').decode(), os.path.ismount('data'))"
    const look = (name: string, path: string) => script(`cd ${path} && echo ${name} $(python3 -c "${get}") >> ${log()}`)
    const config = configWith({ createContainer: [look('here', '.'), look('by path', bundle.rootfs)] }, ['exit', '0'])
    const copied = { destination: '/data', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup'] }
    await using container = await Container.run(
      bundle.newId(),
      { ...config, mounts: [...(config.mounts ?? []), copied] },
      options(),
    )
    const seen = `${realpathSync(bundle.rootfs)} kept too True`
    expect(lines()).toEqual([`here ${seen}`, `by path ${seen}`])
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
    rmSync(join(bundle.rootfs, 'data', 'kept'))
  })

  it('are run in the order of the spec, with the state of their time', async () => {
    const hooks = Object.fromEntries(
      ALL_KINDS.filter((kind) => kind !== 'startContainer').map((kind) => [kind, [writes(kind), writes(`${kind} 2`)]]),
    )
    const container = await Container.create(bundle.newId(), configWith(hooks), options())
    expect(lines()).toEqual([
      'prestart "status":"creating" 1',
      'prestart 2 "status":"creating" 1',
      'createRuntime "status":"creating" 1',
      'createRuntime 2 "status":"creating" 1',
      'createContainer "status":"creating" 1',
      'createContainer 2 "status":"creating" 1',
    ])
    await container.start()
    expect(lines().slice(6)).toEqual(['poststart "status":"running" 1', 'poststart 2 "status":"running" 1'])
    await container.delete({ force: true })
    expect(lines().slice(8)).toEqual(['poststop "status":"stopped" 0', 'poststop 2 "status":"stopped" 0'])
    expect(container.warnings).toEqual([])
  })

  it('get the whole state', async () => {
    const config = configWith({ createRuntime: [script(`cat > ${log()}`)] })
    const annotations = { 'org.example.long': 'x'.repeat(20_000) }
    const id = bundle.newId()
    await using container = await Container.create(
      id,
      { ...config, annotations },
      options({ bundle: bundle.directory }),
    )
    const { pid } = container.process
    const state = { ociVersion: '1.3.0', id, status: 'creating', pid, bundle: bundle.directory, annotations }
    expect(JSON.parse(readFileSync(log(), 'utf8'))).toEqual(state)
  })

  it.each(HOST_KINDS)('of kind %s get exactly their args and env', async (kind) => {
    const text = `echo "$0 $1 $(env | grep -v ^_= | grep -v ^PWD= | grep -v ^SHLVL= | sort | tr '\\n' ' ')" > ${log()}`
    const hook = { path: '/bin/sh', args: ['sh', '-c', text, 'zero', 'one'], env: [PATH, 'A=b'], timeout: 30 }
    const container = await Container.run(bundle.newId(), configWith({ [kind]: [hook] }), options())
    await container.delete({ force: true })
    expect(lines()).toEqual([`zero one A=b ${PATH}`])
  })

  it('of kind createContainer are in the container’s namespaces, and see the runtime’s paths', async () => {
    const text = `readlink /proc/self/ns/mnt > ${log()}; ls >> ${log()}; hostname >> ${log()}`
    await using container = await Container.create(
      bundle.newId(),
      configWith({ createContainer: [script(text)] }),
      options(),
    )
    const [namespace, ...rest] = lines()
    // The host's procfs knows no process of the container's pid namespace by "self".
    expect(namespace).not.toBe(undefined)
    expect(rest).toContain('proc')
    expect(rest).toContain('data')
    expect(await container.status()).toBe('created')
  })

  it('of kind startContainer are in the container, behind the start gate', async () => {
    const config = configWith({ startContainer: [{ path: '/bin/probe', args: ['probe', 'exit', '0'], env: ['A=1'] }] })
    await using container = await Container.create(bundle.newId(), config, options())
    const other = await Container.load(container.id, { stateDir: bundle.stateDir })
    await other.start()
    expect(await container.status()).toBe('running')

    await using bad = await Container.create(
      bundle.newId(),
      configWith({ startContainer: [{ path: '/bin/probe', args: ['probe', 'exit', '3'], timeout: 9 }] }),
      options(),
    )
    const error = await failureOf(bad.start())
    expect(error.code).toBe('ERR_HOOK')
    expect(error.message).toMatch(/step \d+ runHook.*hooks\.startContainer\[0\] \/bin\/probe: it exited with 3/)
    expect(await bad.wait()).toMatchObject({ exitCode: 1 })
  })

  it.each(['prestart', 'createRuntime', 'createContainer'] as const)(
    'that fail: %s fails the creation',
    async (kind) => {
      const hooks = { [kind]: [script('echo broken >&2; exit 4'), writes('never')], poststop: [writes('poststop')] }
      for (const operation of ['create', 'run'] as const) {
        const error = await failureOf(Container[operation](bundle.newId(), configWith(hooks), options()))
        expect(error.code).toBe('ERR_HOOK')
        expect(error.message).toMatch(new RegExp(`hooks\\.${kind}\\[0\\] /bin/sh: it exited with 4: broken`))
        // Whatever the first hooks had made is theirs to remove.
        expect(lines()).toEqual(['poststop "status":"stopped" 0'])
      }
    },
  )

  it('that fail: poststart ends the container', async () => {
    const config = configWith({ poststart: [script('exit 5')] })
    expect(await failureOf(Container.run(bundle.newId(), config, options()))).toMatchObject({ code: 'ERR_HOOK' })
    await using container = await Container.create(bundle.newId(), config, options())
    expect(await failureOf(container.start())).toMatchObject({ code: 'ERR_HOOK' })
    expect((await container.wait()).signal).toBe('SIGKILL')
  })

  it('that fail: poststop is a warning, and the others are run', async () => {
    const config = configWith({ poststop: [script('exit 6'), writes('second')] })
    const container = await Container.run(bundle.newId(), config, options())
    await container.delete({ force: true })
    expect(container.warnings).toMatchObject([expect.stringMatching(/hooks\.poststop\[0\].*exited with 6/)])
    expect(lines()).toHaveLength(1)
    await Container.run(container.id, config, options())
    const warnings = await Container.delete(container.id, { stateDir: bundle.stateDir, force: true })
    expect(warnings).toHaveLength(1)
  })

  it.each(['createRuntime', 'createContainer'] as const)('%s: time out with all they have started', async (kind) => {
    const hook = script(`sleep 1000 & echo $! > ${log()}; wait`, { timeout: 1 })
    const error = await failureOf(Container.run(bundle.newId(), configWith({ [kind]: [hook] }), options()))
    expect(error.message).toMatch(/it was killed, having run for 1 s/)
    if (kind === 'createRuntime') await until(() => !isSleep(lines()[0]))
  })

  it.each(['createRuntime', 'createContainer'] as const)('%s: that are not there are named', async (kind) => {
    const config = configWith({ [kind]: [{ path: '/no/such/hook' }] })
    const error = await failureOf(Container.create(bundle.newId(), config, options()))
    expect(error).toMatchObject({ code: 'ERR_HOOK' })
    expect(error.message).toMatch(/ENOENT/)
    expect(error.message).toMatch(/\/no\/such\/hook/)
  })

  it('are ended by an abort', async () => {
    for (const kind of ['createRuntime', 'createContainer'] as const) {
      const controller = new AbortController()
      const fifo = script(`echo ready > ${log()}; exec sleep 1000`)
      const attempt = Container.create(
        bundle.newId(),
        configWith({ [kind]: [fifo] }),
        options({ signal: controller.signal }),
      )
      const outcome = attempt.catch((error: unknown) => error)
      await until(() => existsSync(log()))
      controller.abort(new Error('enough'))
      expect(await outcome).toMatchObject({ message: 'enough' })
    }
  })

  it('cannot be told a state that is too long', async () => {
    const annotations = { long: 'x'.repeat(100_000) }
    const config = { ...configWith({ createContainer: [script('exit 0')] }), annotations }
    expect(await failureOf(Container.create(bundle.newId(), config, options()))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
    })
  })
})

describe('functions as hooks', () => {
  it('are called after the programs, with the state', async () => {
    const called: string[] = []
    const note = (name: string) => (state: { readonly status: string; readonly pid?: number }) => {
      called.push(`${name} ${state.status} ${typeof state.pid}`)
    }
    const hooks = { createRuntime: note('createRuntime'), poststart: note('poststart'), poststop: note('poststop') }
    const container = await Container.run(bundle.newId(), configWith({}), options({ hooks }))
    await container.delete({ force: true })
    expect(called).toEqual(['createRuntime creating number', 'poststart running number', 'poststop stopped undefined'])
  })

  it('fail as programs do, and what they throw is the cause', async () => {
    const cause = new Error('no')
    const fails = () => Promise.reject(cause)
    for (const kind of ['createRuntime', 'poststart'] as const) {
      const attempt = Container.run(bundle.newId(), configWith({}), options({ hooks: { [kind]: fails } }))
      expect(await failureOf(attempt)).toMatchObject({ code: 'ERR_HOOK', cause })
    }
    const container = await Container.run(bundle.newId(), configWith({}), options({ hooks: { poststop: fails } }))
    await container.delete({ force: true })
    expect(container.warnings).toHaveLength(1)
  })
})

describe('a creator that is killed in a hook', () => {
  it('leaves only what delete removes, and poststop hooks are run then', { timeout: 60_000 }, async () => {
    const id = bundle.newId()
    const message: CreatorMessage = {
      operation: 'create',
      id,
      config: configWith({ createRuntime: [script('kill -9 $PPID')], poststop: [writes('poststop')] }),
      options: { stateDir: bundle.stateDir, stdio: 'ignore' },
    }
    expect(await runNode('test/support/creator.ts', message)).toMatchObject({ signal: 'SIGKILL' })
    await Container.delete(id, { stateDir: bundle.stateDir, force: true })
    expect(readdirSync(bundle.stateDir)).toEqual([])
    expect(lines()).toEqual(['poststop "status":"stopped" 0'])
  })
})

describe('init: true', () => {
  it('keeps our init as the first process, which ends as the program does', async () => {
    await using container = await Container.run(bundle.newId(), configWith({}, ['exit', '9']), options({ init: true }))
    expect(await container.wait()).toMatchObject({ exitCode: 9, signal: null })
  })

  it('hands on signals, also behind a start gate', async () => {
    await using container = await Container.create(
      bundle.newId(),
      configWith({}, ['handle']),
      options({ init: true, stdio: 'pipe' }),
    )
    const ready = new Promise((resolve) => container.process.stdout?.once('data', resolve))
    await container.start()
    await ready
    expect((await container.ps()).map(({ containerPid }) => containerPid)).toEqual([1, 2])
    await container.signal('SIGTERM')
    expect(await container.wait()).toMatchObject({ exitCode: 42 })
  })

  it('tells of a program that cannot be executed', async () => {
    const config = configWith({}, ['wait'])
    const missing = { ...config, process: { ...config.process, cwd: '/', args: ['/no/such'] } }
    expect(await failureOf(Container.run(bundle.newId(), missing, options({ init: true })))).toMatchObject({
      code: 'ERR_NOT_FOUND',
    })
  })
})

function isSleep(pid: string | undefined): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sleep')
  } catch {
    return false
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
