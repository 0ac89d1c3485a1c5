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
export const CAP_SYS_ADMIN = 21
export const CAP_MKNOD = 27
export const CAP_SETFCAP = 31

/** Whether a set of capability bits has this one. */
export function hasCapability(set: bigint, number: number): boolean {
  return ((set >> BigInt(number)) & 1n) === 1n
}

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
    case 'octal':
      return octal(value)
  }
}

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
