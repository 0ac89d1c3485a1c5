// What the process may do and use: capabilities, resource limits (config.md, Linux process and POSIX process).
import { CAPABILITIES, CAPABILITY_SETS, type CapabilitySet } from '../capabilities.ts'
import { type Findings, quote } from '../findings.ts'
import { RLIMITS } from '../rlimits.ts'
import type { Capabilities, Config } from '../types.ts'
import type { Area } from './area.ts'

const KNOWN: ReadonlySet<string> = new Set(CAPABILITIES)

/** What has to be part of what (capabilities(7), "Programmatically adjusting capability sets"). */
const PARTS: ReadonlyArray<readonly [part: CapabilitySet, whole: CapabilitySet]> = [
  ['effective', 'permitted'],
  ['ambient', 'permitted'],
]

function checkCapabilities({ process }: Config, findings: Findings): void {
  const capabilities = process?.capabilities
  if (capabilities === undefined) return
  for (const set of CAPABILITY_SETS) {
    capabilities[set]?.forEach((name, index) => {
      if (KNOWN.has(name)) return
      findings.warning(`/process/capabilities/${set}/${index}`, `is left out: ${quote(name)} is no capability`)
    })
  }
  for (const [part, whole] of PARTS) {
    forEachBeyond(capabilities, part, whole, (at, name) => findings.problem(at, `needs ${name} in ${whole} too`))
  }
  // Widespread: templates of older runtimes have it. The process gets less than it asks for, never more.
  forEachBeyond(capabilities, 'ambient', 'inheritable', (at, name) =>
    findings.warning(at, `is left out: ${name} cannot be ambient unless it is inheritable too`),
  )
}

function forEachBeyond(
  capabilities: Capabilities,
  part: CapabilitySet,
  whole: CapabilitySet,
  report: (at: string, name: string) => void,
): void {
  capabilities[part]?.forEach((name, index) => {
    if (KNOWN.has(name) && !capabilities[whole]?.includes(name)) report(`/process/capabilities/${part}/${index}`, name)
  })
}

function checkRlimits({ process }: Config, findings: Findings): void {
  const seen = new Map<string, number>()
  process?.rlimits?.forEach(({ type, soft, hard }, index) => {
    const at = `/process/rlimits/${index}`
    const first = seen.get(type)
    if (!RLIMITS.includes(type))
      findings.problem(`${at}/type`, `must be one of ${RLIMITS.join(', ')}; is ${quote(type)}`)
    else if (first !== undefined)
      findings.problem(`${at}/type`, `must not be there twice; ${type} is entry ${first} already`)
    else seen.set(type, index)
    if (soft > hard) findings.problem(`${at}/soft`, `must be at most the hard limit ${hard}, is ${soft}`)
  })
}

export const RIGHTS_AREAS: readonly Area[] = [
  { reads: ['/process/capabilities'], check: checkCapabilities },
  { reads: ['/process/rlimits'], check: checkRlimits },
]
