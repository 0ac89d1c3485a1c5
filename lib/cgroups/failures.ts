// Why a cgroup could not be limited, in words. Pure.
import { basename, dirname, join } from 'node:path'
import type { BatchCall, NativeError } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno } from '../failures.ts'

interface Context {
  readonly operation: string
  readonly id: string
  /** Path of the container's cgroup below the mount point. */
  readonly cgroup: string
}

/** The error for a call of a batch that was to limit a cgroup; undefined when that was not what it was to do. */
export function limitFailure(
  call: BatchCall | undefined,
  cause: unknown,
  context: Context,
): ContainerError | undefined {
  const { operation, id, cgroup } = context
  const { syscall, code: errno } = cause as NativeError
  const common = { operation, id, syscall, errno, cause }
  switch (call?.call) {
    case 'writeFile': {
      const code = hasErrno(cause, 'ENOENT') ? 'ERR_UNSUPPORTED' : 'ERR_SYSTEM'
      const op = `write ${JSON.stringify(call.data)} to`
      const enables = call.path.endsWith('cgroup.subtree_control')
      const path = enables ? `/${call.path}` : `${cgroup}/${call.path}`
      const hint = enables ? enablingHint(cause, dirname(path), cgroup) : writingHint(cause, call.path)
      return new ContainerError({ ...common, code, op, path, hint })
    }
    case 'attachDeviceProgram':
      return new ContainerError({
        ...common,
        code: 'ERR_SYSTEM',
        op: 'restrict devices of',
        path: cgroup,
        hint: hasErrno(cause, 'EPERM')
          ? 'bpf(2) takes CAP_SYS_ADMIN outside any user namespace; a seccomp profile around this process may hide it'
          : undefined,
      })
    case 'fchownat':
      return new ContainerError({ ...common, code: 'ERR_SYSTEM', op: 'delegate', path: `${cgroup}/${call.path}` })
    default:
      return undefined
  }
}

/** @param parent the cgroup that does not pass controllers on */
function enablingHint(cause: unknown, parent: string, cgroup: string): string | undefined {
  if (hasErrno(cause, 'EBUSY')) {
    // The parent has controllers to pass on, and so what is beside it can have them too.
    const beside = parent === '/' ? undefined : join(dirname(parent), basename(cgroup))
    return [
      `the cgroup ${parent} has processes of its own, so its children cannot have controllers: `,
      beside === undefined ? '' : `set linux.cgroupsPath to ${beside}, beside it and not within its limits, or `,
      'move its processes to a child first (mkdir in it; cgroup.procs; systemd: DelegateSubgroup=)',
    ].join('')
  }
  if (hasErrno(cause, 'ENOENT')) return 'the parent of this cgroup does not have the controller enabled for it'
  if (hasErrno(cause, 'EOPNOTSUPP'))
    return 'this cgroup is threaded, or below one that is: such have no domain controllers'
  return undefined
}

/** What particular files mean by an errno. */
const OF_FILES: ReadonlyArray<readonly [file: RegExp, errno: string, hint: string]> = [
  [
    /^cpuset\.(cpus|mems)$/,
    'ENOSPC',
    'what a cgroup with processes has been given once can be changed, but not taken back: give what its parent has (cpuset.cpus.effective, cpuset.mems.effective)',
  ],
  [/^io\.max$/, 'EINVAL', 'a rate is max or at least 2 a second'],
  [
    /^io\.(bfq\.)?weight$/,
    'EOPNOTSUPP',
    'this disk does not weigh: give it the scheduler bfq (/sys/block/DISK/queue/scheduler), or enable io.cost.qos of the root cgroup for it',
  ],
  [/^rdma\.max$/, 'ENODEV', 'there is no such RDMA device'],
]

function writingHint(cause: unknown, file: string): string | undefined {
  const particular = OF_FILES.find(([pattern, errno]) => pattern.test(file) && hasErrno(cause, errno))
  if (particular !== undefined) return particular[2]
  if (hasErrno(cause, 'ENOENT')) {
    return 'the controller is not enabled for this cgroup, or this kernel’s controller has no such file'
  }
  if (hasErrno(cause, 'EINVAL', 'ERANGE', 'EOVERFLOW')) return 'the kernel does not accept this value for this file'
  if (hasErrno(cause, 'EBUSY')) return 'processes of the cgroup use more than that now'
  return hasErrno(cause, 'ENODEV') ? 'there is no such device, or it is not a whole disk' : undefined
}
