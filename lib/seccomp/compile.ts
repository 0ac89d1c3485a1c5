// The OCI seccomp profile as a classic BPF program. Pure.
// Spec: config-linux.md, Seccomp. Where that is silent, the answers are libseccomp's.
import type { Seccomp, SeccompAction, SeccompArg } from '../config/types.ts'
import { invalid, unsupported } from '../plan/refusal.ts'
import { Assembler, BPF_JEQ, BPF_JGE, BPF_JGT, type Instruction, type Label, MAX_INSTRUCTIONS } from './bpf.ts'
import { SYSCALLS } from './syscalls.gen.ts'

export type ArchName = keyof typeof SYSCALLS

/** include/uapi/linux/audit.h. x32 has no number of its own but a bit in that of the call. */
export const AUDIT_ARCH: Readonly<Record<ArchName, number>> = {
  x86_64: 0xc000003e,
  x86: 0x40000003,
  x32: 0xc000003e,
  aarch64: 0xc00000b7,
  arm: 0x40000028,
}

const X32_BIT = 0x40000000
/** arch/arm: calls of that architecture alone, far above all others. */
const ARM_PRIVATE = 0xf0000
const NO_CALL = 0xffffffff
const EPERM = 1
const ENOSYS = 38
const [NUMBER, ARCH, ARGS] = [0, 4, 16]

const ACTIONS: Readonly<Record<SeccompAction, number>> = {
  SCMP_ACT_KILL: 0,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x30000,
  SCMP_ACT_ERRNO: 0x50000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_NOTIFY: 0x7fc00000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
}

export interface Filter {
  readonly program: readonly Instruction[]
  /** Names that none of the filter's architectures has: their rules are left out. */
  readonly unknown: readonly string[]
}

/** Programs start many containers with few profiles. */
const MOST_REMEMBERED = 16
const remembered = new Map<string, Filter>()

/**
 * {@link compileSeccomp}, or what it said of an equal profile before.
 * @throws ContainerError as it does
 */
export function compileOnce(profile: Seccomp, native: ArchName): Filter {
  const key = profileKey(profile, native)
  const known = remembered.get(key)
  if (known !== undefined) return known
  const filter = compileSeccomp(profile, native)
  if (remembered.size === MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
  remembered.set(key, filter)
  return filter
}

/** All that the program depends on. Names come from a document and may hold anything, so the parts are quoted by length. */
function profileKey({ defaultAction, defaultErrnoRet, architectures = [], syscalls = [] }: Seccomp, native: ArchName) {
  let key = `${native} ${defaultAction} ${defaultErrnoRet} ${architectures}`
  for (const { names, action, errnoRet, args = [] } of syscalls) {
    const list = names.join()
    key += `\n${action} ${errnoRet} ${names.length} ${list.length} ${list}`
    for (const { index, op, value, valueTwo } of args) key += ` ${index} ${op} ${value} ${valueTwo}`
  }
  return key
}

interface Rule {
  readonly action: number
  /** All must be true. */
  readonly args: readonly SeccompArg[]
}

/** What is done about the calls from `start` on. */
interface Range {
  readonly start: number
  readonly rules: readonly Rule[] | number
  readonly key: string
}

/**
 * @param native the architecture of the machine, which is always in the filter
 * @throws ContainerError ERR_UNSUPPORTED for an architecture without a table, ERR_INVALID_CONFIG for a profile that does
 *   not fit into the kernel's 4096 instructions
 */
export function compileSeccomp(profile: Seccomp, native: ArchName): Filter {
  const archs = [...new Set([native, ...(profile.architectures ?? []).map(archName)])]
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
  return { program, unknown: [...names].filter((name) => archs.every((arch) => numberOf(arch, name) === undefined)) }
}

function archName(name: string): ArchName {
  const arch = name.replace('SCMP_ARCH_', '').toLowerCase()
  if (Object.hasOwn(SYSCALLS, arch)) return arch as ArchName
  throw unsupported(`there is no table of system calls for ${name}`, 'leave it out of linux.seccomp.architectures')
}

function numberOf(arch: ArchName, name: string): number | undefined {
  const table: Readonly<Record<string, number>> = SYSCALLS[arch]
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Everything about one AUDIT_ARCH number. */
function section(code: Assembler, profile: Seccomp, archs: readonly ArchName[], number: number, wrong: Label): Label {
  const [first, second] = archs.filter((arch) => AUDIT_ARCH[arch] === number)
  let start: Label
  if (number !== AUDIT_ARCH.x86_64) start = search(code, rangesOf(profile, first as ArchName), first as ArchName)
  else {
    const has = (arch: ArchName) => first === arch || second === arch
    const native = has('x86_64') ? search(code, rangesOf(profile, 'x86_64'), 'x86_64') : wrong
    // A tracer makes the kernel skip a call by setting its number to -1, which has the bit too.
    const x32 = has('x32') ? search(code, rangesOf(profile, 'x32'), 'x32') : code.jump(BPF_JEQ, NO_CALL, native, wrong)
    start = code.jump(BPF_JGE, X32_BIT, x32, native)
  }
  code.continueAt(start)
  return code.load(NUMBER)
}

function returnOf(action: SeccompAction, data: number | undefined): number {
  const takesData = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE'
  return (ACTIONS[action] | (takesData ? (data ?? EPERM) : 0)) >>> 0
}

function rangesOf(profile: Seccomp, arch: ArchName): Range[] {
  const otherwise = returnOf(profile.defaultAction, profile.defaultErrnoRet)
  const byNumber = new Map<number, Rule[]>()
  let highest = -1
  for (const { names, action, errnoRet, args = [] } of profile.syscalls ?? []) {
    const value = returnOf(action, errnoRet)
    for (const name of names) {
      const number = numberOf(arch, name)
      if (number === undefined) continue
      if (arch !== 'arm' || number < ARM_PRIVATE) highest = Math.max(highest, number)
      if (value === otherwise) continue
      const rules = byNumber.get(number) ?? []
      rules.push(...alternatives(args).map((each) => ({ action: value, args: each })))
      byNumber.set(number, rules)
    }
  }
  const ranges: Range[] = []
  const add = (start: number, rules: Range['rules']) => {
    const key = typeof rules === 'number' ? `${rules}` : keyOf(rules)
    if (ranges.at(-1)?.start === start) ranges.pop()
    if (ranges.at(-1)?.key !== key) ranges.push({ start, rules, key })
  }
  const newer = hidesNewer(profile.defaultAction) ? (ACTIONS.SCMP_ACT_ERRNO | ENOSYS) >>> 0 : otherwise
  const after = (number: number) => (highest >= 0 && number > highest ? newer : otherwise)
  add(0, after(0))
  for (const [number, rules] of [...byNumber, [highest, undefined] as const].sort(([a], [b]) => a - b)) {
    if (rules !== undefined)
      add(number, rules.find(({ args }) => args.length === 0)?.action ?? [...rules, { action: otherwise, args: [] }])
    if (number >= 0 && !byNumber.has(number + 1)) add(number + 1, after(number + 1))
  }
  return ranges
}

/** A C library tries a new call and takes the older one only on ENOSYS. Where new calls are let through, it need not. */
const hidesNewer = (action: SeccompAction): boolean =>
  action !== 'SCMP_ACT_ALLOW' && action !== 'SCMP_ACT_LOG' && action !== 'SCMP_ACT_TRACE'

/** Two conditions on one argument are meant as either of them, and then so are all of the rule: as runc has it. */
function alternatives(args: readonly SeccompArg[]): Array<readonly SeccompArg[]> {
  const isTwice = new Set(args.map(({ index }) => index)).size < args.length
  return isTwice ? args.map((arg) => [arg]) : [args]
}

const keyOf = (rules: readonly Rule[]): string =>
  rules
    .map(({ action, args }) => `${action}:${args.map((a) => `${a.index} ${a.op} ${a.value} ${a.valueTwo ?? 0}`)}`)
    .join(';')

/** A balanced search for the range that holds the accumulator. */
function search(code: Assembler, ranges: readonly Range[], arch: ArchName): Label {
  if (ranges.length === 1) return leaf(code, ranges[0] as Range, arch)
  const [first, middle, last] = ranges
  if (ranges.length === 3 && first?.key === last?.key && middle && first && last?.start === middle.start + 1) {
    const other = leaf(code, first, arch)
    return code.jump(BPF_JEQ, middle.start, leaf(code, middle, arch), other)
  }
  const half = ranges.length >> 1
  const upper = search(code, ranges.slice(half), arch)
  const lower = search(code, ranges.slice(0, half), arch)
  return code.jump(BPF_JGE, (ranges[half] as Range).start, upper, lower)
}

function leaf(code: Assembler, { rules }: Range, arch: ArchName): Label {
  if (typeof rules === 'number') return code.return(rules)
  const isWide = arch === 'x86_64' || arch === 'aarch64'
  let next: Label | undefined
  for (const { action, args } of [...rules].reverse()) {
    const yes = code.return(action)
    next = [...args].reverse().reduce<Label>((then, arg) => condition(code, arg, isWide, then, next ?? yes), yes)
  }
  return next as Label
}

/** A 64-bit comparison by halves; where registers have 32 bits, by the lower alone. */
function condition(code: Assembler, arg: SeccompArg, isWide: boolean, yes: Label, no: Label): Label {
  const { op } = arg
  if (op === 'SCMP_CMP_NE') return condition(code, { ...arg, op: 'SCMP_CMP_EQ' }, isWide, no, yes)
  if (op === 'SCMP_CMP_LT') return condition(code, { ...arg, op: 'SCMP_CMP_GE' }, isWide, no, yes)
  if (op === 'SCMP_CMP_LE') return condition(code, { ...arg, op: 'SCMP_CMP_GT' }, isWide, no, yes)
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
    return isWide ? isEqual(offset + 4, 32n, lower) : lower
  }
  const compare = op === 'SCMP_CMP_GT' ? BPF_JGT : BPF_JGE
  code.continueAt(code.jump(compare, Number(wanted & 0xffffffffn), yes, no))
  const lower = code.load(offset)
  if (!isWide) return lower
  const upper = Number(wanted >> 32n)
  const same = code.jump(BPF_JEQ, upper, lower, no)
  code.continueAt(code.jump(BPF_JGT, upper, yes, same))
  return code.load(offset + 4)
}
