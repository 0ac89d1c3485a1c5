// What has gone through a container's interfaces.
import { native } from '../addon.ts'
import { findNamespace } from '../config/queries.ts'
import { isContainerError } from '../errors.ts'
import { type LinkCounters, readCounters } from '../network/counters.ts'
import { openNetworkNamespace } from '../network/host.ts'
import { isInitAlive, type StateRecord } from './state.ts'

/** Null when there is nothing of its own to be counted, or nobody may look. */
export async function readNetworkCounters(record: StateRecord): Promise<Record<string, LinkCounters> | null> {
  if (findNamespace(record.config, 'network') === undefined || record.init === null) return null
  const context = { operation: 'stats', id: record.id }
  try {
    const netns = openNetworkNamespace(record.init.pid, context)
    try {
      // Asked once it is held: the pid cannot have come to mean another process before.
      return isInitAlive(record) ? await readCounters(netns, context) : null
    } finally {
      native().close(netns)
    }
  } catch (cause) {
    if (isContainerError(cause) && ['EPERM', 'EACCES', 'ENOENT', 'ESRCH'].includes(cause.errno ?? '')) return null
    throw cause
  }
}
