// The written pages against the code: generated parts are current, codes are all explained, links lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { generateErrors } from '../../scripts/generate-errors.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/')) // typedoc's, not in git
    .map((name) => `docs/${name}`),
]
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)

describe('docs/errors.md', () => {
  it('has the hints of lib/hints.ts (npm run generate)', async () => {
    expect(await generateErrors(true)).toEqual([])
  })

  it('explains every code', () => {
    const codes = [...read('lib/errors.ts').matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(5)
    const explained = [...read('docs/errors.md').matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code)
    expect(explained.sort()).toEqual(codes.sort())
  })
})

describe.each(pages)('%s', (page) => {
  const text = read(page)

  it('has links that lead somewhere', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target)
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
  })

  it('names npm scripts and files that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
    const files = [...text.matchAll(/`((?:lib|native|test|scripts|examples|bench|docs)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
