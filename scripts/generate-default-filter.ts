// Writes lib/seccomp/default-filter.gen.ts: the default profile as it is compiled for each machine.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileSeccomp } from '../lib/seccomp/compile.ts'
import { plainDefault } from '../lib/seccomp/default-profile.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = 'lib/seccomp/default-filter.gen.ts'
const NATIVE = ['x86_64', 'aarch64'] as const

function filterText(native: (typeof NATIVE)[number]): string {
  const profile = plainDefault(native)
  const { words, unknown } = compileSeccomp(profile, native)
  return `  ${native}: { rules: ${profile.syscalls?.length}, unknown: ${JSON.stringify(unknown)}, words: [${words.join(',')}] },\n`
}

const text =
  (): string => `// Generated from lib/seccomp/default-rules.ts by scripts/generate-default-filter.ts; do not edit.
/** For a container without capabilities: how many rules the profile has; what is said of it, see Filter. */
export const DEFAULT_FILTERS = {
${NATIVE.map(filterText).join('')}} as const
`

/** @returns the file when it was, or with `check` is, out of date */
export async function generateDefaultFilter(check: boolean): Promise<string[]> {
  const path = join(root, file)
  const fresh = text()
  if ((await readFile(path, 'utf8').catch(() => undefined)) === fresh) return []
  if (!check) await writeFile(path, fresh)
  return [file]
}
