// Judges a machine: what the library needs and what it can use, each with yes or no and what to do. Pure.
import type { Check, Examination } from './doctor/examination.ts'
import { checkCgroups, checkIdMapping, checkSecurity } from './doctor/limits.ts'
import { checkFilesystems, checkNamespaces } from './doctor/namespaces.ts'
import { checkPlatform, checkTools } from './doctor/platform.ts'

export type { Check, Examination } from './doctor/examination.ts'

/** Judges everything, requirements first. */
export function diagnose(examination: Examination): Check[] {
  const { host } = examination
  const checks = [
    ...checkPlatform(examination),
    checkTools(examination),
    ...checkNamespaces(examination),
    ...checkFilesystems(examination),
    ...checkCgroups(host),
    ...checkSecurity(host),
    ...checkIdMapping(host),
  ]
  return [...checks.filter(({ kind }) => kind === 'requirement'), ...checks.filter(({ kind }) => kind === 'feature')]
}

/** Whether containers can run here: every requirement holds, as far as could be found out. */
export const isHealthy = (checks: readonly Check[]): boolean =>
  checks.every(({ kind, ok }) => kind === 'feature' || ok !== false)
