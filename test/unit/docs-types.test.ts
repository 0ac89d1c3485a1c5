// Every block of TypeScript in the manual and in the comments of lib/ compiles, with the strictness of a careful user.
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as library from '../../lib/index.ts'
import { type Block, blocksInComments, blocksOfPage, isGuide, pages, root } from '../support/doc-blocks.ts'

const blocks = [...pages.flatMap(blocksOfPage).filter(({ language }) => language === 'ts'), ...blocksInComments()]

/** What a reference page and a comment need not say again in each of their blocks: the exports, and what is meant by these. */
const fragments = `export {}
declare global {
  const config: import('libcontainer').TemplateConfig
  const container: import('libcontainer').Container
  const bundle: string
  const profile: import('libcontainer').Seccomp
${Object.keys(library)
  .map((name) => `  const ${name}: typeof import('libcontainer').${name}`)
  .join('\n')}
}
`
const fileOf = ({ page, line }: Block): string => join(root, isGuide(page) ? 'guides' : 'pages', `${page}.${line}.ts`)
const textOf = ({ given, code }: Block): string => `${given}${code}export {}\n`

/** Mistakes of each block, as `line: message`. A program for guides and one for the rest, which has the names above. */
function compile(some: readonly Block[], globals: string | undefined): Map<Block, string[]> {
  const files = new Map(some.map((block) => [fileOf(block), textOf(block)]))
  if (globals !== undefined) files.set(join(root, 'pages/names.d.ts'), globals)
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: { libcontainer: [join(root, 'lib/index.ts')], 'libcontainer/*': [join(root, 'lib/*.ts')] },
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(name)
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return new Map(some.map((block) => [block, mistakes(program, block)]))
}

function mistakes(program: ts.Program, block: Block): string[] {
  const file = program.getSourceFile(fileOf(block))
  if (file === undefined) throw new Error(`${fileOf(block)} was not compiled`)
  const before = block.given.split('\n').length - 1
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
    const { line } = file.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
    return `${block.page}:${block.line + line - before}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`
  })
}

describe('the code in the manual compiles', () => {
  it('where every block stands for itself', { timeout: 120_000 }, () => {
    const guides = blocks.filter(({ page }) => isGuide(page))
    expect(guides.length).toBeGreaterThan(0)
    expect([...compile(guides, undefined).values()].flat()).toEqual([])
  })

  it('in reference pages and comments', { timeout: 120_000 }, () => {
    const rest = blocks.filter(({ page }) => !isGuide(page))
    expect(rest.length).toBeGreaterThan(10)
    expect([...compile(rest, fragments).values()].flat()).toEqual([])
  })
})
