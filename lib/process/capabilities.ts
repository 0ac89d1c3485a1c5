// Capability sets: from names to bits.
import { CAPABILITIES } from '../config/capabilities.ts'
import type { Capabilities } from '../config/types.ts'

/** The five sets as bits: bit n is capability number n. */
export interface CapabilitySets {
  readonly bounding: bigint
  readonly effective: bigint
  readonly permitted: bigint
  readonly inheritable: bigint
  readonly ambient: bigint
}

const BITS = new Map<string, bigint>(CAPABILITIES.map((name, number) => [name, 1n << BigInt(number)]))

/**
 * Bits of the names. Names that are not known, or that the kernel is too old for, are left out: validation has warned
 * of them. Spec: config.md, Linux process.
 *
 * @param lastCapability highest capability number of the kernel
 */
export function capabilityBits(names: readonly string[] | undefined, lastCapability: number): bigint {
  let bits = 0n
  for (const name of names ?? []) bits |= BITS.get(name) ?? 0n
  return BigInt.asUintN(lastCapability + 1, bits)
}

/**
 * The sets of a process. Without `process.capabilities` all are empty: the spec leaves the meaning open, and a document
 * that does not speak of rights should not hand out those of the runtime. What is ambient without being inheritable, as
 * in templates of older runtimes, is left out: validation has warned of it, and the kernel would refuse.
 */
export function planCapabilities(capabilities: Capabilities | undefined, lastCapability: number): CapabilitySets {
  const bits = (names: readonly string[] | undefined) => capabilityBits(names, lastCapability)
  const [permitted, inheritable] = [bits(capabilities?.permitted), bits(capabilities?.inheritable)]
  return {
    bounding: bits(capabilities?.bounding),
    effective: bits(capabilities?.effective),
    permitted,
    inheritable,
    ambient: bits(capabilities?.ambient) & permitted & inheritable,
  }
}
