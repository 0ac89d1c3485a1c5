// Which cgroup a container goes to. Pure; cgroups/fs.ts makes it.
import type { ValidConfig } from '../config/types.ts'
import { ContainerError, type ErrorCode } from '../errors.ts'
import type { Host } from '../host.ts'

export interface CgroupPlace {
  /** Path below the cgroup2 mount point, beginning with a slash. */
  readonly path: string
}

/**
 * Decides the container's cgroup. An absolute `linux.cgroupsPath` starts at the mount point, a relative one at this
 * process's own cgroup; without one it is `libcontainer-<id>` in the own cgroup. Spec: config-linux.md, Cgroups Path.
 *
 * @returns null when none was asked for and none can be made: the container then stays in this process's cgroup
 * @throws ContainerError ERR_UNSUPPORTED when one was asked for and there is no cgroup2 hierarchy, or it cannot be
 *   made there, or it is in the form of the systemd driver; ERR_INVALID_CONFIG when it leads out of the hierarchy or
 *   to its root
 */
export function placeCgroup(config: ValidConfig, host: Host, id: string): CgroupPlace | null {
  const asked = config.linux?.cgroupsPath ?? ''
  const { cgroup2 } = host
  if (asked === '') return cgroup2?.writable ? { path: join(cgroup2.own, `libcontainer-${id}`) } : null
  if (cgroup2 === null) {
    throw failure(
      'ERR_UNSUPPORTED',
      id,
      asked,
      'this machine has no cgroup2 hierarchy',
      'mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    )
  }
  if (/^[^/:]*:[^/:]*:[^/:]*$/.test(asked)) {
    throw failure('ERR_UNSUPPORTED', id, asked, 'the systemd form slice:prefix:name is not supported', 'give a path')
  }
  if (asked.startsWith('/')) return { path: resolve('', asked, id) }
  if (!cgroup2.writable) {
    const hint =
      'have a cgroup delegated to this user (systemd-run --user --scope -p Delegate=yes), or give an absolute path'
    throw failure('ERR_UNSUPPORTED', id, asked, `this user may make no cgroup below its own, ${cgroup2.own}`, hint)
  }
  return { path: resolve(cgroup2.own, asked, id) }
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
