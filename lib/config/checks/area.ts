// What a group of checks is.
import type { Findings } from '../findings.ts'
import type { Config } from '../types.ts'

/**
 * Checks that belong together. `reads` names the parts of the document they look at, as JSON Pointers: where one of
 * these is malformed the checks are left out, so that they can rely on the types.
 */
export interface Area {
  readonly reads: readonly string[]
  readonly check: (config: Config, findings: Findings) => void
}
