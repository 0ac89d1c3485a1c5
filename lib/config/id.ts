// The names of containers.
import { ContainerError } from '../errors.ts'
import { quote } from './findings.ts'

/** It names a directory and a cgroup: NAME_MAX of every common filesystem. */
const MAX_LENGTH = 255

/**
 * Checks the id of a container: 1 to 255 letters, digits and `_ + - .`, but neither `.` nor `..`.
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function validateId(id: string, operation = 'validate'): void {
  const fault = idFault(id)
  if (fault === undefined) return
  throw new ContainerError({ code: 'ERR_INVALID_CONFIG', operation, message: `container id ${fault}` })
}

function idFault(id: unknown): string | undefined {
  if (typeof id !== 'string') return `must be a string, is ${id === null ? 'null' : typeof id}`
  if (id === '') return 'must not be empty'
  if (id.length > MAX_LENGTH) return `must be at most ${MAX_LENGTH} characters, has ${id.length}`
  if (id === '.' || id === '..') return `must not be "${id}"`
  return /^[A-Za-z0-9_+.-]+$/.test(id) ? undefined : `must be letters, digits and _ + - . only; is ${quote(id)}`
}
