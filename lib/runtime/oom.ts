// Whether the kernel has killed processes of a container for want of memory.
import path from 'node:path'
import type { Cgroup } from '../cgroups/calls.ts'
import { countOomKills } from '../cgroups/events.ts'
import { ContainerError, isContainerError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { InitProcess } from './init-process.ts'

/** The cgroup, unless nobody counts in it: it has no memory controller, since this process's own has none to give. */
export function countingCgroup(cgroup: Cgroup | null, host: Host): Cgroup | null {
  if (cgroup === null || host.cgroup2 === null) return cgroup
  const { own, controllers } = host.cgroup2
  return path.dirname(cgroup.path) !== own || controllers.includes('memory') ? cgroup : null
}

/**
 * Settles when the process has ended: whether any of the cgroup was killed since `before` of them had been. It is asked
 * the moment the end is heard of, before anybody can remove the cgroup.
 */
export function followOomKills(cgroup: Cgroup | null, before: number, init: InitProcess): Promise<boolean> {
  const killed = init.exited.then(() => countOomKills(cgroup) > before)
  killed.catch(() => {})
  return killed
}

/** Of a container that died while it was set up: why, if it was for want of memory. */
export function explainDeath(cause: unknown, cgroup: Cgroup | null): unknown {
  if (!isContainerError(cause) || cause.code !== 'ERR_INIT_DIED' || countOomKills(cgroup) === 0) return cause
  const { operation, id } = cause
  return new ContainerError({
    code: 'ERR_OUT_OF_MEMORY',
    operation,
    id,
    message: 'the kernel killed the container’s first process for want of memory while it was being set up',
    hint: 'raise linux.resources.memory.limit (or memory.max in unified)',
    cause,
  })
}
