// npm run explain -- BUNDLE: prints what would be done to run the bundle, step by step. Needs no privilege and no addon.
import { resolve } from 'node:path'
import { Config, explain, isContainerError, probeHost } from '../lib/index.ts'

const [bundle, ...rest] = process.argv.slice(2)
if (bundle === undefined || rest.length > 0) {
  console.error('usage: npm run explain -- BUNDLE    (a directory with config.json)')
  process.exitCode = 2
} else {
  try {
    const host = await probeHost({ addon: null })
    console.log(await explain(await Config.load(bundle), { bundle: resolve(bundle), host }))
  } catch (error) {
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
