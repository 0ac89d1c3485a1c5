// Container: the object a program holds. Composes launching, life cycle and state; decides nothing itself.
import path from 'node:path'
import type { WaitOptions } from '../abort.ts'
import type { PressureEvent } from '../cgroups/pressure.ts'
import type { Config, Resources, State } from '../config/types.ts'
import { validateId } from '../config/validate.ts'
import { ContainerError } from '../errors.ts'
import type { HookFunctions } from '../hooks/host.ts'
import type { CniResult } from '../network/cni-options.ts'
import type { ExecConfig } from '../plan/exec.ts'
import type { ExitStatus, Process } from '../process/process.ts'
import type { SeccompCall } from '../seccomp/call.ts'
import { parseSignal, type Signal } from '../signals.ts'
import type { CreateOptions, Timings } from './create-options.ts'
import { deleteContainer, deleteReaped } from './delete.ts'
import { type ContainerEvent, type Ending, type EventOptions, Events, endingOf } from './events.ts'
import { type ExecOptions, execProcess } from './exec.ts'
import { runPoststart, runPoststop } from './hooks.ts'
import { killContainer, signalProcess } from './kill.ts'
import { type LaunchedContainer, launchContainer } from './launch.ts'
import { followLife } from './life.ts'
import { pauseContainer, readMade, startContainer } from './lifecycle.ts'
import {
  type ContainerStats,
  followPressure,
  type PressureOptions,
  readContainerStats,
  repeatStats,
  type StatsOptions,
  updateContainer,
} from './limits.ts'
import { type ContainerSummary, listContainers } from './list.ts'
import { LoadedProcess } from './loaded-process.ts'
import type { Target } from './lock.ts'
import { checkNetwork } from './network.ts'
import { describeState } from './oci-state.ts'
import { ownProcess, type Started } from './own-process.ts'
import { type ContainerProcess, listProcesses } from './processes.ts'
import { readRecord, readStatus, type StateRecord } from './state.ts'
import { defaultStateDir, verifyStateDir } from './state-directory.ts'
import type { Status } from './status.ts'
import { UnreadOutput } from './unread.ts'

/** Where to look for containers. */
export interface LoadOptions {
  /** As in {@link CreateOptions.stateDir}. */
  readonly stateDir?: string
}

/** Whether to end a container that runs. */
export interface DeleteOptions extends WaitOptions {
  /** End it first if it runs; do not mind if it is gone already, or if its record is corrupt. Default: false. */
  readonly force?: boolean
}

/**
 * A Linux container: made by {@link Container.run}, or {@link Container.create} and {@link Container.start}, found again by
 * {@link Container.load}, gone after {@link Container.delete}. It outlives this program unless it is deleted.
 *
 * Every method rejects with a {@link ContainerError}.
 *
 * @example
 * ```ts
 * await using c = await Container.run('web', config, { bundle, stdio: 'inherit' })
 * const { exitCode } = await c.wait()
 * ```
 */
export class Container implements AsyncDisposable {
  /** By which it is found: {@link Container.load}. */
  readonly id: string
  /** The document it was created from. */
  readonly config: Config
  /** The container's first process. Streams are null unless this object created it with stdio `'pipe'`. */
  readonly process: Process
  /** How long each phase of creation took; undefined for a loaded container. */
  readonly timings: Timings | undefined
  readonly #warnings: string[]
  readonly #hooks: HookFunctions | undefined
  readonly #target: Target
  #record: StateRecord
  readonly #launched: LaunchedContainer | undefined
  readonly #unread = new UnreadOutput()
  readonly #events = new Events()
  #gateLeft: boolean
  /** Set up to its end: creation has let go of the lock. */
  #isMade: boolean
  #deleted = false

  private constructor(
    stateDir: string,
    record: StateRecord,
    launched: LaunchedContainer | undefined,
    gateLeft: boolean,
    hooks?: HookFunctions,
  ) {
    this.id = record.id
    this.config = record.config
    this.process = launched === undefined ? new LoadedProcess(record) : ownProcess(launched)
    this.#warnings = [...(launched?.warnings ?? [])]
    this.#hooks = hooks
    this.timings = launched?.timings
    this.#target = { id: record.id, stateDir, created: record.created }
    this.#record = record
    this.#launched = launched
    this.#gateLeft = gateLeft
    this.#isMade = launched !== undefined
  }

  /** When it was created. */
  get created(): Date {
    return new Date(this.#record.created)
  }

  /** What validation remarked on, e.g. capabilities that do not exist; after deletion, poststop hooks that failed. */
  get warnings(): readonly string[] {
    return this.#warnings
  }

  /**
   * Makes a container whose program waits for {@link Container.start} (OCI `create`).
   *
   * @example
   * ```ts
   * const container = await Container.create('web', await Config.load(bundle), { bundle })
   * console.log((await container.state()).pid)
   * await container.start()
   * ```
   * @param id letters, digits, and `_ + - .`, at most 255; not `.` or `..`
   * @throws ContainerError ERR_INVALID_CONFIG with everything that is wrong; ERR_UNSUPPORTED for what this version or this
   *   machine cannot do; ERR_EXISTS; ERR_NOT_FOUND; ERR_HOOK; ERR_INIT_DIED; ERR_OUT_OF_MEMORY; ERR_TIMEOUT; ERR_SYSTEM with
   *   the step, the call and the errno. Nothing is left behind then
   */
  static async create(id: string, config: Config, options: CreateOptions = {}): Promise<Container> {
    const launched = await launchContainer('create', id, config, options)
    launched.stdio.handOver()
    return new Container(launched.stateDir, launched.record, launched, true, options.hooks)
  }

  /**
   * Makes a container and runs its program at once: {@link Container.create} and {@link Container.start} in one trip.
   * Resolves when the program runs.
   *
   * @example
   * ```ts
   * await using container = await Container.run('job', Config.template({ args: ['make'] }), { bundle })
   * container.process.stdout?.pipe(process.stdout)
   * const { exitCode, signal, oomKilled } = await container.wait()
   * ```
   * @throws ContainerError as {@link Container.create} does; ERR_NOT_FOUND when it has no such program
   */
  static async run(id: string, config: Config, options: CreateOptions = {}): Promise<Container> {
    const launched = await launchContainer('run', id, config, options)
    const container = new Container(launched.stateDir, launched.record, launched, false, options.hooks)
    try {
      await container.#poststart('run')
      launched.stdio.handOver()
    } catch (cause) {
      await container.delete({ force: true })
      throw cause
    }
    return container
  }

  /**
   * A container that this or another process created.
   *
   * @example
   * ```ts
   * const container = await Container.load('web')
   * if ((await container.status()) === 'running') await container.kill('SIGTERM')
   * ```
   * @throws ContainerError ERR_NOT_FOUND, ERR_STATE_CORRUPT, ERR_INVALID_CONFIG when others could write to `stateDir`
   */
  static async load(id: string, options: LoadOptions = {}): Promise<Container> {
    validateId(id)
    const stateDir = path.resolve(options.stateDir ?? defaultStateDir())
    await verifyStateDir(stateDir)
    return new Container(stateDir, await readRecord('load', stateDir, id), undefined, true)
  }

  /**
   * All containers of a state directory, in no particular order; those with a corrupt record too.
   *
   * @example
   * ```ts
   * for await (const { id, status, pid } of Container.list()) console.log(id, status, pid)
   * ```
   */
  static list(options: LoadOptions = {}): AsyncIterable<ContainerSummary> {
    return listContainers(path.resolve(options.stateDir ?? defaultStateDir()))
  }

  /**
   * Removes a container by its id, one too that cannot be loaded: with a corrupt record (which takes `force`; only what
   * can be found of it is removed), or without any, since its creator was killed before it wrote one.
   * @returns warnings: poststop hooks that failed
   * @throws ContainerError as the method {@link Container.delete}
   */
  static async delete(id: string, options: LoadOptions & DeleteOptions = {}): Promise<readonly string[]> {
    validateId(id)
    const stateDir = path.resolve(options.stateDir ?? defaultStateDir())
    await verifyStateDir(stateDir)
    const record = await deleteContainer({ id, stateDir, signal: options.signal }, options.force ?? false)
    return record === null ? [] : warningsOf(await runPoststop('delete', record, undefined))
  }

  /**
   * Lets the program of a created container run (OCI `start`). Resolves when it does; for a container that was loaded,
   * when init is done: whether the program could be executed, only the process that created it is told. What is aborted is
   * waiting for another program that is at work on the container.
   * @throws ContainerError ERR_WRONG_STATUS unless the status is `created`; ERR_HOOK when a poststart hook fails, after
   *   which the container is ended; the step when the program cannot be executed
   */
  async start({ signal }: WaitOptions = {}): Promise<void> {
    await startContainer({ ...this.#target, signal }, this.#launched?.init.executed)
    this.#gateLeft = false
    this.#events.changed()
    try {
      await this.#poststart('start')
    } catch (cause) {
      // It may have ended by itself by now.
      await this.kill().catch(() => {})
      throw cause
    }
  }

  #poststart(operation: string): Promise<void> {
    return runPoststart(operation, this.#record, this.process.pid, this.#hooks)
  }

  /**
   * Executes one more process in the container, created or running; any number of them, at any time. It is in the
   * container's namespaces and its cgroup, is what `process` says, and ends with the container at the latest.
   *
   * ```ts
   * const ps = await container.exec({ args: ['ps', 'ax'] }, { stdio: ['ignore', 'pipe', 'inherit'] })
   * ```
   * @param process an OCI process object; whatever it leaves out is as in the container's `config.process`
   * @returns the process, when its program runs
   * @throws ContainerError ERR_WRONG_STATUS when the container is stopped, or stops meanwhile; ERR_NOT_FOUND when it has
   *   no such program; ERR_INVALID_CONFIG, ERR_UNSUPPORTED, ERR_SYSTEM; nothing is left behind then
   */
  async exec(process: ExecConfig, options: ExecOptions = {}): Promise<Process> {
    const record = await this.#made('exec')
    const executed = await execProcess(this.#target, record, process, options, this.#launched?.calls)
    this.#unread.add(executed.stdio)
    this.#tellOfExec(executed, process.args ?? [])
    executed.stdio.handOver()
    return ownProcess(executed)
  }

  /**
   * System calls of the container that its filter asks about (SCMP_ACT_NOTIFY), for this program to answer; it must have
   * been created by this object with `seccompNotifications`. Calls made while nobody iterates wait. Until the program runs,
   * those that init and startContainer hooks make go on by themselves. Ends when no process of the container is left.
   *
   * ```ts
   * for await (const call of container.seccompNotifications()) {
   *   if (call.syscall === 'bind') call.deny('EACCES')
   *   else call.allow()
   * }
   * ```
   * @throws ContainerError ERR_WRONG_STATUS while another iteration goes on, ERR_UNSUPPORTED when nothing is answered here
   */
  seccompNotifications(options: { readonly signal?: AbortSignal } = {}): AsyncIterable<SeccompCall> {
    const calls = this.#launched?.calls
    if (calls !== undefined) return calls.iterate(this.id, options.signal)
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      operation: 'seccompNotifications',
      id: this.id,
      message: 'its system calls are not answered here',
      hint: 'create it with the option seccompNotifications: true',
    })
  }

  /** Settles when the container's first process has ended. The same result however often it is asked. */
  async wait(options: WaitOptions = {}): Promise<ExitStatus> {
    return this.process.wait(options)
  }

  /** Takes {@link Container.unref} back. */
  ref(): void {
    this.process.ref()
  }

  /**
   * Lets this program end although the container has not: {@link Process.unref} of its first process. Processes that were
   * executed in it have their own.
   */
  unref(): void {
    this.process.unref()
  }

  /**
   * Sends a signal to the first process.
   * @throws ContainerError ERR_WRONG_STATUS when the container is stopped, ERR_INVALID_CONFIG for an unknown signal
   */
  async signal(signal: Signal): Promise<void> {
    signalProcess('signal', this.id, this.#record, parseSignal(signal, 'signal'))
  }

  /**
   * Sends a signal to all of its processes (OCI `kill`). SIGKILL takes the whole container at once; without a cgroup of
   * its own it goes to the first process, with which all others of its pid namespace end.
   */
  async kill(signal: Signal = 'SIGKILL'): Promise<void> {
    const number = parseSignal(signal, 'kill')
    await killContainer('kill', this.#target, this.#record, number)
  }

  /**
   * Changes limits while it runs: those that are given, all or none.
   *
   * ```ts
   * await container.update({ memory: { limit: 64 << 20 } })
   * ```
   * @param resources as in `linux.resources`; the record keeps what the container was created with
   * @throws ContainerError ERR_WRONG_STATUS when it is stopped, ERR_INVALID_CONFIG, ERR_UNSUPPORTED when a controller is
   *   missing, ERR_SYSTEM when the kernel refuses a value; nothing has changed then
   */
  async update(resources: Resources, { signal }: WaitOptions = {}): Promise<void> {
    await updateContainer({ ...this.#target, signal }, resources)
  }

  /**
   * What its processes use and have used, as the kernel counts it for the cgroup. With an interval: again and again until
   * the container has stopped.
   * @throws ContainerError ERR_UNSUPPORTED when it has no cgroup of its own, ERR_SYSTEM when it has been deleted
   */
  stats(): Promise<ContainerStats>
  stats(options: StatsOptions): AsyncIterable<ContainerStats>
  stats(options?: StatsOptions): Promise<ContainerStats> | AsyncIterable<ContainerStats> {
    if (options === undefined) return readContainerStats(this.#record)
    return repeatStats(this.#target.stateDir, this.#record, options)
  }

  /**
   * Has the CNI plugins that connected it look whether all is still as they made it (CHECK).
   * @returns what they told when they made it: its interfaces, addresses and routes
   * @throws ContainerError with a plugin's own words when it is not; ERR_WRONG_STATUS when the container is stopped;
   *   ERR_UNSUPPORTED for networks of other kinds, and plugins that speak CNI 0.3 only
   */
  async checkNetwork({ signal }: WaitOptions = {}): Promise<CniResult> {
    const record = await this.#made('checkNetwork')
    return checkNetwork(this.#target.stateDir, record, signal)
  }

  /**
   * Tells when processes of the container have waited too long for a resource (PSI), at most once in a window, until the
   * container is deleted. The kernel tells; nothing is polled.
   *
   * ```ts
   * const trigger = { resource: 'memory', kind: 'some', stallUs: 150_000, windowUs: 2_000_000 } as const
   * for await (const { some } of container.pressure(trigger)) console.log(`short of memory: ${some.avg10} %`)
   * ```
   * @throws ContainerError ERR_UNSUPPORTED without a cgroup of its own or where the kernel does not measure pressure,
   *   ERR_INVALID_CONFIG for a trigger that cannot be, ERR_SYSTEM
   */
  pressure(trigger: PressureOptions): AsyncIterable<PressureEvent> {
    return followPressure(this.#record, trigger)
  }

  /**
   * Stops all of its processes where they are (cgroup.freeze), until {@link Container.resume}. Resolves when none runs.
   * @throws ContainerError ERR_WRONG_STATUS unless it is `created` or `running`; ERR_UNSUPPORTED without a cgroup of its
   *   own; ERR_TIMEOUT when a process cannot be frozen within 10 s, all then going on
   */
  async pause({ signal }: WaitOptions = {}): Promise<void> {
    await pauseContainer('pause', { ...this.#target, signal })
    this.#events.changed()
  }

  /**
   * Lets its processes go on. Resolves when they do.
   * @throws ContainerError ERR_WRONG_STATUS unless it is `paused`, and when a parent of its cgroup is frozen
   */
  async resume({ signal }: WaitOptions = {}): Promise<void> {
    await pauseContainer('resume', { ...this.#target, signal })
    this.#events.changed()
  }

  /** Its processes, by host pid; none when it is stopped. */
  async ps(): Promise<ContainerProcess[]> {
    return listProcesses(this.#record)
  }

  /** What the kernel says of it now. */
  async status(): Promise<Status> {
    // Loaded while it was being created: its record has more to say by now.
    if (this.#record.init === null) this.#record = await readRecord('status', this.#target.stateDir, this.id)
    return readStatus(this.#target.stateDir, this.#record)
  }

  /** The OCI state document (runtime.md#state). `pid` is there while it is created, running or paused. */
  async state(): Promise<State> {
    const status = await this.status()
    const alive = status === 'created' || status === 'running' || status === 'paused'
    return describeState(this.#record, status, alive ? this.process.pid : undefined)
  }

  /**
   * Removes the container: its cgroup and its record (OCI `delete`), then runs its poststop hooks, whose failures are
   * added to {@link Container.warnings}.
   * @throws ContainerError ERR_WRONG_STATUS when it runs, ERR_NOT_FOUND when it is gone
   */
  async delete({ force = false, signal }: DeleteOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    if (this.#deleted && force) return
    await this.#events.whileDeleting(() => this.#delete(force, signal))
  }

  async #delete(force: boolean, signal: AbortSignal | undefined): Promise<void> {
    const launched = this.#launched
    if (launched !== undefined && force && launched.init.alive) await launched.init.destroy()
    const reaped = launched !== undefined && !launched.init.alive
    const done = reaped && (await deleteReaped(this.#target, this.#record, this.#gateLeft))
    const record = done ? this.#record : await deleteContainer({ ...this.#target, signal }, force)
    launched?.stdio.drain()
    this.#unread.drain()
    this.#deleted = true
    if (record === null) return
    for (const message of warningsOf(await runPoststop('delete', record, this.#hooks))) {
      this.#warnings.push(message)
      this.#events.tell({ type: 'warning', message })
    }
  }

  /**
   * What happens to it, whoever does it: first its life up to now, then everything as it comes, until it is destroyed.
   * While somebody iterates the event loop stays alive.
   *
   * ```ts
   * for await (const event of container.events()) console.log(event.time, event.type)
   * ```
   * @throws ContainerError ERR_NOT_FOUND when it was loaded and is gone already; the reason of `signal`
   */
  async *events(options: EventOptions = {}): AsyncGenerator<ContainerEvent, void, void> {
    options.signal?.throwIfAborted()
    const record = await this.#made('events')
    const followed = {
      target: this.#target,
      record,
      started: !this.#gateLeft,
      events: this.#events,
      warnings: this.#warnings,
      exited: this.#ending(record),
    }
    yield* followLife(followed, options)
  }

  #ending(record: StateRecord): Promise<Ending> {
    const ending =
      this.#launched === undefined ? this.#loaded(record).wait() : this.#launched.init.exited.then(endingOf)
    return ending.then(
      ({ exitCode, signal }) => ({ exitCode, signal }),
      () => ({ exitCode: null, signal: null }),
    )
  }

  /** Loaded while it was being created, this object does not know the first process. */
  #loaded(record: StateRecord): Process {
    return this.process.pid === record.init?.pid ? this.process : new LoadedProcess(record)
  }

  #tellOfExec({ init }: Started, args: readonly string[]): void {
    const { pid } = init
    this.#events.tell({ type: 'execStarted', pid, args })
    void init.exited.then(
      (exit) => this.#events.tell({ type: 'execExited', pid, ...endingOf(exit) }),
      () => {},
    )
  }

  /** The record of a container that is set up to its end: before that its namespaces lead to the host. */
  async #made(operation: string): Promise<StateRecord> {
    if (!this.#isMade) this.#record = await readMade(operation, this.#target)
    this.#isMade = true
    return this.#record
  }

  /** `delete({ force: true })`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.delete({ force: true })
  }
}

const warningsOf = (failures: readonly unknown[]): string[] =>
  failures.map((each) => (each instanceof Error ? each.message : String(each)))
