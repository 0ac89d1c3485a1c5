// npm run generate: brings every generated file up to date. With --check it writes nothing and fails on stale ones.

import { generate as generateConfig } from './generate-config.ts'
import { generateConformance } from './generate-conformance.ts'
import { generateDefaultFilter } from './generate-default-filter.ts'
import { generateNativeOps } from './generate-native-ops.ts'
import { generateOpsPage } from './generate-ops-page.ts'
import { generateTroubleshooting } from './generate-troubleshooting.ts'

const GENERATORS: ReadonlyArray<(check: boolean) => Promise<string[]>> = [
  generateOpsPage,
  generateNativeOps,
  generateConfig,
  generateConformance,
  generateTroubleshooting,
  generateDefaultFilter,
]

const check = process.argv.includes('--check')
const files = (await Promise.all(GENERATORS.map((generator) => generator(check)))).flat()
for (const file of files) console.log(`${check ? 'out of date' : 'written'}: ${file}`)
if (check && files.length > 0) {
  console.error('run `npm run generate`')
  process.exitCode = 1
}
