// The word of explainSeccomp against what the compiled filter does.
import { describe, expect, it } from 'vitest'
import type { Seccomp, SeccompArch } from '../../../lib/config/types.ts'
import { type ArchName, AUDIT_ARCH } from '../../../lib/seccomp/arch.ts'
import { evaluate } from '../../../lib/seccomp/bpf.ts'
import { compileSeccomp } from '../../../lib/seccomp/compile.ts'
import { defaultSeccomp } from '../../../lib/seccomp/default-profile.ts'
import { disassemble, disassembleSeccomp } from '../../../lib/seccomp/disassemble.ts'
import { explainSeccomp } from '../../../lib/seccomp/explain.ts'
import { ACTIONS } from '../../../lib/seccomp/profile.ts'
import { boundaryArguments, pick, randomFrom, randomProfile } from '../../support/profiles.ts'
import { callsOf, CALL_NAMES as names } from '../../support/syscalls.ts'
import { rootHost } from '../plan/fixtures.ts'

const ARCHS: readonly ArchName[] = ['x86_64', 'x86', 'x32', 'aarch64', 'arm']
const document = (arch: ArchName): SeccompArch => `SCMP_ARCH_${arch.toUpperCase()}` as SeccompArch

const profile: Seccomp = {
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [
    { names: ['read', 'statx'], action: 'SCMP_ACT_ALLOW' },
    {
      names: ['socket'],
      action: 'SCMP_ACT_LOG',
      args: [
        { index: 0, op: 'SCMP_CMP_EQ', value: 2 },
        { index: 1, op: 'SCMP_CMP_MASKED_EQ', value: 0xf, valueTwo: 1 },
      ],
    },
    { names: ['socket'], action: 'SCMP_ACT_TRACE', errnoRet: 7, args: [{ index: 0, op: 'SCMP_CMP_LT', value: 2 }] },
    { names: ['write'], action: 'SCMP_ACT_ERRNO' },
  ],
}

describe('explainSeccomp', () => {
  it('names the rule, and why those before it do not count', () => {
    expect(explainSeccomp(profile, { syscall: 'read' })).toEqual({
      action: 'SCMP_ACT_ALLOW',
      rule: 0,
      why: 'syscalls[0] names read',
      passedOver: [],
    })
    expect(explainSeccomp(profile, { syscall: 'socket', args: [2, 17] })).toMatchObject({
      action: 'SCMP_ACT_LOG',
      rule: 1,
      why: 'syscalls[1] names socket, and args[0] == 0x2, args[1] & 0xf == 0x1',
    })
    expect(explainSeccomp(profile, { syscall: 'socket', args: [1n] })).toEqual({
      action: 'SCMP_ACT_TRACE',
      data: 7,
      rule: 2,
      why: 'syscalls[2] names socket, and args[0] < 0x2',
      passedOver: [{ rule: 1, condition: 'args[0] == 0x2' }],
    })
  })

  it('tells why no rule is asked', () => {
    const why = (question: Parameters<typeof explainSeccomp>[1]) => explainSeccomp(profile, question).why
    expect(why({ syscall: 'mkdir' })).toBe('no rule names mkdir: the default')
    expect(why({ syscall: 'write' })).toBe('rules for write say what the default says')
    expect(why({ syscall: 'socket', args: [5] })).toBe('no rule for socket holds: the default')
    expect(why({ syscall: 999 })).toBe('999 is newer than all that the profile names: programs are to do without')
    expect(why({ syscall: 'read', arch: 'SCMP_ARCH_X86' })).toBe('the filter is not for x86')
    expect(() => why({ syscall: 'no_such_call' })).toThrow(/no system call no_such_call/)
    expect(() => why({ syscall: 'read', arch: 'SCMP_ARCH_MIPS' })).toThrow(/SCMP_ARCH_MIPS/)
  })

  it('says what the filter does, for generated profiles', { timeout: 60_000 }, () => {
    for (let seed = 0; seed < 30; seed++) {
      const random = randomFrom(seed)
      const machine = pick(random, ['x86_64', 'aarch64'] as const)
      const archs = machine === 'x86_64' ? (['x86', 'x32'] as const) : (['arm'] as const)
      const generated = randomProfile(random, names, archs.slice(0, random(3)).map(document))
      const { program } = compileSeccomp(generated, machine)
      const rules = generated.syscalls ?? []
      for (let times = 0; times < 100; times++) {
        const arch = pick(
          random,
          ARCHS.filter((each) => (each === 'arm' || each === 'aarch64') === (machine === 'aarch64')),
        )
        const syscall = random(4) === 0 ? random(600) : callsOf(arch)[pick(random, pick(random, rules)?.names ?? names)]
        if (syscall === undefined) continue
        const args = boundaryArguments(random, rules)
        const number = arch === 'x32' && syscall < 0x40000000 ? syscall + 0x40000000 : syscall
        const { action, data = 0 } = explainSeccomp(generated, { arch: document(arch), syscall: number, args })
        const got = evaluate(program, { number, arch: AUDIT_ARCH[arch], args })
        if (got !== (ACTIONS[action] | data) >>> 0)
          expect({ seed, arch, number, args, got: got.toString(16) }).toEqual({ action, data })
      }
    }
  })
})

describe('disassemble', () => {
  it('names what is compared', () => {
    const small: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [profile.syscalls?.[1] as never] }
    expect(disassembleSeccomp(small, rootHost)).toBe(`   0  load arch
   1  if == 0xc000003e (x86_64) goto 2 else 15
   2  load number
   3  if >= the x32 bit goto 4 else 5
   4  if == 4294967295 goto 5 else 15
   5  if == 41 goto 6 else 14
   6  load args[0] high
   7  if == 0x0 goto 8 else 14
   8  load args[0]
   9  if == 0x2 goto 10 else 14
  10  load args[1]
  11  and 0xf
  12  if == 0x1 goto 13 else 14
  13  return SCMP_ACT_LOG
  14  return SCMP_ACT_ALLOW
  15  return SCMP_ACT_KILL_THREAD
`)
  })

  it('has a line for every instruction of the default profile', () => {
    const { program } = compileSeccomp(defaultSeccomp(rootHost), 'x86_64')
    expect(disassemble(program).trimEnd().split('\n')).toHaveLength(program.length)
  })

  it('refuses what no compiler of ours writes', () => {
    expect(() => disassemble([{ code: 0x99, jt: 0, jf: 0, k: 0 }])).toThrow(RangeError)
  })
})
