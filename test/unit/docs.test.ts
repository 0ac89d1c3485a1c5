// The written pages against the code: generated parts are current, codes are all explained, links and commands are real.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../lib/cli/program.ts'
import { generateTroubleshooting } from '../../scripts/generate-troubleshooting.ts'
import { blocksOf, blocksOfPage, pages, read, root } from '../support/doc-blocks.ts'
import { complainAbout } from '../support/doc-commands.ts'

const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)

describe('docs/guides/troubleshooting.md', () => {
  it('has the hints of lib/hints.ts (npm run generate)', async () => {
    expect(await generateTroubleshooting(true)).toEqual([])
  })
})

describe('docs/errors.md', () => {
  it('explains every code', () => {
    const codes = [...read('lib/errors.ts').matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(5)
    const explained = [...read('docs/errors.md').matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code)
    expect(explained.sort()).toEqual(codes.sort())
  })
})

describe('docs/README.md', () => {
  it('leads to every page', () => {
    const index = read('docs/README.md')
    const others = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
    const missing = others
      .map((page) => page.slice('docs/'.length))
      .filter((path) => !path.startsWith('decisions/') && !index.includes(`](${path})`))
    expect(missing).toEqual([])
  })

  it('and so does the site', () => {
    const { projectDocuments } = JSON.parse(read('typedoc.json')) as { projectDocuments: string[] }
    const others = pages.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/'))
    expect(others.filter((page) => !projectDocuments.includes(page))).toEqual([])
  })
})

/** As GitHub and typedoc make them of headings. */
function anchorsOf(path: string): Set<string> {
  const text = readFileSync(path, 'utf8').replace(/^ *```.*?^ *```$/gms, '')
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/<[^>]*>|\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
  return new Set(headings)
}

function brokenLinks(page: string): string[] {
  const text = read(page).replace(/^ *```.*?^ *```$/gms, '')
  const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? join(root, page) : normalize(join(root, dirname(page), path))
    if (!existsSync(file)) return true
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor)
  })
}

describe.each(pages)('%s', (page) => {
  const text = read(page)

  it('has links that lead somewhere, to a heading too', () => {
    expect(brokenLinks(page)).toEqual([])
  })

  it('names npm scripts and files that exist', () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
    const files = [...text.matchAll(/`((?:lib|native|test|scripts|examples|bench|docs(?!\/api\/))\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )
    // The site is there only where it has been made.
    const written = files.filter((path) => !path.startsWith('docs/api/'))
    expect(written.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('types commands that the command line takes', () => {
    const { command } = buildProgram()
    const lines = blocksOfPage(page)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => code.split('\n'))
    expect(lines.flatMap((line) => complainAbout(line, command))).toEqual([])
  })

  it('says of each block what it is', () => {
    const known = ['', 'ts', 'js', 'sh', 'text', 'json', 'toml', 'yaml', 'dockerfile', 'c']
    expect(blocksOfPage(page).filter(({ language }) => !known.includes(language))).toEqual([])
  })
})

describe('what these tests read', () => {
  it('finds blocks, what is given to them, and the output they have', () => {
    const text = '<!-- given\nlet a\n-->\n```ts run\na = 1\n```\n\n```text output\n1\n```\n- x\n  ```sh\n  ls\n  ```\n'
    const [first, output, nested] = blocksOf('p.md', text)
    expect(first).toEqual({
      page: 'p.md',
      line: 5,
      language: 'ts',
      words: ['run'],
      code: 'a = 1\n',
      given: 'let a\n',
      output: '1\n',
    })
    expect(output?.words).toEqual(['output'])
    expect(nested?.code).toBe('ls\n')
  })

  it('knows a command that is none', () => {
    const { command } = buildProgram()
    const complain = (line: string) => complainAbout(line, command)
    expect(complain('sudo npx libcontainer --root /x run -b bundle --keep web')).toEqual([])
    expect(complain('libcontainer exec web ls --all')).toEqual([])
    expect(complain('libcontainer walk web')).toEqual(['no command walk'])
    expect(complain('libcontainer delete --hard web')).toEqual(['delete has no option --hard'])
    expect(complain('docker run --runtime libcontainer x')).toEqual([])
  })
})
