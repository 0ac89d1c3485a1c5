// What a profile says of each system call of an architecture, in the order in which it is to be asked.
// Spec: config-linux.md, Seccomp. Where that is silent, the answers are libseccomp's and runc's.
import type { Seccomp, SeccompAction, SeccompArg } from '../config/types.ts'
import { type ArchName, isOrdinary, multiplexed, numberOf } from './arch.ts'

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

/** A profile as one architecture has it. */
export interface CallRules {
  /** Calls that are named: the rules to try in order, of which the last has no conditions. */
  readonly calls: ReadonlyMap<number, readonly Rule[]>
  /** What comes of the others. */
  readonly otherwise: Rule
  /** The highest number named; −1 for none. */
  readonly highest: number
  /** What comes of those above it. */
  readonly newer: Rule
}

export function readProfile(profile: Seccomp, arch: ArchName): CallRules {
  const otherwise = { action: returnOf(profile.defaultAction, profile.defaultErrnoRet), args: [], index: undefined }
  const calls = new Map<number, Rule[]>()
  let highest = -1
  const add = (number: number, rules: readonly Rule[]) => {
    if (isOrdinary(arch, number) && number > highest) highest = number
    const known = calls.get(number)
    if (known === undefined) calls.set(number, [...rules])
    else known.push(...rules)
  }
  for (const [index, { names, action, errnoRet, args = [] }] of (profile.syscalls ?? []).entries()) {
    const value = returnOf(action, errnoRet)
    // One that says what the default says would only stand in the way of others.
    const rules =
      value === otherwise.action ? [] : alternatives(args).map((each) => ({ action: value, args: each, index }))
    for (const name of names) {
      const number = numberOf(arch, name)
      if (number !== undefined) add(number, rules)
      const shared = multiplexed(arch, name)
      if (shared !== undefined)
        add(
          shared.number,
          rules.map((rule) => ({ ...rule, args: behind(shared.which, rule.args) })),
        )
    }
  }
  for (const [number, rules] of calls) calls.set(number, inOrder(rules, otherwise))
  const hides = highest >= 0 && hidesNewer(profile.defaultAction)
  const newer = hides ? { ...otherwise, action: (ACTIONS.SCMP_ACT_ERRNO | ENOSYS) >>> 0 } : otherwise
  return { calls, otherwise, highest, newer }
}

function returnOf(action: SeccompAction, data = EPERM): number {
  return (ACTIONS[action] | (takesData(action) ? data : 0)) >>> 0
}

const takesData = (action: SeccompAction): boolean => action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE'

/** Two conditions on one argument are meant as either of them, and then so are all of the rule: as runc has it. */
function alternatives(args: readonly SeccompArg[]): Array<readonly SeccompArg[]> {
  const isTwice = args.length > 1 && new Set(args.map(({ index }) => index)).size < args.length
  return isTwice ? args.map((arg) => [arg]) : [args]
}

/**
 * The arguments proper are behind a pointer, where no filter can look: libseccomp then leaves out what was to be true of
 * the first, in whose place the number of the call is, and looks at the others as they are.
 */
function behind(which: number, args: readonly SeccompArg[]): SeccompArg[] {
  return [{ index: 0, op: 'SCMP_CMP_EQ', value: which }, ...args.filter(({ index }) => index !== 0)]
}

/** One without conditions beats those with, wherever it stands. */
function inOrder(rules: readonly Rule[], otherwise: Rule): Rule[] {
  const always = rules.find(({ args }) => args.length === 0)
  return always === undefined ? [...rules, otherwise] : [always]
}

/** A C library tries a new call and takes the older one only on ENOSYS. Where new calls are let through, it need not. */
const hidesNewer = (action: SeccompAction): boolean =>
  action !== 'SCMP_ACT_ALLOW' && action !== 'SCMP_ACT_LOG' && action !== 'SCMP_ACT_TRACE'
