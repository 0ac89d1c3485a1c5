// A failure at each step of a sandbox: init's, the host's, and its own calls on files, one after the other. Each is named,
// and nothing is left. As root and as an ordinary user.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Container, type ContainerError, type CreateOptions, isContainerError, Sandbox } from '../../lib/index.ts'
import { HOST_STEPS } from '../../lib/runtime/create-options.ts'
import { useBundle } from '../support/lane.ts'
import { type Options, runIn } from '../support/sandboxed.ts'

/** Which calls on files fail: the one of this number, of those about paths that are looked at. */
const injected = vi.hoisted(() => ({ at: 0, seen: 0, failed: '', every: '', isWatched: (_path: string) => false }))

vi.mock('node:fs/promises', async (original) => {
  const calls = await original<typeof import('node:fs/promises')>()
  const failing =
    (name: string, call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      // The second is where something is copied to, or a link is made.
      const path = args.slice(0, 2).find((each) => typeof each === 'string' && injected.isWatched(each))
      if (path === undefined) return call(...args)
      injected.seen++
      if (injected.seen !== injected.at && name !== injected.every) return call(...args)
      injected.failed = `${name} ${path}`
      const error = Object.assign(new Error(`EIO: injected, ${name} '${path}'`), {
        code: 'EIO',
        errno: -5,
        syscall: name,
        path,
      })
      return Promise.reject(error)
    }
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    typeof call === 'function' && name !== 'FileHandle' ? failing(name, call as () => unknown) : call,
  ])
  return Object.fromEntries(wrapped) as typeof calls
})

const bundle = useBundle()
const TIMEOUT = 120_000
const STAGES = /^libcontainer-sandbox-/

/** Of this process alone: others may be making some. */
const stages = () => readdirSync(tmpdir()).filter((name) => STAGES.test(name) && name.includes(`.${process.pid}.`))
const records = () => (existsSync(bundle.stateDir) ? readdirSync(bundle.stateDir) : [])
const out = () => join(bundle.directory, 'out')

/** Everything that a sandbox has steps for. */
function withEverything(): Options {
  const source = join(bundle.directory, 'source')
  mkdirSync(join(source, 'below'), { recursive: true })
  writeFileSync(join(source, 'below/file'), 'x')
  const files = { '/work/in/content': 'x', '/work/in/copied': { copy: source }, '/data': { bind: source } }
  return { files, changes: 'tar', copyOut: { '/work/made': out() } }
}

const SCRIPT = 'mkdir -p made/below; echo x > made/below/file; ln -s below made/link; rm in/content'
const run = (options: Options = withEverything()) => runIn(bundle, ['sh', '-c', SCRIPT], options)

const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  )

afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(injected, { at: 0, seen: 0, failed: '', every: '', isWatched: () => false })
  rmSync(out(), { recursive: true, force: true })
})

/** Every container is then made with these. */
function createWith(options: () => CreateOptions): void {
  const create = Container.create.bind(Container)
  vi.spyOn(Container, 'create').mockImplementation((id, config, given) =>
    create(id, config, { ...given, ...options() }),
  )
}

function executeWith(failAt: () => number): void {
  const execute = Container.prototype.exec
  vi.spyOn(Container.prototype, 'exec').mockImplementation(function (this: Container, process, given) {
    return execute.call(this, process, { ...given, failAt: failAt() })
  })
}

function expectNothing(): void {
  expect(records()).toEqual([])
  expect(stages()).toEqual([])
}

/** Of a plan as it is printed, the first and the last of each kind of step: number and operation. */
function kindsIn(plan: string): Array<[step: number, op: string]> {
  const steps = [...plan.matchAll(/^ *(\d+) (\w+)/gm)].map(([, step, op = '']): [number, string] => [Number(step), op])
  const ends = new Map<string, number>([...steps.toReversed().map(([step, op]) => [`first ${op}`, step] as const)])
  for (const [step, op] of steps) ends.set(`last ${op}`, step)
  const wanted = new Set(ends.values())
  return steps.filter(([step]) => wanted.has(step))
}

/** @returns the operation that failed */
function expectStep(error: unknown, step: number): string {
  expect(isContainerError(error), `${step}: ${String(error)}`).toBe(true)
  // Of a program that cannot be had there is a hint of our own around it.
  const told = (error as ContainerError).step === undefined ? (error as ContainerError).cause : error
  expect(told).toMatchObject({ step, op: expect.any(String) as string, syscall: expect.any(String) as string })
  return (told as ContainerError).op ?? ''
}

describe('a step of init that fails', () => {
  it('while the sandbox is made is told, and nothing is left', { timeout: TIMEOUT }, async () => {
    const { trace } = await run({ ...withEverything(), trace: true })
    rmSync(out(), { recursive: true })
    const steps = kindsIn(trace?.plan ?? '')
    const kinds = steps.map(([, op]) => op)
    expect(kinds).toEqual(expect.arrayContaining(['bindMount', 'pivotRoot', 'setUser', 'setCapabilities', 'waitStart']))
    let failAt = 0
    createWith(() => ({ failAt }))
    // What comes after the gate is for a first process that goes on; this one waits there.
    for (const [step, op] of steps.slice(0, kinds.indexOf('waitStart') + 1)) {
      failAt = step - 1
      expect(expectStep(await failureOf(run()), step)).toBe(op)
      expectNothing()
    }
  })

  it('while the command is started is told, and nothing is left', { timeout: TIMEOUT }, async () => {
    let failAt = 0
    executeWith(() => failAt)
    const ops: string[] = []
    for (let isOver = false; !isOver; failAt++) {
      const error = await failureOf(run())
      rmSync(out(), { recursive: true, force: true })
      expectNothing()
      if (error === undefined) isOver = true
      else ops.push(expectStep(error, failAt + 1))
    }
    expect(ops).toEqual(expect.arrayContaining(['joinNamespaces', 'setUser', 'findExecutable', 'exec']))
  })
})

it.each(HOST_STEPS)('a failure of the host at step %s is told, and nothing is left', async (step) => {
  const reason = new Error(`injected at ${step}`)
  createWith(() => ({
    onStep: (name) => {
      if (name === step) throw reason
    },
  }))
  expect(await failureOf(run())).toBe(reason)
  expectNothing()
})

describe('a call of the sandbox’s own', () => {
  /** Each of those about such paths, in order, as long as there are any. */
  async function failEveryCall(isWatched: (path: string) => boolean, options?: () => Options): Promise<string[]> {
    const failed: string[] = []
    for (let at = 1; ; at++) {
      Object.assign(injected, { at, seen: 0, failed: '', isWatched })
      const error = await failureOf(run(options?.()))
      injected.isWatched = () => false
      if (injected.failed === '') {
        expect(error).toBeUndefined()
        return failed
      }
      const [name = '', path = ''] = injected.failed.split(' ')
      failed.push(name)
      rmSync(out(), { recursive: true, force: true })
      // What may be missing is not missed: then it goes on.
      if (error !== undefined) {
        expect(isContainerError(error), `${injected.failed}: ${String(error)}`).toBe(true)
        expect(String(error), injected.failed).toMatch(/^ContainerError: sandbox: .*(EIO|at .* already)/)
        expect(String(error)).toMatch(path)
      }
      expectNothing()
    }
  }

  it('on files that are put in', { timeout: TIMEOUT }, async () => {
    const failed = await failEveryCall((path) => path.startsWith(join(tmpdir(), 'libcontainer-sandbox-')))
    for (const name of ['mkdir', 'cp', 'writeFile', 'chmod', 'rm']) expect(failed).toContain(name)
  })

  it('on results that are copied out', { timeout: TIMEOUT }, async () => {
    const failed = await failEveryCall((path) => path.startsWith(out()))
    for (const name of ['mkdir', 'open', 'symlink']) expect(failed).toContain(name)
  })

  it('on what is inside', { timeout: TIMEOUT }, async () => {
    const failed = await failEveryCall((path) => /^\/proc\/(self\/fd|\d+\/root)/.test(path))
    for (const name of ['open', 'readdir']) expect(failed).toContain(name)
  })
})

describe('what cannot be removed', () => {
  it('of the files that were put in is named, and the sandbox ends nevertheless', async () => {
    const isWatched = (path: string) => path.startsWith(join(tmpdir(), 'libcontainer-sandbox-'))
    // Replacing a copied file is a removal too; here nothing is.
    Object.assign(injected, { every: 'rm', isWatched })
    const error = await failureOf(run({ files: { '/work/copied': { copy: join(bundle.directory, 'source') } } }))
    injected.isWatched = () => false
    expect(String(error)).toMatch(/remove the files that were gathered: rm: EIO/)
    expect(records()).toEqual([])
    const [left = '', ...more] = stages()
    expect(more).toEqual([])
    expect(String(error)).toMatch(left)
    rmSync(join(tmpdir(), left), { recursive: true })
  })

  it('of a sandbox is removed when it is closed again', async () => {
    const box = await Sandbox.create({ stateDir: bundle.stateDir, env: { LIBCONTAINER_TEST: bundle.marker } })
    vi.spyOn(Container.prototype, 'delete').mockRejectedValueOnce(new Error('injected'))
    await expect(box.close()).rejects.toThrow('injected')
    expect(records()).toHaveLength(1)
    await box.close()
    await box.close()
    expectNothing()
  })

  it('after a command had to be ended is removed when the sandbox is closed', async () => {
    await using box = await Sandbox.create({ stateDir: bundle.stateDir, env: { LIBCONTAINER_TEST: bundle.marker } })
    vi.spyOn(Container.prototype, 'delete').mockRejectedValueOnce(new Error('injected'))
    await expect(box.run('sleep', ['1000'], { timeout: 50 })).rejects.toThrow('injected')
    expect((await box.run('echo', ['next'])).stdout).toBe('next\n')
    expect(records()).toHaveLength(2)
    await box.close()
    expectNothing()
  })

  it('does not hide why the command could not be run', async () => {
    vi.spyOn(Container.prototype, 'delete').mockRejectedValueOnce(new Error('injected'))
    const error = await failureOf(runIn(bundle, ['no-such-program']))
    expect(String(error)).toMatch(/cannot be executed inside.*\n.*\n?.*; and then: injected/)
    vi.restoreAllMocks()
    for (const id of records()) await Container.delete(id, { stateDir: bundle.stateDir, force: true })
  })
})
