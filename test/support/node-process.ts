// Runs a script of the tests in a Node process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface NodeOptions {
  readonly env?: NodeJS.ProcessEnv
  /** A command that runs it, e.g. one that sets limits. */
  readonly wrapper?: readonly string[]
  /** Its standard input. Default: none. */
  readonly stdin?: 'pipe'
}

/** @param file from the root of the repository; gets `message` as JSON in its last argument */
export const startNode = (file: string, message: unknown, options?: NodeOptions): ChildProcess =>
  startProgram(file, [JSON.stringify(message)], options)

/** @param file from the root of the repository */
export function startProgram(file: string, given: readonly string[], options: NodeOptions = {}): ChildProcess {
  const { env = process.env, wrapper = [], stdin = 'ignore' } = options
  const node = [process.execPath, '--import', 'tsx', `${root}${file}`, ...given]
  const [program = '', ...args] = [...wrapper, ...node]
  return spawn(program, args, { cwd: root, env, stdio: [stdin, 'pipe', 'pipe'] })
}

export function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

export function runNode(file: string, message: unknown, options?: NodeOptions): Promise<Ended> {
  return ended(startNode(file, message, options))
}
