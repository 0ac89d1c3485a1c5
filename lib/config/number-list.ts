// Lists of CPUs and memory nodes such as `0-3,7` (cpuset(7), "List format").
import { quote } from './findings.ts'

/** Highest CPU or node number that is taken: far beyond what Linux is built for (8192 CPUs, 1024 nodes). */
const MAX_LISTED = 65_535

const PART = /^\s*(\d+)(?:-(\d+))?\s*$/

/** What is wrong with a list; undefined when nothing is. */
export function listFault(list: string): string | undefined {
  for (const part of list.split(',')) {
    const [, low, high = low] = PART.exec(part) ?? []
    if (low === undefined) return `must be a list like 0-3,7; is ${quote(list)}`
    if (Number(low) > Number(high)) return `must not have a range that goes down: ${quote(part.trim())}`
    if (Number(high) > MAX_LISTED) return `must not have a number above ${MAX_LISTED}`
  }
  return undefined
}

/** The numbers of a list that {@link listFault} finds no fault with, ascending and each once; none of an empty one. */
export function parseNumberList(list: string): number[] {
  if (list === '') return []
  const numbers = new Set<number>()
  for (const part of list.split(',')) {
    const [, low, high = low] = PART.exec(part) ?? []
    for (let number = Number(low); number <= Number(high); number++) numbers.add(number)
  }
  return [...numbers].sort((a, b) => a - b)
}
