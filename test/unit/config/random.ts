// Random documents that are the same on every run.

const STRINGS = [
  '',
  'a',
  'b',
  '__proto__',
  '"',
  '\\',
  'ü',
  '\n',
  '/',
  '\u2028',
  'x'.repeat(40),
  '{"a":1}',
  ':',
  ',',
  '1234567890123456',
]
const SCALARS = [null, true, false, 0, -1, 1.5, 1e21, 4294967296, -9007199254740991]

export interface Random {
  /** An integer from 0 to `limit` − 1. */
  below(limit: number): number
  pick<T>(from: readonly T[]): T
  json(depth: number): unknown
  /** The text with one character removed, doubled or replaced. */
  damage(text: string): string
}

export function randomFrom(seed: number): Random {
  let state = seed * 2654435761
  // xorshift32
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const random: Random = {
    below: (limit) => next() % limit,
    pick: (from) => from[next() % from.length] as (typeof from)[number],
    json(depth) {
      const kind = random.below(depth === 0 ? 2 : 4)
      if (kind === 0) return random.pick(SCALARS)
      if (kind === 1) return random.pick(STRINGS)
      const size = random.below(4)
      if (kind === 2) return Array.from({ length: size }, () => random.json(depth - 1))
      return Object.fromEntries(Array.from({ length: size }, () => [random.pick(STRINGS), random.json(depth - 1)]))
    },
    damage(text) {
      const at = random.below(text.length + 1)
      const middle = random.pick([
        '',
        text.charAt(at).repeat(2),
        random.pick(['"', ',', ':', '{', ']', '0', '-', ' ', 'e', '\\']),
      ])
      return text.slice(0, at) + middle + text.slice(at + 1)
    },
  }
  return random
}
