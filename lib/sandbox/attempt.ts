// What a failure of a sandbox's own steps says: what was attempted, and what could not be undone after it.
import { ContainerError, isContainerError } from '../index.ts'

interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path?: string
}

const isSystemError = (value: unknown): value is SystemError =>
  value instanceof Error && 'syscall' in value && 'code' in value && !isContainerError(value)

/**
 * @param what the step, as the message is to name it: `stage files`
 * @throws ContainerError ERR_SYSTEM for a system call that failed; anything else as it is
 */
export async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const { code: errno, syscall, path } = cause
    throw new ContainerError({ code: 'ERR_SYSTEM', operation: 'sandbox', message: what, syscall, errno, path, cause })
  }
}

/**
 * Does all of it, whatever fails on the way.
 * @param error what came before; undefined: nothing is wrong so far
 * @returns that, with what has failed since; undefined when nothing has
 */
export async function afterwards(error: unknown, acts: ReadonlyArray<() => Promise<void>>): Promise<unknown> {
  const failures: unknown[] = error === undefined ? [] : [error]
  for (const act of acts) {
    await act().catch((failure: unknown) => failures.push(failure))
  }
  if (failures.length <= 1) return failures[0]
  return new ContainerError({
    code: 'ERR_SYSTEM',
    operation: 'sandbox',
    message: failures.map((each) => (each instanceof Error ? each.message : String(each))).join('; and then: '),
    hint: 'what is left of it goes when this program has ended and another makes a sandbox',
    cause: new AggregateError(failures),
  })
}
