// Which native sources and flags make up init and the addon: asked by binding.gyp, hashed to know whether a build is current.
'use strict'

const { createHash } = require('node:crypto')
const { readdirSync, readFileSync } = require('node:fs')
const { join, relative } = require('node:path')

const root = join(__dirname, '..')
const machineNames = { x64: 'x86_64', arm64: 'aarch64' }

/** Paths relative to the package, sorted: the order of objects decides the bytes of the result. */
function sources(directory, extension) {
  return readdirSync(join(root, directory))
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => `${directory}/${name}`)
}

function initSources(arch) {
  const machine = machineNames[arch]
  if (machine === undefined) throw new Error(`init has no system call stubs for the architecture ${arch}`)
  return [...sources('native/init', '.cc'), ...sources('native/init', `_${machine}.S`)]
}

/** One flag a line; # starts a comment. CMakeLists.txt reads the same files. */
function flags(file) {
  return readFileSync(join(root, 'native/init', file), 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

/** Changes whenever something that goes into the .node changes. */
function sourceHash() {
  const files = readdirSync(join(root, 'native'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
  const all = [...files, 'binding.gyp', 'scripts/embed.cjs', 'scripts/native-files.cjs'].sort()
  const hash = createHash('sha256')
  for (const file of all) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const answers = {
  init: initSources,
  addon: () => sources('native/addon', '.cc'),
  'init-compile-flags': () => flags('compile-flags.txt'),
  'init-link-flags': () => flags('link-flags.txt'),
  // Warnings of a compiler we have never seen must not keep a user from building; a developer wants to hear of them.
  werror: () => (process.env.LIBCONTAINER_WERROR === '1' ? ['-Werror'] : []),
}

if (require.main === module) {
  const [question, ...args] = process.argv.slice(2)
  const answer = answers[question]
  if (answer === undefined) throw new Error(`unknown question ${question}; known: ${Object.keys(answers).join(', ')}`)
  for (const line of answer(...args)) console.log(line)
}

module.exports = { root, sourceHash }
