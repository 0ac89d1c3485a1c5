// The terminal of a process as its owner holds it. Effects: opens descriptors, serves the terminal's master.
import { Socket } from 'node:net'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import {
  type AttachEnd,
  type AttachOptions,
  attachStreams,
  noTerminal,
  type TerminalInput,
  type TerminalOutput,
} from './attachment.ts'
import { beginReading, readLater } from './reading.ts'
import type { OpenStdio, StdioOptions } from './stdio.ts'

/** Size of a terminal, in characters. Each from 0 to 65535. */
export interface TerminalSize {
  /** Columns, 0 to 65535. */
  readonly width: number
  /** Rows, 0 to 65535. */
  readonly height: number
}

const SENT = 'it was sent to the console socket: whoever listens there serves it'

const MOST_CELLS = 0xffff

/**
 * The streams of a process that has a terminal. With `consoleSocket` there are none: init sends the master there.
 * @param passed descriptors for the program, by slot; closed with the others once it has them
 * @throws ContainerError ERR_INVALID_CONFIG for standard streams beside the terminal; ERR_SYSTEM when nobody listens at
 *   `consoleSocket`
 */
export function openConsole(
  { stdio, consoleSocket }: StdioOptions,
  passed: Readonly<Record<string, Fd>>,
  operation: string,
): OpenStdio {
  if (stdio !== undefined && (stdio !== 'pipe' || consoleSocket !== undefined)) throw conflict(operation)
  if (consoleSocket === undefined) return new Console(passed)
  try {
    return new Console({ ...passed, consoleSocket: native().connect(consoleSocket) })
  } catch (cause) {
    throw systemFailure(cause, { operation, path: consoleSocket })
  }
}

function conflict(operation: string): ContainerError {
  const message = 'must be left out: the standard streams are the terminal that process.terminal asks for'
  return new ContainerError({
    code: 'ERR_INVALID_CONFIG',
    operation,
    message: 'invalid stdio',
    problems: [{ path: '/stdio', message }],
  })
}

class Console implements OpenStdio {
  readonly slots: Readonly<Record<string, Fd>>
  readonly stderr = null
  readonly pumped = Promise.resolve()
  #stream: Socket | null = null
  #resize: ((rows: number, columns: number) => void) | undefined
  #open = true
  #destroyed = false
  #detached = false

  constructor(slots: Readonly<Record<string, Fd>>) {
    this.slots = slots
  }

  get stdin(): Socket | null {
    return this.#stream
  }

  get stdout(): Socket | null {
    return this.#stream
  }

  /** The master has come from init. There is one. */
  receive(master: Fd): void {
    if (this.#destroyed || this.#stream !== null) {
      native().close(master)
      return
    }
    const { socket, resize } = native().serveTerminal(master)
    this.#resize = resize
    this.#stream = new Socket(readLater({ fd: socket, readable: true, writable: true }))
    // Whoever writes to a terminal whose process has ended has done nothing wrong.
    this.#stream.on('error', () => {})
  }

  resize({ width, height }: TerminalSize): void {
    for (const [key, value] of Object.entries({ width, height })) {
      if (!Number.isInteger(value) || value < 0 || value > MOST_CELLS) throw wrongSize(key, value)
    }
    if (this.#resize === undefined) throw noTerminal('resize', SENT)
    try {
      this.#resize(height, width)
    } catch (cause) {
      throw systemFailure(cause, { operation: 'resize' })
    }
  }

  async attach(input: TerminalInput, output: TerminalOutput, options: AttachOptions = {}): Promise<AttachEnd> {
    if (this.#stream === null) throw noTerminal('attach', SENT)
    const terminal = { stream: this.#stream, resize: (size: TerminalSize) => this.resize(size) }
    try {
      return await attachStreams(terminal, input, output, options)
    } finally {
      // Nobody reads any more, until somebody attaches again.
      this.#detached = true
    }
  }

  begin(): void {}

  handOver(): void {
    beginReading(this.#stream)
  }

  holdLoop(holds: boolean): void {
    if (holds) this.#stream?.ref()
    else this.#stream?.unref()
  }

  closeChildEnds(): void {
    if (!this.#open) return
    this.#open = false
    for (const fd of Object.values(this.slots)) native().close(fd)
  }

  /** The kernel hangs the terminal up itself. */
  closeInput(): void {}

  drain(): void {
    if (this.#stream?.readableFlowing === null || this.#detached) this.#stream?.resume()
  }

  destroy(): void {
    this.#destroyed = true
    this.closeChildEnds()
    this.#stream?.destroy()
  }
}

function wrongSize(key: string, value: unknown): ContainerError {
  const message = `must be a whole number from 0 to ${MOST_CELLS}, is ${String(value)}`
  const problems = [{ path: `/${key}`, message }]
  return new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'resize', message: 'invalid size', problems })
}
