// What the spec has and this version does not do yet: the one list. A property that is carried out loses its row.
import type { Findings } from './findings.ts'
import type { Config } from './types.ts'

/** A property, or some of its values, that cannot be carried out. */
interface Gap {
  /** JSON Pointer; `*` stands for every item of a list. */
  readonly path: string
  /** What carrying it out would take. */
  readonly needs: string
  /** Which values are meant. Default: all that ask for something, so not `false`, `''`, `[]` and `{}`. */
  readonly when?: (value: unknown, config: Config) => boolean
  /** The property of the value that is at fault. Default: the value itself. */
  readonly at?: string
}

export const GAPS: readonly Gap[] = [
  { path: '/process/commandLine', needs: 'Windows; use /process/args' },
  { path: '/process/user/username', needs: 'Windows; use /process/user/uid' },
  { path: '/linux/intelRdt', needs: 'resctrl' },
]

const ROWS = GAPS.map((gap) => ({ ...gap, steps: gap.path.split('/').slice(1) }))

/** Reports everything in a document that would be ignored were it not refused. The document must be well-formed. */
export function findUnsupported(config: Config, findings: Findings): void {
  for (const { steps, when = asksForSomething, at, needs } of ROWS) {
    visit(config, steps, 0, '', (value, path) => {
      if (!when(value, config)) return
      findings.problem(at === undefined ? path : `${path}/${at}`, `is not supported yet: it needs ${needs}`)
    })
  }
}

function visit(
  value: unknown,
  steps: readonly string[],
  from: number,
  path: string,
  found: (value: unknown, path: string) => void,
): void {
  if (value === undefined) return
  const step = steps[from]
  if (step === undefined) found(value, path)
  else if (step !== '*') visit((value as Record<string, unknown>)[step], steps, from + 1, `${path}/${step}`, found)
  else {
    const items = value as readonly unknown[]
    for (let index = 0; index < items.length; index++) visit(items[index], steps, from + 1, `${path}/${index}`, found)
  }
}

function asksForSomething(value: unknown): boolean {
  if (value === false || value === '') return false
  return typeof value !== 'object' || Object.keys(value as object).length > 0
}

/** Whether nothing of this property, named by its JSON Pointer, is refused. */
export const isSupported = (path: string): boolean => !GAPS.some((gap) => gap.path === path)
