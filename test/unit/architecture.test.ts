// Who may import whom, and what lib/ must never do to its host: docs/architecture.md as a test.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Import {
  readonly from: string
  /** A path from the root of the repository, or the name of a package. */
  readonly to: string
  /** Erased by the compiler, so it cannot pull in an effect. */
  readonly typeOnly: boolean
  /** Names alone from node:os and node:fs: numbers, not acts. */
  readonly constantsOnly: boolean
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const composers = ['lib/plan/plan.ts', 'lib/plan/exec.ts', 'lib/runtime/', 'lib/explain.ts', 'lib/index.ts']
const features = ['namespaces', 'mounts', 'process', 'seccomp', 'cgroups', 'network', 'hooks']
const effects = [
  /^lib\/(addon|explain|index|host|undo|program|slots)\.ts$/,
  /^lib\/\w+\/host\.ts$/,
  /^lib\/(host|runtime|sandbox|cli)\//,
  // Parts of a feature's host face that have a file of their own.
  /^lib\/cgroups\/(fs|calls|freezer|systemd|driver|events|pressure|dbus)\.ts$/,
  /^lib\/process\/(process|identity|stdio|copies|hooks|console|attachment|pidfd-socket)\.ts$/,
  /^lib\/namespaces\/id-maps\.ts$/,
  /^lib\/seccomp\/call\.ts$/,
  /^lib\/network\/(attached|attachments|bridge|cni|cni-plugins|counters|devices|helper|nft|pin|programs|store|user-mode|user-mode-programs)\.ts$/,
]
const hostChanges: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /\bprocess\s*\.\s*(chdir|umask|set[er]?[ug]id|setgroups|initgroups|dlopen|exit|abort)\s*\(/,
    'changes or ends the host',
  ],
  [
    /\bprocess\.env(\.\w+|\[[^\]]+\])\s*(=[^=]|\?\?=|\|\|=)|\bdelete\s+process\.env|assign\(process\.env/,
    'writes the environment',
  ],
  [/\bprocess\.(on|once|addListener)\s*\(\s*'(SIG|uncaught|unhandled)/, 'takes signals or errors of the host'],
]

function readTree(folder: string, extension: RegExp): Map<string, string> {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    extension.test(name),
  )
  return new Map(names.map((name) => [join(folder, name), readFileSync(join(root, folder, name), 'utf8')]))
}

function importsOf(from: string, text: string): Import[] {
  const written = text.matchAll(/^(?:import|export)\s+(type\s)?\s*(?:([^'";]*?)\s*from\s*)?'([^']+)'/gm)
  const called = text.matchAll(/\b(?:import|require|createRequire\([^)]*\))\s*\(\s*()()'([^']+)'/g)
  return [...written, ...called].map(([, type, names = '', target = '']) => ({
    from,
    to: target.startsWith('.') ? normalize(join(dirname(from), target)) : target,
    typeOnly: type !== undefined && type !== '',
    constantsOnly: /^node:(os|fs)$/.test(target) && /^\{\s*constants(\s+as\s+\w+)?\s*\}$/.test(names.trim()),
  }))
}

const isPure = (path: string): boolean => !effects.some((pattern) => pattern.test(path))
const featureOf = (path: string): string | undefined => features.find((name) => path.startsWith(`lib/${name}/`))
const isUser = (path: string): boolean => /^lib\/(sandbox|cli)\//.test(path)
/** The command line is a program: the process it may change is its own. */
const isProgram = (path: string): boolean => path.startsWith('lib/cli/')
const isBuiltin = (path: string): boolean => path.startsWith('node:')

/** Why an import is forbidden; undefined when it is not. */
function objection({ from, to, typeOnly, constantsOnly }: Import): string | undefined {
  if (isBuiltin(to) && /child_process|cluster/.test(to) && !isProgram(from))
    return 'the container path never forks Node'
  if (to === 'lib/index.ts' && !isUser(from)) return 'only sandbox/ and cli/ import the public API'
  if (isUser(from) && to.startsWith('lib/') && to !== 'lib/index.ts' && dirname(from) !== dirname(to))
    return 'uses only what users can use'
  if (isUser(to) && !isUser(from) && from !== 'lib/index.ts') return 'sandbox/ and cli/ stand on top'
  if (/node-gyp-build|\.node$/.test(to) && from !== 'lib/addon.ts') return 'only addon.ts loads the binary'
  const [here, there] = [featureOf(from), featureOf(to)]
  const composes = composers.some((path) => from.startsWith(path))
  if (there !== undefined && there !== here && !composes && !isUser(from))
    return 'features are put together in plan/plan.ts and runtime/'
  if (to.startsWith('lib/runtime/') && !composes) return 'nothing below runtime/ knows it'
  if (!isPure(from) || typeOnly || constantsOnly) return undefined
  const gathersFacts = from === 'lib/config/load.ts' && to === 'node:fs/promises'
  if (isBuiltin(to)) return to === 'node:path' || gathersFacts ? undefined : 'a pure file touches nothing'
  return to.startsWith('lib/') && !isPure(to) ? 'a pure file imports only pure files' : undefined
}

function objections(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => [
    ...importsOf(path, text).flatMap((each) =>
      objection(each) === undefined ? [] : [`${path} imports ${each.to}: ${objection(each)}`],
    ),
    ...hostChanges.flatMap(([pattern, why]) =>
      pattern.test(text) && !isProgram(path) ? [`${path} ${why}: ${pattern.exec(text)?.[0]}`] : [],
    ),
  ])
}

/** native/init and native/addon may include their own headers, the system's, and what lies above both: wire*.h. */
function nativeObjections(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) =>
    [...text.matchAll(/^#include\s+"([^"]+)"/gm)].flatMap(([, name = '']) => {
      const target = normalize(join(dirname(path), name))
      const allowed = dirname(target) === dirname(path) || /^native\/wire(_\w+\.gen)?\.h$/.test(target)
      return allowed && files.has(target) ? [] : [`${path} includes ${name}`]
    }),
  )
}

describe('architecture', () => {
  it('lib/ keeps to its import rules and leaves its host alone', () => {
    expect(objections(readTree('lib', /\.ts$/))).toEqual([])
  })

  it('native/init and native/addon share only wire.h and the table hash', () => {
    const files = readTree('native', /\.(cc|h|S)$/)
    expect(files.has('native/wire.h')).toBe(true)
    expect(nativeObjections(files)).toEqual([])
  })

  it.each([
    ['lib/config/validate.ts', "import { readFile } from 'node:fs/promises'"],
    ['lib/plan/plan.ts', "import { native } from '../addon.ts'"],
    ['lib/plan/codec.ts', "import {\n  planMounts,\n} from '../mounts/plan.ts'"],
    ['lib/mounts/plan.ts', "import { openSource } from './host.ts'"],
    ['lib/mounts/host.ts', "import type { Hook } from '../process/host.ts'"],
    ['lib/mounts/host.ts', "import '../runtime/state.ts'"],
    ['lib/runtime/launch.ts', "import { Container } from '../index.ts'"],
    ['lib/runtime/launch.ts', "const { spawn } = await import('node:child_process')"],
    ['lib/sandbox/run.ts', "import { launch } from '../runtime/launch.ts'"],
    ['lib/host.ts', "require('node-gyp-build')"],
    ['lib/host.ts', "createRequire(import.meta.url)('../build/Release/libcontainer.node')"],
    ['lib/kernel.ts', "import { constants, readFileSync } from 'node:fs'"],
    ['lib/runtime/launch.ts', 'process.umask(0)'],
    ['lib/runtime/launch.ts', "process.env['PATH'] = ''"],
    ['lib/runtime/launch.ts', "process.on('SIGTERM', stop)"],
  ])('objects in %s to %s', (path, text) => {
    expect(objections(new Map([[path, text]]))).toHaveLength(1)
  })

  it.each([
    ['lib/config/load.ts', "import { readFile } from 'node:fs/promises'"],
    ['lib/mounts/plan.ts', "import type { Host } from '../host.ts'\nimport path from 'node:path'"],
    ['lib/kernel.ts', "import { constants as fs } from 'node:fs'"],
    ['lib/plan/plan.ts', "import { planMounts } from '../mounts/plan.ts'"],
    ['lib/runtime/launch.ts', "if (process.env['PATH'] === '') process.once('exit', stop)"],
  ])('allows in %s: %s', (path, text) => {
    expect(objections(new Map([[path, text]]))).toEqual([])
  })

  it('objects to an include across native folders', () => {
    const files = new Map([
      ['native/wire.h', ''],
      ['native/init/ops.h', ''],
      ['native/addon/a.cc', '#include "../init/ops.h"\n#include "../wire.h"\n#include <napi.h>'],
    ])
    expect(nativeObjections(files)).toEqual(['native/addon/a.cc includes ../init/ops.h'])
  })
})
