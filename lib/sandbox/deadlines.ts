// What ends a command before its time: clocks, an abort, a listener that throws.
import type { Command } from './check-run.ts'

export type EndReason = 'timeout' | 'idle' | 'cpuTime' | 'aborted' | 'failed'

const LOOK_EVERY = 100

export interface Deadlines {
  /** Why it has been ended; null while it has not. */
  readonly reason: EndReason | null
  /** What it rejects with, for `aborted` and `failed`. */
  readonly error: unknown
  /** Output has come. */
  heard(): void
  end(reason: EndReason, error?: unknown): void
  /** It has ended: nothing ends it any more. */
  clear(): void
}

/**
 * @param kill ends everything
 * @param usedCpu milliseconds that everything has used up to now; null where it is not counted for all together
 */
export function watchDeadlines(command: Command, kill: () => void, usedCpu: (() => Promise<number>) | null): Deadlines {
  const timers: NodeJS.Timeout[] = []
  let looking: NodeJS.Timeout | undefined
  let over = false
  let reason: EndReason | null = null
  let error: unknown
  const clear = () => {
    over = true
    for (const timer of timers) clearTimeout(timer)
    clearTimeout(looking)
    command.signal?.removeEventListener('abort', abort)
  }
  const end = (why: EndReason, cause?: unknown) => {
    if (over) return
    reason = why
    error = cause
    clear()
    kill()
  }
  const abort = () => end('aborted', command.signal?.reason)
  command.signal?.addEventListener('abort', abort, { once: true })
  if (command.timeout !== undefined) timers.push(setTimeout(() => end('timeout'), command.timeout))
  const idle = command.idle === undefined ? undefined : setTimeout(() => end('idle'), command.idle)
  if (idle !== undefined) timers.push(idle)
  const { cpuTime } = command
  if (cpuTime !== undefined && usedCpu !== null) {
    const look = async () => {
      const used = await usedCpu().catch(() => 0)
      if (used >= cpuTime) end('cpuTime')
      else if (!over) looking = setTimeout(() => void look(), LOOK_EVERY)
    }
    looking = setTimeout(() => void look(), LOOK_EVERY)
  }
  return {
    get reason() {
      return reason
    },
    get error() {
      return error
    },
    heard() {
      if (!over) idle?.refresh()
    },
    end,
    clear,
  }
}
