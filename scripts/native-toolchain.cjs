// Finds what a native build needs (compiler, make, python3, node-gyp, Node's headers) and says what to install otherwise.
'use strict'

const { accessSync, constants, existsSync, realpathSync } = require('node:fs')
const { delimiter, dirname, join } = require('node:path')

const packages = {
  'g++': 'apt-get install g++ · dnf install gcc-c++ · apk add g++',
  make: 'apt-get install make · dnf install make · apk add make',
  python3: 'apt-get install python3 · dnf install python3 · apk add python3',
}

function inPath(command) {
  if (command.includes('/')) return isExecutable(command) ? command : undefined
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, command)).find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** CXX, MAKE and PYTHON choose other programs, as node-gyp understands them; CXX may carry arguments ("ccache g++"). */
function missingTools() {
  const { CXX, MAKE, PYTHON, NODE_GYP_FORCE_PYTHON, npm_config_python } = process.env
  const chosen = {
    'g++': CXX?.split(' ')[0],
    make: MAKE,
    python3: NODE_GYP_FORCE_PYTHON ?? npm_config_python ?? PYTHON,
  }
  return Object.keys(packages).filter((tool) => inPath(chosen[tool] || tool) === undefined)
}

function explainMissing(tools) {
  const lines = tools.map((tool) => `  ${tool.padEnd(8)} ${packages[tool]}`)
  return `libcontainer: compiling the addon needs ${tools.join(', ')}, not found in PATH. Install:\n${lines.join('\n')}`
}

/** The prefix whose include/node fits the running Node: with it node-gyp needs no network. */
function findNodeDirectory() {
  const beside = join(dirname(process.execPath), '..')
  const candidates = [process.env.npm_config_nodedir, beside]
  return candidates.find((path) => path !== undefined && existsSync(join(path, 'include/node/node_api.h')))
}

/** Ours in a clone; npm's own copy for users of the package, who have no development dependencies. */
function findNodeGyp() {
  const npm = inPath('npm')
  const bundled = 'node_modules/node-gyp/bin/node-gyp.js'
  const candidates = [
    () => require.resolve('node-gyp/bin/node-gyp.js'),
    () => process.env.npm_config_node_gyp,
    () => npm && join(dirname(realpathSync(npm)), '..', bundled),
    () => join(dirname(process.execPath), '../lib/node_modules/npm', bundled),
  ]
  for (const candidate of candidates) {
    const path = attempt(candidate)
    if (path && existsSync(path)) return path
  }
  throw new Error('libcontainer: node-gyp not found; install it with: npm install --save-dev node-gyp')
}

function attempt(find) {
  try {
    return find()
  } catch {
    return undefined
  }
}

module.exports = { packages, missingTools, explainMissing, findNodeDirectory, findNodeGyp }
