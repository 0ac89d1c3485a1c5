// Sizes as people write them. Pure.
import { type Faults, show } from './faults.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

export const SIZE_REMEDY = "give bytes (268435456), or a number with K, M, G or T ('256M')"

/** @returns bytes; undefined for what is no size */
export function parseSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  if (typeof value !== 'string') return undefined
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(value.trim())
  if (match === null) return undefined
  const bytes = Math.round(Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? Number.NaN))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** @param least in bytes, and how it is written */
export function checkSize(
  faults: Faults,
  option: string,
  value: unknown,
  [least, written]: readonly [number, string],
): number | undefined {
  if (value === undefined) return undefined
  const bytes = parseSize(value)
  if (bytes === undefined) return faults.add(option, `${show(value)} is no size`, SIZE_REMEDY)
  if (bytes < least)
    return faults.add(option, `${show(value)} is too little to run anything`, `give at least '${written}'`)
  return bytes
}
