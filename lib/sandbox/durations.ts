// Durations as people write them. Pure.
import { type Faults, show } from './faults.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }

/** What a timer of Node takes at most: more would be at once. */
const LONGEST = 2 ** 31 - 1

/** @returns milliseconds; undefined for what is no duration */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined
  if (typeof value !== 'string') return undefined
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|)$/.exec(value.trim())
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN)
}

/** @param least milliseconds */
export function checkDuration(faults: Faults, option: string, value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined
  const ms = parseDuration(value)
  if (ms === undefined) {
    return faults.add(
      option,
      `${show(value)} is no duration`,
      "give milliseconds (5000), or a number with ms, s, m or h ('5s')",
    )
  }
  if (ms < least)
    return faults.add(option, `${show(value)} is too short`, `give at least ${least} ms, or leave it out for no limit`)
  if (ms > LONGEST)
    return faults.add(option, `${show(value)} is too long`, 'give at most 24 days, or leave it out for no limit')
  return ms
}
