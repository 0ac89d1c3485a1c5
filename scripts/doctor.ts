// npm run doctor [-- --json]: every requirement and feature of this machine, yes or no, and what to do. Exit code 1 when a requirement is missing.
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { native } from '../lib/addon.ts'
import { type Check, diagnose, type Examination, isHealthy } from '../lib/doctor.ts'
import { tryHost } from '../lib/host/trials.ts'
import { probeHost } from '../lib/host.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)
const toolchain = require('./native-toolchain.cjs') as {
  missingTools(): string[]
  packages: Readonly<Record<string, string>>
}

async function main(): Promise<void> {
  if (process.platform !== 'linux') {
    console.error(`libcontainer works on Linux alone; this is ${process.platform}`)
    process.exitCode = 1
    return
  }
  const checks = diagnose(await examine())
  if (process.argv.includes('--json')) console.log(JSON.stringify(checks, null, 2))
  else console.log(print(checks))
  if (!isHealthy(checks)) process.exitCode = 1
}

async function examine(): Promise<Examination> {
  const addon = findAddon()
  const isLoaded = 'path' in addon
  const host = await probeHost(isLoaded ? {} : { addon: null })
  return {
    host,
    addon,
    nodeVersion: process.versions.node,
    nodePath: process.execPath,
    arch: process.arch,
    trials: isLoaded ? await tryHost(host) : null,
    missingTools: toolchain.missingTools().map((name) => ({ name, install: toolchain.packages[name] ?? '' })),
  }
}

function findAddon(): Examination['addon'] {
  try {
    native()
    return { path: relative(root, (require('node-gyp-build') as { path(dir: string): string }).path(root)) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { failure: String(cause instanceof Error ? cause.message : cause).split('\n')[0] ?? '' }
  }
}

const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
const paint = (code: number, text: string): string => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text)

function print(checks: readonly Check[]): string {
  const lines = (['requirement', 'feature'] as const).flatMap((kind) => [
    paint(1, kind === 'requirement' ? 'Requirements' : 'Features'),
    ...printChecks(checks.filter((check) => check.kind === kind)),
    '',
  ])
  const missing = checks.filter(({ kind, ok }) => kind === 'requirement' && ok === false).map(({ name }) => name)
  const verdict =
    missing.length === 0 ? paint(32, 'All requirements hold.') : paint(31, `Missing: ${missing.join(', ')}.`)
  return [...lines, verdict].join('\n')
}

/** Neighbours with the same remedy share it. */
function printChecks(checks: readonly Check[]): string[] {
  return checks.flatMap((check, index) => {
    const { remedy } = check
    if (remedy === undefined || remedy === checks[index + 1]?.remedy) return [printCheck(check)]
    return [printCheck(check), ...remedy.split('\n').map((line) => paint(2, `         ${line}`))]
  })
}

function printCheck({ kind, name, ok, found }: Check): string {
  const words = { true: paint(32, 'yes'), false: paint(kind === 'requirement' ? 31 : 33, 'no '), null: ' ? ' }
  return `  ${words[`${ok}`]}  ${name.padEnd(29)} ${found}`
}

await main()
