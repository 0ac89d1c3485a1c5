// A process of a container as its owner holds it: streams, pid, wait, signal.
import type { Readable, Writable } from 'node:stream'
import type { WaitOptions } from '../abort.ts'
import type { Exit } from '../addon.ts'
import { type Signal, signalName } from '../signals.ts'
import type { AttachEnd, AttachOptions, TerminalInput, TerminalOutput } from './attachment.ts'
import type { TerminalSize } from './console.ts'

/** How a process ended, and what it used. */
export interface ExitStatus {
  /** Exit code 0–255; null when a signal ended it. */
  readonly exitCode: number | null
  /** Name of the signal that ended it; null when it exited. */
  readonly signal: string | null
  /**
   * Whether the kernel killed a process of the container's cgroup for want of memory while this one lived: this one or
   * another (memory.events, oom_kill). False where the memory controller does not count for it.
   */
  readonly oomKilled: boolean
  /** Of the process and those of its children it waited for (getrusage(2)); null when this program did not start it. */
  readonly usage: {
    /** CPU time in user mode, milliseconds. */
    readonly userMs: number
    /** CPU time in the kernel, milliseconds. */
    readonly systemMs: number
    /** Largest resident size, bytes; null when it was not above this program's own, which the kernel counts as well. */
    readonly maxRssBytes: number | null
    /** Page faults that took no I/O. */
    readonly minorFaults: number
    /** Page faults that took I/O. */
    readonly majorFaults: number
  } | null
}

/** The first process of a {@link Container}. */
export interface Process {
  /** Process id in this process's pid namespace. */
  readonly pid: number
  /**
   * Writable end of its standard input; null unless stdio is `'pipe'`. With a terminal (`process.terminal`) this and
   * `stdout` are the same duplex stream: what is written is typed, what is read is shown. A terminal knows no end of
   * input but a typed one: write `\x04`. To destroy the stream hangs the terminal up: its session gets SIGHUP.
   */
  readonly stdin: Writable | null
  /** Readable end of its standard output; null unless stdio is `'pipe'`. Read it, or the process stops when the pipe is full. */
  readonly stdout: Readable | null
  /** The same of its standard error. Null with a terminal, which has both kinds of output. */
  readonly stderr: Readable | null
  /** Sends a signal. Nothing happens once the process has ended. */
  signal(signal: Signal): void
  /**
   * Sets the size of its terminal; the processes in the foreground of it get SIGWINCH. Nothing happens once it is gone.
   * @throws ContainerError ERR_UNSUPPORTED when there is none that this object serves, ERR_INVALID_CONFIG for a size
   *   that is not from 0 to 65535
   */
  resize(size: TerminalSize): void
  /**
   * Makes a terminal of this program's the one of the process: what is typed goes there, what that shows comes here, and
   * its size is that of `output`, now and later. While it lasts the terminal `input` is in raw mode: every key goes to the
   * process, Ctrl-C too. However it ends, `input` is then as it was before, and no listener is left.
   *
   * ```ts
   * await container.process.attachTerminal(process.stdin, process.stdout)
   * ```
   *
   * Streams that are no terminals will do: the end of such an input is typed as Ctrl-D.
   * @returns how it ended: the terminal of the process did (`ended`), or the detach keys were typed, or the terminal
   *   `input` is gone (`detached`), after which it may be attached again
   * @throws ContainerError ERR_UNSUPPORTED without a terminal that this object serves, ERR_INVALID_CONFIG; the error of a
   *   stream that fails; the signal's reason
   */
  attachTerminal(input: TerminalInput, output: TerminalOutput, options?: AttachOptions): Promise<AttachEnd>
  /**
   * Settles when the process has ended, and, for stdio streams given by the caller, when their output has been copied.
   */
  wait(options?: WaitOptions): Promise<ExitStatus>
  /** Takes {@link Process.unref} back. */
  ref(): void
  /**
   * Lets this program end although the process has not, as with `child.unref()`; its streams do not hold the event loop
   * either. The process goes on then.
   */
  unref(): void
}

/** What waitid(2) said, in the library's words and units. */
export function exitStatus(exit: Exit, oomKilled: boolean): ExitStatus {
  const { usage } = exit
  return {
    exitCode: exit.exitCode,
    signal: exit.signal === null ? null : signalName(exit.signal),
    oomKilled,
    usage: usage && {
      userMs: usage.userMicros / 1000,
      systemMs: usage.systemMicros / 1000,
      maxRssBytes: usage.maxRssKiB && usage.maxRssKiB * 1024,
      minorFaults: usage.minorFaults,
      majorFaults: usage.majorFaults,
    },
  }
}
