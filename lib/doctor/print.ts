// The doctor's report as text. Pure.
import type { Check } from './examination.ts'

/** How the report looks. */
export interface PrintOptions {
  /** With the colours of a terminal. Default: without. */
  readonly coloured?: boolean
}

type Paint = (code: number, text: string) => string

/** The checks of {@link inspectHost}, a line each, below each that does not hold what to do, and a verdict. No newline at the end. */
export function printDiagnosis(checks: readonly Check[], { coloured = false }: PrintOptions = {}): string {
  const paint: Paint = (code, text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text)
  const lines = (['requirement', 'feature'] as const).flatMap((kind) => [
    paint(1, kind === 'requirement' ? 'Requirements' : 'Features'),
    ...printChecks(
      checks.filter((check) => check.kind === kind),
      paint,
    ),
    '',
  ])
  const missing = checks.filter(({ kind, ok }) => kind === 'requirement' && ok === false).map(({ name }) => name)
  const verdict =
    missing.length === 0 ? paint(32, 'All requirements hold.') : paint(31, `Missing: ${missing.join(', ')}.`)
  return [...lines, verdict].join('\n')
}

/** Neighbours with the same remedy share it. */
function printChecks(checks: readonly Check[], paint: Paint): string[] {
  return checks.flatMap((check, index) => {
    const { remedy } = check
    const line = printCheck(check, paint)
    if (remedy === undefined || remedy === checks[index + 1]?.remedy) return [line]
    return [line, ...remedy.split('\n').map((text) => paint(2, `         ${text}`))]
  })
}

function printCheck({ kind, name, ok, found }: Check, paint: Paint): string {
  const words = { true: paint(32, 'yes'), false: paint(kind === 'requirement' ? 31 : 33, 'no '), null: ' ? ' }
  return `  ${words[`${ok}`]}  ${name.padEnd(29)} ${found}`
}
