// How the ids of a new user namespace get mapped: by this process, or by newuidmap and newgidmap.
import type { IdMaps } from '../addon.ts'
import { createsNamespace } from '../config/queries.ts'
import type { IdMapping, ValidConfig } from '../config/types.ts'
import type { Host, IdRange } from '../host.ts'
import { CAP_SETFCAP, CAP_SETGID, CAP_SETUID, hasCapability } from '../plan/flags.ts'
import { invalid, unsupported } from '../plan/refusal.ts'

export type IdMapPlan =
  /** No new user namespace. */
  | { readonly kind: 'none' }
  /** This process writes the maps. */
  | { readonly kind: 'direct'; readonly maps: IdMaps }
  /** The programs write them: absolute path, then the ranges; the pid goes in between. */
  | {
      readonly kind: 'helper'
      readonly uid: readonly string[]
      readonly gid: readonly string[]
      /** Whether setgroups(2) is allowed inside afterwards. */
      readonly setGroups: boolean
    }

/**
 * Decides who maps the ids. The kernel's rules are in user_namespaces(7): with CAP_SETUID and CAP_SETGID any ids;
 * without, one's own id alone, and for groups only once setgroups is denied for good.
 *
 * @throws ContainerError ERR_UNSUPPORTED when this user may map these ids in no way; ERR_INVALID_CONFIG without mappings
 */
export function planIdMaps(config: ValidConfig, host: Host): IdMapPlan {
  if (!createsNamespace(config, 'user')) return { kind: 'none' }
  const { uidMappings: uid = [], gidMappings: gid = [] } = config.linux ?? {}
  if (uid.length === 0) throw invalid('/linux/uidMappings', 'a new user namespace needs mappings')
  if (gid.length === 0) throw invalid('/linux/gidMappings', 'a new user namespace needs mappings')
  return planDirect(uid, gid, host) ?? planHelper(uid, gid, host) ?? refuse(host)
}

function planDirect(uid: readonly IdMapping[], gid: readonly IdMapping[], host: Host): IdMapPlan | undefined {
  const { capabilities } = host
  // Since 5.12 a map of the outer root also needs CAP_SETFCAP: it would make file capabilities valid outside.
  const anyUid =
    hasCapability(capabilities, CAP_SETUID) &&
    (hasCapability(capabilities, CAP_SETFCAP) || uid.every(({ hostID }) => hostID !== 0))
  const anyGid = hasCapability(capabilities, CAP_SETGID)
  if (!anyUid && !isOwn(uid, host.euid)) return undefined
  if (!anyGid && !isOwn(gid, host.egid)) return undefined
  const maps = { uid: mapText(uid), gid: mapText(gid) }
  return { kind: 'direct', maps: anyGid && host.setgroupsAllowed ? maps : { ...maps, setgroups: 'deny' } }
}

function planHelper(uid: readonly IdMapping[], gid: readonly IdMapping[], host: Host): IdMapPlan | undefined {
  const { newuidmap, newgidmap, subIds } = host
  if (newuidmap === undefined || newgidmap === undefined) return undefined
  const mayMap = (each: IdMapping, id: number, ranges: readonly IdRange[]) => isOwn([each], id) || covers(ranges, each)
  if (!uid.every((each) => mayMap(each, host.euid, subIds.uid))) return undefined
  if (!gid.every((each) => mayMap(each, host.egid, subIds.gid))) return undefined
  return {
    kind: 'helper',
    uid: [newuidmap, ...argumentsOf(uid)],
    gid: [newgidmap, ...argumentsOf(gid)],
    // newgidmap denies setgroups unless the administrator has given this user groups, by at least one range.
    setGroups: host.setgroupsAllowed && gid.some((each) => covers(subIds.gid, each)),
  }
}

function refuse({ euid, egid, newuidmap, newgidmap, subIds }: Host): never {
  const lacking: string[] = []
  if (newuidmap === undefined || newgidmap === undefined)
    lacking.push('install newuidmap and newgidmap (package uidmap)')
  if (subIds.uid.length === 0 || subIds.gid.length === 0) lacking.push('add ranges to /etc/subuid and /etc/subgid')
  const own = `map only its own ids, uid ${euid} and gid ${egid}, each with size 1`
  const granted = `stay within the ranges that /etc/subuid and /etc/subgid give it${lacking.length > 0 ? ` (first ${lacking.join(', ')})` : ''}`
  throw unsupported('this user may not map the ids of linux.uidMappings and linux.gidMappings', `${own}, or ${granted}`)
}

const isOwn = (maps: readonly IdMapping[], id: number): boolean =>
  maps.length === 1 && maps[0]?.hostID === id && maps[0].size === 1

/** Whether the ranges, which may adjoin or overlap, hold all outer ids of a mapping. */
function covers(ranges: readonly IdRange[], { hostID, size }: IdMapping): boolean {
  const end = hostID + size
  let next = hostID
  while (next < end) {
    const reached = next
    const range = ranges.find(({ start, count }) => start <= reached && reached < start + count)
    if (range === undefined) return false
    next = range.start + range.count
  }
  return true
}

/** As /proc/PID/uid_map takes it. */
export const mapText = (maps: readonly IdMapping[]): string =>
  maps.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('')

const argumentsOf = (maps: readonly IdMapping[]): string[] =>
  maps.flatMap(({ containerID, hostID, size }) => [`${containerID}`, `${hostID}`, `${size}`])
