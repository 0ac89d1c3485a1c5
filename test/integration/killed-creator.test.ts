// The creator is killed at each of its steps. Another process then lists, goes on with, or deletes what there is.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Container, type ContainerSummary, isContainerError } from '../../lib/index.ts'
import { HOST_STEPS, type HostStep } from '../../lib/runtime/create-options.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { findProcesses } from '../support/leaks.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()
const TIMEOUT = 60_000

async function creatorKilledAt(killAt: HostStep, operation: 'create' | 'run'): Promise<string> {
  const id = bundle.newId()
  const message: CreatorMessage = {
    operation,
    id,
    config: probeConfig(bundle, ['wait']),
    options: { stateDir: bundle.stateDir, stdio: 'ignore' },
    killAt,
  }
  const { code, signal, stderr } = await runNode('test/support/creator.ts', message)
  expect({ code, signal, stderr }).toEqual({ code: null, signal: 'SIGKILL', stderr: '' })
  return id
}

async function listed(): Promise<ContainerSummary[]> {
  const all: ContainerSummary[] = []
  for await (const each of Container.list({ stateDir: bundle.stateDir })) all.push(each)
  return all
}

/** Statuses that may be met after the creator's end; none where nothing is left. */
function expectedStatuses(step: HostStep, operation: 'create' | 'run'): string[] {
  const alive = operation === 'create' ? 'created' : 'running'
  if (step === 'settle') return [alive]
  // Init has been born, and either is done before it sees its creator's end, or ends with it.
  return step === 'follow' || step === 'connect' || step === 'hooks' ? [alive, 'running', 'stopped'] : []
}

describe.each(['create', 'run'] as const)('killed in %s', (operation) => {
  it.each(HOST_STEPS)('at %s: it is listed and can be deleted', { timeout: TIMEOUT }, async (step) => {
    const id = await creatorKilledAt(step, operation)
    const options = { stateDir: bundle.stateDir }
    const statuses = expectedStatuses(step, operation)
    if (statuses.length === 0) {
      expect(await listed()).toEqual([])
      await expect(Container.load(id, options)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
      return
    }
    expect(await listed()).toMatchObject([{ id, bundle: process.cwd() }])
    const container = await Container.load(id, options)
    expect(statuses).toContain(await container.status())
    await container.delete({ force: true })
    expect(existsSync(join(bundle.stateDir, id))).toBe(false)
    await expect(container.delete()).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  })

  it('at follow: its id can be used again once it is deleted, not before', { timeout: TIMEOUT }, async () => {
    const id = await creatorKilledAt('follow', operation)
    const again = () => Container[operation](id, probeConfig(bundle, ['wait']), { stateDir: bundle.stateDir })
    const error = await again().catch((cause: unknown) => cause)
    expect(isContainerError(error) && error.code).toBe('ERR_EXISTS')
    await (await Container.load(id, { stateDir: bundle.stateDir })).delete({ force: true })
    await using container = await again()
    expect(await container.status()).toBe(operation === 'create' ? 'created' : 'running')
  })
})

describe('killed between two files of the reservation', () => {
  /** In the order in which they come to be; what is cut short is what was not there yet. */
  const parts = ['lock', 'state.json.new', 'state.json', 'init', 'exec.fifo', 'cgroup'] as const

  function leave(count: number, template: string): string {
    const id = bundle.newId()
    const directory = join(bundle.stateDir, id)
    mkdirSync(directory, { mode: 0o700 })
    const text = readFileSync(join(bundle.stateDir, template, 'state.json'), 'utf8').replaceAll(template, id)
    const { cgroup, cgroupRoot } = JSON.parse(text) as { cgroup: string | null; cgroupRoot: string | null }
    for (const part of parts.slice(0, count)) {
      const file = join(directory, part)
      if (part === 'lock' || part === 'init') writeFileSync(file, '', { mode: 0o600 })
      else if (part === 'state.json.new') writeFileSync(file, text.slice(0, 100), { mode: 0o600 })
      else if (part === 'state.json') {
        writeFileSync(`${file}.new`, text, { mode: 0o600 })
        renameSync(`${file}.new`, file)
      } else if (part === 'exec.fifo') execFileSync('mkfifo', ['-m', '600', file])
      else if (cgroup !== null && cgroupRoot !== null) mkdirSync(join(cgroupRoot, cgroup))
    }
    return id
  }

  it('leaves what can be deleted, and its id used again', { timeout: TIMEOUT }, async () => {
    const template = await creatorKilledAt('settle', 'create')
    for (let count = 0; count <= parts.length; count++) {
      const id = leave(count, template)
      expect((await listed()).map((each) => each.id).sort()).toEqual([template, id].sort())
      await Container.delete(id, { stateDir: bundle.stateDir, force: true })
      expect(existsSync(join(bundle.stateDir, id)), `after ${parts[count - 1]}`).toBe(false)
      await using container = await Container.run(id, probeConfig(bundle, ['exit', '0']), { stateDir: bundle.stateDir })
      expect(await container.wait()).toMatchObject({ exitCode: 0 })
    }
    await Container.delete(template, { stateDir: bundle.stateDir, force: true })
  })
})

it('killed at the end of create: another process starts and ends it', {
  timeout: TIMEOUT,
}, async () => {
  const id = await creatorKilledAt('settle', 'create')
  const container = await Container.load(id, { stateDir: bundle.stateDir })
  await container.start()
  expect(await container.status()).toBe('running')
  await expect(container.delete()).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  await container.kill('SIGKILL')
  while ((await container.status()) !== 'stopped') await delay(5)
  await container.delete()
})

it('killed at the end of run: the container runs on', { timeout: TIMEOUT }, async () => {
  const id = await creatorKilledAt('settle', 'run')
  const container = await Container.load(id, { stateDir: bundle.stateDir })
  const { pid } = container.process
  expect(findProcesses(bundle.marker)).toEqual([`${pid} probe wait `])
  expect(await container.state()).toMatchObject({ id, status: 'running', pid })
  await container.delete({ force: true })
})
