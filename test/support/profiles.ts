// Seccomp profiles that look random and are the same each time.
import type { Seccomp, SeccompAction, SeccompArch, SeccompArg, SeccompRule } from '../../lib/config/types.ts'

/** Numbers below a bound. */
export type Random = (below: number) => number

export function randomFrom(seed: number): Random {
  let state = (seed + 1) >>> 0
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
}

export const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T

export const VALUES = [
  0n,
  1n,
  2n,
  0xffn,
  0x7fffffffn,
  0xffffffffn,
  1n << 32n,
  (1n << 32n) + 1n,
  1n << 63n,
  (1n << 64n) - 1n,
]

const OPERATORS = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'] as const
const ACTIONS: readonly SeccompAction[] = [
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_TRAP',
]
const DEFAULTS = ACTIONS.filter((action) => action !== 'SCMP_ACT_NOTIFY')

const takesData = (action: SeccompAction): boolean => action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE'

function condition(random: Random, index: number): SeccompArg {
  const op = pick(random, OPERATORS)
  const value = compared(random)
  const two = op === 'MASKED_EQ' ? { valueTwo: random(2) === 0 ? value : pick(random, VALUES) } : {}
  return { index, op: `SCMP_CMP_${op}`, value, ...two }
}

const compared = (random: Random): bigint => (random(4) === 0 ? BigInt(random(1 << 16)) : pick(random, VALUES))

/** None, some that must all hold, or several values of one argument. */
function conditions(random: Random): SeccompArg[] {
  const count = 1 + random(4)
  const first = random(6)
  switch (random(4)) {
    case 0:
      return Array.from({ length: count }, (_, offset) => condition(random, (first + offset) % 6))
    case 1:
      return Array.from({ length: count }, () => ({ index: first, op: 'SCMP_CMP_EQ', value: compared(random) }))
    default:
      return []
  }
}

/**
 * One rule about a call: among several, libseccomp's own order decides, not the profile's. Nor do rules have ranges beside
 * each other for one argument, or several rules conditions on several: libseccomp 2.5 has been seen to compare one half of
 * an argument, or one argument, with what was meant for another.
 * @param names to choose from
 */
export function randomProfile(
  random: Random,
  names: readonly string[],
  architectures: readonly SeccompArch[],
): Seccomp {
  const defaultAction = pick(random, DEFAULTS)
  const free = new Set(names)
  const take = (): string[] => {
    const name = pick(random, names)
    return free.delete(name) ? [name] : []
  }
  const rules = Array.from({ length: 1 + random(60) }, (): SeccompRule => {
    const action = pick(random, ACTIONS)
    const errno = takesData(action) && random(2) === 0 ? { errnoRet: random(4096) } : {}
    return { names: Array.from({ length: 1 + random(8) }, take).flat(), action, ...errno, args: conditions(random) }
  }).filter((rule) => rule.names.length > 0)
  return {
    defaultAction,
    ...(takesData(defaultAction) && random(2) === 0 ? { defaultErrnoRet: random(4096) } : {}),
    architectures: [...architectures],
    syscalls: rules,
  }
}

/** Arguments of a call, on both sides of whatever the profile compares with. */
export function boundaryArguments(random: Random, rules: readonly SeccompRule[]): bigint[] {
  const values = rules.flatMap(({ args = [] }) =>
    args.flatMap(({ value, valueTwo = 0 }) => [BigInt(value), BigInt(valueTwo)]),
  )
  const pool = [...VALUES, ...values, ...values]
  return Array.from({ length: 6 }, () => BigInt.asUintN(64, pick(random, pool) + BigInt(random(3) - 1)))
}
