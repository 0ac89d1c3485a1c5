// Judges a configuration: shape, meaning, what this version and this machine can do. Pure; says everything at once.
import { ContainerError, type ErrorCode, type Problem } from '../errors.ts'
import type { Host } from '../host.ts'
import { AREAS } from './checks/areas.ts'
import { Findings } from './findings.ts'
import { checkMachine } from './machine.ts'
import { checkStructure } from './structure.ts'
import { findUnsupported } from './support.ts'
import type { Config, ValidConfig } from './types.ts'
import { findV1Limits } from './v1-limits.ts'
import { walkDocument } from './walk.ts'

export { validateId } from './id.ts'
export type { ValidConfig } from './types.ts'

/** What {@link validateConfig} found in a document that is good. */
export interface Validation {
  /** The document that was given, not a copy. */
  readonly config: ValidConfig
  /** What is odd and does no harm, each led by its JSON Pointer: unknown properties and capabilities, for example. */
  readonly warnings: readonly string[]
}

/**
 * Checks a whole document against the OCI runtime spec 1.3, the kernel's rules, and what can be carried out.
 *
 * Without `host` nothing is said about the machine, as for looking at a plan that another machine or user will run.
 * @throws ContainerError ERR_INVALID_CONFIG with all problems of the document; or, when it has none, ERR_UNSUPPORTED
 *   with everything that this version or this machine cannot do
 */
export function validateConfig(document: unknown, host?: Host): Validation {
  const findings = new Findings()
  checkStructure(document, findings)
  checkMeaning(document as Config, findings)
  walkDocument(document, findings)
  refuse(findings.problems, 'ERR_INVALID_CONFIG')
  findUnsupported(document as Config, findings)
  findV1Limits(document as Config, findings)
  if (host !== undefined) checkMachine(document as Config, host, findings)
  refuse(findings.problems, 'ERR_UNSUPPORTED')
  return { config: document as ValidConfig, warnings: findings.warnings }
}

/**
 * Checks only that everything is of the type that the schemas say.
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function validateShape(document: unknown): asserts document is Config {
  const findings = new Findings()
  checkStructure(document, findings)
  refuse(findings.problems, 'ERR_INVALID_CONFIG')
}

function checkMeaning(config: Config, findings: Findings): void {
  const malformed = findings.problems.map(({ path }) => path)
  for (const { reads, check } of AREAS) {
    if (malformed.length === 0 || !reads.some((part) => malformed.some((path) => touches(path, part)))) {
      check(config, findings)
    }
  }
}

/** Whether one of two places in a document is inside the other, or is it. */
function touches(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`)
}

function refuse(problems: readonly Problem[], code: ErrorCode): void {
  if (problems.length > 0) throw new ContainerError({ code, operation: 'validate', problems })
}
