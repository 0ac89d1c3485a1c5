// Architectures: their numbers, their system calls, and how wide an argument is. Data and look-ups.
import type { Host } from '../host.ts'
import { unsupported } from '../plan/refusal.ts'
import { ARCHS, CALLS } from './syscalls.gen.ts'

/** An architecture whose system calls are known, as SCMP_ARCH_* without the prefix, in lower case. */
export type ArchName = (typeof ARCHS)[number]

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
/** All calls are among so many numbers, but for those of arm alone, which are far above: from 0xf0000 on. */
export const MOST_NEAR = 1024

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
const X86 = ARCHS.indexOf('x86')
const MULTIPLEXED: ReadonlyMap<string, Multiplexed> = new Map<string, Multiplexed>([
  ...SOCKETCALLS.split(' ').map(
    (name, index) => [name, { number: CALLS.socketcall[X86] ?? -1, which: index + 1 }] as const,
  ),
  ...Object.entries(IPC_CALLS).map(([name, which]) => [name, { number: CALLS.ipc[X86] ?? -1, which }] as const),
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
  const known = ARCHS.find((each) => each === arch)
  if (known !== undefined) return known
  throw unsupported(`there is no table of system calls for ${name}`, 'leave it out of linux.seccomp.architectures')
}

/** The architecture a machine's own programs are of. */
export const nativeArch = ({ arch }: Pick<Host, 'arch'>): ArchName => (arch === 'arm64' ? 'aarch64' : 'x86_64')

/** A call's numbers on all of {@link ARCHS}, in their order; −1 where it is none. Undefined for a name that none has. */
export function numbersOf(name: string): readonly number[] | undefined {
  const numbers = (CALLS as Readonly<Record<string, readonly number[]>>)[name]
  // The names of a document may be those of all objects' own properties, too.
  return Array.isArray(numbers) ? numbers : undefined
}

export const columnOf = (arch: ArchName): number => ARCHS.indexOf(arch)

export function numberOf(arch: ArchName, name: string): number | undefined {
  const number = numbersOf(name)?.[columnOf(arch)] ?? -1
  return number < 0 ? undefined : number
}

export const nameOf = (arch: ArchName, number: number): string | undefined =>
  Object.keys(CALLS).find((name) => numberOf(arch, name) === number)

/** Of i386, by the name of a call. */
export const multiplexed = (name: string): Multiplexed | undefined => MULTIPLEXED.get(name)

/** Whether all 64 bits of an argument count. x32 has such registers, but its pointers and longs have 32. */
export const isWide = (arch: ArchName): boolean => arch === 'x86_64' || arch === 'aarch64'

/** The lowest number. */
export const firstNumber = (arch: ArchName): number => (arch === 'x32' ? X32_BIT : 0)
