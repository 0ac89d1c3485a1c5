// state, list, features, explain, doctor.
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  Config,
  Container,
  defaultStateDir,
  explain,
  features,
  inspectHost,
  printDiagnosis,
  probeHost,
} from '../index.ts'
import { loadContainer, located } from './container.ts'
import type { Context } from './program.ts'
import type { Globals } from './report.ts'

/** What runc prints of a container. */
interface Row {
  readonly ociVersion: string
  readonly id: string
  /** 0 when it has stopped. */
  readonly pid: number
  readonly status: string
  readonly bundle: string
  readonly rootfs: string
  readonly created: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner: string
}

const print = (text: string): void => {
  process.stdout.write(text)
}

export async function state(id: string, { globals }: Context): Promise<void> {
  print(`${JSON.stringify(await describe(await loadContainer(id, globals), globals), null, 2)}\n`)
}

async function describe(container: Container, globals: Globals): Promise<Row> {
  const { ociVersion, status, pid = 0, bundle, annotations } = await container.state()
  return {
    ociVersion,
    id: container.id,
    pid,
    status,
    bundle,
    rootfs: resolve(bundle, container.config.root?.path ?? 'rootfs'),
    created: container.created.toISOString(),
    ...(annotations === undefined ? {} : { annotations }),
    owner: ownerOf(container.id, globals),
  }
}

/** Who made it, by name where there is one. */
function ownerOf(id: string, { root }: Globals): string {
  const { uid } = statSync(join(root ?? defaultStateDir(), id))
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[2] === String(uid))
  return entry?.[0] ?? String(uid)
}

export async function list(
  { format, quiet = false }: { readonly format: string; readonly quiet?: boolean },
  { globals }: Context,
): Promise<void> {
  if (quiet) {
    for await (const { id } of Container.list(located(globals))) print(`${id}\n`)
    return
  }
  const rows = await listRows(globals)
  print(format === 'json' ? `${JSON.stringify(rows)}\n` : printTable(rows))
}

async function listRows(globals: Globals): Promise<Row[]> {
  const rows: Row[] = []
  for await (const { id, status, error } of Container.list(located(globals))) {
    if (status === 'corrupt') {
      process.stderr.write(`${error?.message}\n`)
      continue
    }
    rows.push(await describe(await loadContainer(id, globals), globals))
  }
  return rows
}

const COLUMNS = ['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'] as const

/** Columns of at least 12 characters, three apart. Pure. */
export function printTable(rows: readonly Row[]): string {
  const cells = [
    [...COLUMNS],
    ...rows.map(({ id, pid, status, bundle, created, owner }) => [id, String(pid), status, bundle, created, owner]),
  ]
  const widths = COLUMNS.map((_, column) => Math.max(12, ...cells.map((row) => (row[column]?.length ?? 0) + 3)))
  const lines = cells.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(''),
  )
  return `${lines.join('\n')}\n`
}

export function printFeatures(): void {
  print(`${JSON.stringify(features(), null, 4)}\n`)
}

export async function printPlan({ bundle }: { readonly bundle: string }): Promise<void> {
  const host = await probeHost({ addon: null })
  print(`${await explain(await Config.load(bundle), { bundle: resolve(bundle), host })}\n`)
}

/** The exit code says whether containers can run here. */
export async function printDoctor({ json = false }: { readonly json?: boolean }, { outcome }: Context): Promise<void> {
  const { healthy, checks } = await inspectHost()
  const coloured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  print(`${json ? JSON.stringify(checks, null, 2) : printDiagnosis(checks, { coloured })}\n`)
  if (!healthy) outcome.exitCode = 1
}
