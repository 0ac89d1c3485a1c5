// Pools of sandboxes: what commands find in them, and what is left. As root and as an ordinary user.
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type PoolOptions, SandboxPool } from '../../lib/index.ts'
import { useBundle } from '../support/lane.ts'
import { findProcesses } from '../support/leaks.ts'
import { ended, runNode, startNode } from '../support/node-process.ts'
import { marked, PROBE } from '../support/sandboxed.ts'

const bundle = useBundle()

const ofPool = ({ env, files, ...options }: Partial<PoolOptions> = {}): PoolOptions => ({
  size: 2,
  ...(marked(bundle, { ...(env && { env }), ...(files && { files }) }) as object),
  ...options,
})
const open = (options?: Partial<PoolOptions>): SandboxPool => new SandboxPool(ofPool(options))

/** How many there are on this machine, waiting ones included. */
const count = (): number => readdirSync(bundle.stateDir).length

describe('a pool', () => {
  it('runs each command in a sandbox of its own, that no other has been in', async () => {
    await using pool = open({ files: { '/work/given': 'given' } })
    const script = 'cat given; ls; echo changed > given; touch made; sleep 1000 >/dev/null 2>&1 &'
    const results = await Promise.all(Array.from({ length: 7 }, () => pool.run('sh', ['-c', script])))
    expect(results.map(({ stdout, exitCode }) => ({ stdout, exitCode }))).toEqual(
      Array.from({ length: 7 }, () => ({ stdout: 'givengiven\n', exitCode: 0 })),
    )
  })

  it('isolates as a sandbox for one command does', async () => {
    await using pool = open()
    const report = JSON.parse((await pool.run(PROBE, ['report'])).stdout)
    expect(report.status).toMatch(/^CapEff:\t0+$/m)
    expect(report.status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(report.status).toMatch(/^Seccomp:\t2$/m)
    expect({ hostname: report.hostname, cwd: report.cwd, links: report.links }).toEqual({
      hostname: 'sandbox',
      cwd: '/work',
      links: ['lo'],
    })
    expect(Object.keys(report.fds).sort()).toEqual(['0', '1', '2'])
  })

  it('gives a command its own directory, environment, input, limits of time and changes', async () => {
    await using pool = open()
    const { stdout, changes, trace, usage } = await pool.run('sh', ['-c', 'pwd; echo $A; cat; echo x > new'], {
      ...{ cwd: '/tmp', env: { A: 'b' }, input: 'typed', changes: true, trace: true },
    })
    expect(stdout).toBe('/tmp\nb\ntyped')
    expect(changes?.files).toEqual([{ path: '/tmp/new', kind: 'added' }])
    expect(trace?.createMs).toBe(0)
    expect(usage.cpuMs).toBeGreaterThan(0)
    expect(await pool.run('sleep', ['100'], { timeout: 200 })).toMatchObject({ timedOut: true, signal: 'SIGKILL' })
  })

  it('gives streams of a command', async () => {
    await using pool = open()
    const process = await pool.start('cat')
    process.stdin?.end('through')
    expect(process.stdout && (await text(process.stdout))).toBe('through')
    expect((await process.result).exitCode).toBe(0)
  })

  it('runs only so many at once, the others in turn, and is refilled', { timeout: 60_000 }, async () => {
    await using pool = open({ size: 1, concurrency: 2 })
    let [running, most] = [0, 0]
    const runs = Array.from({ length: 5 }, async () => {
      const process = await pool.start('cat')
      most = Math.max(most, ++running)
      expect(count()).toBeLessThanOrEqual(3)
      process.stdin?.end()
      await process.result
      running--
    })
    expect(pool.queued).toBe(5)
    await Promise.all(runs)
    expect(most).toBeLessThanOrEqual(2)
    await pool.fill()
    expect(pool.ready).toBe(1)
  })

  it('takes commands in the order of the calls', { timeout: 60_000 }, async () => {
    await using pool = open({ size: 1 })
    const order: number[] = []
    await Promise.all(Array.from({ length: 5 }, (_, number) => pool.run('true').then(() => order.push(number))))
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it('lets a sandbox be used again where that is asked for, but not one that had to be ended', async () => {
    await using pool = open({ size: 1, reuse: true })
    await pool.run('sh', ['-c', 'echo kept > file'])
    expect((await pool.run('cat', ['file'])).stdout).toBe('kept\n')
    await pool.run('sleep', ['100'], { timeout: 200 })
    expect((await pool.run('ls')).stdout).toBe('')
  })

  it('hands out a sandbox for several commands', async () => {
    await using pool = open({ size: 1 })
    {
      await using box = await pool.take()
      await box.run('sh', ['-c', 'echo kept > file'])
      expect((await box.run('cat', ['file'])).stdout).toBe('kept\n')
      expect(pool.running).toBe(1)
      const waiting = pool.run('ls')
      await box.run('sleep', ['100'], { timeout: 200 })
      expect((await box.run('ls')).stdout).toBe('')
      expect(pool.queued).toBe(1)
      await box.close()
      expect((await waiting).stdout).toBe('')
    }
    const left = await pool.take()
    await pool.close()
    await expect(left.run('true')).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  })

  it('lets go of a call whose signal is aborted, waiting or running', async () => {
    await using pool = open({ size: 1 })
    const controller = new AbortController()
    const { signal } = controller
    let begun = () => {}
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const running = pool.run('sh', ['-c', 'echo begun; sleep 100'], { signal, onStdout: () => begun() })
    const waiting = pool.run('true', { signal })
    const next = pool.run('echo', ['next'])
    await isBegun
    controller.abort('enough')
    expect(await Promise.allSettled([running, waiting])).toEqual(
      [0, 1].map(() => ({ status: 'rejected', reason: 'enough' })),
    )
    expect((await next).stdout).toBe('next\n')
  })

  it('replaces a sandbox that has ended while it waited', async () => {
    await using pool = open({ size: 1 })
    await pool.fill()
    const [first = ''] = readdirSync(bundle.stateDir)
    const { Container } = await import('../../lib/index.ts')
    await (await Container.load(first, { stateDir: bundle.stateDir })).kill()
    while (readdirSync(bundle.stateDir).includes(first)) await delay(5)
    expect((await pool.run('echo', ['ran'])).stdout).toBe('ran\n')
  })
})

describe('what fails', () => {
  it('is told to the next call by the name of the option, and made good as soon as it can be', async () => {
    const directory = join(mkdtempSync(join(bundle.directory, 'scratch-')), 'there')
    mkdirSync(directory)
    await using pool = open({ size: 1, files: { '/data': { bind: directory } } })
    await pool.fill()
    rmdirSync(directory)
    expect((await pool.run('true')).exitCode).toBe(0)
    const refusal = { code: 'ERR_INVALID_CONFIG', problems: [{ path: '/files/~1data/bind' }] }
    await expect(pool.run('true')).rejects.toMatchObject(refusal)
    await expect(pool.run('true')).rejects.toMatchObject(refusal)
    await expect(pool.fill()).rejects.toMatchObject(refusal)
    mkdirSync(directory)
    while ((await pool.run('true').catch(() => null))?.exitCode !== 0) await delay(10)
    await pool.fill()
  })

  it('in a command is that command’s alone', async () => {
    await using pool = open({ size: 1 })
    await expect(pool.run('no-such-program')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
    const thrown = new Error('mine')
    const failing = pool.run('echo', ['x'], {
      onStdout: () => {
        throw thrown
      },
    })
    await expect(failing).rejects.toBe(thrown)
    await expect(pool.run('true', { cwd: '/no/such' })).rejects.toMatchObject({ op: 'changeDirectory' })
    expect((await pool.run('true')).exitCode).toBe(0)
  })
})

describe('closing', () => {
  it('ends what runs, rejects what waits, and leaves nothing', async () => {
    const pool = open({ size: 1 })
    let begun = () => {}
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const running = pool.run('sh', ['-c', 'echo begun; sleep 100'], { onStdout: () => begun() })
    const waiting = pool.run('true')
    await isBegun
    const closing = pool.close()
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS', message: expect.stringMatching(/closed/) })
    await closing
    expect((await running).signal).toBe('SIGKILL')
    expect(count()).toBe(0)
    await pool.close()
    for (const call of [pool.run('true'), pool.take(), pool.fill(), pool.start('cat')])
      await expect(call).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS', hint: expect.stringMatching(/SandboxPool/) })
  })

  it('waits for sandboxes that are being made', async () => {
    await open({ size: 3 }).close()
    expect(count()).toBe(0)
  })
})

describe('a program', () => {
  const file = 'test/support/killed-pool.ts'

  it('may end without closing its pool: the next one removes what is left of it', { timeout: 60_000 }, async () => {
    expect(await runNode(file, { options: ofPool(), how: 'end' })).toMatchObject({ code: 0, stdout: 'full\n' })
    for (let round = 0; round < 200 && findProcesses(bundle.marker, -1).length > 0; round++) await delay(20)
    expect(findProcesses(bundle.marker, -1)).toEqual([])
    expect(await runNode(file, { options: ofPool(), how: 'close' })).toMatchObject({ code: 0, stdout: 'full\nran\n' })
    expect(await readdir(bundle.stateDir)).toEqual([])
  })

  it('that is killed leaves no process, and the next one removes the rest', { timeout: 60_000 }, async () => {
    const host = startNode(file, { options: ofPool(), how: 'run' })
    await new Promise<void>((resolve) => host.stdout?.once('data', () => resolve()))
    const end = ended(host)
    host.kill('SIGKILL')
    await end
    for (let round = 0; round < 200 && findProcesses(bundle.marker, -1).length > 0; round++) await delay(20)
    expect(findProcesses(bundle.marker, -1)).toEqual([])
    await runNode(file, { options: ofPool(), how: 'close' })
    expect(await readdir(bundle.stateDir)).toEqual([])
  })
})
