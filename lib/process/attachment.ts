// A terminal of the host as that of a process: raw mode, keys, size, until one of the two ends. Effects on its streams.
import type { Duplex, Readable, Writable } from 'node:stream'
import { ContainerError } from '../errors.ts'
import type { TerminalSize } from './console.ts'
import { DetachKeys, parseDetachKeys } from './detach-keys.ts'

/** What is typed: `process.stdin`, or any stream. A tty.ReadStream is put into raw mode. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean
  readonly isRaw?: boolean
  /** As that of tty.ReadStream. */
  readonly setRawMode?: (raw: boolean) => unknown
}

/** What is shown: `process.stdout`, or any stream. One that has a size, and says `resize` when that changes, gives it on. */
export type TerminalOutput = Writable & { readonly columns?: number; readonly rows?: number }

/** How to attach a terminal. All have defaults. */
export interface AttachOptions {
  /**
   * Keys that detach and are not for the process, with commas between: single ASCII characters, or `ctrl-` and a letter
   * or one of `@[\]^_`. Keys that may be their beginning reach the process with the next. Default: none.
   */
  readonly detachKeys?: string
  /** Aborting it detaches and rejects with its reason. */
  readonly signal?: AbortSignal
}

/** How an attachment ended: see {@link Process.attachTerminal}. */
export type AttachEnd = 'ended' | 'detached'

/** The process's side. */
export interface AttachedTerminal {
  readonly stream: Duplex
  resize(size: TerminalSize): void
}

const END_OF_INPUT = 4
const NEWLINE = 10

/** @throws ContainerError ERR_INVALID_CONFIG; what a stream fails with; the signal's reason */
export async function attachStreams(
  terminal: AttachedTerminal,
  input: TerminalInput,
  output: TerminalOutput,
  { detachKeys, signal }: AttachOptions,
): Promise<AttachEnd> {
  const keys = detachKeys === undefined ? undefined : new DetachKeys(parseDetachKeys(detachKeys))
  signal?.throwIfAborted()
  if (terminal.stream.readableEnded || terminal.stream.destroyed) return 'ended'
  const attachment = new Attachment(terminal, input, output, keys)
  const abort = () => attachment.fail(signal?.reason)
  signal?.addEventListener('abort', abort)
  try {
    return await attachment.run()
  } finally {
    signal?.removeEventListener('abort', abort)
    attachment.restore()
  }
}

type Listening = readonly [stream: Readable | Writable, event: string, listener: (value: Buffer) => void]

class Attachment {
  readonly #terminal: AttachedTerminal
  readonly #input: TerminalInput
  readonly #output: TerminalOutput
  readonly #keys: DetachKeys | undefined
  readonly #wasRaw: boolean
  readonly #wasFlowing: boolean
  readonly #listening: readonly Listening[]
  #settle: { resolve(end: AttachEnd): void; reject(reason: unknown): void } | undefined
  #lastTyped = NEWLINE

  constructor(terminal: AttachedTerminal, input: TerminalInput, output: TerminalOutput, keys: DetachKeys | undefined) {
    this.#terminal = terminal
    this.#input = input
    this.#output = output
    this.#keys = keys
    this.#wasRaw = input.isRaw === true
    this.#wasFlowing = input.readableFlowing === true
    const { stream } = terminal
    this.#listening = [
      [input, 'data', this.#onInput],
      [input, 'end', this.#onInputEnd],
      [input, 'error', this.fail],
      [output, 'error', this.fail],
      [output, 'resize', this.#onResize],
      [stream, 'drain', this.#onDrain],
      [stream, 'end', this.#onEnd],
      [stream, 'close', this.#onEnd],
    ]
  }

  run(): Promise<AttachEnd> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.#onResize()
      this.#setRaw(true)
      for (const [stream, event, listener] of this.#listening) stream.on(event, listener)
      this.#terminal.stream.pipe(this.#output, { end: false })
      if (this.#input.readableEnded) this.#onInputEnd()
      else this.#input.resume()
    })
  }

  readonly fail = (reason: unknown): void => this.#settle?.reject(reason)

  restore(): void {
    for (const [stream, event, listener] of this.#listening) stream.off(event, listener)
    this.#terminal.stream.unpipe(this.#output)
    if (!this.#wasFlowing && !this.#input.destroyed) this.#input.pause()
    this.#setRaw(this.#wasRaw)
  }

  #setRaw(raw: boolean): void {
    if (this.#input.isTTY && !this.#input.destroyed) this.#input.setRawMode?.(raw)
  }

  readonly #onResize = (): void => {
    const { columns, rows } = this.#output
    if (columns !== undefined && rows !== undefined) this.#terminal.resize({ width: columns, height: rows })
  }

  readonly #onInput = (chunk: Buffer | string): void => {
    const typed = Buffer.from(chunk as Buffer)
    const { bytes, rest } = this.#keys?.feed(typed) ?? { bytes: typed, rest: null }
    if (bytes.length > 0) this.#type(bytes)
    if (rest === null) return
    this.#settle?.resolve('detached')
    this.#input.pause()
    // What was typed behind the keys is for whoever reads next.
    if (rest.length > 0) this.#input.unshift(rest)
  }

  #type(bytes: Buffer): void {
    this.#lastTyped = bytes.at(-1) ?? NEWLINE
    if (!this.#terminal.stream.write(bytes)) this.#input.pause()
  }

  readonly #onDrain = (): void => void this.#input.resume()

  readonly #onInputEnd = (): void => {
    if (this.#input.isTTY) this.#settle?.resolve('detached')
    // The first one within a line only hands that over.
    else this.#type(Buffer.from(this.#lastTyped === NEWLINE ? [END_OF_INPUT] : [END_OF_INPUT, END_OF_INPUT]))
  }

  /** Settles once all has been shown. */
  readonly #onEnd = (): void => {
    this.#output.write('', () => this.#settle?.resolve('ended'))
  }
}

/** There is no terminal that this process serves. */
export function noTerminal(
  operation: 'attach' | 'resize',
  message = 'the process has no terminal that this object serves',
): ContainerError {
  const hint = 'process.terminal in the config asks for one'
  return new ContainerError({ code: 'ERR_UNSUPPORTED', operation, message, hint })
}
