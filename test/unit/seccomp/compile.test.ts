// The compiled filter against what the profile says, read naively.
import { describe, expect, it } from 'vitest'
import type { Seccomp, SeccompArg } from '../../../lib/config/types.ts'
import { type ArchName, AUDIT_ARCH } from '../../../lib/seccomp/arch.ts'
import { BPF_LD_ABS, evaluate } from '../../../lib/seccomp/bpf.ts'
import { compileSeccomp } from '../../../lib/seccomp/compile.ts'
import { callsOf } from '../../support/syscalls.ts'

const [KILL, ALLOW, ERRNO] = [0, 0x7fff0000, 0x50000]
const ARCHS: readonly ArchName[] = ['x86_64', 'x86', 'aarch64', 'arm']
const VALUES = [0n, 1n, 2n, 0xffn, 0xffffffffn, 1n << 32n, (1n << 32n) + 1n, 1n << 63n, (1n << 64n) - 1n]
/** socketcall and ipc: other calls are behind them too. */
const SHARED = [102, 117]
const TABLES = Object.fromEntries(ARCHS.map((arch) => [arch, callsOf(arch)])) as Record<
  ArchName,
  Record<string, number>
>
const OPERATORS = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'] as const

/** Numbers that look random and are the same each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed + 1
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
}

function holds({ index, op, value, valueTwo = 0 }: SeccompArg, args: readonly bigint[], bits: number): boolean {
  const cut = (number: number | bigint) => BigInt.asUintN(bits, BigInt(number))
  const [arg, wanted] = [cut(args[index] ?? 0n), cut(value)]
  switch (op) {
    case 'SCMP_CMP_NE':
      return arg !== wanted
    case 'SCMP_CMP_LT':
      return arg < wanted
    case 'SCMP_CMP_LE':
      return arg <= wanted
    case 'SCMP_CMP_EQ':
      return arg === wanted
    case 'SCMP_CMP_GE':
      return arg >= wanted
    case 'SCMP_CMP_GT':
      return arg > wanted
    case 'SCMP_CMP_MASKED_EQ':
      return (arg & wanted) === (cut(valueTwo) & wanted)
  }
}

function expected(profile: Seccomp, arch: ArchName, number: number, args: readonly bigint[]): number {
  const table = TABLES[arch]
  const rules = (profile.syscalls ?? []).filter(({ names }) => names.some((name) => table[name] === number))
  const bits = arch === 'x86_64' || arch === 'aarch64' ? 64 : 32
  const isMet = (conditions: readonly SeccompArg[] = []) => {
    const twice = new Set(conditions.map(({ index }) => index)).size < conditions.length
    return twice
      ? conditions.some((each) => holds(each, args, bits))
      : conditions.every((each) => holds(each, args, bits))
  }
  if (rules.some(({ args: conditions }) => isMet(conditions))) return ALLOW
  const named = (profile.syscalls ?? []).flatMap(({ names }) => names.map((name) => table[name] ?? -1))
  const highest = Math.max(...named.filter((each) => each < 0xf0000))
  return ERRNO | (highest >= 0 && number > highest ? 38 : 1)
}

function randomProfile(seed: number): Seccomp {
  const random = randomFrom(seed)
  const names = Object.keys(callsOf('x86_64'))
  const some = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const argument = (): SeccompArg => {
    const op = some(OPERATORS)
    const two = op === 'MASKED_EQ' ? { valueTwo: some(VALUES) } : {}
    return { index: random(6), op: `SCMP_CMP_${op}`, value: some(VALUES), ...two }
  }
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: Array.from({ length: 1 + random(40) }, () => ({
      names: Array.from({ length: 1 + random(6) }, () => some(names)),
      action: 'SCMP_ACT_ALLOW',
      args: Array.from({ length: random(4) }, argument),
    })),
    architectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
  }
}

describe('compileSeccomp', () => {
  it('does what 25 generated profiles say, on four architectures', { timeout: 60_000 }, () => {
    for (let seed = 0; seed < 25; seed++) {
      const profile = randomProfile(seed)
      const { program } = compileSeccomp(profile, 'x86_64')
      const random = randomFrom(seed)
      for (const arch of ARCHS) {
        for (let number = 0; number <= 600; number++) {
          if (arch === 'x86' && SHARED.includes(number)) continue
          const args = Array.from({ length: 6 }, () => VALUES[random(VALUES.length)] as bigint)
          const got = evaluate(program, { number, arch: AUDIT_ARCH[arch], args })
          if (got !== expected(profile, arch, number, args)) {
            expect({ seed, arch, number, args, got }).toEqual(expected(profile, arch, number, args))
          }
        }
      }
    }
  })

  it('kills on another architecture and on x32, and leaves a skipped call alone', () => {
    const { program } = compileSeccomp({ defaultAction: 'SCMP_ACT_ALLOW' }, 'x86_64')
    const at = (number: number, arch: number) => evaluate(program, { number, arch, args: [] })
    expect(at(0, AUDIT_ARCH.x86)).toBe(KILL)
    expect(at(0x40000000, AUDIT_ARCH.x32)).toBe(KILL)
    expect(at(0xffffffff, AUDIT_ARCH.x86_64)).toBe(ALLOW)
    expect(at(0, AUDIT_ARCH.x86_64)).toBe(ALLOW)
  })

  it('asks nothing twice for conditions on one argument', () => {
    const values = [1, 2, 3, 4].map((value): SeccompArg => ({ index: 0, op: 'SCMP_CMP_EQ', value }))
    const rules: Seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['read'], action: 'SCMP_ACT_ERRNO', args: values }],
    }
    const { program } = compileSeccomp(rules, 'x86_64')
    // Each half of the argument, the number and the architecture.
    expect(program.filter(({ code }) => code === BPF_LD_ABS)).toHaveLength(4)
    const read = (value: bigint) => evaluate(program, { number: 0, arch: AUDIT_ARCH.x86_64, args: [value] })
    expect([0n, 1n, 4n, 5n, (1n << 32n) + 1n].map(read)).toEqual([ALLOW, ERRNO | 1, ERRNO | 1, ALLOW, ALLOW])
  })

  it('takes names of what all objects have for names that no architecture knows', () => {
    const names = ['constructor', 'toString', '__proto__']
    const { unknown } = compileSeccomp(
      { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names, action: 'SCMP_ACT_ERRNO' }] },
      'x86_64',
    )
    expect(unknown).toEqual(names)
  })

  it('names what no architecture knows, and drops rules that say what the default says', () => {
    const names = ['read', 'no_such_call']
    const same = compileSeccomp(
      { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }] },
      'x86_64',
    )
    expect(same.unknown).toEqual(['no_such_call'])
    expect(same.program).toEqual(compileSeccomp({ defaultAction: 'SCMP_ACT_ALLOW' }, 'x86_64').program)
  })

  it('refuses an architecture without a table, and a program the kernel would refuse', () => {
    const mips: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_MIPS'] }
    expect(() => compileSeccomp(mips, 'x86_64')).toThrow(/SCMP_ARCH_MIPS/)
    const args = (value: number): SeccompArg[] => [{ index: 0, op: 'SCMP_CMP_EQ', value }]
    const syscalls = Array.from({ length: 5000 }, (_, value) => {
      return { names: ['read'], action: 'SCMP_ACT_ALLOW' as const, args: args(value) }
    })
    expect(() => compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'x86_64')).toThrow(/4096/)
  })
})
