// What a profile says of each system call of an architecture, in the order in which it is to be asked.
// Spec: config-linux.md, Seccomp. Where that is silent, the answers are libseccomp's and runc's.
import type { Seccomp, SeccompAction, SeccompArg } from '../config/types.ts'
import { type ArchName, columnOf, firstNumber, MOST_NEAR, multiplexed, numbersOf } from './arch.ts'

const EPERM = 1
const ENOSYS = 38

/** include/uapi/linux/seccomp.h, SECCOMP_RET_*. */
export const ACTIONS: Readonly<Record<SeccompAction, number>> = {
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
/** One name for each number. */
const NAMES = (Object.entries(ACTIONS) as Array<[SeccompAction, number]>).filter(([name]) => name !== 'SCMP_ACT_KILL')

/** SECCOMP_RET_* with its data, as the document has it. */
export function actionOf(value: number): { readonly action: SeccompAction; readonly data?: number } {
  const kind = (value & 0xffff0000) >>> 0
  const [action = 'SCMP_ACT_KILL_THREAD'] = NAMES.find(([, number]) => number === kind) ?? []
  return { action, ...(takesData(action) ? { data: value & 0xffff } : {}) }
}

/** What comes of a call. */
export interface Rule {
  /** SECCOMP_RET_* with its data. */
  readonly action: number
  /** All must be true. */
  readonly args: readonly SeccompArg[]
  /** Its index in `syscalls` of the profile; undefined for the default. */
  readonly index: number | undefined
}

/** The rules for a call, to be tried in order. The last has no conditions. */
export type Rules = readonly Rule[]

/** A profile as one architecture has it. */
export interface CallRules {
  readonly arch: ArchName
  /** Its lowest number. */
  readonly first: number
  /** By number, from the lowest on: undefined for calls that are not named, and no longer than to the last that is. */
  readonly calls: ReadonlyArray<Rules | undefined>
  /** Calls with numbers far above all others. */
  readonly far: ReadonlyMap<number, Rules>
  /** What comes of those that are not named. */
  readonly otherwise: Rule
  /** What comes of those behind the last of `calls`. */
  readonly newer: Rule
}

/** A profile as all architectures have it. */
export interface ProfileRules {
  readonly defaultAction: SeccompAction
  readonly otherwise: Rule
  readonly entries: readonly Entry[]
}

/** One of `syscalls`. */
interface Entry {
  readonly names: readonly string[]
  /** Without what decides when none of them holds. */
  readonly rules: Rules
  /** What they are for a call that no other entry names. */
  readonly alone: Rules
}

export function readProfile({ defaultAction, defaultErrnoRet, syscalls = [] }: Seccomp): ProfileRules {
  const otherwise: Rule = { action: returnOf(defaultAction, defaultErrnoRet), args: [], index: undefined }
  const entries: Entry[] = []
  let index = 0
  for (const { names, action, errnoRet, args } of syscalls) {
    const value = returnOf(action, errnoRet)
    // One that says what the default says would only stand in the way of others.
    const rules = value === otherwise.action ? [] : rulesOf(value, args ?? [], index)
    entries.push({ names, rules, alone: completed(rules, otherwise) })
    index++
  }
  return { defaultAction, otherwise, entries }
}

/** What a profile says of the calls of some architectures. */
export interface Reading {
  /** In the order of the architectures. */
  readonly archs: readonly CallRules[]
  /** Names that none of them has. */
  readonly unknown: readonly string[]
}

/**
 * Reads each name once for all of them. A profile has hundreds, and this is done where nothing is optimised yet, so the
 * loops are plain ones, which make no garbage.
 */
export function rulesOn(archs: readonly ArchName[], profile: ProfileRules): Reading {
  const tables = archs.map(tableOf)
  const unknown: string[] = []
  for (const entry of profile.entries) {
    const { names, rules, alone } = entry
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string
      const numbers = numbersOf(name)
      let isKnown = false
      for (let each = 0; each < tables.length && numbers !== undefined; each++) {
        const table = tables[each] as Table
        const number = numbers[table.column] as number
        if (number >= 0) put(table, number, rules, alone)
        const isShared = table.arch === 'x86' && putShared(table, name, rules, profile.otherwise)
        if (number >= 0 || isShared) isKnown = true
      }
      if (!isKnown && !unknown.includes(name)) unknown.push(name)
    }
  }
  return { archs: tables.map((table) => finish(table, profile)), unknown }
}

/** What is collected for one architecture. */
interface Table {
  readonly arch: ArchName
  readonly column: number
  readonly first: number
  readonly calls: Array<Rules | undefined>
  readonly far: Map<number, Rules>
  /** Those that several entries name, without the last of their rules. */
  readonly several: Map<number, Rule[]>
}

const tableOf = (arch: ArchName): Table => ({
  arch,
  column: columnOf(arch),
  first: firstNumber(arch),
  calls: Array<undefined>(MOST_NEAR).fill(undefined),
  far: new Map(),
  several: new Map(),
})

function put({ first, calls, far, several }: Table, number: number, rules: Rules, alone: Rules): void {
  const near = number - first
  const known = near < MOST_NEAR ? calls[near] : far.get(number)
  if (known !== undefined) {
    if (!isDecided(known)) join(several, number, known, rules)
  } else if (near < MOST_NEAR) calls[near] = alone
  else far.set(number, alone)
}

/** @returns whether the call is behind another's number, too */
function putShared(table: Table, name: string, rules: Rules, otherwise: Rule): boolean {
  const shared = multiplexed(name)
  if (shared === undefined) return false
  const behindIt = rules.map((rule) => ({ ...rule, args: behind(shared.which, rule.args) }))
  put(table, shared.number, behindIt, completed(behindIt, otherwise))
  return true
}

function finish({ arch, first, calls, far, several }: Table, { defaultAction, otherwise }: ProfileRules): CallRules {
  for (const [number, rules] of several) {
    const all = completed(rules, otherwise)
    if (number - first < MOST_NEAR) calls[number - first] = all
    else far.set(number, all)
  }
  let count = MOST_NEAR
  while (count > 0 && calls[count - 1] === undefined) count--
  const hides = count > 0 && hidesNewer(defaultAction)
  const newer = hides ? { ...otherwise, action: (ACTIONS.SCMP_ACT_ERRNO | ENOSYS) >>> 0 } : otherwise
  return { arch, first, calls: calls.slice(0, count), far, otherwise, newer }
}

/** Those for a number; undefined when it is not named. */
export const rulesFor = ({ first, calls, far }: CallRules, number: number): Rules | undefined =>
  calls[number - first] ?? far.get(number)

/** Whether a number is above all that are named. */
export const isNewer = ({ first, calls }: CallRules, number: number): boolean =>
  calls.length > 0 && number >= first + calls.length

/** Whether a rule without conditions is among them: then it is alone. */
const isDecided = (rules: Rules): boolean => rules[0]?.args.length === 0 && rules[0].index !== undefined

function join(several: Map<number, Rule[]>, number: number, known: Rules, rules: Rules): void {
  let all = several.get(number)
  if (all === undefined) {
    all = known.slice(0, -1)
    several.set(number, all)
  }
  for (const rule of rules) all.push(rule)
}

function returnOf(action: SeccompAction, data = EPERM): number {
  return (ACTIONS[action] | (takesData(action) ? data : 0)) >>> 0
}

const takesData = (action: SeccompAction): boolean => action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE'

/** Two conditions on one argument are meant as either of them, and then so are all of the rule: as runc has it. */
function rulesOf(action: number, args: readonly SeccompArg[], index: number): Rule[] {
  const isTwice = args.length > 1 && new Set(args.map((arg) => arg.index)).size < args.length
  return isTwice ? args.map((arg) => ({ action, args: [arg], index })) : [{ action, args, index }]
}

/**
 * The arguments proper are behind a pointer, where no filter can look: libseccomp then leaves out what was to be true of
 * the first, in whose place the number of the call is, and looks at the others as they are.
 */
function behind(which: number, args: readonly SeccompArg[]): SeccompArg[] {
  return [{ index: 0, op: 'SCMP_CMP_EQ', value: which }, ...args.filter(({ index }) => index !== 0)]
}

/** One without conditions beats those with, wherever it stands. */
function completed(rules: Rules, otherwise: Rule): Rules {
  for (const rule of rules) if (rule.args.length === 0) return [rule]
  return [...rules, otherwise]
}

/** A C library tries a new call and takes the older one only on ENOSYS. Where new calls are let through, it need not. */
const hidesNewer = (action: SeccompAction): boolean =>
  action !== 'SCMP_ACT_ALLOW' && action !== 'SCMP_ACT_LOG' && action !== 'SCMP_ACT_TRACE'
