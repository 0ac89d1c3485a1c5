// The languages that submissions may be in: those whose programs this machine has where a sandbox sees them.
import { accessSync, constants } from 'node:fs'

export interface Language {
  readonly id: string
  readonly title: string
  /** Where the code is put inside. */
  readonly file: string
  readonly command: string
}

const KNOWN: ReadonlyArray<Language & { readonly at: readonly string[] }> = [
  // The node that runs this is in every sandbox.
  { id: 'node', title: 'JavaScript', file: '/work/main.mjs', command: 'node', at: [process.execPath] },
  { id: 'python', title: 'Python', file: '/work/main.py', command: 'python3', at: ['/usr/bin/python3'] },
  { id: 'sh', title: 'Shell', file: '/work/main.sh', command: 'sh', at: ['/bin/sh', '/usr/bin/sh'] },
]

export function findLanguages(): Language[] {
  return KNOWN.filter(({ at }) => at.some(isExecutable)).map(({ at: _, ...language }) => language)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
