// Writes the table of hints in docs/errors.md from lib/hints.ts.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HINTS } from '../lib/hints.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = 'docs/errors.md'
const section = /(<!-- hints -->\n).*(<!-- end of hints -->)/s

function hintTable(): string {
  const rows = HINTS.map(({ op, syscall, errno, text }) => {
    const where = [op, syscall].filter((name) => name !== undefined).map((name) => `\`${name}\``)
    return `| ${where.join(' ') || 'any'} | ${errno} | ${text.replaceAll('|', '\\|')} |`
  })
  return ['| operation or call | errno | what to do |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

/** @returns the page when it was, or with `check` is, out of date */
export async function generateErrors(check: boolean): Promise<string[]> {
  const path = join(root, page)
  const text = await readFile(path, 'utf8')
  if (!section.test(text)) throw new Error(`${page} has no section for the hints`)
  const fresh = text.replace(section, (_, start: string, end: string) => `${start}\n${hintTable()}\n${end}`)
  if (fresh === text) return []
  if (!check) await writeFile(path, fresh)
  return [page]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const changed = await generateErrors(check)
  for (const path of changed) console.log(`${check ? 'out of date' : 'written'}: ${path}`)
  if (check && changed.length > 0) process.exitCode = 1
}
