// One command in a sandbox: started, watched, ended, and what came of it.
import type { FileHandle } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { ContainerError, type ContainerStats, type ExitStatus, isContainerError, type Process } from '../index.ts'
import { attempt } from './attempt.ts'
import { compareTrees, type Listing, listTree } from './changes.ts'
import type { Command } from './check-run.ts'
import type { Wanted } from './check-sandbox.ts'
import { collect, refuseUsed } from './collect.ts'
import { planCommand } from './config.ts'
import { type Deadlines, watchDeadlines } from './deadlines.ts'
import type { Holder } from './holder.ts'
import type { SandboxResult, SandboxStats } from './options.ts'
import { readLoad } from './stats.ts'
import { feed, type Hearing, hear, stdioOf } from './streams.ts'
import { tellTrace } from './trace.ts'
import { usageOf } from './usage.ts'

/** A command that runs. */
export interface SandboxProcess {
  /** Process id on this machine. */
  readonly pid: number
  /** Null with `input`. With `tty` it is what is typed. */
  readonly stdin: Writable | null
  /** Streams with output `'stream'`, to be read to their end; else null. With `tty` both kinds of output are in `stdout`. */
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /** How the limits that were asked for are enforced, as {@link SandboxResult.enforced}. */
  readonly enforced: SandboxResult['enforced']
  /**
   * What everything inside uses at this moment, what an earlier command has left running too.
   * @throws ContainerError ERR_WRONG_STATUS when the command has ended: the result has what it has used
   */
  stats(): Promise<SandboxStats>
  /** Sends a signal to the command alone. */
  signal(signal: NodeJS.Signals | number): void
  /** Sets the size of its terminal. */
  resize(size: { readonly columns: number; readonly rows: number }): void
  /** Settles when it has ended. Rejects with the reason of an aborted `signal`. */
  readonly result: Promise<SandboxResult>
}

export interface Setting {
  readonly holder: Holder
  readonly wanted: Wanted
  /** Whether nothing else runs in it, now or later: what the command leaves behind ends with it. */
  readonly alone: boolean
  /** Whether it was made for this command. */
  readonly isNew: boolean
  /** What it has used up to now, where that is known; null: nothing counts it. Default: it is looked up. */
  readonly stats?: ContainerStats | null
  /** Ends everything in it; nothing runs in it afterwards. */
  end(): Promise<void>
}

/** A command on its way to its result. */
interface Running {
  readonly setting: Setting
  readonly command: Command
  readonly process: Process
  readonly before: Before
  readonly deadlines: Deadlines
  readonly hearing: Hearing
  /** Milliseconds, as performance.now() has it. */
  readonly begin: number
  readonly startMs: number
  ended: boolean
  /** Settles when all has been ended that is to be ended by force; undefined while nothing has to be. */
  killing(): Promise<void> | undefined
}

export async function startCommand(setting: Setting, command: Command): Promise<SandboxProcess> {
  command.signal?.throwIfAborted()
  const before = await look(setting, command)
  try {
    return await start(setting, command, before)
  } catch (error) {
    await before.root?.close()
    throw error
  }
}

async function start(setting: Setting, command: Command, before: Before): Promise<SandboxProcess> {
  const begin = performance.now()
  const process = await execute(setting, command)
  const startMs = performance.now() - begin
  let killing: Promise<void> | undefined
  const kill = () => {
    killing ??= setting.end()
    killing.catch(() => {})
  }
  const deadlines = watchDeadlines(command, kill, cpuClock(setting, before.stats))
  // Aborted while it was on its way: nothing has heard of that yet.
  if (command.signal?.aborted) deadlines.end('aborted', command.signal.reason)
  const hearing = hear(process, command, deadlines)
  feed(process, command)
  const told = { setting, command, process, before, deadlines, hearing, begin, startMs }
  const running: Running = { ...told, ended: false, killing: () => killing }
  const result = finish(running).finally(() => before.root?.close())
  result.catch(() => {})
  const streams = command.output === 'stream'
  return {
    pid: process.pid,
    stdin: command.asksForInput ? process.stdin : null,
    stdout: streams ? process.stdout : null,
    stderr: streams ? process.stderr : null,
    enforced: enforcedOf(running),
    stats: () => readStatsOf(running),
    signal: (signal) => process.signal(signal),
    resize: ({ columns, rows }) => process.resize({ width: columns, height: rows }),
    result,
  }
}

async function execute({ holder, wanted }: Setting, command: Command): Promise<Process> {
  const process = planCommand(wanted, holder.plan.config, command)
  const { signal } = command
  try {
    const { host } = holder.view
    return await holder.container.exec(process, {
      host,
      ...stdioOf(command),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    throw explain(error, wanted, command)
  }
}

/** What everything has used since; null where that is not counted. */
function cpuClock({ holder }: Setting, before: ContainerStats | null): (() => Promise<number>) | null {
  if (before === null) return null
  return async () => ((await holder.container.stats()).cpu.usageUs - before.cpu.usageUs) / 1000
}

async function finish(running: Running): Promise<SandboxResult> {
  const { setting, command, process, before, deadlines, hearing, killing } = running
  const exit = await process.wait()
  running.ended = true
  deadlines.clear()
  const wallMs = performance.now() - running.begin
  // One that is being ended may be gone.
  const after = await readStats(setting).catch(() => null)
  if (killing() !== undefined) await killing()
  else if (setting.alone) await setting.end()
  await hearing.finished(setting.alone || killing() !== undefined)
  if (deadlines.reason === 'aborted' || deadlines.reason === 'failed') throw deadlines.error
  const { root, listing } = before
  const { holder, wanted, isNew } = setting
  const { mounted } = holder.plan
  const most = command.changes === 'tar' ? wanted.disk : null
  const changes =
    root === null || listing === null
      ? {}
      : { changes: await attempt('find out what has changed', () => compareTrees(listing, root, mounted, most)) }
  if (root !== null && deadlines.reason === null) {
    await attempt('copy results out', () => collect(command.copyOut, root, mounted, wanted.disk))
  }
  const { startMs } = running
  const times = { startMs, runMs: wallMs - startMs }
  const trace = command.trace ? { trace: { ...(await tellTrace(holder, isNew)), ...times } } : {}
  return { ...resultOf(running, exit, after, wallMs), ...changes, ...trace }
}

interface Before {
  readonly stats: ContainerStats | null
  readonly listing: Listing | null
  /** Held for as long as the command runs. */
  readonly root: FileHandle | null
}

async function look(setting: Setting, { changes, copyOut }: Command): Promise<Before> {
  const { holder } = setting
  const stats = async () => (setting.stats === undefined ? readStats(setting) : setting.stats)
  await refuseUsed(copyOut)
  if (changes === 'none' && copyOut.length === 0) return { stats: await stats(), listing: null, root: null }
  const root = await holder.openRoot()
  try {
    const list = () => attempt('list the files inside', () => listTree(root, holder.plan.mounted))
    const listing = changes === 'none' ? null : await list()
    return { stats: await stats(), listing, root }
  } catch (error) {
    await root.close()
    throw error
  }
}

/** Null where it has no cgroup that would count. */
export async function readStats({ holder }: Pick<Setting, 'holder'>): Promise<ContainerStats | null> {
  return holder.container.stats().catch((error: unknown) => {
    if (isContainerError(error) && error.code === 'ERR_UNSUPPORTED') return null
    throw error
  })
}

type Plain = Omit<SandboxResult, 'changes' | 'trace'>

function resultOf(running: Running, exit: ExitStatus, after: ContainerStats | null, wallMs: number): Plain {
  const { command, before, deadlines, hearing } = running
  const { stdout, stderr } = hearing
  const written = ({ bytes }: { readonly bytes: Buffer }) =>
    command.encoding === 'utf8' ? bytes.toString('utf8') : (bytes as unknown as string)
  const endedBy = endReason(exit, deadlines, command)
  return {
    stdout: written(stdout),
    stderr: written(stderr),
    exitCode: exit.exitCode,
    signal: exit.signal,
    timedOut: endedBy === 'timeout' || endedBy === 'idle',
    endedBy,
    oomKilled: exit.oomKilled,
    truncated: stdout.truncated || stderr.truncated,
    usage: usageOf(exit, before.stats, after, wallMs),
    enforced: enforcedOf(running),
  }
}

function enforcedOf({ setting, command, before }: Running): SandboxResult['enforced'] {
  const cpuTime =
    command.cpuTime === undefined ? {} : ({ cpuTime: before.stats === null ? 'process' : 'cgroup' } as const)
  return { ...setting.holder.plan.limits.enforced, ...cpuTime }
}

async function readStatsOf(running: Running): Promise<SandboxStats> {
  const { container } = running.setting.holder
  const wallMs = performance.now() - running.begin
  const load = await readLoad(container, running.before.stats).catch((cause: unknown) => ({ cause }))
  // What was read meanwhile is of nobody, or of a part of it.
  if (running.ended || running.killing() !== undefined) {
    throw new ContainerError({
      code: 'ERR_WRONG_STATUS',
      operation: 'sandbox',
      id: container.id,
      message: 'the command has ended',
      hint: 'its result has what it has used',
    })
  }
  if ('cause' in load) throw load.cause
  return { wallMs, ...load }
}

function endReason(exit: ExitStatus, { reason }: Deadlines, { cpuTime }: Command): SandboxResult['endedBy'] {
  if (reason === 'timeout' || reason === 'idle' || reason === 'cpuTime') return reason
  return cpuTime !== undefined && exit.signal === 'SIGXCPU' ? 'cpuTime' : null
}

function explain(error: unknown, { root }: Wanted, { args }: Command): unknown {
  if (!isContainerError(error) || error.op !== 'findExecutable') return error
  const shown =
    root === 'host'
      ? "a sandbox with root 'host' has the programs of /usr and no others: bring it in by files ({ bind }), or choose another root"
      : `look for it in ${root}, or add its directory to PATH by env`
  return new ContainerError({
    code: error.code,
    operation: 'sandbox',
    message: `the command ${JSON.stringify(args[0])} cannot be executed inside: ${error.errno ?? error.message}`,
    hint: shown,
    cause: error,
  })
}
