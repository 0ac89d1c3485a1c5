// ensure-built.cjs [native] [ts]: builds what is missing or older than its sources; some milliseconds when nothing is.
'use strict'

const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { buildNative, isCurrent } = require('./native-build.cjs')
const { withBuildLock } = require('./build-lock.cjs')
const { root } = require('./native-files.cjs')

const typescriptStamp = join(root, 'build/typescript.sha256')

function typescriptHash() {
  const hash = createHash('sha256')
  const files = readdirSync(join(root, 'lib'), { recursive: true }).filter((name) => name.endsWith('.ts'))
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, 'lib', file)))
  for (const file of ['tsconfig.json', 'tsconfig.build.json']) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function isTypescriptCurrent() {
  return (
    existsSync(join(root, 'dist/index.js')) &&
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
    mkdirSync(join(root, 'build'), { recursive: true })
    writeFileSync(typescriptStamp, hash)
  })
}

function ensureBuilt(wanted) {
  if (wanted.includes('native') && !isCurrent()) buildNative({ unlessCurrent: true })
  if (wanted.includes('ts') && !isTypescriptCurrent()) ensureTypescript()
}

if (require.main === module) {
  const wanted = process.argv.slice(2)
  try {
    ensureBuilt(wanted.length > 0 ? wanted : ['native', 'ts'])
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}

module.exports = { ensureBuilt }
