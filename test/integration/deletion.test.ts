// Deleting what cannot be loaded, and not touching what is not the container's.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Container, type ContainerSummary, probeHost } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { findProcesses } from '../support/leaks.ts'

const bundle = useBundle()
const at = () => ({ stateDir: bundle.stateDir })

async function listed(): Promise<ContainerSummary[]> {
  const all: ContainerSummary[] = []
  for await (const each of Container.list(at())) all.push(each)
  return all
}

it.each([
  ['nothing', []],
  ['a lock', ['lock']],
  ['a lock and half a record', ['lock', 'state.json.new']],
])('a creator killed when it had made %s: it is listed, keeps its id, and goes', async (_what, names) => {
  const id = bundle.newId()
  const directory = join(bundle.stateDir, id)
  mkdirSync(directory)
  for (const name of names) writeFileSync(join(directory, name), '')
  expect(await listed()).toMatchObject([{ id, status: 'corrupt', pid: null, error: { code: 'ERR_STATE_CORRUPT' } }])
  const creating = Container.create(id, probeConfig(bundle, ['wait']), at())
  await expect(creating).rejects.toMatchObject({ code: 'ERR_EXISTS' })
  await Container.delete(id, at())
  expect(existsSync(directory)).toBe(false)
  await expect(Container.delete(id, at())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  await Container.delete(id, { ...at(), force: true })
})

it('a corrupt record takes force', async () => {
  const id = bundle.newId()
  mkdirSync(join(bundle.stateDir, id))
  for (const name of ['lock', 'state.json']) writeFileSync(join(bundle.stateDir, id, name), '')
  await expect(Container.load(id, at())).rejects.toMatchObject({ code: 'ERR_STATE_CORRUPT' })
  await expect(Container.delete(id, at())).rejects.toMatchObject({ code: 'ERR_STATE_CORRUPT' })
  await Container.delete(id, { ...at(), force: true })
  expect(await listed()).toEqual([])
})

it('a directory of somebody else is no container', async () => {
  const other = join(bundle.stateDir, 'other')
  mkdirSync(other)
  writeFileSync(join(other, 'file'), '')
  expect(await listed()).toEqual([])
  await expect(Container.delete('other', at())).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  rmSync(other, { recursive: true })
})

it('a record of another boot: neither process nor cgroup is what it names', async () => {
  await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), at())
  const file = join(bundle.stateDir, container.id, 'state.json')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(text) as object), bootId: 'another' }))
  const other = await Container.load(container.id, at())
  await expect(other.signal('SIGKILL')).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  await expect(other.kill()).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  await other.delete({ force: true })
  expect(findProcesses(bundle.marker)).toHaveLength(1)
  // What knows it as its own child still ends it.
  mkdirSync(join(bundle.stateDir, container.id))
  writeFileSync(join(bundle.stateDir, container.id, 'lock'), '')
  writeFileSync(file, text)
})

it('nothing is believed that others could have written', async () => {
  const stateDir = join(bundle.directory, 'open')
  mkdirSync(stateDir)
  chmodSync(stateDir, 0o777)
  const refusal = { code: 'ERR_INVALID_CONFIG', operation: 'open state directory' }
  await expect(Container.load('any', { stateDir })).rejects.toMatchObject(refusal)
  await expect(Container.delete('any', { stateDir, force: true })).rejects.toMatchObject(refusal)
  await expect(Container.list({ stateDir })[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal)
})

it.each([
  ['with cgroups', {}],
  ['without', { cgroup2: null }],
])('an object does nothing to another container that has its id now (%s)', async (_what, change) => {
  const id = bundle.newId()
  const host = { ...(await probeHost()), ...change }
  const make = () => Container.create(id, probeConfig(bundle, ['wait']), { ...at(), stdio: 'ignore', host })
  const first = await make()
  const loaded = await Container.load(id, at())
  await (await Container.load(id, at())).delete({ force: true })
  await first.wait()
  await using second = await make()
  for (const stale of [first, loaded]) {
    await expect(stale.start()).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
    await expect(stale.delete()).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
    await stale.delete({ force: true })
  }
  expect(await second.status()).toBe('created')
  await second.start()
})
