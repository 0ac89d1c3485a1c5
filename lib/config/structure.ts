// Whether a document has the right shape, and if not, in words.
import { type Findings, pointerStep, quote } from './findings.ts'
import { hasStructure, type StructureError } from './structure.gen.ts'

/** Checks types, required properties, enumerations, patterns and the ranges of integers. */
export function checkStructure(document: unknown, findings: Findings): void {
  if (hasStructure(document)) return
  for (const error of hasStructure.errors ?? []) {
    const { instancePath, keyword, params } = error
    if (keyword === 'required') {
      findings.problem(`${instancePath}/${pointerStep(String(params['missingProperty']))}`, 'is required')
    } else {
      const comma = keyword === 'enum' ? ';' : ','
      findings.problem(instancePath, `must be ${wanted(error)}${comma} is ${show(valueAt(document, instancePath))}`)
    }
  }
  // It would keep the rejected document's errors alive, and with them nothing of use.
  hasStructure.errors = null
}

function wanted({ keyword, params }: StructureError): string {
  switch (keyword) {
    case 'type':
      return TYPES[String(params['type'])] ?? `a ${params['type']}`
    case 'integer':
      return INTEGERS[String(params['integer'])] ?? 'an integer'
    case 'enum':
      return `one of ${(params['allowedValues'] as string[]).join(', ')}`
    case 'pattern':
      return PATTERNS[String(params['pattern'])] ?? `of the form ${params['pattern']}`
    case 'minimum':
      return `at least ${params['limit']}`
    case 'maximum':
      return `at most ${params['limit']}`
    default:
      return `a list of at least ${params['limit']}`
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
  integer: 'an integer',
}

const INTEGERS: Readonly<Record<string, string>> = {
  uint16: 'an integer from 0 to 65535',
  uint32: 'an integer from 0 to 4294967295',
  int32: 'an integer from -2147483648 to 2147483647',
  uint64: 'an integer from 0 to 18446744073709551615 (beyond 9007199254740991: a bigint)',
  int64: 'an integer from -9223372036854775808 to 9223372036854775807 (beyond ±9007199254740991: a bigint)',
}

/** The schema's patterns in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  '^[0-9, -]*$': 'a list of CPUs like 0-3,7',
  '^MB:[^\\n]*$': 'one line that begins with MB:',
  '^[1-9][0-9]*[KMG]B$': 'a page size like 64KB, 2MB or 1GB',
}

function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const step of pointer.split('/').slice(1)) {
    value = (value as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return value
}

function show(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'object') return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
