// Signals by name and number (signal(7)).
import { constants } from 'node:os'
import { ContainerError } from './errors.ts'

/** A signal: `'SIGTERM'`, `'TERM'` or its number. */
export type Signal = NodeJS.Signals | (string & {}) | number

// Of two names for one number the first counts: SIGABRT, not SIGIOT.
const NAMES = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
)
// glibc's view (kill -l): Node has no names for real-time signals. SIGRTMIN is 34, the first two are its own.
const SIGRTMIN = 34
const SIGRTMAX = 64

/**
 * @returns the number, 1–64
 * @throws ContainerError ERR_INVALID_CONFIG for a signal that does not exist
 */
export function parseSignal(signal: Signal, operation: string): number {
  const number = typeof signal === 'number' ? signal : /^\d+$/.test(signal) ? Number(signal) : byName(signal)
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= SIGRTMAX) return number
  throw new ContainerError({
    code: 'ERR_INVALID_CONFIG',
    operation,
    message: `unknown signal ${JSON.stringify(signal)}`,
    hint: 'give a name such as SIGTERM or TERM, or a number from 1 to 64',
  })
}

function byName(name: string): number | undefined {
  const full = name.toUpperCase().startsWith('SIG') ? name.toUpperCase() : `SIG${name.toUpperCase()}`
  const realTime = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(full)
  if (realTime === null) return constants.signals[full as NodeJS.Signals]
  const base = realTime[1] === 'MIN' ? SIGRTMIN : SIGRTMAX
  const offset = Number(realTime[3] ?? 0) * (realTime[2] === '-' ? -1 : 1)
  const number = base + offset
  return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined
}

/** Its name, e.g. `SIGKILL`; `SIGRTMIN+1` and so on for real-time signals. */
export function signalName(signal: number): string {
  return NAMES.get(signal) ?? (signal === SIGRTMIN ? 'SIGRTMIN' : `SIGRTMIN+${signal - SIGRTMIN}`)
}
