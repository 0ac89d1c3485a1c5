// prebuilds.cjs [--check | --arch arm64 --strip-bin …]: packs the addon for publication, prebuilds/linux-<arch>/libcontainer.<libc>.node.
'use strict'

const { spawnSync } = require('node:child_process')
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { withBuildLock } = require('./build-lock.cjs')
const { root, sourceHash } = require('./native-files.cjs')
const { explainMissing, findNodeDirectory, findNodeGyp, missingTools } = require('./native-toolchain.cjs')

function stampOf(arch) {
  return join(root, `prebuilds/linux-${arch}/native.sha256`)
}

function main(extra) {
  const missing = missingTools()
  if (missing.length > 0) throw new Error(explainMissing(missing))
  const nodeDirectory = findNodeDirectory()
  // prebuildify asks for the headers of the newest Node; those at hand serve as well, Node-API being the same in all.
  const env = { ...process.env, PREBUILD_NODE_GYP: findNodeGyp() }
  if (nodeDirectory !== undefined) env.npm_config_nodedir = nodeDirectory
  const prebuildify = require.resolve('prebuildify/bin.js')
  const arch = extra.includes('--arch') ? extra[extra.indexOf('--arch') + 1] : process.arch
  const args = [prebuildify, '--napi', '--strip', '--tag-libc', '--name', 'libcontainer', ...extra]
  withBuildLock(root, () => {
    const hash = sourceHash()
    const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
    if (status !== 0) throw new Error('libcontainer: prebuildify failed, see above')
    writeFileSync(stampOf(arch), hash)
  })
}

/** What is published must be what the sources say, for every machine we promise. */
function check() {
  for (const arch of ['x64', 'arm64']) {
    const file = join(root, `prebuilds/linux-${arch}/libcontainer.glibc.node`)
    const current =
      existsSync(file) && existsSync(stampOf(arch)) && readFileSync(stampOf(arch), 'utf8') === sourceHash()
    if (!current) throw new Error(`libcontainer: ${file} is missing or older than native/; see npm run prebuilds`)
  }
}

try {
  const args = process.argv.slice(2)
  if (args.includes('--check')) check()
  else main(args)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
