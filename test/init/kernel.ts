// Numbers of the kernel's interface that plans carry, under their C names.
import { constants } from 'node:os'

export const CLONE_NEWTIME = 0x80
export const CLONE_NEWNS = 0x20000
export const CLONE_NEWCGROUP = 0x2000000
export const CLONE_NEWUTS = 0x4000000
export const CLONE_NEWIPC = 0x8000000
export const CLONE_NEWUSER = 0x10000000
export const CLONE_NEWPID = 0x20000000
export const CLONE_NEWNET = 0x40000000

export const MOUNT_ATTR_RDONLY = 1
export const MOUNT_ATTR_NOSUID = 2
export const MOUNT_ATTR_NODEV = 4
export const MOUNT_ATTR_NOEXEC = 8

export const MS_REC = 1 << 14
export const MS_UNBINDABLE = 1 << 17
export const MS_PRIVATE = 1 << 18
export const MS_SLAVE = 1 << 19
export const MS_SHARED = 1 << 20

export const S_IFIFO = 0o010000
export const S_IFCHR = 0o020000
export const S_IFBLK = 0o060000
export const S_IFREG = 0o100000

export const RLIMIT_NOFILE = 7
export const RLIMIT_CORE = 4

export const CAP_CHOWN = 0n
export const CAP_NET_BIND_SERVICE = 10n
export const CAP_MKNOD = 27n

export const {
  EBADF,
  EBUSY,
  ECANCELED,
  EEXIST,
  EINVAL,
  EISDIR,
  EACCES,
  ELOOP,
  ENAMETOOLONG,
  ENODEV,
  ENOENT,
  ENOTDIR,
  EPERM,
  EROFS,
  EXDEV,
  EBADMSG,
  EIO,
  ENXIO,
  EPIPE,
  ERANGE,
  ENOEXEC,
} = constants.errno
export const { SIGKILL } = constants.signals
