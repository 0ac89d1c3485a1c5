// A hostile program in a container against whoever executes more processes there: it looks into each newcomer, stops it,
// and lies in wait on paths. Nothing of the host is seen, nothing waits for ever.
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Capabilities, Config, Seccomp } from '../../lib/config/types.ts'
import { Container, type Process } from '../../lib/index.ts'
import { addAttacker } from '../support/attacker.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { finishExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
const TIMEOUT = 60_000
const ROUNDS = 60

beforeAll(() => addAttacker(bundle))

type ProcessChange = Partial<NonNullable<Config['process']>>

function withProcess(args: readonly string[], change: ProcessChange = {}): Config {
  const config = probeConfig(bundle, [])
  return { ...config, process: { cwd: '/', ...config.process, args: [...args], ...change } }
}

const run = (config: Config) => Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })

const only = (...names: string[]): Capabilities => ({
  bounding: names,
  permitted: names,
  effective: names,
  inheritable: [],
  ambient: [],
})

/** Resolves when it has begun. */
const begun = ({ stdout }: Process): Promise<unknown> => new Promise((resolve) => stdout?.once('data', resolve))

interface Loot {
  readonly looks: number
  readonly programs: readonly string[]
  /** Sets of capabilities, in hexadecimal. */
  readonly rights: readonly string[]
  readonly seized: readonly string[]
  readonly places: readonly string[]
  readonly descriptors: readonly string[]
  readonly overwritten: readonly string[]
}

async function endSpying(spy: Process): Promise<Loot> {
  const told = text(spy.stdout ?? expect.fail('the spy has no output'))
  spy.signal('SIGTERM')
  return JSON.parse(await told) as Loot
}

async function executeMany(container: Container, rounds = ROUNDS): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    expect(await finishExec(container, { args: ['probe', 'exit', '0'] })).toMatchObject({ exitCode: 0 })
  }
}

const INIT = '/memfd:libcontainer-init (deleted)'

/**
 * A process that may be looked into can be taken over: it must have no more than the container has. In a user namespace
 * it may not be looked into.
 */
function expectFewRights({ rights, seized }: Loot): void {
  const CAP_SYS_ADMIN = 21n
  if (!isRoot) {
    expect(seized).toEqual([])
    return
  }
  expect(rights.filter((each) => ((BigInt(`0x${each}`) >> CAP_SYS_ADMIN) & 1n) === 1n)).toEqual([])
}

function expectNoLoot(loot: Loot): void {
  expect(loot.looks).toBeGreaterThan(0)
  expect(loot.overwritten).toEqual([])
  // Init has taken on all that its program is to be, and is sealed: with CAP_SYS_PTRACE it may be looked into.
  expect(loot.seized.filter((each) => !each.endsWith(INIT))).toEqual([])
  const own = /^(\/bin\/(probe|attacker)|\/memfd:libcontainer-init \(deleted\))$/
  expect(loot.programs.filter((program) => !own.test(program))).toEqual([])
  expect(loot.places.filter((place) => place !== '/')).toEqual([])
  // Pipes and sockets have no path.
  expect(loot.descriptors.filter((path) => path !== '/dev/null')).toEqual([])
}

describe('a spy in the container gets hold of nothing of those that join it (CVE-2016-9962, CVE-2019-5736)', () => {
  const rights: ReadonlyArray<readonly [string, ProcessChange]> = [
    ['with the rights of the template', {}],
    ['with CAP_SYS_PTRACE', { capabilities: only('CAP_SYS_PTRACE', 'CAP_DAC_OVERRIDE', 'CAP_KILL') }],
  ]

  it.each(rights)('%s', { timeout: TIMEOUT }, async (_, change) => {
    await using container = await run(withProcess(['attacker', 'spy'], change))
    await begun(container.process)
    await executeMany(container)
    const loot = await endSpying(container.process)
    expectNoLoot(loot)
    if (change.capabilities !== undefined) expectFewRights(loot)
  })

  it('executed there with CAP_SYS_PTRACE, which the container’s document does not give', {
    timeout: TIMEOUT,
  }, async () => {
    await using container = await run(withProcess(['probe', 'wait']))
    const capabilities = only('CAP_SYS_PTRACE', 'CAP_DAC_OVERRIDE', 'CAP_KILL')
    const spy = await container.exec({ args: ['attacker', 'spy'], capabilities })
    await begun(spy)
    await executeMany(container, ROUNDS / 2)
    // By whoever executes, in whichever process.
    const loaded = await Container.load(container.id, { stateDir: bundle.stateDir })
    await executeMany(loaded, ROUNDS / 2)
    const loot = await endSpying(spy)
    expectNoLoot(loot)
    expectFewRights(loot)
    await spy.wait()
  })

  it.runIf(isRoot)('with CAP_SYS_PTRACE, under a filter that takes rights to load', { timeout: TIMEOUT }, async () => {
    const capabilities = only('CAP_SYS_PTRACE', 'CAP_DAC_OVERRIDE', 'CAP_KILL')
    const config = withProcess(['attacker', 'spy'], { capabilities, noNewPrivileges: false })
    const seccomp: Seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['reboot'], action: 'SCMP_ACT_ERRNO' }],
    }
    await using container = await run({ ...config, linux: { ...config.linux, seccomp } })
    await begun(container.process)
    await executeMany(container)
    const loot = await endSpying(container.process)
    expectNoLoot(loot)
    expectFewRights(loot)
  })

  it.runIf(isRoot)('with CAP_SYS_PTRACE in a user namespace of root’s', { timeout: TIMEOUT }, async () => {
    const config = withProcess(['attacker', 'spy'], { capabilities: only('CAP_SYS_PTRACE', 'CAP_DAC_OVERRIDE') })
    const map = [{ containerID: 0, hostID: 100_000, size: 1000 }]
    const namespaces = [...(config.linux?.namespaces ?? []), { type: 'user' as const }]
    await using container = await run({
      ...config,
      linux: { ...config.linux, namespaces, uidMappings: map, gidMappings: map },
    })
    await begun(container.process)
    await executeMany(container)
    const loot = await endSpying(container.process)
    expectNoLoot(loot)
    expect(loot.seized).toEqual([])
  })
})

it('a process that stops all others cannot keep this program’s threads', { timeout: TIMEOUT }, async () => {
  await using container = await run(withProcess(['attacker', 'stop']))
  await begun(container.process)
  // More than there are threads.
  const attempts = Array.from({ length: 8 }, () =>
    container.exec({ args: ['probe', 'exit', '0'] }, { stdio: 'ignore', signal: AbortSignal.timeout(3_000) }),
  )
  for (const attempt of await Promise.allSettled(attempts)) {
    if (attempt.status === 'fulfilled') attempt.value.signal('SIGKILL')
    else if (attempt.reason.name !== 'TimeoutError') expect(attempt.reason).toMatchObject({ errno: 'ETIMEDOUT' })
  }
  // They are all free again.
  await using other = await run(withProcess(['probe', 'exit', '0']))
  expect(await other.wait()).toMatchObject({ exitCode: 0 })
})

describe('a terminal for a process in a container that has covered /dev/pts', () => {
  const covers: ReadonlyArray<readonly [string, string, (volume: string) => void]> = [
    ['by a directory with a false ptmx', '/dev/pts', (volume) => writeFileSync(join(volume, 'ptmx'), '')],
    ['by a link to another', '/dev', (volume) => symlinkSync('/tmp', join(volume, 'pts'))],
  ]

  it.each(covers)('%s, is refused', async (_, destination, fill) => {
    const source = join(bundle.directory, 'cover')
    rmSync(source, { recursive: true, force: true })
    mkdirSync(source)
    fill(source)
    const { mounts = [], ...config } = withProcess(['probe', 'wait'])
    const kept = mounts.filter(({ destination: point }) => !point.startsWith(destination))
    const bind = { destination, source, options: ['bind'] }
    await using container = await run({ ...config, mounts: [...kept, bind] })
    await begun(container.process)
    const before = readdirSync(source)
    const attempt = container.exec({ args: ['probe', 'terminal'], terminal: true })
    await expect(attempt).rejects.toMatchObject({ op: 'openTerminal', operation: 'exec' })
    expect(readdirSync(source)).toEqual(before)
    // The container goes on.
    expect(await finishExec(container, { args: ['probe', 'exit', '0'] })).toMatchObject({ exitCode: 0 })
  })
})

describe.runIf(isRoot)('whoever takes over init cannot harm this program by what is said in its place', () => {
  const words = ['garbage', 'forked', 'flood', 'descriptors', 'listener', 'terminal']

  it.each(words)('%s', { timeout: TIMEOUT }, async (what) => {
    const terminal = what === 'terminal'
    const container = await Container.create(bundle.newId(), withProcess(['probe', 'wait'], { terminal }), {
      stateDir: bundle.stateDir,
    })
    const before = threads()
    const capabilities = only('CAP_SYS_PTRACE', 'CAP_DAC_OVERRIDE')
    const forger = await container.exec({ args: ['attacker', 'forge', what], capabilities })
    expect(await text(forger.stdout ?? expect.fail('the forger has no output'))).toBe('ready\n')
    // Its init is ended, and all with it.
    await container.wait()
    await forger.wait()
    expect(threads()).toBeLessThanOrEqual(before)
    await expect(container.start()).rejects.toMatchObject({
      code: expect.stringMatching(/ERR_INIT_DIED|ERR_WRONG_STATUS/),
    })
    await container.delete()
  })
})

const threads = (): number => readdirSync('/proc/self/task').length
