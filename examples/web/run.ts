// One submission: run in a sandbox of its own, and told of as it goes.
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import { isContainerError, Sandbox, type SandboxProcess, type SandboxResult, type SandboxStats } from 'libcontainer'
import type { Submission } from './submission.ts'

/** What a submission may use. */
export const LIMITS = { memory: '256M', pids: 48, cpus: 1, disk: '16M' } as const

const MOST_OUTPUT = 256 * 1024
const LOOK_EVERY = 200

/** What is told, in this order: `start`, any number of `output` and `stats`, `end`. */
export interface Events {
  readonly start: { readonly limits: typeof LIMITS; readonly timeoutMs: number } & Pick<SandboxResult, 'enforced'>
  readonly output: { readonly stream: 'stdout' | 'stderr'; readonly text: string }
  readonly stats: SandboxStats
  readonly end: Pick<SandboxResult, 'exitCode' | 'signal' | 'endedBy' | 'oomKilled' | 'truncated' | 'usage'>
}

export type Tell = <Name extends keyof Events>(name: Name, data: Events[Name]) => void

/**
 * @param signal ends it
 * @throws the reason of the signal
 */
export async function run(
  { language, code }: Submission,
  { timeoutMs, signal, tell }: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly tell: Tell },
): Promise<void> {
  // What this machine cannot limit for all processes together is limited for each, and the page says so.
  await using box = await Sandbox.create({ ...LIMITS, limits: 'best-effort', files: { [language.file]: code } })
  const running = await box.start(language.command, [language.file], { timeout: timeoutMs, input: '', signal })
  tell('start', { limits: LIMITS, timeoutMs, enforced: running.enforced })
  const outlets = [new Outlet('stdout', running, tell), new Outlet('stderr', running, tell)]
  const ended = new AbortController()
  const watching = watch(running, tell, ended.signal)
  try {
    const { exitCode, signal: killedBy, endedBy, oomKilled, usage } = await running.result
    // What it has left running ends with its sandbox, and so do the streams.
    await box.close()
    await Promise.all(outlets.map((each) => each.ended))
    const truncated = outlets.some((each) => each.truncated)
    tell('end', { exitCode, signal: killedBy, endedBy, oomKilled, truncated, usage })
  } finally {
    ended.abort()
    await watching
  }
}

/** Tells of one stream, up to a bound; what comes after that is read, and dropped. */
class Outlet {
  readonly ended: Promise<void>
  truncated = false

  constructor(name: 'stdout' | 'stderr', running: SandboxProcess, tell: Tell) {
    const stream = running[name]
    const decoder = new StringDecoder('utf8')
    let room = MOST_OUTPUT
    stream?.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, room)
      room -= kept.length
      if (kept.length < chunk.length) this.truncated = true
      const text = decoder.write(kept)
      if (text !== '') tell('output', { stream: name, text })
    })
    this.ended = new Promise((resolve) => {
      if (stream === null || stream.closed) resolve()
      else stream.once('close', resolve)
      stream?.on('error', () => resolve())
    })
  }
}

/** Tells of what it uses until it has ended. What cannot be counted is no reason to end it. */
async function watch(running: SandboxProcess, tell: Tell, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const stats = await running.stats().catch((error: unknown) => {
      if (!isContainerError(error) || error.code !== 'ERR_WRONG_STATUS') console.error(error)
      return null
    })
    if (stats === null) return
    tell('stats', stats)
    await delay(LOOK_EVERY, undefined, { signal: ended }).catch(() => {})
  }
}
