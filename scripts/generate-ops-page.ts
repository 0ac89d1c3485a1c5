// Writes docs/ops.md, the reference of all operations, from lib/plan/ops.ts.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Field, OPS, type OpSpec } from '../lib/plan/ops.ts'

const PATH = 'docs/ops.md'
const path = join(fileURLToPath(new URL('..', import.meta.url)), PATH)

/** Ids are dealt out by area. */
const AREAS: ReadonlyArray<readonly [firstId: number, title: string]> = [
  [1, 'Namespaces'],
  [10, 'Mounts'],
  [30, 'Process'],
  [50, 'Flow'],
]

const INTRO = `# Operations

A plan is a list of these. Init carries them out in order, one at a time, and stops at the first that fails, with the
number of the step, the system call, the errno and the path. \`explain\` prints a plan; \`lib/plan/plan.ts\` decides its
order; \`lib/plan/ops.ts\` is the table this page is generated from.

A field of type \`slot\` names a descriptor: one that was sent along with the plan, or one that an earlier operation put
there. How the types travel is told in \`native/wire.h\`.
`

/**
 * Writes the page if it is out of date, or only finds out.
 * @param check write nothing
 * @returns its path, when it was written or, with \`check\`, is stale
 */
export async function generateOpsPage(check: boolean): Promise<string[]> {
  const text = page()
  const old = await readFile(path, 'utf8').catch(() => '')
  if (old === text) return []
  if (!check) await writeFile(path, text)
  return [PATH]
}

function page(): string {
  const ops = Object.entries<OpSpec>(OPS).sort(([, a], [, b]) => a.id - b.id)
  const sections = AREAS.map(([first, title], index) => {
    const end = AREAS[index + 1]?.[0] ?? Number.POSITIVE_INFINITY
    const within = ops.filter(([, { id }]) => first <= id && id < end)
    return `## ${title}\n\n${within.map(([name, spec]) => section(name, spec)).join('\n')}`
  })
  return [INTRO, ...sections].join('\n')
}

function section(name: string, { id, doc, fields }: OpSpec): string {
  const rows = Object.entries<Field>(fields).map(
    ([field, { type, doc, unit }]) =>
      `| \`${field}\` | ${type}${unit === undefined ? '' : ` (${unit})`} | ${cell(doc)} |`,
  )
  const table = rows.length === 0 ? '' : `\n| field | type | |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  return `### ${name}\n\n${doc} Number ${id} on the wire.\n${table}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
