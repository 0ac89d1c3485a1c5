// The benchmark's end of a subject: forks it, asks, waits for answers.
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { RequestName, Requests } from './subject.ts'

/**
 * The watch over the event loop makes some twenty times the garbage of the containers that it watches, and in a new space
 * of common size collecting that would be most of what it sees. In this one collections come about as often as they do
 * without it.
 */
const NEW_SPACE = ['--min-semi-space-size=256', '--max-semi-space-size=256']

export class SubjectProcess {
  readonly heapBytes: number
  readonly #child: ChildProcess

  constructor(heapBytes: number) {
    this.heapBytes = heapBytes
    this.#child = fork(join(import.meta.dirname, 'subject.ts'), {
      execArgv: [...process.execArgv, '--expose-gc', '--max-old-space-size=4096', ...NEW_SPACE],
    })
  }

  /** Asks for one measurement; only one at a time. */
  async ask<Name extends RequestName>(name: Name, ask: Requests[Name]['ask']): Promise<Requests[Name]['answer']> {
    const answered = new Promise<Requests[Name]['answer']>((resolve, reject) => {
      const onExit = (code: number | null, signal: string | null) => {
        reject(new Error(`the subject ended with ${signal ?? code} during ${name}`))
      }
      this.#child.once('exit', onExit)
      this.#child.once('message', (message: { answer: Requests[Name]['answer']; error?: string }) => {
        this.#child.off('exit', onExit)
        if (message.error === undefined) resolve(message.answer)
        else reject(new Error(`${name}: ${message.error}`))
      })
    })
    this.#child.send({ name, ask })
    return answered
  }

  /** Lets the subject close its contestants and waits for its end. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.send({ name: 'close', ask: {} })
    await ended
  }
}
