// A process that keeps a network namespace of its own, in which nothing else is: stands for another machine.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Holder extends AsyncDisposable {
  readonly pid: number
  /** Runs a program in the namespace. */
  run(program: string, ...args: readonly string[]): string
}

export async function startHolder(): Promise<Holder> {
  const script = 'ip link set lo up; echo ready; exec sleep 1000'
  const child = spawn('unshare', ['-n', '--kill-child', '--', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  return {
    pid,
    run: (program, ...args) => execFileSync('nsenter', ['-n', '-t', String(pid), program, ...args]).toString(),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
