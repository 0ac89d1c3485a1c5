// The options of a pool, from what was given to what is meant: all mistakes at once. Pure.
import { isContainerError } from '../index.ts'
import { asObject, checkSandbox, type Wanted } from './check-sandbox.ts'
import { Faults, show } from './faults.ts'
import { OF_POOL } from './names.ts'

export interface WantedPool {
  readonly size: number
  readonly concurrency: number
  readonly reuse: boolean
  readonly wanted: Wanted
}

/** More waiting sandboxes than anybody means: each is a process, a cgroup and a filesystem. */
const MOST = 10_000

/**
 * @param given what the caller has written: anything
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function checkPool(given: unknown): WantedPool {
  const faults = new Faults()
  const options = asObject(faults, given)
  const size = checkCount(faults, 'size', options['size'])
  const concurrency =
    options['concurrency'] === undefined ? size : checkCount(faults, 'concurrency', options['concurrency'])
  const reuse = checkReuse(faults, options['reuse'])
  const wanted = checkBeside(faults, options)
  faults.throwIfAny()
  return { size, concurrency, reuse, wanted: wanted as Wanted }
}

function checkCount(faults: Faults, option: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST) return value as number
  faults.add(option, `${show(value)} is no number of sandboxes`, `give a whole number from 1 to ${MOST}, e.g. 4`)
  return 1
}

function checkReuse(faults: Faults, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  faults.add(
    'reuse',
    `${show(value)} is neither true nor false`,
    'give true to let commands find what others have left, or leave it out',
  )
  return false
}

/** What is wrong with the sandboxes is told together with what is wrong with the pool. */
function checkBeside(faults: Faults, options: Readonly<Record<string, unknown>>): Wanted | undefined {
  try {
    return checkSandbox(options, OF_POOL)
  } catch (error) {
    if (!isContainerError(error)) throw error
    faults.take(error.problems)
    return undefined
  }
}
