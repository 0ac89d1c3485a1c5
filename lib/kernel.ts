// Numbers of the kernel's interface that more than one file needs, under their C names (include/uapi/linux).
import { constants as fs } from 'node:fs'

export const { O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK, O_DIRECTORY, O_NOFOLLOW } =
  fs

/** fcntl.h; Node has no name for it. */
export const O_PATH = 0o10000000
export const AT_FDCWD = -100
export const AT_REMOVEDIR = 0x200

/** file.h */
export const LOCK_EX = 2
export const LOCK_NB = 4
export const LOCK_UN = 8

/** openat2.h */
export const RESOLVE_NO_XDEV = 0x01
export const RESOLVE_NO_MAGICLINKS = 0x02
export const RESOLVE_NO_SYMLINKS = 0x04
export const RESOLVE_BENEATH = 0x08

/** magic.h */
export const CGROUP2_SUPER_MAGIC = 0x63677270
