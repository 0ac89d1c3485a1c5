// The system calls of an architecture by name.
import { type ArchName, numberOf } from '../../lib/seccomp/arch.ts'
import { CALLS } from '../../lib/seccomp/syscalls.gen.ts'

/** Those that any architecture has. */
export const CALL_NAMES: readonly string[] = Object.keys(CALLS)

export function callsOf(arch: ArchName): Readonly<Record<string, number>> {
  const entries = CALL_NAMES.map((name) => [name, numberOf(arch, name)] as const)
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, number] => entry[1] !== undefined))
}

/** Those of this machine. */
export const NATIVE_CALLS = callsOf(process.arch === 'arm64' ? 'aarch64' : 'x86_64')
