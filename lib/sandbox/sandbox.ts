// Sandbox: made once, commands run in it; sandbox.run: one for a single command.
import { ContainerError } from '../index.ts'
import { afterwards } from './attempt.ts'
import { checkCommand } from './check-run.ts'
import { checkSandbox, type Wanted } from './check-sandbox.ts'
import { type SandboxProcess, type Setting, startCommand } from './command.ts'
import { type Holder, openHolder } from './holder.ts'
import { OF_BOTH } from './names.ts'
import type { RunOptions, SandboxOptions, SandboxResult } from './options.ts'

/**
 * A place to run programs that nobody has to trust: files, processes, network, limits of its own.
 *
 * ```ts
 * await using box = await Sandbox.create({ memory: '512M', files: { '/work': { copy: 'project' } } })
 * await box.run('npm', ['ci'])
 * const { stdout } = await box.run('npm', ['test'], { timeout: '60s' })
 * ```
 *
 * What one command writes the next one finds, and what it leaves running goes on, until the sandbox is closed. A command
 * that has to be ended takes all of that with it: the next one begins in a new sandbox, as this one began.
 */
export class Sandbox implements AsyncDisposable {
  readonly #wanted: Wanted
  readonly #onClose: () => void
  #holder: Promise<Holder> | null
  /** Those that are on their way out, or could not be removed yet. */
  readonly #leaving = new Set<Holder>()
  #closed = false
  #closing: Promise<void> | null = null

  private constructor(wanted: Wanted, holder: Holder, onClose: () => void) {
    this.#wanted = wanted
    this.#onClose = onClose
    this.#holder = Promise.resolve(holder)
  }

  /**
   * Makes a sandbox.
   * @throws ContainerError ERR_INVALID_CONFIG with everything that is wrong with the options, ERR_UNSUPPORTED for what
   *   this machine cannot do, ERR_SYSTEM; nothing is left behind then
   */
  static async create(options?: SandboxOptions): Promise<Sandbox> {
    const wanted = checkSandbox(options)
    return new Sandbox(wanted, await openHolder(wanted, undefined), () => {})
  }

  /**
   * One that is there already.
   * @internal
   * @param onClose is called once all of it is gone
   */
  static of(wanted: Wanted, holder: Holder, onClose: () => void): Sandbox {
    return new Sandbox(wanted, holder, onClose)
  }

  /**
   * Runs a command to its end. However that came about the result tells; an exit code is no error.
   * @param command name of a program, looked up in PATH, or its path inside; no shell is involved
   * @throws ContainerError ERR_INVALID_CONFIG, ERR_NOT_FOUND without such a program, ERR_SYSTEM; the reason of `signal`
   */
  async run(command: string, args?: readonly string[] | RunOptions, options?: RunOptions): Promise<SandboxResult> {
    const [list, given] = part(args, options)
    const process = await this.#start(checkCommand(command, list, given, false))
    return process.result
  }

  /**
   * Runs a command and gives its streams: output is `'stream'` unless `options` says otherwise.
   *
   * @example
   * ```ts
   * await using box = await Sandbox.create()
   * const server = await box.start('node', ['-e', 'process.stdin.pipe(process.stdout)'])
   * server.stdout?.pipe(process.stdout)
   * server.stdin?.end('hello')
   * const { exitCode } = await server.result
   * ```
   * @returns when its program runs; `result` settles when it has ended
   * @throws ContainerError as {@link Sandbox.run} does
   */
  async start(command: string, args?: readonly string[] | RunOptions, options?: RunOptions): Promise<SandboxProcess> {
    const [list, given] = part(args, options)
    return this.#start(checkCommand(command, list, given, true))
  }

  async #start(command: ReturnType<typeof checkCommand>): Promise<SandboxProcess> {
    if (this.#closed) {
      throw new ContainerError({
        code: 'ERR_WRONG_STATUS',
        operation: 'sandbox',
        message: 'it is closed',
        hint: 'make another with Sandbox.create',
      })
    }
    this.#holder ??= openHolder(this.#wanted, command.signal)
    const opening = this.#holder
    const holder = await opening.catch((error: unknown) => {
      if (this.#holder === opening) this.#holder = null
      throw error
    })
    return startCommand(
      { holder, wanted: this.#wanted, alone: false, isNew: false, end: () => this.#end(holder, opening) },
      command,
    )
  }

  async #end(holder: Holder, opening: Promise<Holder>): Promise<void> {
    if (this.#holder === opening) this.#holder = null
    this.#leaving.add(holder)
    const error = await afterwards(undefined, [() => holder.kill(), () => holder.close()])
    if (error !== undefined) throw error
    this.#leaving.delete(holder)
  }

  /** Ends everything in it and removes it. Again: nothing, or what could not be removed before. */
  close(): Promise<void> {
    this.#closed = true
    this.#closing ??= this.#closeAll().finally(() => {
      this.#closing = null
    })
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const holder = await this.#holder?.catch(() => null)
    this.#holder = null
    if (holder != null) this.#leaving.add(holder)
    const leaving = [...this.#leaving]
    const acts = leaving.map((each) => () => each.close().then(() => void this.#leaving.delete(each)))
    const error = await afterwards(undefined, acts)
    if (error !== undefined) throw error
    this.#onClose()
  }

  /** {@link Sandbox.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Runs single commands, each in a sandbox of its own. */
export const sandbox = {
  /**
   * Runs a command that nobody has to trust, and leaves nothing of it.
   *
   * ```ts
   * const { stdout, exitCode } = await sandbox.run('node', ['-e', 'console.log(6 * 7)'], { timeout: '5s' })
   * ```
   * @param command name of a program, looked up in PATH, or its path inside; no shell is involved
   * @throws ContainerError as {@link Sandbox.create} and {@link Sandbox.run} do
   */
  async run(
    command: string,
    args?: readonly string[] | (SandboxOptions & RunOptions),
    options?: SandboxOptions & RunOptions,
  ): Promise<SandboxResult> {
    const [list, given] = part(args, options)
    const checked = checkCommand(command, list, given, false, OF_BOTH)
    const wanted = checkSandbox(given, OF_BOTH)
    const holder = await openHolder(wanted, checked.signal)
    const setting: Setting = { holder, wanted, alone: true, isNew: true, end: () => holder.kill() }
    const ending = startCommand(setting, checked).then(({ result }) => result)
    const failure = await ending.then(
      () => undefined,
      (error: unknown) => error,
    )
    const error = await afterwards(failure, [() => holder.close()])
    if (error !== undefined) throw error
    return ending
  },
}

/** The list of arguments may be left out. */
export function part<T>(args: readonly string[] | T | undefined, options: T | undefined): [unknown, T | undefined] {
  if (options === undefined && args !== undefined && !Array.isArray(args) && typeof args === 'object') {
    return [undefined, args as T]
  }
  return [args, options]
}
