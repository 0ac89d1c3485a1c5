#!/usr/bin/env node
// Builds the addon with init inside: build/Release/libcontainer.node. Users without a fitting prebuild run it as `npx libcontainer-build`.
'use strict'

const { spawnSync } = require('node:child_process')
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { withBuildLock } = require('./build-lock.cjs')
const { root, sourceHash } = require('./native-files.cjs')
const { explainMissing, findNodeDirectory, findNodeGyp, missingTools } = require('./native-toolchain.cjs')

const addon = join(root, 'build/Release/libcontainer.node')
const stamp = join(root, 'build/native.sha256')
const prebuildStamp = join(root, `prebuilds/linux-${process.arch}/native.sha256`)

/** True when the addon that would be loaded, compiled here or prebuilt, comes from the sources as they are now. */
function isCurrent() {
  if (existsSync(addon)) return hasHash(stamp)
  return hasPrebuild() && hasHash(prebuildStamp)
}

function hasHash(path) {
  return existsSync(path) && readFileSync(path, 'utf8') === sourceHash()
}

function hasPrebuild() {
  try {
    return require('node-gyp-build').path(root) !== undefined
  } catch {
    return false
  }
}

/** Throws an Error whose message is for the user. @param {{ clean?: boolean, unlessCurrent?: boolean }} options */
function buildNative({ clean = false, unlessCurrent = false } = {}) {
  const missing = missingTools()
  if (missing.length > 0) throw new Error(explainMissing(missing))
  withBuildLock(root, () => {
    if (unlessCurrent && isCurrent()) return
    const hash = sourceHash()
    runNodeGyp(clean ? ['rebuild'] : ['configure', 'build'])
    mkdirSync(join(root, 'build'), { recursive: true })
    writeFileSync(stamp, hash)
  })
}

function runNodeGyp(commands) {
  const nodeDirectory = findNodeDirectory()
  if (nodeDirectory === undefined) {
    console.error(
      `libcontainer: no headers of Node ${process.version} beside ${process.execPath}; node-gyp will download them`,
    )
  }
  const args = [findNodeGyp(), ...commands, '-j', 'max', '--loglevel', 'warn', '--release']
  if (nodeDirectory !== undefined) args.push(`--nodedir=${nodeDirectory}`)
  const { status, signal, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0)
    throw new Error(`libcontainer: the native build failed (${signal ?? `exit code ${status}`}), see above`)
}

/** A build that cannot be loaded is found out here, not in the user's program. */
function proveItLoads() {
  require(addon)
  console.log(`libcontainer: built ${addon}`)
}

if (require.main === module) {
  try {
    buildNative({ clean: process.argv[2] !== 'build' })
    proveItLoads()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}

module.exports = { buildNative, isCurrent }
