// Asks libseccomp what it makes of a profile, by way of its Python module (Debian: python3-seccomp).
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Seccomp, SeccompArg } from '../../lib/config/types.ts'
import type { ArchName } from '../../lib/seccomp/arch.ts'
import type { Instruction } from '../../lib/seccomp/bpf.ts'
import { readProfile } from '../../lib/seccomp/profile.ts'

const PYTHON = '/usr/bin/python3'
const script = fileURLToPath(new URL('libseccomp.py', import.meta.url))

export const hasLibseccomp = spawnSync(PYTHON, ['-c', 'import seccomp'], { stdio: 'ignore' }).status === 0

export interface Question {
  readonly profile: Seccomp
  /** The machine's first. */
  readonly archs: readonly ArchName[]
  /** 1: one comparison after the other; 2: a binary tree. Default: 1. */
  readonly optimize?: 1 | 2
}

export interface Answer {
  readonly program: readonly Instruction[]
  /** Names of calls that it does not know, or rules that are in conflict with another. */
  readonly refused: readonly string[]
}

type WireRule = readonly [action: number, name: string, args: ReadonlyArray<readonly [number, string, string, string]>]

/** As runc hands a profile to libseccomp: rules that say what the default says are left out. */
function request({ profile, archs, optimize = 1 }: Question): { readonly rules: readonly WireRule[] } {
  const words = ({ index, op, value, valueTwo = 0 }: SeccompArg) => [index, op, `${value}`, `${valueTwo}`] as const
  const { otherwise } = readProfile(profile)
  const rules = (profile.syscalls ?? []).flatMap(({ names, args = [], ...rule }) => {
    const action = readProfile({
      defaultAction: rule.action,
      ...(rule.errnoRet === undefined ? {} : { defaultErrnoRet: rule.errnoRet }),
    }).otherwise.action
    if (action === otherwise.action) return []
    const isTwice = new Set(args.map(({ index }) => index)).size < args.length
    const conditions = isTwice ? args.map((each) => [words(each)]) : [args.map(words)]
    return names.flatMap((name) => conditions.map((each): WireRule => [action, name, each]))
  })
  return { default: otherwise.action, archs: archs.map((arch) => arch.toUpperCase()), optimize, rules } as {
    readonly rules: readonly WireRule[]
  }
}

/** One process answers all. */
export function askLibseccomp(questions: readonly Question[]): Answer[] {
  const requests = questions.map(request)
  const input = requests.map((each) => `${JSON.stringify(each)}\n`).join('')
  const { stdout, stderr, status } = spawnSync(PYTHON, [script], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
  if (status !== 0) throw new Error(`libseccomp: ${stderr}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line, at) => {
      const { program, refused } = JSON.parse(line) as { program: number[][]; refused: Array<[number, string]> }
      return {
        program: program.map(([code = 0, jt = 0, jf = 0, k = 0]) => ({ code, jt, jf, k })),
        refused: refused.map(([index, error]) => `${requests[at]?.rules[index]?.[1]}: ${error}`),
      }
    })
}
