// Namespaces, id mappings, clock offsets (config-linux.md, Namespaces).
import type { Findings } from '../findings.ts'
import { pathFault } from '../paths.ts'
import { findNamespace, isMapped } from '../queries.ts'
import type { Config, IdMapping, NamespaceType } from '../types.ts'
import type { Area } from './area.ts'

/** kernel/user_namespace.c, UID_GID_MAP_MAX_EXTENTS. */
const MAX_RANGES = 340
/** include/linux/ktime.h, KTIME_SEC_MAX. */
const MAX_SECONDS = 9_223_372_036
/** (uid_t)-1 means "none" to the kernel, so the last id that can be mapped is one below. */
const MAX_ID = 0xffff_fffe

function checkNamespaces({ linux }: Config, findings: Findings): void {
  const seen = new Map<NamespaceType, number>()
  linux?.namespaces?.forEach(({ type, path }, index) => {
    const at = `/linux/namespaces/${index}`
    const first = seen.get(type)
    if (first !== undefined)
      findings.problem(`${at}/type`, `must not be there twice; ${type} is entry ${first} already`)
    else seen.set(type, index)
    const fault = path === undefined ? undefined : pathFault(path)
    if (fault !== undefined) findings.problem(`${at}/path`, `${fault}; leave it out to create the namespace`)
  })
}

function checkMappings(config: Config, findings: Findings): void {
  const { uidMappings = [], gidMappings = [] } = config.linux ?? {}
  const user = findNamespace(config, 'user')
  for (const [key, mappings] of [['uidMappings', uidMappings] as const, ['gidMappings', gidMappings] as const]) {
    const at = `/linux/${key}`
    if (user === undefined) {
      if (mappings.length > 0) findings.problem(at, 'needs an entry of type user in /linux/namespaces')
    } else if (mappings.length === 0) {
      if (user.path === undefined) findings.problem(at, 'must have at least one range for the new user namespace')
    } else if (!isMapped(mappings, 0)) {
      findings.problem(at, 'must have id 0: setting up the container is the work of its root')
    }
    checkRanges(mappings, at, findings)
  }
}

/** Ranges of a user namespace or of an id-mapped mount (user_namespaces(7), "Defining user and group ID mappings"). */
export function checkRanges(mappings: readonly IdMapping[], at: string, findings: Findings): void {
  if (mappings.length > MAX_RANGES) {
    findings.problem(at, `must have at most ${MAX_RANGES} ranges, has ${mappings.length}`)
    return
  }
  mappings.forEach(({ containerID, hostID, size }, index) => {
    if (size === 0) findings.problem(`${at}/${index}/size`, 'must be at least 1')
    for (const [key, first] of [['containerID', containerID] as const, ['hostID', hostID] as const]) {
      if (first + Math.max(size, 1) - 1 > MAX_ID) {
        findings.problem(`${at}/${index}/${key}`, `must be a range that ends at ${MAX_ID} or before`)
      }
    }
  })
  if (mappings.length < 2) return
  checkOverlap(mappings, 'containerID', at, findings)
  checkOverlap(mappings, 'hostID', at, findings)
}

function checkOverlap(mappings: readonly IdMapping[], key: 'containerID' | 'hostID', at: string, findings: Findings) {
  const sorted = mappings.map((mapping, index) => ({ first: mapping[key], size: mapping.size, index }))
  sorted.sort((a, b) => a.first - b.first || a.index - b.index)
  let reach = { end: 0, index: 0 }
  for (const { first, size, index } of sorted) {
    if (first < reach.end)
      findings.problem(`${at}/${index}/${key}`, `must not overlap the range of entry ${reach.index}`)
    if (first + size > reach.end) reach = { end: first + size, index }
  }
}

function checkTimeOffsets(config: Config, findings: Findings): void {
  const offsets = config.linux?.timeOffsets
  if (offsets === undefined) return
  const at = '/linux/timeOffsets'
  const clocks = (['boottime', 'monotonic'] as const).filter((clock) => offsets[clock] !== undefined)
  for (const clock of clocks) {
    const { secs = 0 } = offsets[clock] ?? {}
    if (secs > MAX_SECONDS || secs < -MAX_SECONDS) {
      findings.problem(`${at}/${clock}/secs`, `must be at most ${MAX_SECONDS} either way, as the kernel counts time`)
    }
    if ((offsets[clock]?.nanosecs ?? 0) >= 1_000_000_000) {
      findings.problem(`${at}/${clock}/nanosecs`, 'must be at most 999999999: more is a second')
    }
  }
  if (clocks.length === 0) return
  const time = findNamespace(config, 'time')
  if (time === undefined) findings.problem(at, 'needs an entry of type time in /linux/namespaces')
  else if (time.path !== undefined) {
    findings.problem(at, 'must not be set for a time namespace that is joined: its clocks are running already')
  }
}

export const NAMESPACE_AREAS: readonly Area[] = [
  { reads: ['/linux/namespaces'], check: checkNamespaces },
  { reads: ['/linux/namespaces', '/linux/uidMappings', '/linux/gidMappings'], check: checkMappings },
  { reads: ['/linux/namespaces', '/linux/timeOffsets'], check: checkTimeOffsets },
]
