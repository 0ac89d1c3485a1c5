// bundle.cjs: lib/ → dist/*.js, one file for each entry and what they share: reading two hundred files takes longer than a
// container. Types are compiled beside them, one file for one file.
'use strict'

const { chmodSync, mkdirSync, readdirSync, rmSync } = require('node:fs')
const { join } = require('node:path')
const { buildSync } = require('esbuild')
const { root } = require('./native-files.cjs')

/** By the name in dist/. What several use is in a file of its own, so that there is one ContainerError for all. */
const ENTRIES = { index: 'lib/index.ts', cli: 'lib/cli/main.ts' }

function removeScripts(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (/\.js(\.map)?$/.test(name)) rmSync(join(folder, name))
  }
}

/** The files stand where lib/ has addon.ts, so that the addon is found from them as from there. */
function bundle(outdir = join(root, 'dist')) {
  mkdirSync(outdir, { recursive: true })
  removeScripts(outdir)
  buildSync({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir,
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    legalComments: 'eof',
    external: ['node-gyp-build'],
    // commander is CommonJS and requires built-in modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url)",
    },
  })
  chmodSync(join(outdir, 'cli.js'), 0o755)
}

module.exports = { bundle }
