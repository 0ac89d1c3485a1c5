// Standard streams: which descriptors the container gets, and which streams its owner holds. Effects: opens descriptors.
import { Socket } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { type Fd, NULL_DEVICE, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import {
  type AttachEnd,
  type AttachOptions,
  noTerminal,
  type TerminalInput,
  type TerminalOutput,
} from './attachment.ts'
import { openConsole, type TerminalSize } from './console.ts'
import { copyInput, copyOutput } from './copies.ts'
import { beginReading, readLater } from './reading.ts'

/**
 * One standard stream of a container.
 * - `'pipe'`: a pipe whose other end is a Node stream on {@link Process}
 * - `'inherit'`: this process's own
 * - `'ignore'`: /dev/null
 * - a number: that descriptor of this process
 * - a stream: its data is copied in (a Readable, for stdin) or out (a Writable), once the container is there; the
 *   Writable is ended with the output, unless it is `process.stdout` or `process.stderr`
 */
export type StdioEntry = 'pipe' | 'inherit' | 'ignore' | number | Readable | Writable

/** All three alike, or stdin, stdout and stderr each. Default: `'pipe'`. */
export type Stdio = 'pipe' | 'inherit' | 'ignore' | readonly [StdioEntry, StdioEntry, StdioEntry]

/** What a process gets of descriptors. All have defaults. */
export interface StdioOptions {
  /** Standard streams. Default `'pipe'`; with a terminal (`process.terminal`) it must be left out. */
  readonly stdio?: Stdio
  /**
   * Descriptors of this process that the program gets from 3 on, in this order. They stay open here, and may be closed as
   * soon as the call returns. Default: none.
   */
  readonly fds?: readonly number[]
  /**
   * Tell the program of `fds` by the convention of socket activation (sd_listen_fds(3)): LISTEN_FDS and LISTEN_PID in its
   * environment, and LISTEN_FDNAMES when this is a list of names, one for each. Default: false.
   */
  readonly listenFds?: boolean | readonly string[]
  /**
   * With a terminal: path of a unix socket where somebody listens that the terminal's master is sent to (SCM_RIGHTS, as
   * runc's `--console-socket`); then the process has no streams here. At most 107 bytes. Default: the terminal is
   * {@link Process.stdin} and {@link Process.stdout}.
   */
  readonly consoleSocket?: string
}

export interface OpenStdio {
  /** The container's ends by the slots of the plan; closed by {@link OpenStdio.closeChildEnds} once they are sent. */
  readonly slots: Readonly<Record<string, Fd>>
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /** Settles when streams given by the caller have been served to their end. Never rejects. */
  readonly pumped: Promise<unknown>
  /** Init hands over a descriptor: the master of the process's terminal. */
  receive(master: Fd): void
  /** @throws ContainerError ERR_UNSUPPORTED without a terminal, ERR_INVALID_CONFIG for an impossible size */
  resize(size: TerminalSize): void
  /** See {@link Process.attachTerminal}. */
  attach(input: TerminalInput, output: TerminalOutput, options?: AttachOptions): Promise<AttachEnd>
  /** Whether its streams keep the event loop alive. At first they do. */
  holdLoop(holds: boolean): void
  /** Nothing can fail any more. From here on streams of the caller are read, written and ended. */
  begin(): void
  /** The caller is about to get its streams. They are read from the turn after that: he is in time to listen for their end. */
  handOver(): void
  closeChildEnds(): void
  /** The process has ended: nobody reads its input any more. */
  closeInput(): void
  /** The container is gone. Output that nobody has begun to read is dropped, so that its descriptors are closed. */
  drain(): void
  /** Ends everything, when the container could not be started. */
  destroy(): void
}

interface Opened {
  readonly fd: Fd
  readonly stream: Socket | null
}

/**
 * @param terminal whether the process asks for one
 * @throws ContainerError ERR_INVALID_CONFIG for an entry that is none of the above, a descriptor that is not open, or
 *   what does not go with (or without) a terminal; ERR_SYSTEM when nobody listens at the console socket
 */
export function openStdio(options: StdioOptions, terminal: boolean, operation: string): OpenStdio {
  checkListenFds(options, operation)
  const passed = openPassed(options.fds ?? [], operation)
  try {
    if (terminal) return openConsole(options, passed, operation)
    if (options.consoleSocket !== undefined) {
      throw invalid(operation, '/consoleSocket', 'must be left out: process.terminal does not ask for a terminal')
    }
    return openStreams(options.stdio ?? 'pipe', passed, operation)
  } catch (error) {
    closeAll(passed)
    throw error
  }
}

function checkListenFds({ fds = [], listenFds = false }: StdioOptions, operation: string): void {
  if (listenFds === false) return
  if (fds.length === 0) throw invalid(operation, '/listenFds', 'there are no fds to tell of')
  if (listenFds === true) return
  if (!Array.isArray(listenFds) || listenFds.length !== fds.length) {
    throw invalid(operation, '/listenFds', `must be a boolean or ${fds.length} names, one for each of fds`)
  }
  // As systemd has it (fdname_is_valid).
  const wrong = listenFds.findIndex((name) => !/^[ -9;-~]{1,255}$/.test(name))
  if (wrong < 0) return
  throw invalid(operation, `/listenFds/${wrong}`, 'must be 1 to 255 printable ASCII characters without a colon')
}

/** What a plan has to know of them. */
export function passingOf({ fds = [], listenFds = false, consoleSocket }: StdioOptions) {
  return {
    passedFds: fds.length,
    ...(listenFds === false ? {} : { listenFds: listenFds === true ? [] : listenFds }),
    consoleSocket: consoleSocket !== undefined,
  }
}

type Passed = Readonly<Record<string, Fd>>

function openPassed(fds: readonly number[], operation: string): Passed {
  const passed: Record<string, Fd> = {}
  try {
    for (const [index, fd] of fds.entries()) passed[`fd${3 + index}`] = duplicate(fd, `/fds/${index}`, operation)
  } catch (error) {
    closeAll(passed)
    throw error
  }
  return passed
}

function closeAll(slots: Passed): void {
  for (const fd of Object.values(slots)) if (fd !== NULL_DEVICE) native().close(fd)
}

function openStreams(stdio: Stdio, passed: Passed, operation: string): OpenStdio {
  const entries = normalise(stdio, operation)
  const opened: Opened[] = []
  try {
    for (const index of borrowedFirst(entries))
      opened[index] = openEntry(entries[index] as StdioEntry, index, operation)
  } catch (error) {
    for (const each of opened) {
      if (each === undefined) continue
      closeAll({ fd: each.fd })
      each.stream?.destroy()
    }
    throw error
  }
  return assemble(entries, opened as [Opened, Opened, Opened], passed)
}

/** The order of opening: a number that names no descriptor must not come to name a pipe that was opened for another entry. */
function borrowedFirst(entries: readonly StdioEntry[]): number[] {
  const isBorrowed = (index: number) => typeof entries[index] === 'number' || entries[index] === 'inherit'
  return [0, 1, 2].sort((a, b) => Number(isBorrowed(b)) - Number(isBorrowed(a)))
}

function normalise(stdio: Stdio, operation: string): readonly StdioEntry[] {
  if (stdio === 'pipe' || stdio === 'inherit' || stdio === 'ignore') return [stdio, stdio, stdio]
  if (Array.isArray(stdio) && stdio.length === 3) return stdio
  throw invalid(operation, '/stdio', 'must be one of pipe, inherit, ignore, or an array of three entries')
}

function openEntry(entry: StdioEntry, index: number, operation: string): Opened {
  const path = `/stdio/${index}`
  if (entry === 'ignore') return { fd: NULL_DEVICE, stream: null }
  if (entry === 'inherit') return { fd: duplicate(index, path, operation), stream: null }
  if (typeof entry === 'number') return { fd: duplicate(entry, path, operation), stream: null }
  const usable = entry === 'pipe' || (index === 0 ? entry instanceof Readable : entry instanceof Writable)
  if (!usable) throw invalid(operation, path, 'must be pipe, inherit, ignore, a descriptor or a stream')
  return openPipe(index)
}

function openPipe(index: number): Opened {
  const [readEnd, writeEnd] = native().pipe()
  const own = index === 0 ? writeEnd : readEnd
  const fd = index === 0 ? readEnd : writeEnd
  const stream = new Socket(readLater({ fd: own, readable: index !== 0, writable: index === 0 }))
  // A program that ends without reading its input is no fault of the host: EPIPE must not bring it down.
  if (index === 0) stream.on('error', () => {})
  return { fd, stream }
}

/** A duplicate, so that the caller may close his as soon as the call returns. */
function duplicate(fd: Fd, path: string, operation: string): Fd {
  if (!Number.isInteger(fd) || fd < 0) throw invalid(operation, path, `${fd} is not a descriptor`)
  try {
    return native().duplicate(fd)
  } catch (cause) {
    if (hasErrno(cause, 'EBADF')) throw invalid(operation, path, `descriptor ${fd} is not open`)
    throw systemFailure(cause, { operation })
  }
}

function invalid(operation: string, path: string, message: string): ContainerError {
  return new ContainerError({
    code: 'ERR_INVALID_CONFIG',
    operation,
    message: 'invalid stdio',
    problems: [{ path, message }],
  })
}

function assemble(
  entries: readonly StdioEntry[],
  opened: readonly [Opened, Opened, Opened],
  passed: Passed,
): OpenStdio {
  const visible = (index: 0 | 1 | 2) => (entries[index] === 'pipe' ? opened[index].stream : null)
  const slots = { ...passed, stdin: opened[0].fd, stdout: opened[1].fd, stderr: opened[2].fd }
  let open = true
  let pumped: Promise<unknown> = Promise.resolve()
  const closeChildEnds = () => {
    if (!open) return
    open = false
    closeAll(slots)
  }
  return {
    slots,
    stdin: visible(0),
    stdout: visible(1),
    stderr: visible(2),
    get pumped() {
      return pumped
    },
    receive: (fd) => native().close(fd),
    resize() {
      throw noTerminal('resize')
    },
    attach: () => Promise.reject(noTerminal('attach')),
    holdLoop(holds) {
      for (const { stream } of opened) {
        if (holds) stream?.ref()
        else stream?.unref()
      }
    },
    begin() {
      const [input, ...outputs] = entries.map((entry, index) => ({ entry, stream: opened[index]?.stream ?? null }))
      if (input?.stream && input.entry instanceof Readable) copyInput(input.entry, input.stream)
      // Input is not waited for: a program may end without having read it.
      pumped = Promise.all(
        outputs.map(({ entry, stream }) => stream && entry instanceof Writable && copyOutput(stream, entry)),
      )
    },
    handOver: () => beginReading(visible(1), visible(2)),
    closeChildEnds,
    closeInput: () => opened[0].stream?.destroy(),
    drain() {
      for (const stream of [visible(1), visible(2)]) if (stream?.readableFlowing === null) stream.resume()
    },
    destroy() {
      closeChildEnds()
      for (const { stream } of opened) stream?.destroy()
    },
  }
}
