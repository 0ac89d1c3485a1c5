// One container in the hands of several programs at once: each call waits for its turn, and who comes too late is told so.
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { native } from '../../lib/addon.ts'
import type { Config, Seccomp } from '../../lib/config/types.ts'
import { Container, isContainerError } from '../../lib/index.ts'
import { lockCalls } from '../../lib/runtime/state-directory.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { ended, runNode, startNode } from '../support/node-process.ts'

const bundle = useBundle()
const at = () => ({ stateDir: bundle.stateDir })
const TIMEOUT = 120_000

const create = (args: readonly string[]) =>
  Container.create(bundle.newId(), probeConfig(bundle, args), { ...at(), stdio: 'ignore' })

/** Holds the container's lock as another program would. */
async function whileLocked(container: Container, action: () => Promise<void>): Promise<void> {
  const [dir, lock] = (await native().batch(lockCalls(bundle.stateDir, container.id))) as [number, number]
  try {
    await action()
  } finally {
    native().close(lock)
    native().close(dir)
  }
}

it('three programs work on one container: nothing breaks, nothing is left', { timeout: TIMEOUT }, async () => {
  const container = await create(['wait'])
  const message = { id: container.id, ...at(), rounds: 5, pauses: isRoot }
  const children = [1, 2, 3].map(() => startNode('test/support/sharer.ts', message, { stdin: 'pipe' }))
  const ending = Promise.all(children.map(ended))
  await Promise.all(children.map(({ stdout }) => stdout && once(stdout, 'data')))
  for (const { stdin } of children) stdin?.end()
  const ends = await ending
  for (const { code, stderr } of ends) expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const told = ends.map(
    ({ stdout }) => JSON.parse(stdout.replace('ready\n', '')) as Record<string, Record<string, number>>,
  )
  const count = (operation: string, outcome: string) =>
    told.reduce((sum, counts) => sum + (counts[operation]?.[outcome] ?? 0), 0)
  // Only one of them could start it; whoever deleted it, all find it gone.
  expect(count('start', 'ok')).toBe(1)
  expect(count('delete', 'ok')).toBe(3)
  expect(count('exec', 'ok')).toBeGreaterThan(0)
  const allowed = { start: ['ok', 'ERR_WRONG_STATUS'], exec: ['ok', 'ERR_WRONG_STATUS'], delete: ['ok'] }
  for (const [operation, outcomes] of Object.entries(allowed)) {
    expect(outcomes).toEqual(expect.arrayContaining(told.flatMap((counts) => Object.keys(counts[operation] ?? {}))))
  }
  expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
  await container.delete({ force: true })
})

it('a call waits for the lock, or for as long as its signal lets it', async () => {
  const container = await create(['wait'])
  await whileLocked(container, async () => {
    const signal = AbortSignal.timeout(50)
    const calls = [container.start({ signal }), container.pause({ signal }), container.delete({ signal })]
    for (const each of await Promise.allSettled(calls)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'TimeoutError' } })
    }
    expect(await container.status()).toBe('created')
  })
  let starting: Promise<void> | undefined
  await whileLocked(container, async () => {
    starting = container.start()
    await delay(30)
    expect(await container.status()).toBe('created')
  })
  await starting
  expect(await container.status()).toBe('running')
  await container.delete({ force: true })
  await container.delete({ force: true })
})

it('wait tells whoever loaded it how it ended, once and for all, and can be given up', async () => {
  await using container = await create(['handle'])
  const loaded = await Container.load(container.id, at())
  await expect(loaded.wait({ signal: AbortSignal.timeout(10) })).rejects.toMatchObject({ name: 'TimeoutError' })
  await expect(container.wait({ signal: AbortSignal.timeout(10) })).rejects.toMatchObject({ name: 'TimeoutError' })
  await loaded.kill('SIGKILL')
  const codeOf = (error: unknown) => (isContainerError(error) ? error.code : String(error))
  const [first, own] = await Promise.all([loaded.wait().catch(codeOf), container.wait()])
  expect(own).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
  // Kernels before 6.15 tell only the parent.
  if (first !== 'ERR_UNSUPPORTED') expect(first).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
  expect(await loaded.wait().catch(codeOf)).toEqual(first)
})

it('a program ends before its containers when it has let go of them', { timeout: TIMEOUT }, async () => {
  const config = probeConfig(bundle, ['wait'])
  for (const how of ['run', 'create', 'load'] as const) {
    const id = bundle.newId()
    const made = how === 'load' ? await Container.run(id, config, { ...at(), stdio: 'ignore' }) : undefined
    const { code, stderr } = await runNode('test/support/unreferenced.ts', { id, config, how, ...at() })
    expect({ how, code, stderr }).toEqual({ how, code: 0, stderr: '' })
    await Container.delete(id, { ...at(), force: true })
    await made?.wait()
  }
})

it('a program that answers system calls ends, too', { timeout: TIMEOUT }, async () => {
  const made = probeConfig(bundle, ['wait'])
  const seccomp: Seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['getppid'], action: 'SCMP_ACT_NOTIFY' }],
  }
  const config: Config = { ...made, linux: { ...made.linux, seccomp } }
  const id = bundle.newId()
  const { code, stderr } = await runNode('test/support/unreferenced.ts', { id, config, how: 'run', ...at() })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  await Container.delete(id, { ...at(), force: true })
})

it('a program that took it back does not', { timeout: TIMEOUT }, async () => {
  const id = bundle.newId()
  const child = startNode('test/support/unreferenced.ts', {
    id,
    config: probeConfig(bundle, ['exit', '0']),
    how: 'ref',
    ...at(),
  })
  const { code, stdout } = await ended(child)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'exit code 0\n' })
  await Container.delete(id, { ...at(), force: true })
})
