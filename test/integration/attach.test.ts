// A terminal of the host attached to that of a process: keys, size, raw mode, and that all is as before in the end.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { type AttachOptions, Container } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { ended, startNode } from '../support/node-process.ts'

const bundle = useBundle()
const at = () => ({ stateDir: bundle.stateDir })

function terminalConfig(args: readonly string[]) {
  const config = probeConfig(bundle, args)
  return { ...config, process: { cwd: '/', ...config.process, terminal: true } }
}

const run = (args: readonly string[]) => Container.run(bundle.newId(), terminalConfig(args), at())

/** Streams that behave as those of a terminal. */
class Input extends PassThrough {
  readonly isTTY = true
  isRaw = false
  readonly modes: boolean[] = []
  setRawMode(raw: boolean): this {
    this.isRaw = raw
    this.modes.push(raw)
    return this
  }
}

class Output extends PassThrough {
  columns = 80
  rows = 24
  shown = ''
  constructor() {
    super()
    this.on('data', (chunk: Buffer) => {
      this.shown += chunk.toString()
    })
  }
  resizeTo(columns: number, rows: number): void {
    Object.assign(this, { columns, rows })
    this.emit('resize')
  }
  async shows(what: string | RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.shown).toMatch(what), { timeout: 10_000 })
  }
}

const listeners = (stream: NodeJS.EventEmitter) =>
  stream.eventNames().map((name) => [String(name), stream.listenerCount(name)])

/** Attaches, lets `act` happen, and asserts that the streams are as they were. */
async function attached(
  container: Container,
  act: (input: Input, output: Output) => unknown,
  options?: AttachOptions,
): Promise<{ end: string; input: Input; output: Output }> {
  const [input, output] = [new Input(), new Output()]
  const before = [listeners(input), listeners(output)]
  const attaching = container.process.attachTerminal(input, output, options)
  expect(input.isRaw).toBe(true)
  await act(input, output)
  const end = await attaching.catch((error: Error) => error.message)
  expect(input.modes).toEqual([true, false])
  expect([listeners(input), listeners(output)]).toEqual(before)
  expect([input.destroyed, output.destroyed, input.isPaused()]).toEqual([false, false, true])
  return { end, input, output }
}

describe('an attached terminal', () => {
  it('gives keys and sizes to the process, and shows what that writes, to the end', { timeout: 30_000 }, async () => {
    await using container = await run(['terminal'])
    const { end, output } = await attached(container, async (input, output) => {
      await output.shows(/"columns":80,"rows":24|size 80x24/)
      output.resizeTo(132, 43)
      await output.shows('size 132x43')
      input.write('\x03')
    })
    expect(end).toBe('ended')
    expect(output.shown).toMatch(/"controlling":true/)
    expect(await container.wait()).toMatchObject({ exitCode: 42 })
    expect(await container.process.attachTerminal(new Input(), new Output())).toBe('ended')
  })

  it('is detached by keys, and attached again; what is typed behind them is left', async () => {
    await using container = await run(['cat'])
    const options = { detachKeys: 'ctrl-p,ctrl-q' }
    const first = await attached(
      container,
      async (input, output) => {
        input.write('one\n')
        await output.shows(/one\r\none\r\n/)
        input.write('\x10\x11behind')
      },
      options,
    )
    expect(first.end).toBe('detached')
    expect(first.input.read()?.toString()).toBe('behind')
    const second = await attached(container, async (input, output) => {
      input.write('two\n')
      await output.shows(/two\r\ntwo\r\n/)
      input.write('\x04')
    })
    expect(second).toMatchObject({ end: 'ended' })
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('is detached by a signal, with its reason', async () => {
    await using container = await run(['cat'])
    const controller = new AbortController()
    const { signal } = controller
    const { end } = await attached(container, () => controller.abort(new Error('enough')), { signal })
    expect(end).toBe('enough')
    const again = container.process.attachTerminal(new Input(), new Output(), { signal })
    await expect(again).rejects.toThrow('enough')
  })

  it('is detached when a stream of the host fails', async () => {
    await using container = await run(['cat'])
    const { end } = await attached(container, (input) => input.emit('error', new Error('input broke')))
    expect(end).toBe('input broke')
    const other = await attached(container, (_, output) => output.emit('error', new Error('output broke')))
    expect(other.end).toBe('output broke')
  })

  it('that nobody attaches again leaves nothing when the container is deleted', async () => {
    const container = await run(['fill', String(1 << 20)])
    const { end } = await attached(container, (input) => input.write('~'), { detachKeys: '~' })
    expect(end).toBe('detached')
    await container.delete({ force: true })
  })

  it('may be a stream without a terminal, whose end is typed', async () => {
    for (const text of ['a line\n', 'no line']) {
      await using container = await run(['cat'])
      const [input, output] = [new PassThrough(), new PassThrough()]
      let shown = ''
      output.on('data', (chunk: Buffer) => {
        shown += chunk.toString()
      })
      input.end(text)
      expect(await container.process.attachTerminal(input, output)).toBe('ended')
      expect(shown.replaceAll('\r', '').replaceAll('\n', '')).toBe(`${text.trim()}${text.trim()}`)
      expect(await container.wait()).toMatchObject({ exitCode: 0 })
    }
  })

  it('holds up whoever types faster than the process reads', async () => {
    await using container = await run(['terminal'])
    const input = new Input({ highWaterMark: 1 << 16 })
    const output = new Output()
    const attaching = container.process.attachTerminal(input, output)
    await output.shows('}\r\n')
    while (input.write(Buffer.alloc(1024, 'x\n'))) await new Promise((resolve) => setImmediate(resolve))
    expect(input.writableNeedDrain).toBe(true)
    await container.kill('SIGKILL')
    expect(await attaching).toBe('ended')
  })

  it('takes a terminal', async () => {
    await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), {
      ...at(),
      stdio: 'ignore',
    })
    const unsupported = { code: 'ERR_UNSUPPORTED', operation: 'attach' }
    const [input, output] = [new Input(), new Output()]
    await expect(container.process.attachTerminal(input, output)).rejects.toMatchObject(unsupported)
    const loaded = await Container.load(container.id, at())
    await expect(loaded.process.attachTerminal(input, output)).rejects.toMatchObject(unsupported)
    expect(input.modes).toEqual([])
    await using other = await run(['cat'])
    const wrong = other.process.attachTerminal(input, output, { detachKeys: 'what' })
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    expect(input.modes).toEqual([])
  })
})

const hasScript = spawnSync('script', ['--version']).status === 0

/** `script` runs the attacher in a real terminal, and stty says what became of that. */
describe.runIf(hasScript)('a real terminal', () => {
  const start = (args: readonly string[], how: string) => {
    const message = { id: bundle.newId(), config: terminalConfig(args), options: at(), how }
    const wrapper = ['test/support/in-terminal.sh']
    return startNode('test/support/attacher.ts', message, { wrapper, stdin: 'pipe' })
  }
  const COOKED = /after: .*\bisig\b.* icanon\b.* echo\b/s

  it('is raw while it is attached, follows its size, and is as before after the end', { timeout: 60_000 }, async () => {
    const child = start(['terminal'], 'end')
    let shown = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
    })
    const finishing = ended(child)
    const shows = (what: RegExp) => vi.waitFor(() => expect(shown).toMatch(what), { timeout: 20_000 })
    await shows(/"columns":77,"rows":22|size 77x22/)
    const [, tty = ''] = /tty (\S+)/.exec(shown) ?? []
    // The raw mode of libuv, seen from outside.
    const stty = (...args: string[]) => spawnSync('stty', ['-F', tty, ...args], { encoding: 'utf8' }).stdout
    expect(stty('-a')).toMatch(/-isig -icanon .*-echo /s)
    stty('cols', '99', 'rows', '33')
    await shows(/size 99x33/)
    child.stdin?.write('\x03')
    const { code } = await finishing
    expect(shown).toMatch(/listeners: 0 0\r\n/)
    expect(shown).toMatch(COOKED)
    expect(code).toBe(42)
  })

  it.each(['SIGTERM', 'throw'])('is as before after %s', { timeout: 60_000 }, async (how) => {
    const { stdout } = await ended(start(['terminal'], how))
    expect(stdout).toMatch(/attached/)
    expect(stdout).toMatch(COOKED)
    // The container outlives a program that just ends.
    for await (const { id } of Container.list(at())) await Container.delete(id, { ...at(), force: true })
  })
})

it('the event loop ends with the attachment', { timeout: 60_000 }, async () => {
  const child = startNode('test/support/attacher.ts', {
    id: bundle.newId(),
    config: terminalConfig(['cat']),
    options: at(),
    how: 'end',
  })
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(0)
})
