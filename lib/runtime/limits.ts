// A container's limits and statistics while it is there.
import { setTimeout as delay } from 'node:timers/promises'
import type { Cgroup } from '../cgroups/calls.ts'
import { readStats, updateCgroup } from '../cgroups/driver.ts'
import { planLimits } from '../cgroups/limits.ts'
import { type PressureEvent, type PressureTrigger, watchPressure } from '../cgroups/pressure.ts'
import type { CgroupWrite } from '../cgroups/resources.ts'
import type { Stats } from '../cgroups/stats.ts'
import { setUnitProperties } from '../cgroups/systemd.ts'
import { parseJson, stringifyJson } from '../config/json.ts'
import type { Config, Resources } from '../config/types.ts'
import { validateConfig } from '../config/validate.ts'
import { ContainerError } from '../errors.ts'
import { probeHost } from '../host.ts'
import type { LinkCounters } from '../network/counters.ts'
import { failOnAbort, Queue } from '../queue.ts'
import { type Target, withLock } from './lock.ts'
import { readNetworkCounters } from './network-counters.ts'
import { cgroupOf, readRecord, readStatus, type StateRecord } from './state.ts'
import { wrongStatus } from './status.ts'
import { propertiesFor } from './unit.ts'

/** How often to look. */
export interface StatsOptions {
  /** Milliseconds from one look to the next. */
  readonly interval: number
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal
}

function requireCgroup(operation: string, record: StateRecord): Cgroup {
  const cgroup = cgroupOf(record)
  if (cgroup !== null) return cgroup
  throw new ContainerError({
    code: 'ERR_UNSUPPORTED',
    operation,
    id: record.id,
    message: 'the container has no cgroup of its own',
    hint: 'have one delegated to this user: systemd-run --user --scope -p Delegate=yes',
  })
}

/** What a container uses. */
export interface ContainerStats extends Stats {
  /**
   * What has gone through each of its interfaces, by name; null when it has no network namespace of its own, when it has
   * stopped, and for an ordinary user, who may not look there.
   */
  readonly network: Readonly<Record<string, LinkCounters>> | null
}

/** @throws ContainerError ERR_UNSUPPORTED without a cgroup, ERR_SYSTEM when it is gone */
export async function readContainerStats(record: StateRecord): Promise<ContainerStats> {
  const context = { operation: 'stats', id: record.id }
  const [stats, network] = await Promise.all([
    readStats(requireCgroup('stats', record), context),
    readNetworkCounters(record),
  ])
  return { ...stats, network }
}

/** Looks until the container has stopped. */
export async function* repeatStats(
  stateDir: string,
  record: StateRecord,
  { interval, signal }: StatsOptions,
): AsyncGenerator<ContainerStats, void, void> {
  for (;;) {
    signal?.throwIfAborted()
    const stats = await readUnlessStopped(stateDir, record)
    if (stats === undefined) return
    yield stats
    await delay(interval, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
  }
}

/** It may stop, and be deleted, between asking for its status and reading. */
async function readUnlessStopped(stateDir: string, record: StateRecord): Promise<ContainerStats | undefined> {
  const hasStopped = () => readStatus(stateDir, record) === 'stopped'
  if (hasStopped()) return undefined
  return readContainerStats(record).catch((cause: unknown) => {
    if (hasStopped()) return undefined
    throw cause
  })
}

/** A {@link PressureTrigger}, and what ends it. */
export interface PressureOptions extends PressureTrigger {
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal
}

/** Tells of pressure until the cgroup is gone. */
export async function* followPressure(
  record: StateRecord,
  { signal, ...trigger }: PressureOptions,
): AsyncGenerator<PressureEvent, void, void> {
  signal?.throwIfAborted()
  const cgroup = requireCgroup('pressure', record)
  const queue = new Queue<PressureEvent>()
  const context = { operation: 'pressure', id: record.id }
  const close = await watchPressure(
    cgroup,
    trigger,
    (event) => queue.push(event),
    () => queue.end(),
    context,
  )
  const forget = failOnAbort(queue, signal)
  try {
    yield* queue.values()
  } finally {
    forget()
    close()
  }
}

/**
 * Changes the limits that are given; the others stay. All or none.
 * @throws ContainerError ERR_WRONG_STATUS, ERR_INVALID_CONFIG, ERR_UNSUPPORTED, ERR_SYSTEM
 */
export async function updateContainer(target: Target, given: Resources): Promise<void> {
  // The caller may change it while we wait.
  const resources = parseJson(stringifyJson(given as Config)) as Resources
  const host = await probeHost()
  await withLock('update', target, async () => {
    const record = await readRecord('update', target.stateDir, target.id)
    const status = readStatus(target.stateDir, record)
    if (status === 'stopped') throw wrongStatus('update', target.id, status, 'created or running')
    const cgroup = requireCgroup('update', record)
    const { config } = validateConfig({ ...record.config, linux: { ...record.config.linux, resources } }, host)
    const limits = planLimits(config, host, cgroup)
    const order = { limits, own: host.cgroup2?.own ?? '/', delegated: [] }
    const context = { operation: 'update', id: target.id }
    const { unit } = record
    const { rules } = resources.devices === undefined ? { rules: null } : limits
    const mirror = (writes: readonly CgroupWrite[]) =>
      unit === null
        ? Promise.resolve()
        : setUnitProperties(unit, (version) => propertiesFor(writes, rules, version), context)
    await updateCgroup(cgroup, resources, order, context, unit === null ? undefined : mirror)
  })
}
