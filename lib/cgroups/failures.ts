// Why a cgroup could not be limited, in words. Pure.
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
      const hint = enables ? enablingHint(cause) : writingHint(cause)
      return new ContainerError({
        ...common,
        code,
        op,
        path: enables ? `/${call.path}` : `${cgroup}/${call.path}`,
        hint,
      })
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

function enablingHint(cause: unknown): string | undefined {
  if (hasErrno(cause, 'EBUSY')) {
    return 'this cgroup has processes of its own, so its children cannot have controllers: set linux.cgroupsPath to a place below one without processes, or move this process to a child (systemd: DelegateSubgroup=)'
  }
  if (hasErrno(cause, 'ENOENT')) return 'the parent of this cgroup does not have the controller enabled for it'
  if (hasErrno(cause, 'EOPNOTSUPP'))
    return 'this cgroup is threaded, or below one that is: such have no domain controllers'
  return undefined
}

function writingHint(cause: unknown): string | undefined {
  if (hasErrno(cause, 'ENOENT')) {
    return 'the controller is not enabled for this cgroup, or this kernel’s controller has no such file'
  }
  if (hasErrno(cause, 'EINVAL', 'ERANGE', 'EOVERFLOW')) return 'the kernel does not accept this value for this file'
  if (hasErrno(cause, 'EBUSY')) return 'processes of the cgroup use more than that now'
  return hasErrno(cause, 'ENODEV') ? 'there is no such device, or it is not a whole disk' : undefined
}
