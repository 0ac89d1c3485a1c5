// npm run explain -- BUNDLE [PROGRAM ARGUMENT…]: prints what would be done to run the bundle, or to execute the program in
// its container, step by step. Needs no privilege and no addon.
import { resolve } from 'node:path'
import { Config, explain, isContainerError, probeHost } from '../lib/index.ts'

const [bundle, ...args] = process.argv.slice(2)
if (bundle === undefined) {
  console.error('usage: npm run explain -- BUNDLE [PROGRAM ARGUMENT…]    (BUNDLE: a directory with config.json)')
  process.exitCode = 2
} else {
  try {
    const host = await probeHost({ addon: null })
    const exec = args.length === 0 ? {} : { exec: { args } }
    console.log(await explain(await Config.load(bundle), { bundle: resolve(bundle), host, ...exec }))
  } catch (error) {
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
