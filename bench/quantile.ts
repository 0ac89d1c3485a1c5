// Order statistics of a list of samples.

/** The value below which the share `q` (0 to 1) of the samples lies, or null when there are none. */
export function quantile(samples: readonly number[], q: number): number | null {
  const sorted = [...samples].sort((a, b) => a - b)
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))
  return sorted[index] ?? null
}

export interface Summary {
  readonly n: number
  readonly p10: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

export function summarize(samples: readonly number[]): Summary {
  return {
    n: samples.length,
    p10: quantile(samples, 0.1),
    p50: quantile(samples, 0.5),
    p90: quantile(samples, 0.9),
    p99: quantile(samples, 0.99),
    max: quantile(samples, 1),
  }
}

/** a / b, or null when either is missing. */
export function ratio(a: number | null | undefined, b: number | null | undefined): number | null {
  if (a === null || a === undefined || b === null || b === undefined || b === 0) return null
  return a / b
}
