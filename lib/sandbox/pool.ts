// SandboxPool: sandboxes that are there before their command.
import { ContainerError, type ContainerStats } from '../index.ts'
import { checkPool } from './check-pool.ts'
import { type Command, checkCommand } from './check-run.ts'
import type { Wanted } from './check-sandbox.ts'
import { readStats, type SandboxProcess, type Setting, startCommand } from './command.ts'
import { type Holder, openHolder } from './holder.ts'
import { OF_POOLED_COMMAND } from './names.ts'
import type { PoolOptions, RunOptions, SandboxResult } from './options.ts'
import { part, Sandbox } from './sandbox.ts'
import { Stock } from './stock.ts'

/** One that waits, and what it has used for that. */
interface Born {
  readonly holder: Holder
  readonly stats: ContainerStats | null
}

/**
 * Sandboxes that are made before they are needed: a command does not wait for that. Each is used for one command and then
 * removed, unless `reuse` says otherwise; others are made in the background.
 *
 * ```ts
 * await using pool = new SandboxPool({ size: 4, pids: 64, limits: 'best-effort' })
 * const { stdout } = await pool.run('node', ['-p', '6 * 7'], { timeout: '5s' })
 * ```
 *
 * A pool that nobody uses does not keep this program from ending; its sandboxes end with the program. Close it, so that
 * their records are removed at once and not by the next program that makes sandboxes.
 */
export class SandboxPool implements AsyncDisposable {
  readonly #wanted: Wanted
  readonly #reuse: boolean
  readonly #stock: Stock<Born>
  readonly #taken = new Set<Sandbox>()
  #closing: Promise<void> | null = null

  /**
   * Begins to make sandboxes.
   * @throws ContainerError ERR_INVALID_CONFIG with everything that is wrong with the options; what this machine cannot do
   *   is told by the first call
   */
  constructor(options: PoolOptions) {
    const { wanted, ...rest } = checkPool(options)
    this.#wanted = wanted
    this.#reuse = rest.reuse
    this.#stock = new Stock<Born>({
      ...rest,
      make: () => this.#make(),
      remove: ({ holder }) => removeHolder(holder),
      closed,
    })
  }

  /** How many sandboxes wait for a command. */
  get ready(): number {
    return this.#stock.ready
  }

  /** How many are in use, those that are being removed included. */
  get running(): number {
    return this.#stock.out
  }

  /** How many calls wait for their turn. */
  get queued(): number {
    return this.#stock.queued
  }

  /**
   * Runs a command to its end, in a sandbox that is there, as {@link sandbox.run} does; in the order of the calls when
   * there are more than `concurrency`. A `timeout` begins with the command, not in the queue; a `signal` holds for both.
   * @param options what holds for one command; what the sandbox is the pool has decided
   * @throws ContainerError as {@link Sandbox.create} and {@link Sandbox.run} do; ERR_WRONG_STATUS once the pool is closed.
   *   When making a sandbox in the background has failed and none is left, the next call gets that error
   */
  async run(command: string, args?: readonly string[] | RunOptions, options?: RunOptions): Promise<SandboxResult> {
    const [list, given] = part(args, options)
    const process = await this.#start(checkCommand(command, list, given, false, OF_POOLED_COMMAND))
    return process.result
  }

  /** Runs a command and gives its streams, as {@link Sandbox.start} does. */
  async start(command: string, args?: readonly string[] | RunOptions, options?: RunOptions): Promise<SandboxProcess> {
    const [list, given] = part(args, options)
    return this.#start(checkCommand(command, list, given, true, OF_POOLED_COMMAND))
  }

  /**
   * A sandbox that is there, for several commands. It counts as one that runs until the caller closes it, and is not used
   * again.
   * @throws ContainerError as {@link SandboxPool.run}
   */
  async take({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Sandbox> {
    const born = await this.#stock.take(signal)
    this.#stock.refill()
    born.holder.container.ref()
    const box: Sandbox = Sandbox.of(this.#wanted, born.holder, () => {
      this.#taken.delete(box)
      this.#stock.forget(born)
    })
    this.#taken.add(box)
    return box
  }

  /**
   * Settles when `size` sandboxes wait: for whoever wants the first commands to be fast.
   * @throws ContainerError as {@link Sandbox.create}, when one cannot be made
   */
  async fill({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#stock.fill(signal)
  }

  /**
   * Ends what runs, removes all sandboxes, and rejects calls that wait. Settles when nothing is left. Again: nothing.
   * @throws ContainerError ERR_SYSTEM when something could not be removed, now or earlier
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** {@link SandboxPool.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    // What has been taken may be another sandbox by now than the one that was handed out.
    const taken = Promise.allSettled([...this.#taken].map((box) => box.close()))
    await this.#stock.close()
    for (const closing of await taken) if (closing.status === 'rejected') throw closing.reason
  }

  async #make(): Promise<Born> {
    const holder = await openHolder(this.#wanted, undefined)
    try {
      const born = { holder, stats: await readStats({ holder }) }
      const ended = () => this.#stock.drop(born)
      holder.container.wait().then(ended, ended)
      holder.container.unref()
      return born
    } catch (error) {
      await holder.close()
      throw error
    }
  }

  async #start(command: Command): Promise<SandboxProcess> {
    const born = await this.#stock.take(command.signal)
    let isGood = true
    const setting: Setting = {
      ...(this.#reuse ? { holder: born.holder } : born),
      wanted: this.#wanted,
      alone: !this.#reuse,
      isNew: false,
      end: () => {
        isGood = false
        return born.holder.kill()
      },
    }
    try {
      const process = await startCommand(setting, command)
      const giveBack = () => this.#stock.give(born, isGood)
      // Only now: making another would take the processor from this one.
      this.#stock.refill()
      const result = process.result.finally(giveBack)
      result.catch(() => {})
      return { ...process, result }
    } catch (error) {
      this.#stock.give(born, isGood)
      throw error
    }
  }
}

/** Whoever waits for that is not to end before. */
async function removeHolder(holder: Holder): Promise<void> {
  holder.container.ref()
  await holder.close()
}

function closed(): ContainerError {
  return new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation: 'sandbox',
    message: 'the pool is closed',
    hint: 'make another with new SandboxPool, and close it when nothing is to run any more',
  })
}
