// Architectures: their numbers, their system calls, and how wide an argument is. Data and look-ups.
import type { Host } from '../host.ts'
import { unsupported } from '../plan/refusal.ts'
import { SYSCALLS } from './syscalls.gen.ts'

/** An architecture whose system calls are known, as SCMP_ARCH_* without the prefix, in lower case. */
export type ArchName = keyof typeof SYSCALLS

/** include/uapi/linux/audit.h. x32 has no number of its own but a bit in that of the call. */
export const AUDIT_ARCH: Readonly<Record<ArchName, number>> = {
  x86_64: 0xc000003e,
  x86: 0x40000003,
  x32: 0xc000003e,
  aarch64: 0xc00000b7,
  arm: 0x40000028,
}

/** arch/x86/include/uapi/asm/unistd.h, __X32_SYSCALL_BIT. */
export const X32_BIT = 0x40000000
/** arch/arm: calls of that architecture alone, far above all others. */
const ARM_PRIVATE = 0xf0000

/** Calls that i386 has behind one number, which one of them being the first argument. Source: linux/net.h, linux/ipc.h. */
const SOCKETCALLS =
  'socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg'
const IPC_CALLS = {
  semop: 1,
  semget: 2,
  semctl: 3,
  semtimedop: 4,
  msgsnd: 11,
  msgrcv: 12,
  msgget: 13,
  msgctl: 14,
  shmat: 21,
  shmdt: 22,
  shmget: 23,
  shmctl: 24,
}
const MULTIPLEXED: ReadonlyMap<string, Multiplexed> = new Map<string, Multiplexed>([
  ...SOCKETCALLS.split(' ').map(
    (name, index) => [name, { number: SYSCALLS.x86.socketcall, which: index + 1 }] as const,
  ),
  ...Object.entries(IPC_CALLS).map(([name, which]) => [name, { number: SYSCALLS.x86.ipc, which }] as const),
])

/** A call behind another's number. */
export interface Multiplexed {
  readonly number: number
  /** What the first argument is then. */
  readonly which: number
}

/** Of an architecture as the document names it. @throws ContainerError ERR_UNSUPPORTED when there is no table for it */
export function archName(name: string): ArchName {
  const arch = name.replace('SCMP_ARCH_', '').toLowerCase()
  if (Object.hasOwn(SYSCALLS, arch)) return arch as ArchName
  throw unsupported(`there is no table of system calls for ${name}`, 'leave it out of linux.seccomp.architectures')
}

/** The architecture a machine's own programs are of. */
export const nativeArch = ({ arch }: Pick<Host, 'arch'>): ArchName => (arch === 'arm64' ? 'aarch64' : 'x86_64')

export function numberOf(arch: ArchName, name: string): number | undefined {
  const table: Readonly<Record<string, number>> = SYSCALLS[arch]
  return Object.hasOwn(table, name) ? table[name] : undefined
}

export const multiplexed = (arch: ArchName, name: string): Multiplexed | undefined =>
  arch === 'x86' ? MULTIPLEXED.get(name) : undefined

/** Whether all 64 bits of an argument count. x32 has such registers, but its pointers and longs have 32. */
export const isWide = (arch: ArchName): boolean => arch === 'x86_64' || arch === 'aarch64'

/** Whether a number is among those that new calls are added to. */
export const isOrdinary = (arch: ArchName, number: number): boolean => arch !== 'arm' || number < ARM_PRIVATE
