// LIBCONTAINER_TRACE: tells on standard error what is sent to init, what it answers, and how long each operation took.
import type { Frame } from '../plan/frames.ts'
import type { Plan } from '../plan/ops.ts'
import { printPlan } from '../plan/print.ts'

const WORDS = ['plan', 'wire', 'time'] as const
type Word = (typeof WORDS)[number]
const NOTHING: ReadonlySet<Word> = new Set()

/** What one container's launch is traced with. */
export class Trace {
  readonly #id: string
  readonly #plan: Plan
  readonly #words: ReadonlySet<Word>
  readonly #write: (line: string) => void

  constructor(id: string, plan: Plan, words: ReadonlySet<Word>, write: (line: string) => void) {
    this.#id = id
    this.#plan = plan
    this.#words = words
    this.#write = write
  }

  /** The plan is on its way. */
  sent(bytes: Uint8Array): void {
    if (this.#words.has('plan')) this.#write(printPlan(this.#plan, { id: this.#id }))
    if (this.#words.has('wire'))
      this.#say(`→ plan, ${bytes.length} bytes, with ${this.#plan.given.join(' ') || 'nothing'}`)
  }

  /** Init has said something; null is the end of its socket. */
  heard(frame: Frame | null): void {
    if (frame?.kind === 'traced') {
      if (this.#words.has('time')) this.#say(`${this.#step(frame.index)}  ${Number(frame.nanoseconds) / 1000} µs`)
    } else if (this.#words.has('wire')) this.#say(`← ${frame === null ? 'end' : this.#describe(frame)}`)
  }

  #describe(frame: Exclude<Frame, { kind: 'traced' }>): string {
    if (frame.kind === 'log') return `log: ${frame.text}`
    if (frame.kind === 'failed')
      return `failed in ${this.#step(frame.index)}: ${frame.syscall} ${frame.errno} ${frame.detail}`
    return frame.kind === 'sync' ? `sync in ${this.#step(frame.index)}` : frame.kind
  }

  /** Numbered from 1, as plans are printed and errors say it. */
  readonly #step = (index: number): string => `${index + 1} ${this.#plan.ops[index]?.op ?? 'plan'}`

  #say(text: string): void {
    this.#write(`${this.#id}: ${text}\n`)
  }
}

/** Which traces the environment asks for: some of `plan`, `wire` and `time`, with commas between. Others mean nothing. */
export function tracedWords(env: NodeJS.ProcessEnv = process.env): ReadonlySet<Word> {
  const words = env['LIBCONTAINER_TRACE']
  if (words === undefined) return NOTHING
  const asked = words.split(',')
  return new Set(WORDS.filter((word) => asked.includes(word)))
}

/** @returns undefined unless something is to be traced */
export function openTrace(id: string, plan: Plan, words: ReadonlySet<Word>): Trace | undefined {
  if (words.size === 0) return undefined
  return new Trace(id, plan, words, (line) => void process.stderr.write(line))
}
