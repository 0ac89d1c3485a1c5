// A filter as text, one instruction a line, with names for what it compares.
import type { Seccomp } from '../config/types.ts'
import type { Host } from '../host.ts'
import { type ArchName, AUDIT_ARCH, nativeArch, X32_BIT } from './arch.ts'
import { BPF_AND, BPF_JA, BPF_JEQ, BPF_JGE, BPF_JGT, BPF_LD_ABS, BPF_RET, type Instruction } from './bpf.ts'
import { compileSeccomp } from './compile.ts'
import { actionOf } from './profile.ts'
import { ARCHS } from './syscalls.gen.ts'

/**
 * The program that a profile is compiled to, as text: for looking at, and for reports of what is wrong with it.
 * @param host the machine it is for: `await probeHost()`
 * @throws ContainerError ERR_UNSUPPORTED, ERR_INVALID_CONFIG: as creating the container would
 */
export const disassembleSeccomp = (profile: Seccomp, host: Pick<Host, 'arch'>): string =>
  disassemble(compileSeccomp(profile, nativeArch(host)).program)

const COMPARISONS: Readonly<Record<number, string>> = { [BPF_JEQ]: '==', [BPF_JGT]: '>', [BPF_JGE]: '>=' }

/**
 * ```
 *   0  load arch
 *   1  if == 0xc000003e (x86_64) goto 2 else 9
 * ```
 * @throws RangeError for an instruction that the compiler never writes
 */
export function disassemble(program: readonly Instruction[]): string {
  let loaded = ''
  const lines = program.map((instruction, at) => {
    if (instruction.code === BPF_LD_ABS) loaded = word(instruction.k)
    return `${`${at}`.padStart(4)}  ${describe(instruction, at, loaded)}`
  })
  return `${lines.join('\n')}\n`
}

function describe({ code, jt, jf, k }: Instruction, at: number, loaded: string): string {
  if (code === BPF_LD_ABS) return `load ${word(k)}`
  if (code === BPF_AND) return `and ${hex(k)}`
  if (code === BPF_JA) return `goto ${at + 1 + k}`
  if (code === BPF_RET) return `return ${actionWords(k)}`
  const comparison = COMPARISONS[code]
  if (comparison === undefined) throw new RangeError(`instruction ${code} is not known`)
  return `if ${comparison} ${valueWords(loaded, k)} goto ${at + 1 + jt} else ${at + 1 + jf}`
}

/** Of struct seccomp_data. */
function word(offset: number): string {
  if (offset === 0) return 'number'
  if (offset === 4) return 'arch'
  if (offset < 16) return `word ${offset}`
  return `args[${(offset - 16) >> 3}]${offset % 8 === 0 ? '' : ' high'}`
}

function valueWords(loaded: string, value: number): string {
  if (loaded === 'arch') return `${hex(value)} (${archOf(value) ?? 'unknown'})`
  if (loaded === 'number') return value === X32_BIT ? 'the x32 bit' : `${value}`
  return hex(value)
}

const archOf = (value: number): ArchName | undefined => ARCHS.find((arch) => AUDIT_ARCH[arch] === value)

function actionWords(value: number): string {
  const { action, data } = actionOf(value)
  return data === undefined ? action : `${action} ${data}`
}

const hex = (value: number): string => `0x${value.toString(16)}`
