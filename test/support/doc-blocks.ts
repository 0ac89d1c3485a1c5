// The code in the manual: blocks of its pages, and those in the comments of lib/.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every written page; typedoc's, which are not in git, are none. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...markdownIn('examples'),
  ...markdownIn('docs').filter((path) => !path.startsWith('docs/api/')),
]

/** Those that a reader follows from one line to the next: each of their blocks is a program of its own. */
export const isGuide = (page: string): boolean => page === 'README.md' || page.startsWith('docs/guides/')

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`)
}

export interface Block {
  readonly page: string
  /** Number of its first line of code. */
  readonly line: number
  /** `ts`, `sh` …; empty where none is named. */
  readonly language: string
  /** What follows the language, e.g. `run` or `file=sum.js`. */
  readonly words: readonly string[]
  readonly code: string
  /** What the page says, in a comment `given` right before it, that a reader has already. */
  readonly given: string
  /** The block `text output` right behind it. */
  readonly output: string | undefined
}

const fence = /^( *)```(\S*) *(.*)$/

/** The blocks of a Markdown text, in order. */
export function blocksOf(page: string, text: string): Block[] {
  const lines = text.split('\n')
  const found: { block: Block; end: number }[] = []
  for (let index = 0; index < lines.length; index++) {
    const [, indent = '', language = '', rest = ''] = fence.exec(lines[index] ?? '') ?? []
    if (!lines[index]?.trim().startsWith('```')) continue
    const end = lines.findIndex((line, at) => at > index && line.trim() === '```')
    if (end < 0) throw new Error(`${page}:${index + 1}: a block without an end`)
    const code = lines.slice(index + 1, end).map((line) => line.slice(indent.length))
    const words = rest.split(' ').filter(Boolean)
    const given = /<!-- given\n((?:(?!-->).)*)-->\s*$/s.exec(lines.slice(0, index).join('\n'))?.[1] ?? ''
    const block = { page, line: index + 2, language, words, code: `${code.join('\n')}\n`, given, output: undefined }
    found.push({ block, end })
    index = end
  }
  return found.map(({ block, end }, index) => {
    const next = found[index + 1]?.block
    const follows = next?.words.includes('output') && lines.slice(end + 1, next.line - 2).every((line) => line === '')
    return follows ? { ...block, output: next?.code } : block
  })
}

export const blocksOfPage = (page: string): Block[] => blocksOf(page, read(page))

/** The blocks in the documentation comments of the library. */
export function blocksInComments(): Block[] {
  const names = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.gen.ts'))
    .flatMap((name) => {
      const text = read(`lib/${name}`)
      return text.includes(' * ```ts') ? blocksOf(`lib/${name}`, text.replace(/^ *\* ?/gm, '')) : []
    })
    .filter(({ language }) => language === 'ts')
}
