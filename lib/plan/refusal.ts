// How planning says no: validation has let something through that cannot be planned, or the machine cannot do it.
import { ContainerError } from '../errors.ts'

/** This library or this machine cannot do what was asked. `hint` says what to do about it. */
export function unsupported(message: string, hint?: string): ContainerError {
  return new ContainerError({ code: 'ERR_UNSUPPORTED', operation: 'plan', message, hint })
}

/** @param path JSON Pointer to what is wrong */
export function invalid(path: string, message: string): ContainerError {
  return new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'plan', problems: [{ path, message }] })
}
