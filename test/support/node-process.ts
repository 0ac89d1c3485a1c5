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

/** @param file from the root of the repository; gets `message` as JSON in its last argument */
export function startNode(file: string, message: unknown, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const args = ['--import', 'tsx', `${root}${file}`, JSON.stringify(message)]
  return spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
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

export function runNode(file: string, message: unknown, env?: NodeJS.ProcessEnv): Promise<Ended> {
  return ended(startNode(file, message, env))
}
