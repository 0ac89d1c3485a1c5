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
  /** Milliseconds after which its whole process group is killed; 0: never. */
  readonly timeout: number
  /** Aborting it kills the process group. */
  readonly signal?: AbortSignal | undefined
}

export interface ProgramResult {
  readonly exit: Exit | null
  /** It was killed because its time was over. */
  readonly timedOut: boolean
  /** The end of what it wrote to standard output and standard error, at most 1 KiB. */
  readonly output: string
}

/** @throws NativeError when it cannot be started */
export async function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  options.signal?.throwIfAborted()
  const { input, output, pid, pidfd } = await start(options)
  const collected = collect(output)
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
  input?.destroy()
  output.destroy()
  return { exit, timedOut, output: collected() }
}

interface Started {
  readonly input: Socket | undefined
  readonly output: Socket
  readonly pid: number
  readonly pidfd: Fd
}

async function start({ path, args, env, input: text, netns }: ProgramOptions): Promise<Started> {
  const pipes: Array<readonly [Fd, Fd]> = []
  const openPipe = () => {
    const pipe = native().pipe()
    pipes.push(pipe)
    return pipe
  }
  try {
    const [stdin, writing] = text === undefined ? [-1, -1] : openPipe()
    const [reading, stdout] = openPipe()
    const inside = netns === undefined ? {} : { netns }
    const spawned = await native().spawn({ path, args, env, fds: [stdin, stdout, stdout], session: true, ...inside })
    for (const fd of [stdin, stdout]) if (fd >= 0) native().close(fd)
    const input = writing < 0 ? undefined : new Socket({ fd: writing, readable: false, writable: true })
    // It need not read what it is given.
    input?.on('error', () => {})
    return { ...spawned, input, output: new Socket({ fd: reading, readable: true, writable: false }) }
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
