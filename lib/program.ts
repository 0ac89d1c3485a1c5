// Runs an ordinary program of the host to its end, within a time limit. Effects.
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Exit, type Fd, native } from './addon.ts'

export interface ProgramOptions {
  /** Absolute path. */
  readonly path: string
  readonly args: readonly string[]
  readonly env: readonly string[]
  /** Its standard input. Default: nothing. */
  readonly input?: Uint8Array
  /** The network namespace it runs in. Default: this process's. */
  readonly netns?: Fd
  /** Its standard output is an answer, to be read to its end: at most so many bytes. Default: it is told as `output`. */
  readonly answer?: number
  /** Milliseconds after which its whole process group is killed; 0: never. */
  readonly timeout: number
  /** Aborting it kills the process group. */
  readonly signal?: AbortSignal | undefined
}

export interface ProgramResult {
  readonly exit: Exit | null
  /** It was killed because its time was over. */
  readonly timedOut: boolean
  /** The end of what it wrote to standard output (if that is no answer) and standard error, at most 1 KiB. */
  readonly output: string
  /** What it wrote to standard output, where that is an answer: cut off behind what was asked for. */
  readonly answer: string
}

/** @throws NativeError when it cannot be started */
export async function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  options.signal?.throwIfAborted()
  const { input, output, answer, pid, pidfd } = await start(options)
  const collected = collect(output)
  const answered = answer === undefined ? undefined : readAnswer(answer, options.answer ?? 0)
  input?.end(options.input ?? '')
  // A process group keeps its number for as long as anyone is in it.
  const kill = () => killGroup(pid)
  let timedOut = false
  const limit =
    options.timeout > 0
      ? setTimeout(() => {
          timedOut = true
          kill()
        }, options.timeout)
      : undefined
  options.signal?.addEventListener('abort', kill)
  // Aborted while it was being started.
  if (options.signal?.aborted) kill()
  const exit = await untilExit(pidfd)
  clearTimeout(limit)
  options.signal?.removeEventListener('abort', kill)
  // What it wrote lies in the pipe by now, and is read in the next turn of the loop. Not to the end of the pipe: a
  // program may leave others behind that keep it open.
  await nextTurn()
  await nextTurn()
  const text = (await answered?.()) ?? ''
  input?.destroy()
  output.destroy()
  return { exit, timedOut, output: collected(), answer: text }
}

interface Started {
  readonly input: Socket | undefined
  readonly output: Socket
  readonly answer: Socket | undefined
  readonly pid: number
  readonly pidfd: Fd
}

async function start({ path, args, env, input: text, netns, answer }: ProgramOptions): Promise<Started> {
  const pipes: Array<readonly [Fd, Fd]> = []
  const openPipe = () => {
    const pipe = native().pipe()
    pipes.push(pipe)
    return pipe
  }
  try {
    const [stdin, writing] = text === undefined ? [-1, -1] : openPipe()
    const [reading, stderr] = openPipe()
    const [answering, stdout] = answer === undefined ? [-1, stderr] : openPipe()
    const inside = netns === undefined ? {} : { netns }
    const spawned = await native().spawn({ path, args, env, fds: [stdin, stdout, stderr], session: true, ...inside })
    for (const fd of new Set([stdin, stdout, stderr])) if (fd >= 0) native().close(fd)
    const input = writing < 0 ? undefined : new Socket({ fd: writing, readable: false, writable: true })
    // It need not read what it is given.
    input?.on('error', () => {})
    const reader = (fd: Fd) => new Socket({ fd, readable: true, writable: false })
    return { ...spawned, input, output: reader(reading), answer: answering < 0 ? undefined : reader(answering) }
  } catch (cause) {
    for (const fd of pipes.flat()) native().close(fd)
    throw cause
  }
}

const KEPT = 1024

function collect(output: Socket): () => string {
  let kept = Buffer.alloc(0)
  output.on('error', () => {})
  output.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-KEPT)
  })
  return () => kept.toString().trim()
}

/** Milliseconds for the end of an answer once the program has ended: whom it has left behind may keep it open. */
const ANSWER_GRACE = 1000

/** @returns waits for its end, then closes it */
function readAnswer(answer: Socket, limit: number): () => Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  answer.on('error', () => {})
  answer.on('data', (chunk: Buffer) => {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size))
    size += chunk.length
  })
  const ended = new Promise<void>((resolve) => {
    answer.once('close', () => resolve())
  })
  return async () => {
    const limited = setTimeout(() => answer.destroy(), ANSWER_GRACE)
    await ended
    clearTimeout(limited)
    return Buffer.concat(chunks).toString()
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}

function untilExit(pidfd: Fd): Promise<Exit | null> {
  return new Promise((resolve) => {
    native().watchExit(pidfd, (exit) => {
      native().close(pidfd)
      resolve(exit)
    })
  })
}
