// The rules for one call as instructions. What one condition has found out is not asked again by the next: neither a word
// that is loaded already, nor a comparison whose outcome follows.
import type { SeccompArg } from '../config/types.ts'
import { type Assembler, BPF_JEQ, BPF_JGE, BPF_JGT, type Label } from './bpf.ts'
import type { Rules } from './profile.ts'

const ARGS = 16
const ALL = 0xffffffff
/** How many rules in a row are passed over at once, so that long lists take time by their length alone. */
const MOST_PASSED = 64

/** A word of struct seccomp_data under a mask is a value; or a comparison of another kind, which says less. */
type Test = Equality | SeccompArg
interface Equality {
  readonly offset: number
  readonly mask: number
  readonly value: number
}
const isEquality = (test: Test): test is Equality => 'offset' in test

/** Where to go on: at a test, perhaps behind the loading of its word, or with the action of a rule. */
interface Target {
  readonly at?: number
  readonly isLoaded?: boolean
  readonly action: number
}

/** The tests of all rules one after another; of each rule the first. */
interface Chain {
  readonly tests: readonly Test[]
  readonly starts: readonly number[]
  readonly rules: Rules
}

/** @returns where to jump for it */
export function decide(code: Assembler, rules: Rules, wide: boolean): Label {
  const [first] = rules
  if (first !== undefined && first.args.length === 0) return code.return(first.action)
  const chain = chainOf(rules, wide)
  const begin = target(chain, 0)
  return emit(code, chain, wide, begin, reachedFrom(chain, begin))
}

function chainOf(rules: Rules, wide: boolean): Chain {
  const tests: Test[] = []
  const starts: number[] = []
  for (const { args } of rules) {
    starts.push(tests.length)
    for (const arg of args) addTests(tests, arg, wide)
  }
  starts.push(tests.length)
  return { tests, starts, rules }
}

/** A 64-bit comparison by halves; where registers have 32 bits, by the lower alone. */
function addTests(tests: Test[], arg: SeccompArg, wide: boolean): void {
  const isMasked = arg.op === 'SCMP_CMP_MASKED_EQ'
  if (!isMasked && arg.op !== 'SCMP_CMP_EQ') {
    tests.push(arg)
    return
  }
  const [lowMask, highMask] = isMasked ? halves(arg.value) : [ALL, ALL]
  const [low, high] = halves(isMasked ? (arg.valueTwo ?? 0) : arg.value)
  const offset = ARGS + 8 * arg.index
  if (wide && highMask !== 0) tests.push({ offset: offset + 4, mask: highMask, value: (high & highMask) >>> 0 })
  if (lowMask !== 0) tests.push({ offset, mask: lowMask, value: (low & lowMask) >>> 0 })
}

function halves(value: number | bigint): readonly [low: number, high: number] {
  const whole = BigInt(value)
  return [Number(whole & 0xffffffffn), Number((whole >> 32n) & 0xffffffffn)]
}

/** Where each test goes on that does not hold, and whether it is asked with its word loaded, without, or both. */
interface Reached {
  failure?: Target
  loaded?: boolean
  unloaded?: boolean
}

function reachedFrom(chain: Chain, begin: Target): Reached[] {
  const { tests, starts } = chain
  const reached = tests.map((): Reached => ({}))
  const reach = ({ at, isLoaded }: Target) => {
    if (at !== undefined) (reached[at] as Reached)[isLoaded === true ? 'loaded' : 'unloaded'] = true
  }
  reach(begin)
  let rule = 0
  for (const [at, test] of reached.entries()) {
    while ((starts[rule + 1] as number) <= at) rule++
    if (test.loaded !== true && test.unloaded !== true) continue
    test.failure = target(chain, rule + 1, starts[rule], at)
    reach(test.failure)
    if (at + 1 < (starts[rule + 1] as number)) reach({ at: at + 1, action: 0 })
  }
  return reached
}

/**
 * Where a rule is asked from, or one behind it.
 * @param from the first test of those that have held
 * @param failed the test behind them, which has not
 */
function target(chain: Chain, rule: number, from = 0, failed?: number): Target {
  const { tests, starts, rules } = chain
  for (let each = rule; ; each++) {
    const end = starts[each + 1] as number
    let at = starts[each] as number
    let outcome: boolean | undefined = true
    for (; at < end; at++) {
      outcome = failed === undefined ? undefined : outcomeOf(tests, at, from, failed)
      if (outcome !== true) break
    }
    if (outcome === true) return { action: (rules[each] as Rules[number]).action }
    const isKnown = outcome === false && each - rule < MOST_PASSED
    if (!isKnown) return { at, isLoaded: failed !== undefined && isLoaded(tests, at, failed), action: 0 }
  }
}

/** What a test finds, when it follows from others. */
function outcomeOf(tests: readonly Test[], at: number, from: number, failed: number): boolean | undefined {
  const asked = tests[at] as Test
  if (!isEquality(asked)) return undefined
  const { offset, mask, value } = asked
  for (let each = from; each <= failed; each++) {
    const known = tests[each] as Test
    if (!isEquality(known) || known.offset !== offset) continue
    if (each === failed) {
      if (known.mask === mask && known.value === value) return false
    } else if (((known.value ^ value) & known.mask & mask) !== 0) return false
    else if ((mask & ~known.mask) === 0) return true
  }
  return undefined
}

/** Whether the accumulator holds a test's word after another one. */
function isLoaded(tests: readonly Test[], at: number, after: number): boolean {
  const [next, last] = [tests[at] as Test, tests[after] as Test]
  return isEquality(next) && isEquality(last) && next.offset === last.offset && last.mask === ALL
}

function emit(
  code: Assembler,
  { tests, starts, rules }: Chain,
  wide: boolean,
  begin: Target,
  reached: readonly Reached[],
): Label {
  const labels = Array<Label>(tests.length)
  const loaded = Array<Label>(tests.length)
  const labelOf = ({ at, isLoaded, action }: Target): Label => {
    if (at === undefined) return code.return(action)
    return (isLoaded === true ? loaded : labels)[at] as Label
  }
  let rule = rules.length - 1
  for (let at = tests.length - 1; at >= 0; at--) {
    while ((starts[rule] as number) > at) rule--
    const { failure, unloaded } = reached[at] as Reached
    if (failure === undefined) continue
    const isLast = at + 1 === starts[rule + 1]
    const yes = isLast ? code.return((rules[rule] as Rules[number]).action) : (labels[at + 1] as Label)
    const no = labelOf(failure)
    const test = tests[at] as Test
    if (isEquality(test)) {
      code.continueAt(code.jump(BPF_JEQ, test.value, yes, no))
      if (test.mask !== ALL) code.and(test.mask)
      loaded[at] = code.here
      if (unloaded === true) labels[at] = code.load(test.offset)
    } else labels[at] = compare(code, test, wide, yes, no)
  }
  return labelOf(begin)
}

/** Order, and difference. */
function compare(code: Assembler, arg: SeccompArg, wide: boolean, yes: Label, no: Label): Label {
  const { op } = arg
  if (op === 'SCMP_CMP_LT') return compare(code, { ...arg, op: 'SCMP_CMP_GE' }, wide, no, yes)
  if (op === 'SCMP_CMP_LE') return compare(code, { ...arg, op: 'SCMP_CMP_GT' }, wide, no, yes)
  const [low, high] = halves(arg.value)
  const offset = ARGS + 8 * arg.index
  if (op === 'SCMP_CMP_NE') {
    code.continueAt(code.jump(BPF_JEQ, low, no, yes))
    const lower = code.load(offset)
    if (!wide) return lower
    code.continueAt(code.jump(BPF_JEQ, high, lower, yes))
    return code.load(offset + 4)
  }
  code.continueAt(code.jump(op === 'SCMP_CMP_GT' ? BPF_JGT : BPF_JGE, low, yes, no))
  const lower = code.load(offset)
  if (!wide) return lower
  const same = code.jump(BPF_JEQ, high, lower, no)
  code.continueAt(code.jump(BPF_JGT, high, yes, same))
  return code.load(offset + 4)
}
