// The OCI seccomp profile as a classic BPF program. Pure.
import type { Seccomp, SeccompArg } from '../config/types.ts'
import { invalid } from '../plan/refusal.ts'
import { type ArchName, AUDIT_ARCH, archName, isWide, multiplexed, numberOf, X32_BIT } from './arch.ts'
import { Assembler, BPF_JEQ, BPF_JGE, BPF_JGT, type Instruction, type Label, MAX_INSTRUCTIONS } from './bpf.ts'
import { ACTIONS, type CallRules, type Rule, readProfile } from './profile.ts'

const NO_CALL = 0xffffffff
const [NUMBER, ARCH, ARGS] = [0, 4, 16]

export interface Filter {
  readonly program: readonly Instruction[]
  /** Names that none of the filter's architectures has: their rules are left out. */
  readonly unknown: readonly string[]
}

/** What is done about the calls from `start` on. */
interface Range {
  readonly start: number
  readonly rules: readonly Rule[]
  readonly key: string
}

/** All architectures of a filter: the machine's own is always one of them. */
export const archsOf = (profile: Seccomp, native: ArchName): ArchName[] => [
  ...new Set([native, ...(profile.architectures ?? []).map(archName)]),
]

/**
 * @param native the architecture of the machine, which is always in the filter
 * @throws ContainerError ERR_UNSUPPORTED for an architecture without a table, ERR_INVALID_CONFIG for a profile that does
 *   not fit into the kernel's 4096 instructions
 */
export function compileSeccomp(profile: Seccomp, native: ArchName): Filter {
  const archs = archsOf(profile, native)
  const assembler = new Assembler()
  const wrongArch = assembler.return(ACTIONS.SCMP_ACT_KILL_THREAD)
  const numbers = [...new Set(archs.map((arch) => AUDIT_ARCH[arch]))]
  const sections = numbers.map((number) => {
    const start = section(assembler, profile, archs, number, wrongArch)
    return [number, start] as const
  })
  let next = wrongArch
  for (const [number, start] of sections) next = assembler.jump(BPF_JEQ, number, start, next)
  assembler.continueAt(next)
  assembler.load(ARCH)
  const program = assembler.finish()
  if (program.length > MAX_INSTRUCTIONS) {
    const message = `takes ${program.length} instructions of BPF, of ${MAX_INSTRUCTIONS} at most: fewer rules with conditions, or fewer architectures`
    throw invalid('/linux/seccomp', message)
  }
  const names = new Set((profile.syscalls ?? []).flatMap((rule) => rule.names))
  const isUnknown = (name: string) =>
    archs.every((arch) => numberOf(arch, name) === undefined && multiplexed(arch, name) === undefined)
  return { program, unknown: [...names].filter(isUnknown) }
}

/** Everything about one AUDIT_ARCH number. */
function section(code: Assembler, profile: Seccomp, archs: readonly ArchName[], number: number, wrong: Label): Label {
  const [first, second] = archs.filter((arch) => AUDIT_ARCH[arch] === number)
  const calls = (arch: ArchName) => search(code, rangesOf(readProfile(profile, arch)), isWide(arch))
  let start: Label
  if (number !== AUDIT_ARCH.x86_64) start = calls(first as ArchName)
  else {
    const has = (arch: ArchName) => first === arch || second === arch
    const native = has('x86_64') ? calls('x86_64') : wrong
    // A tracer makes the kernel skip a call by setting its number to -1, which has the bit too.
    const x32 = has('x32') ? calls('x32') : code.jump(BPF_JEQ, NO_CALL, native, wrong)
    start = code.jump(BPF_JGE, X32_BIT, x32, native)
  }
  code.continueAt(start)
  return code.load(NUMBER)
}

function rangesOf({ calls, otherwise, highest, newer }: CallRules): Range[] {
  const ranges: Range[] = []
  const add = (start: number, rules: readonly Rule[]) => {
    const key = keyOf(rules)
    if (ranges.at(-1)?.start === start) ranges.pop()
    if (ranges.at(-1)?.key !== key) ranges.push({ start, rules, key })
  }
  const after = (number: number) => [highest >= 0 && number > highest ? newer : otherwise]
  add(0, after(0))
  for (const [number, rules] of [...calls].sort(([a], [b]) => a - b)) {
    add(number, rules)
    if (!calls.has(number + 1)) add(number + 1, after(number + 1))
  }
  return ranges
}

const keyOf = (rules: readonly Rule[]): string =>
  rules
    .map(({ action, args }) => `${action}:${args.map((a) => `${a.index} ${a.op} ${a.value} ${a.valueTwo ?? 0}`)}`)
    .join(';')

/** A balanced search for the range that holds the accumulator. */
function search(code: Assembler, ranges: readonly Range[], wide: boolean): Label {
  if (ranges.length === 1) return leaf(code, ranges[0] as Range, wide)
  const [first, middle, last] = ranges
  if (ranges.length === 3 && first?.key === last?.key && middle && first && last?.start === middle.start + 1) {
    const other = leaf(code, first, wide)
    return code.jump(BPF_JEQ, middle.start, leaf(code, middle, wide), other)
  }
  const half = ranges.length >> 1
  const upper = search(code, ranges.slice(half), wide)
  const lower = search(code, ranges.slice(0, half), wide)
  return code.jump(BPF_JGE, (ranges[half] as Range).start, upper, lower)
}

function leaf(code: Assembler, { rules }: Range, wide: boolean): Label {
  let next: Label | undefined
  for (const { action, args } of [...rules].reverse()) {
    const yes = code.return(action)
    next = [...args].reverse().reduce<Label>((then, arg) => condition(code, arg, wide, then, next ?? yes), yes)
  }
  return next as Label
}

/** A 64-bit comparison by halves; where registers have 32 bits, by the lower alone. */
function condition(code: Assembler, arg: SeccompArg, wide: boolean, yes: Label, no: Label): Label {
  const { op } = arg
  if (op === 'SCMP_CMP_NE') return condition(code, { ...arg, op: 'SCMP_CMP_EQ' }, wide, no, yes)
  if (op === 'SCMP_CMP_LT') return condition(code, { ...arg, op: 'SCMP_CMP_GE' }, wide, no, yes)
  if (op === 'SCMP_CMP_LE') return condition(code, { ...arg, op: 'SCMP_CMP_GT' }, wide, no, yes)
  const isMasked = op === 'SCMP_CMP_MASKED_EQ'
  const mask = isMasked ? BigInt(arg.value) : ~0n
  const wanted = BigInt(isMasked ? (arg.valueTwo ?? 0) : arg.value) & mask
  const offset = ARGS + 8 * arg.index
  const isEqual = (at: number, shift: bigint, then: Label): Label => {
    const bits = Number((mask >> shift) & 0xffffffffn)
    if (bits === 0) return then
    code.continueAt(code.jump(BPF_JEQ, Number((wanted >> shift) & 0xffffffffn), then, no))
    if (bits !== 0xffffffff) code.and(bits)
    return code.load(at)
  }
  if (isMasked || op === 'SCMP_CMP_EQ') {
    const lower = isEqual(offset, 0n, yes)
    return wide ? isEqual(offset + 4, 32n, lower) : lower
  }
  const compare = op === 'SCMP_CMP_GT' ? BPF_JGT : BPF_JGE
  code.continueAt(code.jump(compare, Number(wanted & 0xffffffffn), yes, no))
  const lower = code.load(offset)
  if (!wide) return lower
  const upper = Number(wanted >> 32n)
  const same = code.jump(BPF_JEQ, upper, lower, no)
  code.continueAt(code.jump(BPF_JGT, upper, yes, same))
  return code.load(offset + 4)
}
