// bundle-cli.cjs: lib/cli and all it uses → dist/cli.js, one file: a command starts as fast as it can be read.
'use strict'

const { chmodSync } = require('node:fs')
const { join } = require('node:path')
const { buildSync } = require('esbuild')
const { root } = require('./native-files.cjs')

/** It stands where dist/addon.js stands, so that the addon is found from it as from there. */
function bundleCli() {
  const outfile = join(root, 'dist/cli.js')
  buildSync({
    absWorkingDir: root,
    entryPoints: ['lib/cli/main.ts'],
    outfile,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: false,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    legalComments: 'eof',
    // commander is CommonJS and requires built-in modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url)",
    },
  })
  chmodSync(outfile, 0o755)
}

module.exports = { bundleCli }
