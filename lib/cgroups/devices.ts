// Which devices a container may use, as an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE. Pure.
//
// Terms: a *request* is one device with the *accesses* somebody wants to it, any of m (mknod), r and w. A *rule* fits a
// request by type and numbers. For each access the last rule that fits and names it decides; no rule is a no.
import type { Device, DeviceRule, ValidConfig } from '../config/types.ts'

/** include/uapi/linux/bpf.h, BPF_DEVCG_*. */
const DEV_BLOCK = 1
const DEV_CHAR = 2
const ACC_MKNOD = 1
const ACC_READ = 2
const ACC_WRITE = 4
const ACC_ALL = ACC_MKNOD | ACC_READ | ACC_WRITE

const char = (major: number, minor: number | undefined): DeviceRule =>
  minor === undefined ? { allow: true, type: 'c', major } : { allow: true, type: 'c', major, minor }

/**
 * Allowed whatever the document says: making nodes, which gives no access, and the devices that every container has.
 * Spec: config-linux.md, Default Devices.
 */
export const DEFAULT_RULES: readonly DeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  char(1, 3), // null
  char(1, 5), // zero
  char(1, 7), // full
  char(1, 8), // random
  char(1, 9), // urandom
  char(5, 0), // tty
  char(5, 2), // ptmx
  char(136, undefined), // pts
]

/**
 * The rules of a document, the last that fits counting. Without any of its own nothing is allowed but the devices that
 * it has made; one with rules names all that it means to be used.
 */
export function deviceRules(config: Pick<ValidConfig, 'linux'>): DeviceRule[] {
  const own = config.linux?.resources?.devices ?? []
  const made = own.length > 0 ? [] : (config.linux?.devices ?? []).flatMap(ruleFor)
  return [{ allow: false }, ...own, ...made, ...DEFAULT_RULES]
}

function ruleFor({ type, major, minor }: Device): DeviceRule[] {
  if (type === 'p' || major === undefined || minor === undefined) return []
  return [{ allow: true, type: type === 'b' ? 'b' : 'c', major, minor }]
}

/** Whether a document's own rules ask for more than what every container gets: all is denied but the defaults. */
export function asksForDevices(rules: readonly DeviceRule[]): boolean {
  return rules.some(({ allow }) => allow) || rules.some((rule) => !fitsAll(rule))
}

const isAny = (number: number | bigint | undefined): boolean => number === undefined || number < 0

const fitsAll = ({ type = 'a', major, minor, access = 'rwm' }: DeviceRule): boolean =>
  type === 'a' && isAny(major) && isAny(minor) && accessBits(access) === ACC_ALL

/** Whether the rules allow everything, so that no program is needed. */
export function allowsAll(rules: readonly DeviceRule[]): boolean {
  const lastDenial = rules.findLastIndex(({ allow }) => !allow)
  return rules.slice(lastDenial + 1).some(fitsAll)
}

function accessBits(access: string): number {
  const bits: Readonly<Record<string, number>> = { m: ACC_MKNOD, r: ACC_READ, w: ACC_WRITE }
  return [...access].reduce((all, letter) => all | (bits[letter] ?? 0), 0)
}

// Registers: 1 holds the context on entry, 0 the answer on exit.
const ANSWER = 0
const CONTEXT = 1
const TYPE = 2
const ACCESS = 3
const MAJOR = 4
const MINOR = 5
const SCRATCH = 6

// Operation codes: class | size or source | operation (include/uapi/linux/bpf_common.h, bpf.h).
const LOAD_WORD = 0x61 // BPF_LDX | BPF_MEM | BPF_W
const MOVE = 0xb4 // BPF_ALU | BPF_MOV | BPF_K
const MOVE_REGISTER = 0xbc // BPF_ALU | BPF_MOV | BPF_X
const AND = 0x54 // BPF_ALU | BPF_AND | BPF_K
const SHIFT_RIGHT = 0x74 // BPF_ALU | BPF_RSH | BPF_K
const JUMP_NOT_EQUAL = 0x56 // BPF_JMP32 | BPF_JNE | BPF_K
const JUMP_EQUAL = 0x16 // BPF_JMP32 | BPF_JEQ | BPF_K
const EXIT = 0x95 // BPF_JMP | BPF_EXIT

interface Instruction {
  readonly code: number
  readonly to: number
  readonly from?: number
  readonly offset?: number
  readonly value?: number
}

const answer = (allowed: 0 | 1): Instruction[] => [
  { code: MOVE, to: ANSWER, value: allowed },
  { code: EXIT, to: 0 },
]

/** struct bpf_cgroup_dev_ctx: access << 16 | type, major, minor. */
const PROLOGUE: readonly Instruction[] = [
  { code: LOAD_WORD, to: TYPE, from: CONTEXT, offset: 0 },
  { code: MOVE_REGISTER, to: ACCESS, from: TYPE },
  { code: AND, to: TYPE, value: 0xffff },
  { code: SHIFT_RIGHT, to: ACCESS, value: 16 },
  { code: LOAD_WORD, to: MAJOR, from: CONTEXT, offset: 4 },
  { code: LOAD_WORD, to: MINOR, from: CONTEXT, offset: 8 },
  // Nothing is asked for, e.g. access(2) with F_OK.
  { code: JUMP_NOT_EQUAL, to: ACCESS, value: 0, offset: 2 },
  ...answer(1),
]

const MOST_NUMBER = 0xffff_ffffn

/** Compiles rules, the last counting, to instructions of eight bytes each. */
export function compileDevices(rules: readonly DeviceRule[]): Uint8Array<ArrayBuffer> {
  // A number that no device can have fits none.
  const possible = rules.filter(({ major = -1, minor = -1 }) => major <= MOST_NUMBER && minor <= MOST_NUMBER)
  // Nothing behind the last rule that fits everything can matter.
  const first = Math.max(0, possible.findLastIndex(fitsAll))
  const blocks = possible.slice(first).toReversed().flatMap(compileRule)
  return assemble([...PROLOGUE, ...blocks, ...answer(0)])
}

/** ACCESS holds what no rule has decided yet. A rule that denies any of it ends; one that allows the last of it too. */
function compileRule(rule: DeviceRule): Instruction[] {
  const { allow, type = 'a', major, minor, access = 'rwm' } = rule
  const bits = accessBits(access)
  const act: Instruction[] = allow
    ? [
        { code: AND, to: ACCESS, value: ~bits & ACC_ALL },
        { code: JUMP_NOT_EQUAL, to: ACCESS, value: 0, offset: 2 },
      ]
    : [
        { code: MOVE_REGISTER, to: SCRATCH, from: ACCESS },
        { code: AND, to: SCRATCH, value: bits },
        { code: JUMP_EQUAL, to: SCRATCH, value: 0, offset: 2 },
      ]
  const body = [...act, ...answer(allow ? 1 : 0)]
  const tests: Array<readonly [register: number, value: number]> = [
    ...(type === 'a' ? [] : [[TYPE, type === 'b' ? DEV_BLOCK : DEV_CHAR] as const]),
    ...(isAny(major) ? [] : [[MAJOR, Number(major)] as const]),
    ...(isAny(minor) ? [] : [[MINOR, Number(minor)] as const]),
  ]
  const skips = tests.map(([to, value], index) => {
    const offset = tests.length - 1 - index + body.length
    return { code: JUMP_NOT_EQUAL, to, value, offset }
  })
  return [...skips, ...body]
}

/** struct bpf_insn, little-endian as both architectures are. */
function assemble(instructions: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * instructions.length)
  const view = new DataView(bytes.buffer)
  instructions.forEach(({ code, to, from = 0, offset = 0, value = 0 }, index) => {
    view.setUint8(8 * index, code)
    view.setUint8(8 * index + 1, (from << 4) | to)
    view.setInt16(8 * index + 2, offset, true)
    view.setInt32(8 * index + 4, value | 0, true)
  })
  return bytes
}
