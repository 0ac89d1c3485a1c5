// Writes docs/spec-conformance.md: what becomes of every property of the OCI document. Nothing in it is written by hand
// that can be asked of the code: the judgement is validation's, the operations are the difference a property makes to a
// plan, the tests are those that name it.
import { readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROPERTIES } from '../lib/config/properties.gen.ts'
import { templateConfig } from '../lib/config/template.ts'
import type { Config } from '../lib/config/types.ts'
import { validateConfig } from '../lib/config/validate.ts'
import { isContainerError, type Problem } from '../lib/errors.ts'
import type { Op } from '../lib/plan/ops.ts'
import { planContainer } from '../lib/plan/plan.ts'
import { machine } from '../test/unit/config/documents.ts'
import { SAMPLES, type Sample } from './conformance-samples.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PATH = 'docs/spec-conformance.md'

const INTRO = `# Conformance to the OCI runtime specification 1.3

Every property of \`config.json\`. *What* names the operations of init ([ops](ops.md)) that the property makes or changes
in a plan, or what Node does about it; a property that is not carried out is refused, with the words given here: nothing
is ignored silently. *Tests* are files below \`test/\` that use it.

This page is generated (\`scripts/generate-conformance.ts\`): the words of a refusal are validation's own, and the
operations are found by planning a document with and without the property.
`

/**
 * Writes the page if it is out of date, or only finds out.
 * @param check write nothing
 * @returns its path, when it was written or, with \`check\`, is stale
 */
export async function generateConformance(check: boolean): Promise<string[]> {
  const text = page()
  const old = await readFile(join(root, PATH), 'utf8').catch(() => '')
  if (old === text) return []
  if (!check) await writeFile(join(root, PATH), text)
  return [PATH]
}

interface Property {
  /** JSON Pointer without the indices of lists. */
  readonly path: string
  readonly parent: string
  readonly key: string
}

function page(): string {
  const unclear: string[] = []
  const attempt = (tell: () => string): string => {
    try {
      return tell()
    } catch (error) {
      unclear.push(error instanceof Error ? error.message : String(error))
      return ''
    }
  }
  const rows = propertiesOf('Config', '')
    .filter(({ path }) => !isSampled(path))
    .map((property) => {
      const tests = testsOf(property)
      const what = attempt(() => whatBecomesOf(property))
      if (what.startsWith('refused')) return [`\`${property.path}\``, what, '`unit/config`']
      if (tests.length === 0) unclear.push(`${property.path}: no test names it`)
      return [`\`${property.path}\``, what, tests.map((each) => `\`${each}\``).join(', ')]
    })
  if (unclear.length > 0) throw new Error(`docs/spec-conformance.md:\n${unclear.join('\n')}`)
  const table = rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  return `${INTRO}\n| property | what | tests |\n| --- | --- | --- |\n${table.join('\n')}\n`
}

/** Those that are objects are told of property by property. */
const isSampled = (path: string): boolean => SAMPLES.some((sample) => `${plain(sample.path)}/`.startsWith(`${path}/`))

function propertiesOf(definition: string, parent: string): Property[] {
  return Object.entries(PROPERTIES[definition] ?? {}).flatMap(([key, content]) => {
    const path = `${parent}/${key}`
    return [{ path, parent, key }, ...propertiesOf(content.replace('{}', ''), path)]
  })
}

// ——— what becomes of a property ———

function whatBecomesOf({ path, parent, key }: Property): string {
  const sample = SAMPLES.find((each) => plain(each.path) === parent && hasKey(each.value, key))
  if (sample === undefined) return refusalOf(path)
  return answer(sample, key, path)
}

/** Without the indices that a pointer into a sample has. */
const plain = (path: string): string => path.replaceAll(/\/\d+/g, '')

const object = (value: unknown): Record<string, unknown> => {
  const first = Array.isArray(value) ? value.at(-1) : value
  return first as Record<string, unknown>
}

function hasKey(value: unknown, key: string): boolean {
  return key in object(value) || Object.values(object(value)).some((entry) => isObject(entry) && key in entry)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function answer(sample: Sample, key: string, path: string): string {
  const refusal = refusalIn(sample, path)
  if (refusal !== undefined) return refusal
  const by = typeof sample.by === 'string' ? sample.by : sample.by?.[key]
  const ops = opsOf(sample, key)
  const parts = [...ops.map((name) => `\`${name}\``), ...(by === undefined ? [] : [by])]
  if (parts.length > 0) return parts.join(', ')
  const ignored = warningOf(documentOf(sample), path)
  if (ignored !== undefined) return ignored
  throw new Error(`${path}: makes no difference to a plan; say in its sample who carries it out`)
}

/** A property is refused with itself, with what it is in, or with what it takes. */
function refusalIn(sample: Sample, path: string): string | undefined {
  for (const problem of problemsOf(documentOf(sample))) {
    if (touches(problem.path, path) || touches(path, plain(problem.path))) return `refused: ${problem.message}`
    if (touches(path, plain(sample.path)) && !touches(problem.path, plain(sample.path))) {
      return `refused with \`${plain(problem.path)}\`: ${problem.message}`
    }
  }
  return undefined
}

/** Whether a problem is of this property: problems have indices, and may be of what is inside. */
function touches(problem: string, path: string): boolean {
  return `${plain(problem)}/`.startsWith(`${path}/`)
}

/** Which operations a property makes or changes. */
function opsOf(sample: Sample, key: string): string[] {
  const problems = problemsOf(documentOf(sample)).map(({ path }) => plain(path))
  const refused = Object.keys(object(sample.value)).filter((name) =>
    problems.some((problem) => touches(problem, `${plain(sample.path)}/${name}`)),
  )
  const full = documentOf(sample, refused)
  const whole = planned(full)
  if (whole === undefined) throw new Error(`${sample.path}: ${JSON.stringify(problemsOf(full))}`)
  const others = [documentOf(sample, [...refused, key]), withAnother(full, sample, key)]
  // Without the whole object more may change than this property does: only where nothing else can be said of it.
  if (sample.by === undefined) others.push(baseOf(sample))
  for (const other of others.map(planned)) {
    const names = other === undefined ? [] : difference(whole, other)
    if (names.length > 0) return names
  }
  return []
}

/** A required property cannot be left out; it gets another value. */
function withAnother(config: Config, sample: Sample, key: string): Config {
  const copy = structuredClone(config)
  const holder = object(at(copy, sample.path))
  const value = holder[key]
  if (typeof value === 'string') holder[key] = `${value}2`
  else if (Array.isArray(value)) holder[key] = [...(value as unknown[]), '2']
  else if (typeof value === 'number') holder[key] = value + 1
  return copy
}

function difference(a: readonly Op[], b: readonly Op[]): string[] {
  const text = (op: Op) =>
    JSON.stringify(op, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
  const inB = new Set(b.map(text))
  const names = new Set(a.filter((op) => !inB.has(text(op))).map(({ op }) => op))
  if (names.size > 0) return [...names]
  const inA = new Set(a.map(text))
  return [...new Set(b.filter((op) => !inA.has(text(op))).map(({ op }) => op))]
}

function planned(config: Config): readonly Op[] | undefined {
  if (problemsOf(config).length > 0) return undefined
  const rootfs = { directory: config.root?.path ?? 'rootfs', readonly: config.root?.readonly ?? false }
  const { config: valid } = validateConfig(config, machine)
  const { ops, cloneFlags } = planContainer(valid, machine, { id: 'c', gate: true, rootfs, bundle: '/b', passedFds: 0 })
  return [...ops, { op: 'unshare', namespaces: cloneFlags }]
}

function problemsOf(config: Config): readonly Problem[] {
  try {
    validateConfig(config, machine)
    return []
  } catch (error) {
    if (!isContainerError(error)) throw error
    return error.problems
  }
}

const baseOf = (sample: Sample): Config => changed(templateConfig(), sample.given ?? {})

function documentOf(sample: Sample, leaveOut: readonly string[] = []): Config {
  const value = structuredClone(sample.value)
  const base = baseOf(sample)
  const remove = (from: unknown) => {
    for (const holder of [object(from), ...Object.values(object(from))].filter(isObject)) {
      for (const key of leaveOut) delete holder[key]
    }
  }
  if (sample.path === '') {
    Object.assign(base, value)
    for (const key of leaveOut) delete (base as unknown as Record<string, unknown>)[key]
    return base
  }
  const before = at(base, sample.path)
  const merged = isObject(before) && !Array.isArray(before) ? { ...before, ...(value as object) } : value
  remove(merged)
  return changed(base, { [sample.path]: merged })
}

function at(config: Config, pointer: string): unknown {
  return steps(pointer).reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), config)
}

const steps = (pointer: string): string[] => pointer.split('/').slice(1)

function changed(config: Config, changes: Readonly<Record<string, unknown>>): Config {
  for (const [pointer, value] of Object.entries(changes)) {
    const way = steps(pointer)
    const last = way.pop() ?? ''
    let holder = config as unknown as Record<string, unknown>
    for (const step of way) {
      holder[step] ??= {}
      holder = holder[step] as Record<string, unknown>
    }
    holder[last] = structuredClone(value)
  }
  return config
}

/** What validation says of a property that has no sample: of another platform, that is. */
function refusalOf(path: string): string {
  const config = changed(templateConfig(), { [path]: {} })
  const problem = problemsOf(config).find((each) => touches(each.path, path))
  if (problem === undefined) throw new Error(`${path}: is neither sampled nor refused`)
  return `refused: ${problem.message}`
}

function warningOf(config: Config, path: string): string | undefined {
  const warning = validateConfig(config, machine).warnings.find((each) => plain(each).startsWith(path))
  return warning === undefined ? undefined : `ignored with a warning: ${plain(warning).slice(path.length).trim()}`
}

// ——— who tests it ———

/** The nearest to the user first. */
const LANES = ['integration', 'rootless', 'init', 'unit']
const MOST = 2

const TESTS = LANES.flatMap((lane) =>
  readdirSync(join(root, 'test', lane), { recursive: true, encoding: 'utf8' })
    // Those of validation and of the addon alone show nothing of what is carried out.
    .filter((name) => /(\.test|\/documents)\.ts$/.test(name) && !/^(config|addon|bad)\b/.test(name))
    .sort()
    .map((name) => ({ name: `${lane}/${name}`, text: readFileSync(join(root, 'test', lane, name), 'utf8') })),
)

/** A property's own name may be that of many; then the file must have its parent's as well. */
function testsOf({ path, parent, key }: Property): string[] {
  const words = [key, ...(parent === '' ? [] : [parent.split('/').at(-1) ?? ''])]
  const whole = words.map((word) => new RegExp(`\\b${word}\\b`))
  return TESTS.filter(({ text }) => text.includes(path) || whole.every((word) => word.test(text)))
    .slice(0, MOST)
    .map(({ name }) => name)
}
