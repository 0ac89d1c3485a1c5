// Standard streams of a container: pipes, the host's own, none, descriptors and streams; much data, and broken ends.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'
import { finish, probe } from '../support/report.ts'

const bundle = useBundle()
const TIMEOUT = 60_000
const MIB = 1 << 20

const run = (args: readonly string[], options: CreateOptions) =>
  Container.run(bundle.newId(), probeConfig(bundle, args), { stateDir: bundle.stateDir, ...options })

/** Takes all, and keeps its digest alone. */
function digesting() {
  const hash = createHash('sha256')
  let length = 0
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      length += chunk.length
      done()
    },
  })
  return { sink, result: () => ({ length, digest: hash.digest('hex') }) }
}

/** As `probe fill` writes it. */
function pattern(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => index % 251))
}

const digestOf = (data: Buffer) => createHash('sha256').update(data).digest('hex')

describe('pipes', () => {
  it('end after their owner has them, however long ago the program ended', async () => {
    const hooks = {
      poststart: async ({ pid }: { readonly pid?: number }) => {
        await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /), TIMEOUT)
        for (let turn = 0; turn < 100; turn += 1) await nextTurn()
      },
    }
    await using container = await run(['exit', '0'], { stdio: 'pipe', hooks, detached: true })
    const ends = [container.process.stdout, container.process.stderr].map((stream) => once(stream as Readable, 'end'))
    await Promise.all(ends)
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('carry 64 MiB out', { timeout: TIMEOUT }, async () => {
    await using container = await run(['fill', String(64 * MIB)], { stdio: 'pipe' })
    const { sink, result } = digesting()
    container.process.stdout?.pipe(sink)
    const finished = new Promise((resolve) => sink.once('finish', resolve))
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
    await finished
    expect(result()).toEqual({ length: 64 * MIB, digest: digestOf(pattern(64 * MIB)) })
  })

  it('carry 1 GiB out, every byte in its place, in bounded memory', { timeout: 120_000 }, async () => {
    const length = 1 << 30
    await using container = await run(['fill', String(length)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const expected = pattern(251 * 1024)
    let [received, wrong, largest, sample] = [0, 0, 0, 0]
    const before = process.memoryUsage.rss()
    for await (const chunk of container.process.stdout as AsyncIterable<Buffer>) {
      const place = received % 251
      if (!chunk.equals(expected.subarray(place, place + chunk.length))) wrong++
      received += chunk.length
      if (received < sample) continue
      sample += 16 * MIB
      largest = Math.max(largest, process.memoryUsage.rss())
    }
    expect({ received, wrong }).toEqual({ received: length, wrong: 0 })
    expect(largest - before).toBeLessThan(256 * MIB)
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('hold up a program whose output nobody reads, until somebody does', async () => {
    await using container = await run(['fill', String(4 * MIB)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const given = AbortSignal.timeout(100)
    await expect(container.wait({ signal: given })).rejects.toMatchObject({ name: 'TimeoutError' })
    const { sink, result } = digesting()
    const finished = new Promise((resolve) => sink.once('finish', resolve))
    container.process.stdout?.pipe(sink)
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
    await finished
    expect(result().length).toBe(4 * MIB)
  })

  it('half closed: the end of the input leaves the output open', async () => {
    await using container = await run(['cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
    container.process.stdin?.end('all there is')
    expect(await text(container.process.stdout ?? expect.fail('no stdout'))).toBe('all there is')
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('carry 8 MiB in and out again', { timeout: TIMEOUT }, async () => {
    await using container = await run(['cat'], { stdio: 'pipe' })
    const { sink, result } = digesting()
    container.process.stdout?.pipe(sink)
    const finished = new Promise((resolve) => sink.once('finish', resolve))
    const data = pattern(8 * MIB)
    container.process.stdin?.end(data)
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
    await finished
    expect(result()).toEqual({ length: 8 * MIB, digest: digestOf(data) })
  })

  it('whose reader is gone end the program, not the host', async () => {
    await using container = await run(['fill', String(64 * MIB)], { stdio: 'pipe' })
    container.process.stdout?.destroy()
    // SIGPIPE has its default again, but spares the first process of a pid namespace: it sees EPIPE (32).
    expect(await container.wait()).toMatchObject({ exitCode: 32, signal: null })
  })

  it('into a program that does not read break without an error', async () => {
    await using container = await run(['exit', '4'], { stdio: 'pipe' })
    container.process.stdin?.write(Buffer.alloc(4 * MIB))
    expect(await container.wait()).toMatchObject({ exitCode: 4 })
    container.process.stdin?.write('more')
  })

  it('that nobody reads are closed with the container', async () => {
    await using container = await run(['report'], { stdio: 'pipe' })
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('can be read after the end, and after the deletion when reading has begun', async () => {
    const container = await run(['report'], { stdio: 'pipe' })
    await container.wait()
    const output = text(container.process.stdout ?? expect.fail('no stdout'))
    await container.delete()
    expect(JSON.parse(await output)).toMatchObject({ pid: 1 })
  })
})

describe('other streams', () => {
  it('of this process stay open, and keep no listener of a container', async () => {
    const listeners = () => process.stderr.eventNames().map((name) => [name, process.stderr.listenerCount(name)])
    const before = listeners()
    for (let round = 0; round < 3; round++) {
      await using container = await run(['exit', '0'], { stdio: ['ignore', 'ignore', process.stderr] })
      await container.wait()
    }
    expect(listeners()).toEqual(before)
    expect(process.stderr.writable).toBe(true)
  })

  it('ignored ones are the null device', async () => {
    const output = new PassThrough()
    const container = await run(['report'], { stdio: ['ignore', output, 'ignore'] })
    const [report] = await Promise.all([text(output), container.wait()])
    await container.delete()
    expect((JSON.parse(report) as { fds: unknown }).fds).toMatchObject({ 0: '/dev/null', 2: '/dev/null' })
    expect(container.process).toMatchObject({ stdin: null, stdout: null, stderr: null })
  })

  it('descriptors, which may be closed as soon as the call returns', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'libcontainer-stdio-'))
    try {
      writeFileSync(join(directory, 'in'), 'from a file')
      const input = openSync(join(directory, 'in'), 'r')
      const output = openSync(join(directory, 'out'), 'w')
      const starting = run(['cat'], { stdio: [input, output, 'ignore'] })
      closeSync(input)
      closeSync(output)
      await using container = await starting
      expect(await container.wait()).toMatchObject({ exitCode: 0 })
      expect(readFileSync(join(directory, 'out'), 'utf8')).toBe('from a file')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('streams of the caller: wait settles when all has been copied', async () => {
    const chunks: Buffer[] = []
    const slow = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk)
        setTimeout(done, 1)
      },
    })
    await using container = await run(['cat'], { stdio: [Readable.from(['a', 'b', 'c']), slow, 'ignore'] })
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
    expect(Buffer.concat(chunks).toString()).toBe('abc')
  })

  it('an input that does not end is left whole when the container does', async () => {
    const input = new PassThrough()
    input.write('some')
    await using container = await run(['exit', '0'], { stdio: [input, 'ignore', 'ignore'] })
    await container.wait()
    expect(input.destroyed).toBe(false)
    await vi.waitFor(() => expect(input.listenerCount('error')).toBe(0))
  })

  it('an input that fails ends the program’s input', async () => {
    const input = new Readable({
      read() {
        this.destroy(new Error('the source broke'))
      },
    })
    await using container = await run(['cat'], { stdio: [input, 'ignore', 'ignore'] })
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('an output that fails does not keep wait from settling', async () => {
    const output = new Writable({
      write(_chunk, _encoding, done) {
        done(new Error('the sink broke'))
      },
    })
    await using container = await run(['fill', String(MIB)], { stdio: ['ignore', output, 'ignore'] })
    expect(await container.wait()).toMatchObject({ exitCode: 32 })
  })

  it('the host’s own', { timeout: TIMEOUT }, async () => {
    const message = (options: CreatorMessage['options']): CreatorMessage => ({
      operation: 'run',
      id: bundle.newId(),
      config: probeConfig(bundle, ['report']),
      options: { stateDir: bundle.stateDir, ...options },
    })
    const { code, stdout, stderr } = await runNode('test/support/waiting-creator.ts', message({ stdio: 'inherit' }))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ pid: 1, fds: { 0: '/dev/null' } })
  })
})

it('are separate: errors do not mix with output', async () => {
  const finished = await finish(bundle, probeConfig(bundle, ['nonsense']))
  expect(finished).toEqual({ exitCode: 64, signal: null, stdout: '', stderr: 'probe: unknown command nonsense\n' })
})

it('are the only descriptors, however many the host has open, close-on-exec or not', async () => {
  const open = Array.from({ length: 50 }, () => openSync('/', 'r'))
  try {
    expect(Object.keys((await probe(bundle, probeConfig(bundle, ['report']))).fds).sort()).toEqual(['0', '1', '2'])
  } finally {
    for (const fd of open) closeSync(fd)
  }
})
