// What is done about a call by its number: a search tree, in which calls that programs make often are near the root.
import type { SeccompArg } from '../config/types.ts'
import { isWide, numberOf } from './arch.ts'
import { type Assembler, BPF_JEQ, BPF_JGE, type Label } from './bpf.ts'
import { decide } from './conditions.ts'
import type { CallRules, Rules } from './profile.ts'

/**
 * What programs spend their calls on. Kernels from 5.11 on remember what is always allowed and do not ask the filter; so
 * this is for calls with conditions, and for filters that answer in other ways.
 */
const HOT =
  'read write close futex epoll_wait epoll_pwait ppoll recvmsg sendmsg recvfrom sendto openat fstat newfstatat mmap munmap mprotect madvise brk rt_sigaction rt_sigprocmask clock_gettime getpid getppid ioctl fcntl socket'.split(
    ' ',
  )
/** How many others one of them counts as. */
const HOT_WEIGHT = 8

/** Neighbours of which the same is to be done, in ascending order. */
interface Ranges {
  /** The first number of each. */
  readonly starts: readonly number[]
  readonly rules: readonly Rules[]
  /** Of all before it: one longer than the others. */
  readonly weights: readonly number[]
}

/** Goes on from the number in the accumulator to what is done about the call. */
export function search(code: Assembler, calls: CallRules): Label {
  const { starts, rules, weights } = rangesOf(calls)
  const wide = isWide(calls.arch)
  const known = new Map<Rules, Label>()
  const leaf = (at: number): Label => {
    const each = rules[at] as Rules
    // An action alone is cheaper to have twice than to jump to from afar.
    const label = (each.length > 1 ? known.get(each) : undefined) ?? decide(code, each, wide)
    known.set(each, label)
    return label
  }
  const among = (from: number, to: number): Label => {
    if (to - from === 1) return leaf(from)
    const middle = from + 1
    const isHole = to - from === 3 && isSame(rules[from] as Rules, rules[to - 1] as Rules)
    if (isHole && starts[to - 1] === (starts[middle] as number) + 1) {
      const other = leaf(from)
      return code.jump(BPF_JEQ, starts[middle] as number, leaf(middle), other)
    }
    const half = balanced(weights, from, to)
    const upper = among(half, to)
    const lower = among(from, half)
    return code.jump(BPF_JGE, starts[half] as number, upper, lower)
  }
  return among(0, starts.length)
}

/** Where both sides weigh about the same. */
function balanced(weights: readonly number[], from: number, to: number): number {
  const goal = ((weights[from] as number) + (weights[to] as number)) / 2
  let half = from + 1
  while (half < to - 1 && (weights[half + 1] as number) + (weights[half] as number) <= 2 * goal) half++
  return half
}

/** How much a range with each number weighs, from the architecture's lowest on. */
function weightsOf({ arch, first, calls }: CallRules): number[] {
  const weights = Array<number>(calls.length).fill(0)
  for (const name of HOT) {
    const near = (numberOf(arch, name) ?? -1) - first
    if (near >= 0 && near < weights.length) weights[near] = HOT_WEIGHT
  }
  return weights
}

function rangesOf(of: CallRules): Ranges {
  const { first, calls, far } = of
  const [otherwise, newer] = [[of.otherwise], [of.newer]]
  const hot = weightsOf(of)
  const starts: number[] = []
  const rules: Rules[] = []
  const weights = [0]
  let last: Rules = []
  let total = 0
  const add = (start: number, each: Rules) => {
    if (starts.length > 0 && isSame(last, each)) return
    if (starts.length > 0) weights.push(total)
    total++
    starts.push(start)
    rules.push(each)
    last = each
  }
  for (let at = 0; at < calls.length; at++) {
    const each = calls[at] ?? otherwise
    if (each !== last) add(first + at, each)
    total += each.length > 1 ? HOT_WEIGHT : (hot[at] as number)
  }
  add(first + calls.length, newer)
  for (const number of [...far.keys()].sort((a, b) => a - b)) {
    add(number, far.get(number) as Rules)
    if (!far.has(number + 1)) add(number + 1, newer)
  }
  weights.push(total)
  return { starts, rules, weights }
}

/** Whether the same comes of both. */
function isSame(some: Rules, others: Rules): boolean {
  if (some === others) return true
  if (some.length !== others.length) return false
  for (let at = 0; at < some.length; at++) {
    const one = some[at]
    const other = others[at]
    if (one?.action !== other?.action) return false
    if (one?.args !== other?.args && !hasSameConditions(one?.args ?? [], other?.args ?? [])) return false
  }
  return true
}

function hasSameConditions(some: readonly SeccompArg[], others: readonly SeccompArg[]): boolean {
  if (some.length !== others.length) return false
  return some.every(({ index, op, value, valueTwo }, at) => {
    const other = others[at]
    return other?.index === index && other.op === op && other.value === value && other.valueTwo === valueTwo
  })
}
