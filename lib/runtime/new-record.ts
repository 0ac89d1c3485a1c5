// The record that a new container claims its id with, and what it must not claim.
import path from 'node:path'
import type { Cgroup } from '../cgroups/calls.ts'
import { frozenParent } from '../cgroups/freezer.ts'
import { isCgroupEmpty } from '../cgroups/fs.ts'
import type { NamespaceType } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import type { Host } from '../host.ts'
import { bootId, ownIdentity } from '../process/identity.ts'
import type { Decision } from './decide.ts'
import type { Making, PreparedNetwork } from './network.ts'
import { missingParents } from './reserve.ts'
import type { StateRecord } from './state.ts'

/** In a frozen cgroup the child would stop before it is init, and the thread that started it with it. */
async function refuseFrozen(operation: string, id: string, place: Cgroup, host: Host): Promise<void> {
  // This process runs, so its own cgroup is not frozen.
  if (path.dirname(place.path) === host.cgroup2?.own) return
  const frozen = await frozenParent(place)
  if (frozen === undefined) return
  throw new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id,
    message: `the cgroup ${frozen}, which linux.cgroupsPath leads into, is frozen: nothing can start in it`,
    hint: `thaw it (echo 0 > ${path.join(place.root, frozen, 'cgroup.freeze')}), or set linux.cgroupsPath to another`,
  })
}

/** A name that is taken, systemd would say so as well, but only once there is a record that claims it. */
async function refuseUsed(operation: string, id: string, place: Cgroup, unit: string): Promise<void> {
  if (await isCgroupEmpty(place)) return
  throw new ContainerError({
    code: 'ERR_EXISTS',
    operation,
    id,
    message: `the unit ${unit} exists and has processes in it`,
    hint: 'another container uses it: choose another id, or another name in linux.cgroupsPath',
  })
}

export async function newRecord(
  { operation, id, created }: Making,
  bundle: string,
  { document: config, record: network }: PreparedNetwork,
  host: Host,
  { cgroup }: Decision,
  shared: readonly NamespaceType[],
): Promise<StateRecord> {
  const place = cgroup === null || host.cgroup2 === null ? null : { root: host.cgroup2.mountPoint, path: cgroup.path }
  const unit = cgroup?.unit ?? null
  if (place !== null) await refuseFrozen(operation, id, place, host)
  if (place !== null && unit !== null) await refuseUsed(operation, id, place, unit.name)
  return {
    version: 1,
    id,
    bundle,
    created,
    bootId: bootId(),
    creator: ownIdentity(),
    cgroup: place?.path ?? null,
    cgroupRoot: place?.root ?? null,
    cgroupParents: place === null || unit !== null ? [] : await missingParents(place, host.cgroup2?.own ?? '/'),
    unit,
    network,
    shared,
    init: null,
    config,
  }
}
