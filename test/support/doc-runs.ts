// Runs the blocks of the manual that say `ts run`, each as a program in a folder where the library is installed. They
// find what the page has put into files before (`js file=sum.js`), and print what the page says (`text output`, in which
// … stands for anything). With `run=root` it takes root.
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Block, blocksOfPage, pages, root } from './doc-blocks.ts'

const { bundle } = createRequire(import.meta.url)('../../scripts/bundle.cjs') as { bundle(outdir: string): void }

const runs = ({ words }: Block, asRoot: boolean): boolean =>
  words.includes('run') || (asRoot && words.includes('run=root'))
const fileName = ({ words }: Block): string | undefined => words.find((word) => word.startsWith('file='))?.slice(5)

/** Readers of these type their blocks into a file for Node: what it does not know, such as `await using`, must not be there. */
const TYPED = new Set(['docs/guides/getting-started.md'])

/** A test for each, and a folder for each page. */
export function testRunnableBlocks(asRoot: boolean): void {
  let scratch = ''
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'libcontainer-manual-'))
    install(join(scratch, 'node_modules'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  const runnable = pages.filter((page) => blocksOfPage(page).some((block) => runs(block, asRoot)))
  describe.each(runnable)('%s', (page) => {
    const folder = () => join(scratch, page.replaceAll('/', '-'))
    for (const block of blocksOfPage(page)) {
      const name = fileName(block)
      if (name !== undefined) beforeAll(() => write(join(folder(), name), block.code))
      if (runs(block, asRoot)) it(`line ${block.line}`, { timeout: 60_000 }, () => expectToRun(folder(), block))
    }
  })
}

/** The package as npm would put it there, made of what lib/ is now. */
function install(modules: string): void {
  const home = join(modules, 'libcontainer')
  bundle(join(home, 'dist'))
  copyFileSync(join(root, 'package.json'), join(home, 'package.json'))
  for (const name of ['build', 'scripts']) symlinkSync(join(root, name), join(home, name))
  symlinkSync(join(root, 'node_modules/node-gyp-build'), join(modules, 'node-gyp-build'))
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

async function expectToRun(folder: string, block: Block): Promise<void> {
  const script = join(folder, `line-${block.line}.mjs`)
  const target = TYPED.has(block.page) ? 'esnext' : 'node20.19'
  const { code } = transformSync(block.given + block.code, { loader: 'ts', format: 'esm', target })
  write(script, code)
  const { exitCode, stdout, stderr } = await execute(script, folder)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  if (block.output !== undefined) expect(stdout).toMatch(pattern(block.output))
}

function execute(script: string, cwd: string): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--no-warnings', script], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    // Of what is bundled Node shows the whole line.
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr: stderr.replace(/^.{400,}$/gm, '…') }))
  })
}

const pattern = (output: string): RegExp =>
  new RegExp(
    `^${output
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('[^]*?')}$`,
  )
