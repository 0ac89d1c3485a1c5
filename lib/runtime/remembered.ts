// Answers that have been found already: programs start many containers and processes from few documents.
import type { Host } from '../host.ts'

const MOST = 16

/** Answers by machine, then by all of the question's text. The oldest answer is the first to go. */
export class Remembered<Answer> {
  readonly #machines = new WeakMap<Host, Map<string, Answer>>()

  get(host: Host, question: string): Answer | undefined {
    return this.#machines.get(host)?.get(question)
  }

  set(host: Host, question: string, answer: Answer): void {
    const answers = this.#machines.get(host) ?? new Map<string, Answer>()
    this.#machines.set(host, answers)
    if (answers.size === MOST) answers.delete(answers.keys().next().value ?? '')
    answers.set(question, answer)
  }
}
