// What a sandbox uses while a command runs in it. As root and as an ordinary user.
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { probeHost, Sandbox, type SandboxProcess } from '../../lib/index.ts'
import { isRoot } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { marked, type Options } from '../support/sandboxed.ts'

const bundle = useBundle()
const MiB = 2 ** 20

/** Uses 64 MiB, two more processes and half a second of the processor, says so, and waits for the end of its input. */
const USES = `
  const memory = Buffer.alloc(64 * ${MiB}, 'x')
  const { spawn } = require('node:child_process')
  const children = [0, 1].map(() => spawn('sleep', ['1000']))
  const spent = () => { const { user, system } = process.cpuUsage(); return user + system }
  while (spent() < 500_000);
  console.log('ready')
  process.stdin.resume().on('end', () => process.exit(memory.length === 0 ? 1 : 7))
`

async function start(box: Sandbox, options: Options = {}): Promise<SandboxProcess> {
  const running = await box.start('node', ['-e', USES], options)
  if (running.stdout !== null) expect(String(...((await once(running.stdout, 'data')) as [unknown]))).toBe('ready\n')
  return running
}

describe('stats of a running command', () => {
  it('have the time, memory and processes of everything inside', async () => {
    await using box = await Sandbox.create(marked(bundle))
    const running = await start(box)
    const { wallMs, cpuMs, memoryBytes, pids, countedBy } = await running.stats()
    // A clock of ticks may miss some of what was used.
    expect(cpuMs).toBeGreaterThan(400)
    expect(cpuMs).toBeLessThan(2 * wallMs + 1000)
    expect(memoryBytes).toBeGreaterThan(64 * MiB)
    expect(memoryBytes).toBeLessThan(1024 * MiB)
    // node's threads, and two children.
    expect(pids).toBeGreaterThan(3)
    expect(pids).toBeLessThan(100)
    const { cgroup2 } = await probeHost()
    const counts = (name: string) => cgroup2?.writable === true && cgroup2.controllers.includes(name)
    if (!counts('memory')) expect(countedBy.memory).toBe('process')
    if (!counts('pids')) expect(countedBy.pids).toBe('process')
    running.stdin?.end()
    const { exitCode, usage } = await running.result
    expect(exitCode).toBe(7)
    expect(usage.cpuMs).toBeGreaterThan(400)
  })

  it('go up with what it uses', async () => {
    await using box = await Sandbox.create(marked(bundle))
    const script = 'read go; sleep 1000 & sleep 1000 & echo two; read go'
    const running = await box.start('sh', ['-c', script])
    const before = await running.stats()
    expect(before.pids).toBe(1)
    running.stdin?.write('go\n')
    if (running.stdout !== null) await once(running.stdout, 'data')
    const after = await running.stats()
    expect(after.pids).toBe(3)
    expect(after.memoryBytes).toBeGreaterThan(before.memoryBytes)
    expect(after.wallMs).toBeGreaterThan(before.wallMs)
    running.stdin?.end()
    await running.result
  })

  it('are refused when it has ended, by itself or not', async () => {
    await using box = await Sandbox.create(marked(bundle))
    const ended = await box.start('true')
    await ended.result
    const message = expect.stringMatching('the command has ended') as string
    await expect(ended.stats()).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS', message })
    const controller = new AbortController()
    const aborted = await box.start('sleep', ['1000'], { signal: controller.signal })
    controller.abort()
    await expect(aborted.stats()).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
    await expect(aborted.result).rejects.toThrow(/abort/)
  })
})

it('a running command tells how its limits are enforced', async () => {
  const limits = { memory: '512M', pids: 50, limits: 'best-effort' } as const
  await using box = await Sandbox.create(marked(bundle, limits))
  const running = await box.start('true', [], { cpuTime: '5s' })
  const { enforced } = running
  expect(Object.keys(enforced).sort()).toEqual(['cpuTime', 'memory', 'pids'])
  expect((await running.result).enforced).toEqual(enforced)
})

describe.runIf(isRoot)('a cgroup that sandboxes are to be in', () => {
  it('is the parent of theirs, as the plan says too', async () => {
    const { cgroup2 } = await probeHost()
    const parent = `/libcontainer-${bundle.marker}-parent`
    const directory = `${cgroup2?.mountPoint}${parent}`
    mkdirSync(directory)
    const box = await Sandbox.create(marked(bundle, { cgroup: parent }))
    try {
      const running = await box.start('sleep', ['1000'], { trace: true })
      const own = readFileSync(`/proc/${running.pid}/cgroup`, 'utf8')
      expect(own).toMatch(new RegExp(`^0::${parent}/[^/]+$`, 'm'))
      running.signal('SIGKILL')
      expect((await running.result).trace?.plan).toMatch(`${parent}/sandbox-`)
    } finally {
      await box.close()
      rmdirSync(directory)
    }
  })
})
