// What is written about containers: where, for whose eyes, and what is made of it when it is spoilt or says too much.
import { readdirSync, readFileSync, rmdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Container, type ContainerSummary, isContainerError } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { findCgroups } from '../support/leaks.ts'

const bundle = useBundle()
const at = () => ({ stateDir: bundle.stateDir })
const options = () => ({ ...at(), stdio: 'ignore' as const })

const create = (args: readonly string[]) => Container.create(bundle.newId(), probeConfig(bundle, args), options())
const run = (args: readonly string[]) => Container.run(bundle.newId(), probeConfig(bundle, args), options())

async function listed(): Promise<ContainerSummary[]> {
  const all: ContainerSummary[] = []
  for await (const each of Container.list(at())) all.push(each)
  return all
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (isContainerError(error) ? error.code : String(error)),
  )

describe('a state directory', () => {
  it('keeps a record where others cannot read or write it', async () => {
    await using container = await create(['wait'])
    expect(statSync(bundle.stateDir).mode & 0o777).toBe(0o700)
    const directory = join(bundle.stateDir, container.id)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(readdirSync(directory).sort()).toEqual(['exec.fifo', 'init', 'lock', 'state.json'])
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600)
  })

  it('that is not there holds no containers', async () => {
    const all: unknown[] = []
    for await (const each of Container.list({ stateDir: join(bundle.directory, 'none') })) all.push(each)
    expect(all).toEqual([])
  })

  it.each([
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['is cut off', (file: string) => truncateSync(file, 40)],
    ['is no JSON', (file: string) => writeFileSync(file, Buffer.alloc(64, 0xff))],
    ['is of another version', (file: string) => writeFileSync(file, '{"version":99}')],
    ['is of another container', (file: string) => writeFileSync(file, '{"version":1,"id":"other","config":{}}')],
    ['is null', (file: string) => writeFileSync(file, 'null')],
    [
      'lacks all but its head',
      (file: string, id: string) => writeFileSync(file, `{"version":1,"id":"${id}","config":{}}`),
    ],
    ['names no process', (_file: string, id: string) => writeFileSync(join(bundle.stateDir, id, 'init'), '-1 7\n')],
  ])('says so when a record %s, and it can be deleted with force', async (_what, spoil) => {
    const container = await create(['wait'])
    const { id } = container
    const file = join(bundle.stateDir, id, 'state.json')
    // Its process and cgroup are ended first: a spoilt record cannot tell of them.
    await container.kill('SIGKILL')
    await container.wait()
    const cgroups = findCgroups(bundle.marker)
    spoil(file, id)
    expect(await listed()).toMatchObject([{ id, status: 'corrupt' }])
    expect(await codeOf(Container.load(id, at()))).toBe('ERR_STATE_CORRUPT')
    expect(await codeOf(Container.delete(id, at()))).toBe('ERR_STATE_CORRUPT')
    expect(await codeOf(Container.delete(id, { ...at(), force: true }))).toBe('ok')
    expect(await listed()).toEqual([])
    for (const cgroup of cgroups) rmdirSync(cgroup)
  })

  it('does not take a process that got the pid for the container', async () => {
    const container = await run(['exit', '0'])
    await container.wait()
    const file = join(bundle.stateDir, container.id, 'init')
    const [pid, startTime] = readFileSync(file, 'utf8').trim().split(' ')
    expect(Number(pid)).toBe(container.process.pid)
    // As if this process had the container's pid now: it must survive.
    writeFileSync(file, `${process.pid} ${startTime}\n`)
    const other = await Container.load(container.id, at())
    expect(await other.status()).toBe('stopped')
    expect(await codeOf(other.signal('SIGKILL'))).toBe('ERR_WRONG_STATUS')
    await other.delete({ force: true })
  })

  it('does not take a process of another boot for the container', async () => {
    await using container = await run(['wait'])
    const file = join(bundle.stateDir, container.id, 'state.json')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(text) as object), bootId: 'another' }))
    expect(await (await Container.load(container.id, at())).status()).toBe('stopped')
    writeFileSync(file, text)
  })
})
