// Somebody who listens for a pidfd, in a process of his own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('pidfd-receiver.py', import.meta.url))

export interface Received {
  /** What came with it. */
  readonly text: string
  /** How many descriptors. */
  readonly count: number
  /** The process that it names, in our pid namespace. */
  readonly pid: number
  /** Bytes behind the message. */
  readonly rest: number
}

export interface PidfdReceiver extends AsyncDisposable {
  readonly received: Promise<Received>
  /** Sends these by the pidfd, and waits for the end of the process by it. */
  ending(...signals: readonly number[]): Promise<void>
}

/** @param path where it listens by the time that this resolves */
export async function receivePidfd(path: string): Promise<PidfdReceiver> {
  const child = spawn('/usr/bin/python3', [program, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the receiver has ended')
    return JSON.parse(value as string)
  }
  await next()
  const received = next() as Promise<Received>
  received.catch(() => {})
  return {
    received,
    async ending(...signals) {
      await received
      child.stdin.end(signals.map((each) => `${each}\n`).join(''))
      await next()
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
