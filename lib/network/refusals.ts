// How wrong and impossible network options are refused. Pure.
import { ContainerError } from '../errors.ts'

/** An option that is wrong by itself. */
export function invalidNetwork(message: string, hint?: string): ContainerError {
  return new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'network', message, hint })
}

/** An option that cannot be had here, or not with this document. */
export function unsupportedNetwork(message: string, hint?: string): ContainerError {
  return new ContainerError({ code: 'ERR_UNSUPPORTED', operation: 'network', message, hint })
}
