// Limits that only cgroup v1 has: the spec wants an error where something that was asked for cannot be applied.
import type { Findings } from './findings.ts'
import type { Config, Resources } from './types.ts'

const AT = '/linux/resources'

/** Reports limits that no cgroup2 can keep, and those it need not. The document must be well-formed. */
export function findV1Limits({ linux }: Config, findings: Findings): void {
  const resources = linux?.resources
  if (resources === undefined) return
  for (const [path, instead] of v1Limits(resources)) {
    findings.problem(`${AT}/${path}`, `is a limit of cgroup v1 alone: ${instead}`)
  }
  for (const [path, why] of harmless(resources)) findings.warning(`${AT}/${path}`, `is left out: ${why}`)
}

/** What asks for something that cgroup2 always does, or the spec itself advises against. */
function harmless({ memory = {}, cpu = {} }: Resources): V1Limit[] {
  const found: V1Limit[] = []
  const counted = 'cgroup2 counts this memory as part of the limit'
  if (memory.kernel !== undefined) found.push(['memory/kernel', counted])
  if (memory.kernelTCP !== undefined) found.push(['memory/kernelTCP', counted])
  if (memory.useHierarchy === false) found.push(['memory/useHierarchy', 'children always count in cgroup2'])
  if (Number(cpu.idle ?? 0) === 1 && (cpu.shares ?? 0) !== 0) {
    found.push(['cpu/shares', 'a cgroup that is idle has the least of all weights'])
  }
  return found
}

type V1Limit = readonly [path: string, instead: string]

function v1Limits({ memory = {}, cpu = {}, blockIO = {}, network = {} }: Resources): V1Limit[] {
  const found: V1Limit[] = []
  const swapping = 'cgroup2 limits swap by memory.swap, and prefers none of its cgroups'
  if (memory.swappiness !== undefined) found.push(['memory/swappiness', swapping])
  if (memory.disableOOMKiller === true) {
    found.push([
      'memory/disableOOMKiller',
      'in cgroup2 memory.high (by unified) slows tasks down before they are killed',
    ])
  }
  const realtime = 'cgroup2 does not divide real-time CPU'
  if ((cpu.realtimeRuntime ?? 0) !== 0) found.push(['cpu/realtimeRuntime', realtime])
  if ((cpu.realtimePeriod ?? 0) !== 0) found.push(['cpu/realtimePeriod', realtime])
  const leaf = 'cgroup2 has no processes beside child cgroups'
  if ((blockIO.leafWeight ?? 0) !== 0) found.push(['blockIO/leafWeight', leaf])
  for (const [index, device] of (blockIO.weightDevice ?? []).entries()) {
    if ((device.leafWeight ?? 0) !== 0) found.push([`blockIO/weightDevice/${index}/leafWeight`, leaf])
  }
  const marking = 'with cgroup2 packets are told apart by nftables’ “socket cgroupv2”'
  if ((network.classID ?? 0) !== 0) found.push(['network/classID', marking])
  if ((network.priorities ?? []).length > 0) found.push(['network/priorities', marking])
  return found
}
