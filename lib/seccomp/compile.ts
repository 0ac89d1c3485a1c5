// The OCI seccomp profile as a classic BPF program. Pure.
import type { Seccomp } from '../config/types.ts'
import { invalid } from '../plan/refusal.ts'
import { type ArchName, AUDIT_ARCH, archName, X32_BIT } from './arch.ts'
import { Assembler, BPF_JEQ, BPF_JGE, encodeProgram, type Instruction, type Label, MAX_INSTRUCTIONS } from './bpf.ts'
import { ACTIONS, type CallRules, readProfile, rulesOn } from './profile.ts'
import { search } from './search.ts'

const NO_CALL = 0xffffffff
const [NUMBER, ARCH] = [0, 4]

export interface Filter {
  readonly program: readonly Instruction[]
  /** The program as {@link encodeProgram} gives it. */
  readonly words: readonly number[]
  /** Names that none of the filter's architectures has: their rules are left out. */
  readonly unknown: readonly string[]
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
  const { archs: readings, unknown } = rulesOn(archs, readProfile(profile))
  const assembler = new Assembler()
  const wrongArch = assembler.return(ACTIONS.SCMP_ACT_KILL_THREAD)
  const numbers = [...new Set(archs.map((arch) => AUDIT_ARCH[arch]))]
  const sections = numbers.map((number) => [number, section(assembler, readings, number, wrongArch)] as const)
  let next = wrongArch
  // The machine's own is asked for first.
  for (const [number, start] of sections.reverse()) next = assembler.jump(BPF_JEQ, number, start, next)
  assembler.continueAt(next)
  assembler.load(ARCH)
  const program = assembler.finish()
  if (program.length > MAX_INSTRUCTIONS) {
    const message = `takes ${program.length} instructions of BPF, of ${MAX_INSTRUCTIONS} at most: fewer rules with conditions, or fewer architectures`
    throw invalid('/linux/seccomp', message)
  }
  return { program, words: encodeProgram(program), unknown }
}

/** Everything about one AUDIT_ARCH number. */
function section(code: Assembler, readings: readonly CallRules[], number: number, wrong: Label): Label {
  const here = readings.filter(({ arch }) => AUDIT_ARCH[arch] === number)
  const calls = (of: ArchName): Label | undefined => {
    const rules = here.find(({ arch }) => arch === of)
    return rules && search(code, rules)
  }
  let start: Label
  if (number === AUDIT_ARCH.x86_64) {
    const native = calls('x86_64') ?? wrong
    // A tracer makes the kernel skip a call by setting its number to -1, which has the bit too.
    const x32 = calls('x32') ?? code.jump(BPF_JEQ, NO_CALL, native, wrong)
    start = code.jump(BPF_JGE, X32_BIT, x32, native)
  } else start = search(code, here[0] as CallRules)
  code.continueAt(start)
  return code.load(NUMBER)
}
