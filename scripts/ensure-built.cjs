// ensure-built.cjs [native] [ts] [--or-explain]: builds what is missing or older than its sources; some milliseconds when nothing is.
'use strict'

const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { buildNative, isCurrent } = require('./native-build.cjs')
const { withBuildLock } = require('./build-lock.cjs')
const { bundle } = require('./bundle.cjs')
const { root } = require('./native-files.cjs')
const { explainMissing, missingTools } = require('./native-toolchain.cjs')

const typescriptStamp = join(root, 'build/typescript.sha256')

function typescriptHash() {
  const hash = createHash('sha256')
  const files = readdirSync(join(root, 'lib'), { recursive: true }).filter((name) => name.endsWith('.ts'))
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, 'lib', file)))
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.cjs'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function isTypescriptCurrent() {
  return (
    existsSync(join(root, 'dist/index.js')) &&
    existsSync(join(root, 'dist/cli.js')) &&
    existsSync(typescriptStamp) &&
    readFileSync(typescriptStamp, 'utf8') === typescriptHash()
  )
}

function ensureTypescript() {
  withBuildLock(root, () => {
    if (isTypescriptCurrent()) return
    const hash = typescriptHash()
    const compiler = require.resolve('typescript/bin/tsc')
    const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
      cwd: root,
      stdio: 'inherit',
    })
    if (status !== 0) throw new Error('libcontainer: compiling lib/ failed, see above')
    bundle()
    mkdirSync(join(root, 'build'), { recursive: true })
    writeFileSync(typescriptStamp, hash)
  })
}

function ensureBuilt(wanted) {
  if (wanted.includes('native') && !isCurrent()) buildNative({ unlessCurrent: true })
  if (wanted.includes('ts') && !isTypescriptCurrent()) ensureTypescript()
}

/**
 * `npm ci` must not fail for want of a compiler: most of the work on this library needs none. What needs the addon
 * comes through here again, without the flag.
 */
function explainIfToolsAreMissing() {
  const missing = isCurrent() ? [] : missingTools()
  if (missing.length === 0) return false
  console.error(`${explainMissing(missing)}\nThe addon was left out; the demo and the tests will build it.`)
  return true
}

if (require.main === module) {
  const args = process.argv.slice(2)
  const named = args.filter((arg) => !arg.startsWith('--'))
  const wanted = named.length > 0 ? named : ['native', 'ts']
  try {
    const leftOut = args.includes('--or-explain') && explainIfToolsAreMissing() ? 'native' : ''
    ensureBuilt(wanted.filter((part) => part !== leftOut))
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}

module.exports = { ensureBuilt }
