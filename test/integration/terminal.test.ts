// A container with a terminal: what its program has, what goes through it, how it ends, and what a root filesystem that
// was made to deceive can do about it.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import type { Config, Mount } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
const TIMEOUT = 60_000

type ProcessChange = Partial<NonNullable<Config['process']>>

function terminalConfig(args: readonly string[], change: ProcessChange = {}): Config {
  const config = probeConfig(bundle, args)
  return { ...config, process: { cwd: '/', ...config.process, terminal: true, ...change } }
}

const run = (config: Config, options: CreateOptions = {}) =>
  Container.run(bundle.newId(), config, { stateDir: bundle.stateDir, ...options })

/** Collects what a terminal shows. */
class Screen {
  readonly terminal: Duplex
  #shown = ''

  constructor({ process }: Pick<Container, 'process'>) {
    expect(process.stdin).toBe(process.stdout)
    expect(process.stderr).toBeNull()
    this.terminal = process.stdin as Duplex
    this.terminal.on('data', (chunk: Buffer) => {
      this.#shown += chunk.toString()
    })
  }

  get shown(): string {
    return this.#shown
  }

  /** Waits until something is shown. */
  async shows(what: string | RegExp): Promise<string> {
    await vi.waitFor(() => expect(this.#shown).toMatch(what), { timeout: 10_000 })
    return this.#shown
  }

  async report(): Promise<Record<string, unknown>> {
    const shown = await this.shows('}\r\n')
    return JSON.parse(shown.split('\r\n')[0] ?? '') as Record<string, unknown>
  }
}

describe('the program', () => {
  it('has a terminal of its own devpts on all standard streams, which is its session’s and /dev/console', async () => {
    await using container = await run(terminalConfig(['terminal'], { consoleSize: { width: 81, height: 25 } }))
    expect(await new Screen(container).report()).toEqual({
      names: ['/dev/pts/0', '/dev/pts/0', '/dev/pts/0'],
      session: 1,
      ownSession: 1,
      foreground: 1,
      group: 1,
      controlling: true,
      console: true,
      columns: 81,
      rows: 25,
      uid: 0,
      gid: isRoot ? 5 : 0,
      mode: 0o620,
    })
  })

  it('hears of another size, and of Ctrl-C', async () => {
    await using container = await run(terminalConfig(['terminal']))
    const screen = new Screen(container)
    expect(await screen.report()).toMatchObject({ columns: 0, rows: 0 })
    container.process.resize({ width: 132, height: 43 })
    await screen.shows('size 132x43')
    screen.terminal.write('\x03')
    expect(await container.wait()).toMatchObject({ exitCode: 42 })
    // After its end there is nothing to resize, and nothing wrong with trying.
    container.process.resize({ width: 1, height: 1 })
  })

  it('is hung up on when the stream is destroyed', async () => {
    await using container = await run(terminalConfig(['terminal']))
    const screen = new Screen(container)
    await screen.report()
    screen.terminal.destroy()
    expect(await container.wait()).toMatchObject({ exitCode: 43 })
  })

  it('reads what is typed, until a typed end', async () => {
    await using container = await run(terminalConfig(['cat']))
    const screen = new Screen(container)
    screen.terminal.write('hello\n')
    await screen.shows(/hello\r\nhello\r\n/)
    screen.terminal.write('\x04')
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it.runIf(isRoot)('owns its terminal as another user', async () => {
    const user = { uid: 1000, gid: 1000 }
    await using container = await run(terminalConfig(['terminal'], { user }))
    expect(await new Screen(container).report()).toMatchObject({ uid: 1000, gid: 5, mode: 0o620, controlling: true })
  })

  it('gets one too when it is created first and started later', async () => {
    const config = terminalConfig(['terminal'])
    await using container = await Container.create(bundle.newId(), config, { stateDir: bundle.stateDir })
    const screen = new Screen(container)
    container.process.resize({ width: 90, height: 20 })
    await container.start()
    expect(await screen.report()).toMatchObject({ columns: 90, rows: 20 })
  })
})

describe('one more process', () => {
  it.runIf(isRoot)('has a terminal of its own in the container’s devpts', async () => {
    await using container = await run(probeConfig(bundle, ['wait']), { stdio: 'ignore' })
    const executed = await container.exec({
      args: ['probe', 'terminal'],
      terminal: true,
      consoleSize: { width: 70, height: 20 },
    })
    const screen = new Screen({ process: executed })
    expect(await screen.report()).toMatchObject({
      names: ['/dev/pts/0', '/dev/pts/0', '/dev/pts/0'],
      controlling: true,
      console: false,
      columns: 70,
      rows: 20,
    })
    executed.resize({ width: 71, height: 21 })
    await screen.shows('size 71x21')
    screen.terminal.write('\x03')
    expect(await executed.wait()).toMatchObject({ exitCode: 42 })
  })
})

describe('the stream', () => {
  it('carries everything to its end, to a reader that comes late and is slow', { timeout: TIMEOUT }, async () => {
    const length = 4 << 20
    await using container = await run(terminalConfig(['fill', String(length)]))
    const hash = createHash('sha256')
    const expected = createHash('sha256')
    // A terminal makes CR LF of LF.
    const data = Buffer.from(Uint8Array.from({ length }, (_, index) => index % 251))
    expected.update(Buffer.from(data.toString('latin1').replaceAll('\n', '\r\n').replaceAll('\t', '\t'), 'latin1'))
    let received = 0
    for await (const chunk of container.process.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk)
      received += chunk.length
      if (received < 1 << 17) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(hash.digest('hex')).toBe(expected.digest('hex'))
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
  })

  it('holds up a writer whose program does not read, and not the event loop', { timeout: TIMEOUT }, async () => {
    await using container = await run(terminalConfig(['terminal']))
    const screen = new Screen(container)
    await screen.report()
    const line = Buffer.alloc(1024, 'x\n')
    let written = 0
    while (screen.terminal.write(line)) {
      written += line.length
      expect(written).toBeLessThan(64 << 20)
    }
    await new Promise((resolve) => setImmediate(resolve))
    const closed = once(screen.terminal, 'close') // may come before the end of the process is heard of
    await container.kill('SIGKILL')
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
    await closed
  })

  it('ends with what was shown last, though something is typed after the end', async () => {
    await using container = await run(terminalConfig(['report']))
    await container.wait()
    container.process.stdin?.write('too late')
    expect(JSON.parse(await text(container.process.stdout ?? expect.fail('no terminal')))).toMatchObject({ pid: 1 })
  })

  it('may be left unread', async () => {
    const container = await run(terminalConfig(['report']))
    await container.wait()
    await container.delete()
  })
})

describe('refusals', () => {
  it.each(['inherit', 'ignore', ['pipe', 'pipe', 'pipe'] as const] as const)('standard streams: %s', async (stdio) => {
    await expect(run(terminalConfig(['exit', '0']), { stdio })).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: [{ path: '/stdio' }],
    })
  })

  it.each([
    [{ width: -1, height: 1 }, '/width'],
    [{ width: 1, height: 65_536 }, '/height'],
    [{ width: 1.5, height: 1 }, '/width'],
  ])('a size %o', async (size, path) => {
    await using container = await run(terminalConfig(['terminal']))
    expect(() => container.process.resize(size)).toThrowError(
      expect.objectContaining({ problems: [expect.objectContaining({ path })] }),
    )
  })

  it('resizing without a terminal', async () => {
    await using container = await run(probeConfig(bundle, ['wait']), { stdio: 'ignore' })
    const unsupported = expect.objectContaining({ code: 'ERR_UNSUPPORTED', operation: 'resize' })
    expect(() => container.process.resize({ width: 1, height: 1 })).toThrowError(unsupported)
    const loaded = await Container.load(container.id, { stateDir: bundle.stateDir })
    expect(() => loaded.process.resize({ width: 1, height: 1 })).toThrowError(unsupported)
  })
})

describe('a root filesystem made to deceive', () => {
  const withMounts = (change: (mounts: readonly Mount[]) => readonly Mount[]): Config => {
    const config = terminalConfig(['terminal'])
    return { ...config, mounts: [...change(config.mounts ?? [])] }
  }
  const withoutPts = (mounts: readonly Mount[]) => mounts.filter(({ destination }) => destination !== '/dev/pts')
  /** A directory to be bound somewhere. */
  const volume = (name: string): string => {
    const directory = join(bundle.directory, name)
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory)
    return directory
  }

  it('cannot put a file in the place of ptmx', async () => {
    const file = join(volume('ptmx-volume'), 'ptmx')
    writeFileSync(file, '')
    const config = withMounts((mounts) => [
      ...mounts,
      { destination: '/dev/pts/ptmx', source: file, options: ['bind'] },
    ])
    await expect(run(config)).rejects.toMatchObject({ op: 'openTerminal', syscall: 'openat2', errno: 'EXDEV' })
  })

  it('cannot put a directory in the place of devpts', async () => {
    const source = volume('pts-volume')
    writeFileSync(join(source, 'ptmx'), '')
    const config = withMounts((mounts) => [
      ...withoutPts(mounts),
      { destination: '/dev/pts', source, options: ['bind'] },
    ])
    await expect(run(config)).rejects.toMatchObject({ op: 'openTerminal', syscall: 'fstatfs', errno: 'EINVAL' })
  })

  it('cannot lead /dev/pts elsewhere', async () => {
    const source = volume('dev-volume')
    symlinkSync('/dev/shm', join(source, 'pts'))
    const config = withMounts((mounts) => [
      ...withoutPts(mounts).filter(({ destination }) => !destination.startsWith('/dev')),
      { destination: '/dev', source, options: ['bind'] },
    ])
    await expect(run(config)).rejects.toMatchObject({ op: 'openTerminal', syscall: 'openat2', errno: 'ELOOP' })
  })

  it('cannot lead /dev/console elsewhere', async () => {
    const source = volume('console-volume')
    mkdirSync(join(source, 'pts'))
    symlinkSync('/etc/lower', join(source, 'console'))
    const config = withMounts((mounts) => [
      ...mounts.filter(({ destination }) => !destination.startsWith('/dev')),
      { destination: '/dev', source, options: ['bind'] },
      { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'ptmxmode=0666'] },
    ])
    await expect(run(config)).rejects.toMatchObject({ op: 'bindTerminal', syscall: 'openat2', errno: 'ELOOP' })
  })

  it('gets nothing made in a /dev of somebody else’s', async () => {
    const source = volume('bound-dev')
    mkdirSync(join(source, 'pts'))
    const config = withMounts((mounts) => [
      ...mounts.filter(({ destination }) => !destination.startsWith('/dev')),
      { destination: '/dev', source, options: ['bind'] },
      { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'ptmxmode=0666'] },
    ])
    await using container = await run(config)
    expect(await new Screen(container).report()).toMatchObject({
      console: false,
      names: ['/dev/pts/0', '/dev/pts/0', '/dev/pts/0'],
    })
    expect(readdirSync(source)).toEqual(['pts'])
  })

  it('has to have a devpts', async () => {
    await expect(run(withMounts(withoutPts))).rejects.toMatchObject({
      op: 'openTerminal',
      errno: 'ENOENT',
      hint: expect.stringContaining('devpts'),
    })
  })
})

describe('exec', () => {
  it('gives the process a terminal of its own in the same devpts', { timeout: TIMEOUT }, async () => {
    await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), {
      stateDir: bundle.stateDir,
      stdio: 'ignore',
    })
    const args = ['probe', 'terminal']
    const first = await container.exec({ args, terminal: true, consoleSize: { width: 70, height: 20 } })
    const report = await new Screen({ process: first }).report()
    expect(report).toMatchObject({ names: Array(3).fill('/dev/pts/0'), controlling: true, columns: 70, rows: 20 })
    first.signal('SIGKILL')
    expect(await first.wait()).toMatchObject({ signal: 'SIGKILL' })
  })
})
