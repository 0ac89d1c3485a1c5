// A process that keeps a network namespace of its own, in which nothing else is: stands for another machine.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

export interface Holder extends AsyncDisposable {
  readonly pid: number
  /** Runs a program in the namespace. */
  run(program: string, ...args: readonly string[]): string
  /** Starts one there that says when it is ready. */
  start(program: string, ...args: readonly string[]): Promise<AsyncDisposable & { readonly pid: number }>
  /** What the talker is told there. */
  ask(talk: string, ...args: readonly string[]): Promise<string>
}

export async function startHolder(): Promise<Holder> {
  const holder = await startReady('unshare', ['-n', '--kill-child', '--', 'sh', '-c', HOLD])
  const inside = ['-n', '-t', String(holder.pid)]
  return {
    ...holder,
    run: (program, ...args) => execFileSync('nsenter', [...inside, program, ...args]).toString(),
    start: (program, ...args) => startReady('nsenter', [...inside, program, ...args]),
    ask: (talk, ...args) => ask('nsenter', ...inside, talk, 'ask', ...args),
  }
}

const HOLD = 'ip link set lo up; echo ready; exec sleep 1000'

async function startReady(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function ask(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args).catch((error: { stdout: string }) => error)
  return stdout.trim()
}
