// What a container's status is, derived from facts of the kernel. Pure: nothing stores a status.

import { ContainerError } from '../errors.ts'

/** As in the OCI runtime spec (runtime.md#state), and `paused`: no process of it is let run until it is resumed. */
export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped'

export interface StatusFacts {
  /** The record names the container's first process: creation got that far. */
  readonly initRecorded: boolean
  /** The process that is (or was) creating the container lives. */
  readonly creatorAlive: boolean
  /** The container's first process lives; a zombie does not. */
  readonly initAlive: boolean
  /** Somebody waits at the start gate. */
  readonly gateWaiting: boolean
  /** The container's cgroup is frozen, by itself or with a parent. */
  readonly frozen: boolean
}

/** A creation that was cut short is `stopped`: there is nothing to run, only something to delete. */
export function deriveStatus(facts: StatusFacts): Status {
  if (!facts.initRecorded) return facts.creatorAlive ? 'creating' : 'stopped'
  if (!facts.initAlive) return 'stopped'
  if (facts.frozen) return 'paused'
  return facts.gateWaiting ? 'created' : 'running'
}

export function wrongStatus(operation: string, id: string, status: Status, allowed: string): ContainerError {
  return new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id,
    message: `the container is ${status}; it must be ${allowed}`,
  })
}
