// What a failure comes to once the host's steps have been reverted.
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import type { Undo } from '../undo.ts'

/** Reverts the host's steps; what could not be reverted is part of the error. */
export async function rollBack(
  undo: Undo,
  cause: unknown,
  operation: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const failures = await undo.run()
  const error = signal?.aborted ? signal.reason : systemFailure(cause, { operation, id })
  if (failures.length === 0) return error
  return new ContainerError({
    code: 'ERR_SYSTEM',
    operation,
    id,
    message: `${error instanceof Error ? error.message : String(error)}; and then: ${failures.map((each) => each.message).join('; ')}`,
    hint: 'delete the container with force to remove what is left',
    cause: new AggregateError([error, ...failures]),
  })
}
