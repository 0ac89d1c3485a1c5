// A container outlives its creator, unless the creator sees to it: the examples end theirs when they are told to end.
import type { Container } from 'libcontainer'

/** Aborted when this program is told to end. */
export function endSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => controller.abort())
  return controller.signal
}

/** Kills the container as soon as the signal is aborted. */
export function killOnAbort(container: Container, signal: AbortSignal): void {
  const kill = () => {
    container.kill().catch(() => {}) // it may have ended by itself just now
  }
  if (signal.aborted) kill()
  else signal.addEventListener('abort', kill, { once: true })
}

/** Whether an error says that the signal came before the container was there. */
export const isEnding = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'
