// Classic BPF as seccomp runs it: building a program with labels, and running one.
// Source: include/uapi/linux/filter.h, kernel/seccomp.c.

/** Instruction codes: class, size or operation, mode. */
export const BPF_LD_ABS = 0x20
export const BPF_AND = 0x54
export const BPF_JA = 0x05
export const BPF_JEQ = 0x15
export const BPF_JGT = 0x25
export const BPF_JGE = 0x35
export const BPF_RET = 0x06

/** BPF_MAXINSNS: the kernel refuses a longer program. */
export const MAX_INSTRUCTIONS = 4096

/** struct sock_filter. */
export interface Instruction {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

/** A place in a program: how many instructions there are from it to the end. */
export type Label = number

const MAX_JUMP = 255

/**
 * A program written from its end to its beginning, so that every jump leads to what is already there and its distance is
 * known at once.
 */
export class Assembler {
  readonly #reversed: Instruction[] = []
  readonly #returns = new Map<number, Label>()

  /** Where the instruction written last is. */
  get here(): Label {
    return this.#reversed.length
  }

  load(offset: number): Label {
    return this.#add(BPF_LD_ABS, offset)
  }

  and(mask: number): Label {
    return this.#add(BPF_AND, mask)
  }

  /** Compares the accumulator. */
  jump(code: number, value: number, yes: Label, no: Label): Label {
    if (yes === no) return yes
    const both = Math.max(this.here - yes, this.here - no)
    // A bridge in front of one side moves the other side one further away, so the bounds leave room for both.
    const [near, far] = both < MAX_JUMP ? [yes, no] : [this.#reach(yes), this.#reach(no)]
    return this.#add(code, value, this.here - near, this.here - far)
  }

  /** Ends with an action; one that is in reach already is used again. */
  return(action: number): Label {
    const known = this.#returns.get(action)
    if (known !== undefined && this.here - known < MAX_JUMP - 1) return known
    const label = this.#add(BPF_RET, action)
    this.#returns.set(action, label)
    return label
  }

  /** Makes the next instruction go on at a label. */
  continueAt(label: Label): void {
    if (label !== this.here) this.#add(BPF_JA, this.here - label)
  }

  finish(): Instruction[] {
    return this.#reversed.slice().reverse()
  }

  #reach(label: Label): Label {
    return this.here - label < MAX_JUMP - 1 ? label : this.#add(BPF_JA, this.here - label)
  }

  #add(code: number, k: number, jt = 0, jf = 0): Label {
    this.#reversed.push({ code, jt, jf, k: k >>> 0 })
    return this.here
  }
}

/** A program as seccomp(2) takes it: two words an instruction, little-endian. */
export function encodeProgram(program: readonly Instruction[]): number[] {
  const words: number[] = []
  for (const { code, jt, jf, k } of program) words.push((code | (jt << 16) | (jf << 24)) >>> 0, k)
  return words
}

/** struct seccomp_data: what a filter sees of a system call. */
export interface SyscallData {
  /** uint32, as the kernel has it: -1 is 0xffffffff. */
  readonly number: number
  /** AUDIT_ARCH_*. */
  readonly arch: number
  /** Six of them; missing ones are 0. */
  readonly args: readonly bigint[]
}

/**
 * Runs a program as the kernel would.
 * @returns SECCOMP_RET_* with its data
 * @throws RangeError for what the kernel would have refused to load
 */
export const evaluate = (program: readonly Instruction[], data: SyscallData): number => run(program, data).value

/** {@link evaluate}, which also counts the instructions that are executed. */
export function run(program: readonly Instruction[], data: SyscallData): { value: number; executed: number } {
  let accumulator = 0
  let executed = 0
  for (let at = 0; at < program.length; at++) {
    const { code, jt, jf, k } = program[at] as Instruction
    executed++
    if (code === BPF_RET) return { value: k, executed }
    if (code === BPF_LD_ABS) accumulator = loadWord(data, k)
    else if (code === BPF_AND) accumulator = (accumulator & k) >>> 0
    else if (code === BPF_JA) at += k
    else at += compare(code, accumulator, k) ? jt : jf
  }
  throw new RangeError('the program ends without an answer')
}

function compare(code: number, value: number, k: number): boolean {
  if (code === BPF_JEQ) return value === k
  if (code === BPF_JGT) return value > k
  if (code === BPF_JGE) return value >= k
  throw new RangeError(`instruction ${code} is not known`)
}

function loadWord({ number, arch, args }: SyscallData, offset: number): number {
  if (offset === 0) return number
  if (offset === 4) return arch
  if (offset < 16 || offset > 60 || offset % 4 !== 0) throw new RangeError(`there is no word at ${offset}`)
  const arg = args[(offset - 16) >> 3] ?? 0n
  return Number((offset % 8 === 0 ? arg : arg >> 32n) & 0xffffffffn)
}
