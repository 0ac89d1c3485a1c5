// A container whose cgroup is a scope of systemd: entering it, and its end.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Cgroup, CgroupOrder } from '../cgroups/calls.ts'
import { limitCgroup } from '../cgroups/driver.ts'
import { killCgroup, removeCgroup } from '../cgroups/fs.ts'
import { startUnit, stopUnit } from '../cgroups/systemd.ts'
import { deviceProperties, propertiesOf, type UnitProperty } from '../cgroups/unit-properties.ts'
import type { Unit } from '../cgroups/units.ts'
import { ContainerError } from '../errors.ts'
import type { Undo } from '../undo.ts'
import type { InitProcess } from './init-process.ts'
import { cgroupOf, type StateRecord } from './state.ts'

/**
 * Has systemd make the scope of the container's first process, which has no plan yet and so has done nothing, then sets
 * what systemd has no property for. Does nothing for a container without a unit.
 * @throws ContainerError ERR_EXISTS, ERR_SYSTEM, and as limiting a cgroup does
 */
export async function enterUnit(
  operation: string,
  record: StateRecord,
  init: InitProcess,
  order: CgroupOrder,
  annotated: readonly UnitProperty[],
  undo: Undo,
): Promise<void> {
  const { unit, id } = record
  const cgroup = cgroupOf(record)
  if (unit === null || cgroup === null) return
  const context = { operation, id }
  const { writes, rules } = order.limits
  const properties = (version: number) => [...propertiesFor(writes, rules, version), ...annotated]
  const made = await startUnit(unit, init.pid, properties, context)
  undo.push('stop the unit', () => endUnit(operation, id, unit, { ...cgroup, path: made }))
  if (made !== cgroup.path) throw elsewhere(operation, id, unit, cgroup.path, made)
  await limitCgroup(cgroup, order, context)
}

export function propertiesFor(
  writes: CgroupOrder['limits']['writes'],
  rules: CgroupOrder['limits']['rules'],
  version: number,
): UnitProperty[] {
  return [...propertiesOf(writes, version), ...(rules === null ? [] : deviceProperties(rules))]
}

function elsewhere(operation: string, id: string, unit: Unit, expected: string, made: string): ContainerError {
  return new ContainerError({
    code: 'ERR_SYSTEM',
    operation,
    id,
    message: `systemd made the cgroup of ${unit.name} at ${made}, not at ${expected}`,
    hint: 'choose the driver fs, with a path in linux.cgroupsPath',
  })
}

/** Ends its processes, has systemd forget the scope, and removes what is left of its cgroup. Idempotent. */
export async function endUnit(operation: string, id: string, unit: Unit, cgroup: Cgroup): Promise<void> {
  await killCgroup(cgroup, operation, id)
  // One without processes may have gone by itself, and then there is nobody to ask.
  if (existsSync(path.join(cgroup.root, cgroup.path))) await stopUnit(unit, { operation, id })
  await removeCgroup(cgroup, [], operation, id)
}
