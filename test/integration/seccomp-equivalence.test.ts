// Our filters against libseccomp's: the same action for every call, evaluated instruction by instruction.
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../lib/config/capabilities.ts'
import type { Seccomp, SeccompArch } from '../../lib/config/types.ts'
import { type ArchName, AUDIT_ARCH, multiplexed, numberOf, X32_BIT } from '../../lib/seccomp/arch.ts'
import { evaluate, type Instruction, run } from '../../lib/seccomp/bpf.ts'
import { compileSeccomp } from '../../lib/seccomp/compile.ts'
import { defaultSeccomp } from '../../lib/seccomp/default-profile.ts'
import { type Answer, askLibseccomp, hasLibseccomp, type Question } from '../support/libseccomp.ts'
import { boundaryArguments, pick, randomFrom, randomProfile } from '../support/profiles.ts'
import { CALL_NAMES, callsOf } from '../support/syscalls.ts'

const PROFILES = 240
const NO_CALL = 0xffffffff
const ENOSYS = 0x50000 | 38
const LETS_NEW_CALLS_THROUGH = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE']
/** Each with the machine's own first. */
const MACHINES: ReadonlyArray<readonly ArchName[]> = [
  ['x86_64'],
  ['x86_64', 'x86', 'x32'],
  ['aarch64'],
  ['x86_64', 'x86'],
  ['aarch64', 'arm'],
  ['x86'],
]
const EVERY_ARCH: readonly ArchName[] = ['x86_64', 'x86', 'aarch64', 'arm']

const documentArch = (arch: ArchName): SeccompArch => `SCMP_ARCH_${arch.toUpperCase()}` as SeccompArch

/** Shared numbers, and a name that libseccomp does not know for arm. */
const LEFT_OUT = ['socketcall', 'ipc', 'sync_file_range2']

/** libseccomp 2.5 knows the calls of its day. */
function knownNames(): string[] {
  const names = CALL_NAMES.filter((name) => !LEFT_OUT.includes(name))
  const rule = (name: string): Seccomp => ({
    defaultAction: 'SCMP_ACT_KILL',
    syscalls: [{ names: [name], action: 'SCMP_ACT_ALLOW' }],
  })
  const answers = askLibseccomp(names.map((name) => ({ profile: rule(name), archs: ['x86_64'] })))
  return names.filter((_, index) => answers[index]?.refused.length === 0)
}

/** The numbers a name has on an architecture. */
const numbersOf = (arch: ArchName, name: string): number[] =>
  [numberOf(arch, name), arch === 'x86' ? multiplexed(name)?.number : undefined].filter(
    (number) => number !== undefined,
  )

/** The one difference: a call newer than all that the profile names is ENOSYS with us (docs/seccomp.md). */
function isNewer(profile: Seccomp, arch: ArchName, number: number): boolean {
  if (LETS_NEW_CALLS_THROUGH.includes(profile.defaultAction)) return false
  const named = (profile.syscalls ?? []).flatMap(({ names }) => names.flatMap((name) => numbersOf(arch, name)))
  const ordinary = named.filter((each) => arch !== 'arm' || each < 0xf0000)
  return ordinary.length > 0 && number > Math.max(...ordinary)
}

/** How many instructions are executed for each call, with an argument that the default profile compares and one it does not. */
const executedBy = (program: readonly Instruction[], arch: ArchName): number[] =>
  Object.values(callsOf(arch)).flatMap((number) =>
    [0n, 0xffffffffn].map((arg) => run(program, { number, arch: AUDIT_ARCH[arch], args: [arg] }).executed),
  )

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

interface Compared {
  calls: number
  newer: number
}

function compare(
  { profile, archs }: Question,
  program: readonly Instruction[],
  { program: theirs }: Answer,
  seed: number,
): Compared {
  const random = randomFrom(seed)
  const counted = { calls: 0, newer: 0 }
  const check = (arch: ArchName, number: number, args: readonly bigint[]) => {
    const data = { number, arch: AUDIT_ARCH[arch], args }
    const [ours, wanted] = [evaluate(program, data), evaluate(theirs, data)]
    counted.calls++
    if (ours === wanted) return
    const table = arch === 'x86_64' && number >= X32_BIT && number !== NO_CALL ? 'x32' : arch
    if (archs.includes(table) && ours === ENOSYS && isNewer(profile, table, number)) {
      counted.newer++
      return
    }
    expect({ seed, archs, arch, number, args, action: ours.toString(16) }).toEqual({ action: wanted.toString(16) })
  }
  for (const arch of EVERY_ARCH) {
    const numbers = Array.from({ length: 601 }, (_, number) => number)
    const x32 = arch === 'x86_64' ? numbers.map((number) => X32_BIT + number) : []
    for (const number of [...numbers, ...x32, 0xf0001, 0xf0005, 0x7fffffff, NO_CALL]) {
      check(arch, number, boundaryArguments(random, []))
    }
  }
  for (const arch of archs) {
    for (const rule of profile.syscalls ?? []) {
      if ((rule.args ?? []).length === 0) continue
      const numbers = rule.names.flatMap((name) => numbersOf(arch, name))
      for (const number of numbers) {
        for (let times = 0; times < 12; times++) {
          const args = boundaryArguments(random, [rule])
          // Behind a shared number the first argument says which call is meant.
          if (arch === 'x86' && (number === 102 || number === 117) && times < 8) args[0] = BigInt(1 + random(24))
          check(arch, number, args)
        }
      }
    }
  }
  return counted
}

describe.skipIf(!hasLibseccomp)('a filter does what that of libseccomp does (needs python3-seccomp)', () => {
  it.each([
    ['x64', 'no capability'],
    ['x64', 'all capabilities'],
    ['arm64', 'no capability'],
    ['arm64', 'all capabilities'],
  ] as const)('for the default profile of %s with %s, in no more instructions', { timeout: 60_000 }, (arch, which) => {
    const capabilities = which === 'no capability' ? [] : CAPABILITIES
    const names = new Set([...knownNames(), 'socketcall', 'ipc', 'sync_file_range2'])
    const whole = defaultSeccomp({ arch, kernel: { release: '6.18.0', major: 6, minor: 18 } }, capabilities)
    const syscalls = whole.syscalls?.map((rule) => ({ ...rule, names: rule.names.filter((name) => names.has(name)) }))
    const profile = { ...whole, syscalls: syscalls?.filter((rule) => rule.names.length > 0) ?? [] }
    const archs: readonly ArchName[] = arch === 'x64' ? ['x86_64', 'x86'] : ['aarch64', 'arm']
    const question = { profile, archs }
    const [answer] = askLibseccomp([question]) as [Answer]
    expect(answer.refused).toEqual([])
    const { program } = compileSeccomp(profile, archs[0] as ArchName)
    expect(compare(question, program, answer, 1).calls).toBeGreaterThan(3000)
    const [tree] = askLibseccomp([{ ...question, optimize: 2 }]) as [Answer]
    expect(program.length).toBeLessThanOrEqual(Math.min(tree.program.length, answer.program.length))
    for (const each of archs) {
      const [ours, theirs] = [program, tree.program].map((filter) => executedBy(filter, each)) as [number[], number[]]
      // Hardly any call takes more, and all together take a tenth less.
      expect(ours.filter((count, at) => count > (theirs[at] as number)).length).toBeLessThan(ours.length / 50)
      expect(sum(ours)).toBeLessThan(0.9 * sum(theirs))
    }
  })

  it(`for ${PROFILES} generated profiles, on five architectures`, { timeout: 300_000 }, () => {
    const names = knownNames()
    expect(names.length).toBeGreaterThan(400)
    const questions = Array.from({ length: PROFILES }, (_, seed): Question => {
      const archs = MACHINES[seed % MACHINES.length] as readonly ArchName[]
      const random = randomFrom(seed * 7919)
      const few = Array.from({ length: 40 }, () => pick(random, names))
      return {
        profile: randomProfile(random, random(2) === 0 ? names : few, archs.map(documentArch)),
        archs,
        optimize: seed % 2 === 0 ? 1 : 2,
      }
    })
    const answers = askLibseccomp(questions)
    const total = { calls: 0, newer: 0 }
    for (const [seed, question] of questions.entries()) {
      const answer = answers[seed] as Answer
      expect({ seed, refused: answer.refused }).toEqual({ seed, refused: [] })
      const { program } = compileSeccomp(question.profile, question.archs[0] as ArchName)
      const { calls, newer } = compare(question, program, answer, seed)
      total.calls += calls
      total.newer += newer
    }
    expect(total.calls).toBeGreaterThan(500_000)
    expect(total.newer).toBeGreaterThan(1000)
  })
})
