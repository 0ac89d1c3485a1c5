// Limits that hold: programs in containers use up what they may, and no more.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Container } from 'libcontainer'
import { firstLine, limited, MiB, measureCpu, newId, output, PIPED, read, run, stateDir } from '../support.ts'

describe('memory.max', () => {
  it('ends a container that wants more, and wait() says why', async () => {
    await using container = await run({ memory: { limit: 20 * MiB } }, ['load', 'memory', String(200 * MiB)])
    const { signal, oomKilled } = await container.wait()
    assert.deepEqual({ signal, oomKilled }, { signal: 'SIGKILL', oomKilled: true })
    assert.match(read(container, 'memory.events'), /^oom_kill [1-9]/m)
  })

  it('lets one go on that is content with it', async () => {
    await using container = await run({ memory: { limit: 40 * MiB } }, ['load', 'memory', String(20 * MiB)], PIPED)
    assert.equal(await firstLine(container), 'done')
    await container.kill()
    assert.equal((await container.wait()).oomKilled, false)
  })
})

describe('pids.max', () => {
  it('stops a fork bomb', async () => {
    await using container = await run({ pids: { limit: 8 } }, ['load', 'processes', '100'], PIPED)
    assert.equal(await firstLine(container), '7 Resource temporarily unavailable')
    assert.match(read(container, 'pids.events'), /^max [1-9]/m)
  })
})

describe('cpu', () => {
  it('cpu.max holds a spinner to its share', { timeout: 60_000 }, async () => {
    const quota = 30_000
    await using container = await run({ cpu: { quota, period: 100_000 } }, ['load', 'spin'])
    const look = () => parseCounts(read(container, 'cpu.stat'))
    const before = look()
    while (since(before, look(), 'nr_periods') < 30) await delay(100)
    const after = look()
    // By the kernel's own count of periods: an emulated processor stands still for as long as its host likes.
    const [used, periods, throttled] = ['usage_usec', 'nr_periods', 'nr_throttled'].map((name) =>
      since(before, after, name),
    ) as [number, number, number]
    assert.ok(used <= 1.1 * periods * quota, `${used} µs in ${periods} periods`)
    assert.ok(throttled > 0 && used >= 0.9 * throttled * quota, `${used} µs, stopped in ${throttled} periods`)
  })

  it('cpu.weight divides a processor', async () => {
    await using light = await run({ cpu: { shares: 1024, cpus: '1' } }, ['load', 'spin'])
    await using heavy = await run({ cpu: { cpus: '1' }, unified: { 'cpu.weight': '300' } }, ['load', 'spin'])
    assert.equal(read(light, 'cpu.weight'), '100')
    const off = await measureCpu([light, heavy], ([one = 0, three = 0]) => Math.abs(three / one / 3 - 1))
    assert.ok(off < 0.2, `off by ${off}`)
  })

  it('cpuset pins', async () => {
    await using container = await run({ cpu: { cpus: '1', mems: '0' } }, ['probe', 'report'], PIPED)
    const report = JSON.parse(await output(container.process)) as { cpus: number[] }
    assert.deepEqual(report.cpus, [1])
    assert.equal(read(container, 'cpuset.cpus.effective'), '1')
  })
})

/** A file of names and numbers. */
const parseCounts = (text: string) =>
  new Map(text.split('\n').map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]))

type Counts = ReturnType<typeof parseCounts>

const since = (before: Counts, after: Counts, name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0)

/** The disk of a file. */
function diskOf(path: string): { major: number; minor: number } {
  const { dev } = statSync(path)
  return { major: dev >> 8, minor: dev & 0xff }
}

describe('io.max', () => {
  it('holds a writer to its rate', async () => {
    execFileSync('dd', ['if=/dev/zero', 'of=/work/written', 'bs=1M', 'count=4'], { stdio: 'ignore' })
    const id = newId()
    const throttleWriteBpsDevice = [{ ...diskOf('/work/written'), rate: MiB }]
    const config = limited(id, { blockIO: { throttleWriteBpsDevice } }, [
      'load',
      'write',
      '/data/written',
      String(4 * MiB),
    ])
    config.mounts = [...(config.mounts ?? []), { destination: '/data', source: '/work', options: ['bind'] }]
    const start = process.hrtime.bigint()
    await using container = await Container.run(id, config, { stateDir, ...PIPED })
    assert.equal(await firstLine(container), 'done')
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    assert.match(read(container, 'io.stat'), /wbytes=4194304/)
    assert.ok(seconds > 3.6, `4 MiB at 1 MiB/s took ${seconds} s`)
  })
})

describe('hugetlb', () => {
  const free = () => Number(/^HugePages_Free: +(\d+)$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1])

  it('limits huge pages', async () => {
    assert.ok(free() >= 4)
    const hugepageLimits = [{ pageSize: '2MB', limit: 4 * MiB }]
    await using content = await run({ hugepageLimits }, ['load', 'huge', String(4 * MiB)], PIPED)
    assert.equal(await firstLine(content), 'done')
    await using greedy = await run({ hugepageLimits }, ['load', 'huge', String(6 * MiB)], PIPED)
    assert.equal(await firstLine(greedy), 'Cannot allocate memory')
  })
})
