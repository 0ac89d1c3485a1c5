// Which rule of a profile decides about a call, and why. Pure.
import type { Seccomp, SeccompAction, SeccompArch, SeccompArg } from '../config/types.ts'
import { type ArchName, archName, isWide, numberOf, X32_BIT } from './arch.ts'
import { archsOf } from './compile.ts'
import { ACTIONS, actionOf, type CallRules, isNewer, type Rule, readProfile, rulesFor, rulesOn } from './profile.ts'

/** A system call that a program might make. */
export interface SyscallQuestion {
  /** Of the calling program. Default: `SCMP_ARCH_X86_64`. */
  readonly arch?: SeccompArch
  /** Its name, or its number on that architecture. */
  readonly syscall: string | number
  /** Up to six; those left out are 0. */
  readonly args?: ReadonlyArray<number | bigint>
}

/** What the kernel does about a call, and by whose word. */
export interface SyscallDecision {
  readonly action: SeccompAction
  /** Of SCMP_ACT_ERRNO: what the call fails with. Of SCMP_ACT_TRACE: what the tracer is told. */
  readonly data?: number
  /** The rule that decides: its index in `syscalls`; undefined where none does. */
  readonly rule?: number
  /** In words: the rule and its conditions, or why none is asked. */
  readonly why: string
  /** Rules for this call that were asked before, with the condition that did not hold. */
  readonly passedOver: ReadonlyArray<{ readonly rule: number; readonly condition: string }>
}

/**
 * Tells which rule of a profile decides about a system call, as the compiled filter does.
 *
 * ```ts
 * explainSeccomp(profile, { syscall: 'socket', args: [38] }).why // 'no rule for socket holds: the default'
 * ```
 * @throws ContainerError ERR_UNSUPPORTED for an architecture without a table; RangeError for a name that it does not have
 */
export function explainSeccomp(profile: Seccomp, question: SyscallQuestion): SyscallDecision {
  const { syscall, args = [] } = question
  const arch = archName(question.arch ?? 'SCMP_ARCH_X86_64')
  const number = typeof syscall === 'number' ? syscall : numberOf(arch, syscall)
  if (number === undefined) throw new RangeError(`${arch} has no system call ${syscall}`)
  if (!archsOf(profile, machineOf(arch)).includes(arch)) {
    return decision(ACTIONS.SCMP_ACT_KILL_THREAD, `the filter is not for ${arch}`)
  }
  if (arch === 'x86_64' && number >= X32_BIT && number !== 0xffffffff)
    return explainSeccomp(profile, { ...question, arch: 'SCMP_ARCH_X32' })
  const [rules] = rulesOn([arch], readProfile(profile)).archs
  return decide(rules as CallRules, number, `${syscall}`, args.map(BigInt))
}

/** The machine's own architecture, which is always in the filter. */
function machineOf(arch: ArchName): ArchName {
  if (arch === 'x86' || arch === 'x32') return 'x86_64'
  return arch === 'arm' ? 'aarch64' : arch
}

function decide(rules: CallRules, number: number, name: string, args: readonly bigint[]): SyscallDecision {
  const own = rulesFor(rules, number)
  if (own === undefined) {
    if (rules.newer !== rules.otherwise && isNewer(rules, number)) {
      return decision(
        rules.newer.action,
        `${name} is newer than all that the profile names: programs are to do without`,
      )
    }
    return decision(rules.otherwise.action, `no rule names ${name}: the default`)
  }
  const passedOver: Array<{ rule: number; condition: string }> = []
  for (const rule of own) {
    const failing = rule.args.find((arg) => !holds(arg, args, isWide(rules.arch) ? 64 : 32))
    if (failing === undefined) return decided(rule, name, passedOver)
    if (rule.index !== undefined) passedOver.push({ rule: rule.index, condition: conditionWords(failing) })
  }
  throw new RangeError(`no rule decides about ${name}`)
}

function decided(rule: Rule, name: string, passedOver: SyscallDecision['passedOver']): SyscallDecision {
  const { index, args } = rule
  if (index === undefined) {
    const why =
      passedOver.length === 0 ? `rules for ${name} say what the default says` : `no rule for ${name} holds: the default`
    return decision(rule.action, why, { passedOver })
  }
  const why =
    args.length === 0
      ? `syscalls[${index}] names ${name}`
      : `syscalls[${index}] names ${name}, and ${args.map(conditionWords).join(', ')}`
  return decision(rule.action, why, { rule: index, passedOver })
}

function decision(value: number, why: string, rest: Partial<SyscallDecision> = {}): SyscallDecision {
  return { ...actionOf(value), why, passedOver: [], ...rest }
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

const SIGNS = { NE: '!=', LT: '<', LE: '<=', EQ: '==', GE: '>=', GT: '>' } as const

/** `args[0] == 0x1` */
function conditionWords({ index, op, value, valueTwo = 0 }: SeccompArg): string {
  const hex = (number: number | bigint) => `0x${BigInt(number).toString(16)}`
  if (op === 'SCMP_CMP_MASKED_EQ') return `args[${index}] & ${hex(value)} == ${hex(valueTwo)}`
  return `args[${index}] ${SIGNS[op.slice('SCMP_CMP_'.length) as keyof typeof SIGNS]} ${hex(value)}`
}
