// Standard streams: which descriptors the container gets, and which streams its owner holds. Effects: opens descriptors.
import { Socket } from 'node:net'
import { finished, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_RDWR } from '../kernel.ts'

/**
 * One standard stream of a container.
 * - `'pipe'`: a pipe whose other end is a Node stream on {@link Process}
 * - `'inherit'`: this process's own
 * - `'ignore'`: /dev/null
 * - a number: that descriptor of this process
 * - a stream: its data is copied in (a Readable, for stdin) or out (a Writable)
 */
export type StdioEntry = 'pipe' | 'inherit' | 'ignore' | number | Readable | Writable

/** All three alike, or stdin, stdout and stderr each. Default: `'pipe'`. */
export type Stdio = 'pipe' | 'inherit' | 'ignore' | readonly [StdioEntry, StdioEntry, StdioEntry]

export interface OpenStdio {
  /** The container's ends, to be sent to init; closed by {@link OpenStdio.closeChildEnds} once they are. */
  readonly fds: readonly [Fd, Fd, Fd]
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /** Settles when streams given by the caller have been served to their end. Never rejects. */
  readonly pumped: Promise<unknown>
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
  readonly pump: Promise<unknown> | null
}

/**
 * @throws ContainerError ERR_INVALID_CONFIG for an entry that is none of the above, or a descriptor that is not open
 */
export function openStdio(stdio: Stdio | undefined, operation: string): OpenStdio {
  const entries = normalise(stdio ?? 'pipe', operation)
  const opened: Opened[] = []
  try {
    for (const index of borrowedFirst(entries))
      opened[index] = openEntry(entries[index] as StdioEntry, index, operation)
  } catch (error) {
    for (const each of opened) {
      if (each === undefined) continue
      native().close(each.fd)
      each.stream?.destroy()
    }
    throw error
  }
  return assemble(entries, opened as [Opened, Opened, Opened])
}

/** The order of opening: a number that names no descriptor must not come to name a pipe that was opened for another entry. */
function borrowedFirst(entries: readonly StdioEntry[]): number[] {
  const isBorrowed = (index: number) => typeof entries[index] === 'number' || entries[index] === 'inherit'
  return [0, 1, 2].sort((a, b) => Number(isBorrowed(b)) - Number(isBorrowed(a)))
}

function normalise(stdio: Stdio, operation: string): readonly StdioEntry[] {
  if (stdio === 'pipe' || stdio === 'inherit' || stdio === 'ignore') return [stdio, stdio, stdio]
  if (Array.isArray(stdio) && stdio.length === 3) return stdio
  throw invalid(operation, '', 'must be one of pipe, inherit, ignore, or an array of three entries')
}

function openEntry(entry: StdioEntry, index: number, operation: string): Opened {
  if (entry === 'ignore') return { fd: native().open('/dev/null', O_RDWR), stream: null, pump: null }
  if (entry === 'inherit') return { fd: duplicate(index, index, operation), stream: null, pump: null }
  if (typeof entry === 'number') return { fd: duplicate(entry, index, operation), stream: null, pump: null }
  const usable = entry === 'pipe' || (index === 0 ? entry instanceof Readable : entry instanceof Writable)
  if (!usable) throw invalid(operation, index, 'must be pipe, inherit, ignore, a descriptor or a stream')
  return openPipe(entry, index)
}

function openPipe(entry: 'pipe' | Readable | Writable, index: number): Opened {
  const [readEnd, writeEnd] = native().pipe()
  const own = index === 0 ? writeEnd : readEnd
  const fd = index === 0 ? readEnd : writeEnd
  const stream = new Socket({ fd: own, readable: index !== 0, writable: index === 0 })
  // A program that ends without reading its input is no fault of the host: EPIPE must not bring it down.
  if (index === 0) stream.on('error', () => {})
  if (entry === 'pipe') return { fd, stream, pump: null }
  if (index === 0) {
    copyInput(entry as Readable, stream)
    return { fd, stream, pump: null }
  }
  const target = entry as Writable
  const pump = isStandardStream(target) ? copyOutput(stream, target) : pipeline(stream, target).catch(() => {})
  return { fd, stream, pump }
}

/** Not a pipeline: that would destroy the source, which may be this process's own stdin, when the container ends first. */
function copyInput(source: Readable, stream: Socket): void {
  const forget = finished(source, { writable: false }, (error) => {
    if (error) stream.destroy()
  })
  stream.once('close', forget)
  source.pipe(stream)
}

/**
 * This process's stdout and stderr outlive the container and are not ended with it. Not a pipeline: that would leave its
 * listeners on them, for each container some.
 */
function copyOutput(stream: Socket, target: Writable): Promise<void> {
  return new Promise((resolve) => {
    const forget = finished(target, { readable: false }, () => stream.destroy())
    stream.on('error', () => {})
    stream.once('close', () => {
      forget()
      resolve()
    })
    stream.pipe(target, { end: false })
  })
}

function isStandardStream(stream: unknown): boolean {
  return stream === process.stdout || stream === process.stderr
}

/** A duplicate, so that the caller may close his as soon as the call returns. */
function duplicate(fd: Fd, index: number, operation: string): Fd {
  if (!Number.isInteger(fd) || fd < 0) throw invalid(operation, index, `${fd} is not a descriptor`)
  try {
    return native().duplicate(fd)
  } catch (cause) {
    if (hasErrno(cause, 'EBADF')) throw invalid(operation, index, `descriptor ${fd} is not open`)
    throw systemFailure(cause, { operation })
  }
}

function invalid(operation: string, index: number | '', message: string): ContainerError {
  return new ContainerError({
    code: 'ERR_INVALID_CONFIG',
    operation,
    message: 'invalid stdio',
    problems: [{ path: index === '' ? '/stdio' : `/stdio/${index}`, message }],
  })
}

function assemble(entries: readonly StdioEntry[], opened: readonly [Opened, Opened, Opened]): OpenStdio {
  const visible = (index: 0 | 1 | 2) => (entries[index] === 'pipe' ? opened[index].stream : null)
  let open = true
  const closeChildEnds = () => {
    if (!open) return
    open = false
    for (const { fd } of opened) native().close(fd)
  }
  return {
    fds: [opened[0].fd, opened[1].fd, opened[2].fd],
    stdin: visible(0),
    stdout: visible(1),
    stderr: visible(2),
    // Input is not waited for: a program may end without having read it.
    pumped: Promise.all([opened[1].pump, opened[2].pump]),
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
