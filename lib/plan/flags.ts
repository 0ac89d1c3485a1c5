// The kernel's numbers that plans contain, with the words they are written and printed in.
import { CAPABILITIES } from '../config/capabilities.ts'
import { RLIMITS } from '../config/rlimits.ts'
import type { FlagSet } from './ops.ts'

/** Bits with names. Order is the order of printing. */
type Names = Readonly<Record<string, number>>

/** include/uapi/linux/sched.h; the words are those of /proc/PID/ns. */
export const NAMESPACES = {
  user: 0x10000000,
  pid: 0x20000000,
  mnt: 0x00020000,
  net: 0x40000000,
  ipc: 0x08000000,
  uts: 0x04000000,
  cgroup: 0x02000000,
  time: 0x00000080,
} as const satisfies Names

/** include/uapi/linux/mount.h */
export const MOUNT_ATTR_RDONLY = 0x1
export const MOUNT_ATTR_NOSUID = 0x2
export const MOUNT_ATTR_NODEV = 0x4
export const MOUNT_ATTR_NOEXEC = 0x8
/** Not a bit but a field, in which 0 is relatime: whoever sets a value must clear all of it. */
export const MOUNT_ATTR__ATIME = 0x70
export const MOUNT_ATTR_NOATIME = 0x10
export const MOUNT_ATTR_STRICTATIME = 0x20
export const MOUNT_ATTR_NODIRATIME = 0x80
export const MOUNT_ATTR_NOSYMFOLLOW = 0x200000

const MOUNT_ATTRIBUTES: Names = {
  ro: MOUNT_ATTR_RDONLY,
  nosuid: MOUNT_ATTR_NOSUID,
  nodev: MOUNT_ATTR_NODEV,
  noexec: MOUNT_ATTR_NOEXEC,
  atime: MOUNT_ATTR__ATIME,
  noatime: MOUNT_ATTR_NOATIME,
  strictatime: MOUNT_ATTR_STRICTATIME,
  nodiratime: MOUNT_ATTR_NODIRATIME,
  nosymfollow: MOUNT_ATTR_NOSYMFOLLOW,
}

/** include/uapi/linux/mount.h */
export const MS_REC = 0x4000
export const MS_UNBINDABLE = 1 << 17
export const MS_PRIVATE = 1 << 18
export const MS_SLAVE = 1 << 19
export const MS_SHARED = 1 << 20

const PROPAGATION: Names = {
  private: MS_PRIVATE,
  slave: MS_SLAVE,
  shared: MS_SHARED,
  unbindable: MS_UNBINDABLE,
  recursive: MS_REC,
}

/** include/uapi/linux/stat.h */
export const S_IFIFO = 0o010000
export const S_IFCHR = 0o020000
export const S_IFBLK = 0o060000

const FILE_TYPES: Names = { fifo: S_IFIFO, char: S_IFCHR, block: S_IFBLK }

/** include/uapi/linux/capability.h */
export const CAP_SETGID = 6
export const CAP_SETUID = 7
export const CAP_NET_ADMIN = 12
export const CAP_SYS_PTRACE = 19
export const CAP_SYS_ADMIN = 21
export const CAP_MKNOD = 27
export const CAP_SETFCAP = 31

/** Whether a set of capability bits has this one. */
export function hasCapability(set: bigint, number: number): boolean {
  return ((set >> BigInt(number)) & 1n) === 1n
}

/** include/uapi/linux/sched.h. SCHED_ISO is a number that Linux has never had a policy for. */
export const SCHEDULER_POLICIES = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_ISO: 4,
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
} as const satisfies Names

/** include/uapi/linux/sched.h */
export const SCHEDULER_FLAGS = {
  SCHED_FLAG_RESET_ON_FORK: 0x01,
  SCHED_FLAG_RECLAIM: 0x02,
  SCHED_FLAG_DL_OVERRUN: 0x04,
  SCHED_FLAG_KEEP_POLICY: 0x08,
  SCHED_FLAG_KEEP_PARAMS: 0x10,
  SCHED_FLAG_UTIL_CLAMP_MIN: 0x20,
  SCHED_FLAG_UTIL_CLAMP_MAX: 0x40,
} as const satisfies Names

/** include/uapi/linux/ioprio.h */
export const IO_CLASSES = {
  IOPRIO_CLASS_RT: 1,
  IOPRIO_CLASS_BE: 2,
  IOPRIO_CLASS_IDLE: 3,
} as const satisfies Names

/** include/uapi/linux/mempolicy.h */
export const MEMORY_MODES = {
  MPOL_DEFAULT: 0,
  MPOL_PREFERRED: 1,
  MPOL_BIND: 2,
  MPOL_INTERLEAVE: 3,
  MPOL_LOCAL: 4,
  MPOL_PREFERRED_MANY: 5,
  MPOL_WEIGHTED_INTERLEAVE: 6,
} as const satisfies Names

/** include/uapi/linux/mempolicy.h; they share a word with the mode. */
export const MEMORY_FLAGS = {
  MPOL_F_STATIC_NODES: 1 << 15,
  MPOL_F_RELATIVE_NODES: 1 << 14,
  MPOL_F_NUMA_BALANCING: 1 << 13,
} as const satisfies Names

const MEMORY_MODE_MASK = 0x1fff

/** include/uapi/linux/personality.h, by the words of the OCI document. */
export const PERSONALITIES = { LINUX: 0, LINUX32: 8 } as const satisfies Names

/** include/uapi/linux/seccomp.h */
export const SECCOMP_FLAGS = {
  SECCOMP_FILTER_FLAG_TSYNC: 1,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
  SECCOMP_FILTER_FLAG_NEW_LISTENER: 8,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 32,
} as const satisfies Names

/** A resource limit that is none: include/uapi/asm-generic/resource.h. */
export const RLIM_INFINITY = 0xffffffffffffffffn

/** A number of a flag set in words, as the printed plan has it; empty when nothing is set. */
export function flagWords(set: FlagSet, value: number | bigint): string {
  switch (set) {
    case 'namespaces':
      return wordsOf(NAMESPACES, Number(value))
    case 'mountAttributes':
      return wordsOf(MOUNT_ATTRIBUTES, Number(value))
    case 'propagation':
      return wordsOf(PROPAGATION, Number(value))
    case 'fileType':
      return Object.entries(FILE_TYPES).find(([, type]) => type === value)?.[0] ?? octal(value)
    case 'rlimit':
      return RLIMITS[Number(value)] ?? `${value}`
    case 'capabilities':
      return capabilityWords(BigInt(value))
    case 'schedulerPolicy':
      return nameOf(SCHEDULER_POLICIES, Number(value))
    case 'schedulerFlags':
      return wordsOf(SCHEDULER_FLAGS, Number(value))
    case 'ioClass':
      return nameOf(IO_CLASSES, Number(value))
    case 'memoryPolicy':
      return memoryPolicyWords(Number(value))
    case 'personality':
      return nameOf(PERSONALITIES, Number(value))
    case 'seccompFlags':
      return wordsOf(SECCOMP_FLAGS, Number(value)).replaceAll('SECCOMP_FILTER_FLAG_', '')
    case 'octal':
      return octal(value)
  }
}

/** The one name of a number that is no set of bits. */
const nameOf = (names: Names, value: number): string =>
  Object.entries(names).find(([, number]) => number === value)?.[0] ?? `${value}`

const memoryPolicyWords = (value: number): string =>
  [nameOf(MEMORY_MODES, value & MEMORY_MODE_MASK), wordsOf(MEMORY_FLAGS, value & ~MEMORY_MODE_MASK)]
    .filter((word) => word !== '')
    .join(' ')

const octal = (value: number | bigint): string => `0${value.toString(8)}`

function wordsOf(names: Names, value: number): string {
  const words: string[] = []
  let rest = value
  for (const [word, bits] of Object.entries(names)) {
    if ((rest & bits) !== bits) continue
    words.push(word)
    rest &= ~bits
  }
  if (rest !== 0) words.push(`0x${(rest >>> 0).toString(16)}`)
  return words.join(' ')
}

function capabilityWords(set: bigint): string {
  const words: string[] = []
  for (let number = 0; set >> BigInt(number) !== 0n; number++) {
    if (((set >> BigInt(number)) & 1n) === 0n) continue
    words.push(CAPABILITIES[number]?.slice('CAP_'.length).toLowerCase() ?? `${number}`)
  }
  return words.join(' ')
}
