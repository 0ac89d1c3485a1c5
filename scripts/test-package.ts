// npm run test:package: packs the library and uses it as a stranger would: with a prebuild and no compiler, and the other way round.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, runNodeAsUser } from './as-user.ts'
import { newestVersions } from './symbol-versions.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'libcontainer-package-'))
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
/** Debian 11's, older than any distribution whose kernel we can run on. */
const oldest = { glibc: 31, libstdcxx: 28 }

async function main(): Promise<void> {
  const checkout = await step('copy the checkout', copyCheckout)
  await step('build the prebuild', () => run(checkout, process.execPath, ['scripts/prebuilds.cjs']))
  await step('no symbol newer than Debian 11', () => checkSymbols(checkout))
  await step('compile lib/', () => run(checkout, process.execPath, ['scripts/ensure-built.cjs', 'ts']))
  const withPrebuild = await step('pack', () => pack(checkout, 'with-prebuild'))
  await step('publint', () => run(root, bin('publint'), ['--strict', withPrebuild]))
  await step('are the types wrong', () => run(root, bin('attw'), [withPrebuild, '--profile', 'esm-only']))
  const user = await step('install, no compiler in PATH', () => install(withPrebuild, 'user', barePath()))
  await step('import, require, and the addon from the prebuild', () => load(user, 'prebuilds', barePath()))
  await step('put the README’s ten lines there', () => writeFileSync(join(user, 'ten-lines.mjs'), tenLines()))
  await step('run them', () => runTenLines(user, runNode))
  await step('run them as an ordinary user', () => runTenLines(user, runNodeAsUser))

  rmSync(join(checkout, 'prebuilds'), { recursive: true })
  const sourcesOnly = await step('pack without a prebuild', () => pack(checkout, 'sources-only'))
  const builder = await step('install it, no compiler in PATH', () => install(sourcesOnly, 'builder', barePath()))
  await step('loading says what to run', () => expectAdvice(builder))
  await step('libcontainer-build, without network', () => compile(builder))
  await step('import, require, and the addon compiled there', () => load(builder, 'build', barePath()))
}

async function step<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await act()
  console.log(`ok  ${what}  ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return result
}

function run(cwd: string, program: string, args: readonly string[], path = process.env['PATH'] ?? ''): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PATH: path } })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed in ${cwd}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}

/** The prebuild is made in a copy, so that the developer's build/ stays as it is. */
function copyCheckout(): string {
  const copy = join(scratch, 'checkout')
  const left = /^(node_modules|\.git|dist|build|build-.*|prebuilds|coverage|docs\/api)$/
  cpSync(root, copy, { recursive: true, filter: (path) => !left.test(relative(root, path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function checkSymbols(checkout: string): void {
  const file = join(checkout, `prebuilds/linux-${process.arch}/libcontainer.glibc.node`)
  const { glibc, libstdcxx } = newestVersions(run(checkout, 'objdump', ['-T', file]))
  if (glibc > oldest.glibc) throw new Error(`the addon needs glibc 2.${glibc}: see native/addon/older_libraries.cc`)
  if (libstdcxx > oldest.libstdcxx) throw new Error(`the addon needs GLIBCXX_3.4.${libstdcxx}: see the same file`)
}

function pack(checkout: string, name: string): string {
  const folder = join(scratch, name)
  mkdirSync(folder)
  run(checkout, 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder])
  const [file = ''] = readdirSync(folder)
  return join(folder, file)
}

/** A PATH with Node, npm and a shell, and nothing that compiles. */
function barePath(): string {
  const folder = join(scratch, 'bin')
  if (existsSync(folder)) return folder
  mkdirSync(folder)
  for (const tool of ['sh', 'env', 'npm', 'npx']) symlinkSync(run(root, 'which', [tool]).trim(), join(folder, tool))
  symlinkSync(process.execPath, join(folder, 'node'))
  return folder
}

function install(tarball: string, name: string, path: string): string {
  const folder = join(scratch, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  run(folder, 'npm', ['install', '--prefer-offline', tarball], path)
  return folder
}

/** The library as ESM and as CommonJS, and its addon from the folder where it has to come from. */
function load(user: string, from: string, path: string): void {
  const script = `
    const assert = require('node:assert')
    const { dirname, join, relative } = require('node:path')
    const home = dirname(require.resolve('libcontainer/package.json'))
    const addon = require('node-gyp-build').path(home)
    assert.strictEqual(relative(home, addon).split('/')[0], '${from}')
    assert.ok(Object.keys(require(addon)).length > 0)
    const required = require('libcontainer')
    import('libcontainer').then((imported) => {
      assert.ok(Object.keys(imported).length > 0)
      assert.deepStrictEqual(Object.keys(required).sort(), Object.keys(imported).sort())
    })`
  run(user, process.execPath, ['--no-warnings', '-e', script], path)
}

/** The first example, with its result held against what it says. */
function tenLines(): string {
  const [, example] = /```ts run\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  if (example === undefined) throw new Error('README.md has no example')
  return `${example}\nimport assert from 'node:assert'\nassert.deepEqual({ stdout, exitCode, timedOut }, { stdout: '42\\n', exitCode: 0, timedOut: false })\n`
}

async function runTenLines(folder: string, runner: typeof runNode): Promise<void> {
  const code = await runner(folder, ['ten-lines.mjs'])
  if (code !== 0) throw new Error(`the README’s example exits with ${code}`)
}

function expectAdvice(user: string): void {
  const script = "import { probeHost } from 'libcontainer'\nawait probeHost()"
  try {
    run(user, process.execPath, ['--input-type=module', '-e', script])
  } catch (error) {
    if (String(error).includes('npx libcontainer-build')) return
    throw error
  }
  throw new Error('an addon was loaded where there is none')
}

function compile(user: string): void {
  const command = ['npx', '--no-install', 'libcontainer-build']
  const isRoot = process.geteuid?.() === 0
  const [program = 'npx', ...args] = isRoot ? ['unshare', '--net', ...command] : command
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.startsWith(dirname(bin('x'))))
  run(user, program, args, path.join(':'))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
