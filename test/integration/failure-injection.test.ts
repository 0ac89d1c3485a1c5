// A failure at every step: init is told to fail at each operation of each plan, the host at each of its own steps.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config, NamespaceType } from '../../lib/config/types.ts'
import { isContainerError } from '../../lib/errors.ts'
import { probeHost } from '../../lib/host.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { passingOf } from '../../lib/process/stdio.ts'
import { HOST_STEPS } from '../../lib/runtime/create-options.ts'
import { decide } from '../../lib/runtime/decide.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { expectNothingLeft, snapshot } from '../support/leaks.ts'
import { pathOf, runWaiting, withNamespaces } from '../support/namespaces.ts'

const bundle = useBundle()
const TIMEOUT = 120_000

interface Scenario {
  readonly config: Config
  readonly options: CreateOptions
}

/** Between them they have all kinds of operations that a plan can be made of. */
const scenarios: Readonly<Record<string, () => Scenario>> = {
  'a directory as root': () => ({ config: probeConfig(bundle, ['exit', '0']), options: {} }),
  'an overlay as root': () => ({
    config: probeConfig(bundle, ['exit', '0'], { readonlyRoot: false }),
    options: { rootfs: { overlay: { lower: [bundle.rootfs], size: 1 << 20 } } },
  }),
  'a terminal': () => {
    const config = probeConfig(bundle, ['exit', '0'])
    return { config: { ...config, process: { cwd: '/', ...config.process, terminal: true } }, options: {} }
  },
  'binds, devices and settings': withEverything,
  hooks: withHooks,
  'an init that stays, and a descriptor that the program is told of': () => ({
    config: probeConfig(bundle, ['exit', '0']),
    options: { init: true, fds: [2], listenFds: true },
  }),
  'a system call filter': () => {
    const config = probeConfig(bundle, ['exit', '0'])
    const seccomp = { defaultAction: 'SCMP_ACT_ALLOW' as const }
    return { config: { ...config, linux: { ...config.linux, seccomp } }, options: {} }
  },
  ...(isRoot && { 'a user namespace': withUserNamespace, 'a namespace that is joined': () => withJoined('ipc') }),
  // Here init goes on as a child of its own.
  ...(isRoot && { 'a pid namespace that is joined': () => withJoined('pid') }),
}

let pod: Container | undefined
beforeAll(async () => {
  if (isRoot) pod = await runWaiting(bundle)
})
afterAll(() => pod?.delete({ force: true }))

/** Of all kinds that init has to do with. The program's own is behind the start gate. */
function withHooks(): Scenario {
  const config = probeConfig(bundle, ['exit', '0'])
  const onHost = { path: '/bin/sh', args: ['sh', '-c', 'exit 0'], env: ['PATH=/usr/bin:/bin'] }
  const inside = { path: '/bin/probe', args: ['probe', 'exit', '0'] }
  const hooks = { createRuntime: [onHost], createContainer: [onHost], startContainer: [inside], poststop: [onHost] }
  return { config: { ...config, hooks }, options: { hooks: { createRuntime: () => {} } } }
}

function withUserNamespace(): Scenario {
  const config = probeConfig(bundle, ['exit', '0'])
  const map = [{ containerID: 0, hostID: 100_000, size: 1000 }]
  const namespaces = [...(config.linux?.namespaces ?? []), { type: 'user' as const }]
  return {
    config: { ...config, linux: { ...config.linux, namespaces, uidMappings: map, gidMappings: map } },
    options: {},
  }
}

function withJoined(type: NamespaceType): Scenario {
  const path = pathOf(pod?.process.pid ?? 0, type)
  return { config: withNamespaces(probeConfig(bundle, ['exit', '0']), { type, path }), options: {} }
}

function withEverything(): Scenario {
  const source = join(bundle.directory, 'source')
  mkdirSync(source, { recursive: true })
  writeFileSync(join(bundle.directory, 'one-file'), '')
  const config = probeConfig(bundle, ['exit', '0'])
  const ids = [{ containerID: 0, hostID: 1000, size: 1 }]
  const { process = { cwd: '/' }, mounts = [], linux = {} } = config
  const everything: Config = {
    ...config,
    domainname: 'example.org',
    process: {
      ...process,
      cwd: '/tmp/made',
      oomScoreAdj: 100,
      scheduler: { policy: 'SCHED_BATCH', nice: 19 },
      ioPriority: { class: 'IOPRIO_CLASS_IDLE' },
      ...(isRoot && { user: { uid: 5, gid: 6 } }),
    },
    mounts: [
      ...mounts,
      { destination: '/data', source, options: ['rbind', 'ro'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['mode=1777'] },
      { destination: '/tmp/file', source: join(bundle.directory, 'one-file'), options: ['bind', 'shared'] },
      { destination: '/etc', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup'] },
      { destination: '/etc', options: ['remount', 'noexec', 'size=64k'] },
      { destination: '/tmp/tree', source, options: ['rbind', 'nodev', 'rnosuid'] },
      ...(isRoot
        ? [{ destination: '/tmp/mapped', source, options: ['bind'], uidMappings: ids, gidMappings: ids }]
        : []),
    ],
    linux: {
      ...linux,
      namespaces: [...(linux.namespaces ?? []), { type: 'time' }],
      timeOffsets: { boottime: { secs: 1 } },
      sysctl: { 'net.core.somaxconn': '77' },
      rootfsPropagation: 'slave',
      memoryPolicy: { mode: 'MPOL_BIND', nodes: '0' },
      personality: { domain: 'LINUX' },
      ...(isRoot && { devices: [{ type: 'p' as const, path: '/dev/fifo' }] }),
    },
  }
  return { config: everything, options: {} }
}

async function operationsOf({ config, options }: Scenario, gate: boolean): Promise<string[]> {
  const question = {
    id: bundle.newId(),
    document: config,
    host: await probeHost(),
    bundle: '/',
    gate,
    newKeyring: undefined,
    failAt: undefined,
    init: options.init ?? false,
    hostHooks: options.hooks !== undefined,
    ...passingOf(options),
  }
  return decide({ ...question, rootfs: options.rootfs }).plan.ops.map(({ op }) => op)
}

async function failureOf(attempt: Promise<Container>): Promise<unknown> {
  return attempt.then(
    (container) => container.delete({ force: true }).then(() => expect.fail('nothing failed')),
    (error: unknown) => error,
  )
}

describe.each(Object.keys(scenarios))('with %s', (name) => {
  it.each(['create', 'run'] as const)(
    'every step of the plan can fail (%s)',
    { timeout: TIMEOUT },
    async (operation) => {
      const scenario = scenarios[name]?.() ?? expect.fail('no such scenario')
      const ops = await operationsOf(scenario, operation === 'create')
      const before = snapshot(bundle)
      const gate = ops.indexOf('waitStart')
      for (const [index, op] of ops.entries()) {
        if (gate !== -1 && index > gate) continue
        const id = bundle.newId()
        const options = { ...scenario.options, stateDir: bundle.stateDir, failAt: index }
        const error = await failureOf(Container[operation](id, scenario.config, options))
        expect(isContainerError(error), `${index} ${op}: ${String(error)}`).toBe(true)
        const code = op === 'runHook' ? 'ERR_HOOK' : 'ERR_SYSTEM'
        expect(error).toMatchObject({ operation, id, step: index + 1, op, code })
        expect(String(error)).toMatch(`step ${index + 1} ${op}`)
        await expectNothingLeft(before, bundle)
      }
    },
  )

  it('what comes after the start gate fails start', { timeout: TIMEOUT }, async () => {
    const scenario = scenarios[name]?.() ?? expect.fail('no such scenario')
    const ops = await operationsOf(scenario, true)
    const gate = ops.indexOf('waitStart')
    expect(ops.at(-1)).toBe('exec')
    for (const [index, op] of ops.entries()) {
      if (index <= gate) continue
      const options = { ...scenario.options, stateDir: bundle.stateDir, failAt: index }
      await using container = await Container.create(bundle.newId(), scenario.config, options)
      expect(await container.status()).toBe('created')
      await expect(container.start()).rejects.toMatchObject({ step: index + 1, op, id: container.id })
      expect(await container.wait()).toMatchObject({ exitCode: 1 })
      expect(await container.status()).toBe('stopped')
      await expect(container.start()).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
    }
  })
})

describe.each(['create', 'run'] as const)('%s', (operation) => {
  it.each(HOST_STEPS)('is undone when the host fails at step %s', async (step) => {
    const reason = new Error(`injected at ${step}`)
    const attempt = Container[operation](bundle.newId(), probeConfig(bundle, ['wait']), {
      stateDir: bundle.stateDir,
      onStep: (name) => {
        if (name === step) throw reason
      },
    })
    expect(await failureOf(attempt)).toBe(reason)
  })

  it.each(HOST_STEPS)('is undone when it is aborted at step %s', async (step) => {
    const controller = new AbortController()
    const reason = new Error(`aborted at ${step}`)
    const attempt = Container[operation](bundle.newId(), probeConfig(bundle, ['wait']), {
      stateDir: bundle.stateDir,
      signal: controller.signal,
      onStep: (name) => {
        if (name === step) controller.abort(reason)
      },
    })
    expect(await failureOf(attempt)).toBe(reason)
  })

  it('is undone when it is aborted while init works', async () => {
    const controller = new AbortController()
    const attempt = Container[operation](bundle.newId(), probeConfig(bundle, ['wait']), {
      stateDir: bundle.stateDir,
      signal: controller.signal,
      onStep: (name) => {
        if (name === 'follow') queueMicrotask(() => controller.abort())
      },
    })
    expect(await failureOf(attempt)).toMatchObject({ name: 'AbortError' })
  })

  it('does nothing when it is aborted beforehand', async () => {
    const signal = AbortSignal.abort()
    const attempt = Container[operation](bundle.newId(), probeConfig(bundle, ['wait']), {
      stateDir: bundle.stateDir,
      signal,
      onStep: () => expect.fail('a step was taken'),
    })
    expect(await failureOf(attempt)).toMatchObject({ name: 'AbortError' })
  })
})
