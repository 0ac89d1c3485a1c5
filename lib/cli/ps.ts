// ps: the processes of a container, as pids or as the rows of ps(1) that are its.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { loadContainer } from './container.ts'
import { CommandFailure } from './failure.ts'
import type { Context } from './program.ts'

export async function ps(
  id: string,
  words: readonly string[],
  { format }: { readonly format: string },
  { globals }: Context,
): Promise<void> {
  const container = await loadContainer(id, globals)
  const pids = (await container.ps()).map(({ pid }) => pid)
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify(pids)}\n`)
    return
  }
  const { stdout } = await promisify(execFile)('ps', words.length === 0 ? ['-ef'] : [...words])
  process.stdout.write(selectRows(stdout, new Set(pids)))
}

/** The header and the rows whose PID is one of the container's. Pure. */
export function selectRows(text: string, pids: ReadonlySet<number>): string {
  const [header = '', ...rows] = text.split('\n')
  const column = header.trim().split(/\s+/).indexOf('PID')
  if (column < 0) throw new CommandFailure("couldn't find PID field in ps output")
  const own = rows.filter((row) => pids.has(Number(row.trim().split(/\s+/)[column])))
  return `${[header, ...own].join('\n')}\n`
}
