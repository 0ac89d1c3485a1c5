// Which cgroup a container goes to, and who makes it. Pure; cgroups/fs.ts and cgroups/systemd.ts do.
import type { ValidConfig } from '../config/types.ts'
import { ContainerError, type ErrorCode } from '../errors.ts'
import type { Host } from '../host.ts'
import { controllersOf, planResources } from './resources.ts'
import { annotatedProperties } from './unit-annotations.ts'
import type { UnitProperty } from './unit-properties.ts'
import { isUnitPath, type Unit, unitCgroup, unitOf, unitPathFault } from './units.ts'

export interface CgroupPlace {
  /** Path below the cgroup2 mount point, beginning with a slash. */
  readonly path: string
  /** The unit of systemd that it is the cgroup of; unset: a directory that we make. */
  readonly unit?: Unit
  /** What the document's annotations ask for. */
  readonly properties?: readonly UnitProperty[]
}

/**
 * Who makes a container's cgroup: we do, by plain files (`fs`), or systemd does, as a transient scope. `auto`: systemd where
 * `linux.cgroupsPath` says so, and where there is no such path, limits are wanted, and systemd must be asked for them, since
 * the cgroup of this process passes their controllers on to no child.
 */
export type CgroupDriver = 'auto' | 'fs' | 'systemd'

/**
 * Decides the container's cgroup. An absolute `linux.cgroupsPath` starts at the mount point, a relative one at this
 * process's own cgroup; without one it is `libcontainer-<id>` in the own cgroup. `slice:prefix:name` is the scope
 * `prefix-name.scope` of systemd in that slice. Spec: config-linux.md, Cgroups Path.
 *
 * @returns null when none was asked for and none can be made: the container then stays in this process's cgroup
 * @throws ContainerError ERR_UNSUPPORTED when one was asked for and there is no cgroup2 hierarchy, or it cannot be made
 *   there, or the path and the driver do not go together; ERR_INVALID_CONFIG when it leads out of the hierarchy or to its
 *   root, or names no unit
 */
export function placeCgroup(
  config: ValidConfig,
  host: Host,
  id: string,
  driver: CgroupDriver = 'auto',
): CgroupPlace | null {
  const asked = config.linux?.cgroupsPath ?? ''
  const { cgroup2 } = host
  if (choosesSystemd(asked, config, host, driver)) return placeUnit(asked, config, host, id)
  if (asked === '') return cgroup2?.writable ? { path: join(cgroup2.own, `libcontainer-${id}`) } : null
  if (cgroup2 === null) throw withoutHierarchy(id, asked)
  if (isUnitPath(asked)) {
    throw failure('ERR_UNSUPPORTED', id, asked, 'it names a unit of systemd, and the driver is fs', 'give a path')
  }
  if (asked.startsWith('/')) return { path: resolve('', asked, id) }
  if (!cgroup2.writable) {
    const hint =
      'have a cgroup delegated to this user (systemd-run --user --scope -p Delegate=yes), or give an absolute path'
    throw failure('ERR_UNSUPPORTED', id, asked, `this user may make no cgroup below its own, ${cgroup2.own}`, hint)
  }
  return { path: resolve(cgroup2.own, asked, id) }
}

function choosesSystemd(asked: string, config: ValidConfig, host: Host, driver: CgroupDriver): boolean {
  if (driver !== 'auto') return driver === 'systemd'
  if (asked !== '') return isUnitPath(asked)
  const { systemd, cgroup2 } = host
  // The root of the hierarchy passes on whatever is enabled in it; everywhere else processes are in the way.
  if (systemd === null || cgroup2 === null || (cgroup2.writable && cgroup2.own === '/')) return false
  const needed = [...controllersOf(planResources(config.linux?.resources ?? {})).keys()]
  if (needed.length === 0) return false
  return !cgroup2.writable || needed.some((controller) => !cgroup2.passedOn.includes(controller))
}

function placeUnit(
  asked: string,
  { annotations = {} }: ValidConfig,
  { systemd, cgroup2 }: Host,
  id: string,
): CgroupPlace {
  if (cgroup2 === null) throw withoutHierarchy(id, asked)
  if (asked !== '' && !isUnitPath(asked)) {
    const why = 'the systemd driver wants the form slice:prefix:name'
    throw failure('ERR_UNSUPPORTED', id, asked, why, 'leave the path out, or choose the driver fs')
  }
  if (systemd === null) {
    const why = 'slice:prefix:name takes systemd, which does not run here, or not for this user'
    throw failure('ERR_UNSUPPORTED', id, asked, why, 'give a path, with the driver fs')
  }
  const fault = asked === '' ? undefined : unitPathFault(asked)
  if (fault !== undefined) throw failure('ERR_INVALID_CONFIG', id, asked, fault)
  const unit = unitOf(asked === '' ? undefined : asked, systemd.manager, id)
  const properties = annotatedProperties(annotations, (annotation, why) => {
    const problems = [{ path: `/annotations/${annotation}`, message: why }]
    throw new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'plan', id, problems })
  })
  return { path: unitCgroup(unit, systemd.cgroup), unit, properties }
}

function withoutHierarchy(id: string, asked: string): ContainerError {
  const hint = 'mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup'
  return failure('ERR_UNSUPPORTED', id, asked, 'this machine has no cgroup2 hierarchy', hint)
}

function resolve(base: string, asked: string, id: string): string {
  const parts = asked.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw failure('ERR_INVALID_CONFIG', id, asked, 'it must not contain ..')
  if (parts.length === 0) {
    throw failure('ERR_INVALID_CONFIG', id, asked, 'it names no cgroup of its own', 'add a name, e.g. /containers/web')
  }
  return join(base, parts.join('/'))
}

const join = (base: string, name: string): string => (base === '/' ? `/${name}` : `${base}/${name}`)

function failure(code: ErrorCode, id: string, asked: string, why: string, hint?: string): ContainerError {
  return new ContainerError({
    code,
    operation: 'plan',
    id,
    message: `linux.cgroupsPath ${JSON.stringify(asked)}: ${why}`,
    hint,
    ...(code === 'ERR_INVALID_CONFIG' && { problems: [{ path: '/linux/cgroupsPath', message: why }] }),
  })
}
