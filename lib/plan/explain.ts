// Tells what creating a container, or executing a process in it, would do, without doing any of it.

import type { ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { planExec, presumedFacts } from './exec.ts'
import { type CgroupPlace, type IdMapPlan, type PlanOptions, placeCgroup, planAll } from './plan.ts'
import { printPlan } from './print.ts'

/**
 * The whole plan of a container as text: cgroup, id maps, and every operation in order. Pure: no privilege is needed,
 * and no file is looked at.
 *
 * @throws ContainerError as creating it would: ERR_UNSUPPORTED, ERR_INVALID_CONFIG
 */
export function explainConfig(config: ValidConfig, host: Host, options: PlanOptions): string {
  const { plan, idMaps, cgroup, limits } = planAll(config, host, options)
  const facts: Array<readonly [string, string]> = [['cgroup', cgroupWords(cgroup, host)]]
  for (const { file, data } of limits.writes) facts.push(['limit', `${file} ${data}`])
  if (limits.devices !== null) facts.push(['devices', 'restricted by an eBPF program'])
  if (idMaps.kind !== 'none') facts.push(['ids', idMapWords(idMaps)])
  return printPlan(plan, { id: options.id, host, facts })
}

/**
 * The whole plan of one more process in a container. What the container's namespaces are is taken from its document.
 *
 * @param config the container's document with the new process in the place of its own
 * @throws ContainerError as executing it would: ERR_UNSUPPORTED, ERR_INVALID_CONFIG
 */
export function explainExec(config: ValidConfig, host: Host, id: string): string {
  const { plan, bornInside } = planExec(config, host, presumedFacts(config, host))
  const facts: Array<readonly [string, string]> = [['cgroup', cgroupWords(placeCgroup(config, host, id), host)]]
  if (bornInside) facts.push(['born', 'in the pid namespace of fd:container'])
  return printPlan(plan, { id: `${id} exec`, host, facts })
}

function cgroupWords(cgroup: CgroupPlace | null, host: Host): string {
  if (cgroup !== null) {
    const maker = cgroup.unit === undefined ? '' : `, ${cgroup.unit.name} of systemd (${cgroup.unit.manager})`
    return `${cgroup.path} below ${host.cgroup2?.mountPoint}${maker}`
  }
  return host.cgroup2 === null ? 'none: this machine has no cgroup2' : `that of this process, ${host.cgroup2.own}`
}

function idMapWords(idMaps: Exclude<IdMapPlan, { kind: 'none' }>): string {
  if (idMaps.kind === 'helper') return [idMaps.uid, idMaps.gid].map((argv) => argv.join(' ')).join('; ')
  const { uid, gid, setgroups } = idMaps.maps
  const ranges = (text: string): string => text.trimEnd().replaceAll('\n', ', ')
  return `uid ${ranges(uid)}; gid ${ranges(gid)}${setgroups === 'deny' ? '; setgroups denied' : ''}`
}
