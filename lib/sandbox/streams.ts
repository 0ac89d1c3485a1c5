// A command's standard streams: what it gets, and who hears what it says.
import { Readable } from 'node:stream'
import type { Process, StdioEntry } from '../index.ts'
import type { Command } from './check-run.ts'
import type { Deadlines } from './deadlines.ts'
import { Capture, Lines, type Reading, read } from './output.ts'

export function stdioOf({ tty, input, asksForInput, output }: Command): {
  stdio?: readonly [StdioEntry, StdioEntry, StdioEntry]
} {
  if (tty !== null) return {}
  const stdin = input instanceof Readable ? input : input === undefined && !asksForInput ? 'ignore' : 'pipe'
  if (output === 'inherit' || output === 'ignore') return { stdio: [stdin, output, output] }
  if (typeof output === 'string') return { stdio: [stdin, 'pipe', 'pipe'] }
  return { stdio: [stdin, output.stdout ?? 'ignore', output.stderr ?? 'ignore'] }
}

/** A terminal knows no end of input but a typed one. */
const END_OF_INPUT = '\x04'

export function feed({ stdin }: Process, { input, tty }: Command): void {
  if (stdin === null || !(input instanceof Uint8Array)) return
  // A program may end without having read it.
  stdin.on('error', () => {})
  if (tty === null) stdin.end(input)
  else {
    stdin.write(input)
    stdin.write(END_OF_INPUT)
  }
}

export interface Hearing {
  readonly stdout: Capture
  readonly stderr: Capture
  /** @param last nobody can write any more */
  finished(last: boolean): Promise<void>
}

export function hear(process: Process, command: Command, deadlines: Deadlines): Hearing {
  const captures = { stdout: new Capture(command.maxOutput), stderr: new Capture(command.maxOutput) }
  const readings: Reading[] = []
  const listen = (stream: Readable | null, capture: Capture, tell: ((line: string) => void) | undefined) => {
    if (stream === null) return
    const lines = tell === undefined ? null : new Lines(guard(tell, deadlines))
    const heard = (chunk: Buffer) => {
      deadlines.heard()
      capture.push(chunk)
      lines?.push(chunk)
    }
    readings.push(read(stream, heard, () => lines?.end()))
  }
  if (command.output === 'buffer') {
    listen(process.stdout, captures.stdout, command.onStdout)
    listen(process.stderr, captures.stderr, command.onStderr)
  } else if (command.output === 'stream' && command.idle !== undefined) {
    for (const stream of [process.stdout, process.stderr]) watch(stream, deadlines)
  }
  return {
    ...captures,
    finished: async (last) => void (await Promise.all(readings.map((each) => (last ? each.ended : each.stop())))),
  }
}

/** Hears of data without taking it: a listener would set the stream flowing. */
function watch(stream: Readable | null, deadlines: Deadlines): void {
  if (stream === null) return
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, ...rest: unknown[]) => {
    deadlines.heard()
    return push(chunk, ...(rest as []))
  }
}

/** What a listener throws is the caller’s to hear, and not the event loop’s. */
const guard =
  (tell: (line: string) => void, deadlines: Deadlines) =>
  (line: string): void => {
    if (deadlines.reason === 'failed') return
    try {
      tell(line)
    } catch (error) {
      deadlines.end('failed', error)
    }
  }
