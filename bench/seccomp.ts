// `npm run bench -- --seccomp`: our filters against those of libseccomp, of the same profile, in one run.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AUDIT_ARCH } from '../lib/seccomp/arch.ts'
import { encodeProgram, type Instruction, run } from '../lib/seccomp/bpf.ts'
import { compileSeccomp } from '../lib/seccomp/compile.ts'
import { defaultSeccomp } from '../lib/seccomp/default-profile.ts'
import { askLibseccomp, hasLibseccomp } from '../test/support/libseccomp.ts'
import { NATIVE_CALLS as numbers } from '../test/support/syscalls.ts'
import { formatTable } from './table.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const ROUNDS = 15
const CALLS = 300_000
const PROCESSES = 9

const arm = process.arch === 'arm64'
const native = arm ? 'aarch64' : 'x86_64'

/** One that is always allowed, which the kernel remembers of a filter; and one whose argument is looked at each time. */
const TIMED = [
  ['getppid', '0'],
  ['personality', '0xffffffff'],
] as const

const median = (samples: readonly number[]): number => [...samples].sort((a, b) => a - b)[samples.length >> 1] ?? 0

function programs(): Record<string, readonly Instruction[]> {
  const whole = defaultSeccomp({ arch: arm ? 'arm64' : 'x64', kernel: { release: '', major: 6, minor: 1 } })
  const archs = arm ? (['aarch64', 'arm'] as const) : (['x86_64', 'x86'] as const)
  const ours = { ours: compileSeccomp(whole, native).program }
  if (!hasLibseccomp) return ours
  // Calls that are younger than libseccomp are left out of all: both filters are of one profile.
  const names = (whole.syscalls ?? []).flatMap((rule) => rule.names)
  const answers = askLibseccomp(
    names.map((name) => ({
      profile: { defaultAction: 'SCMP_ACT_KILL', syscalls: [{ names: [name], action: 'SCMP_ACT_ALLOW' }] },
      archs: [native],
    })),
  )
  const known = new Set(names.filter((_, index) => answers[index]?.refused.length === 0))
  const syscalls = (whole.syscalls ?? [])
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => known.has(name)) }))
    .filter((rule) => rule.names.length > 0)
  const profile = { ...whole, syscalls }
  const [list, tree] = askLibseccomp([
    { profile, archs },
    { profile, archs, optimize: 2 },
  ])
  return {
    ours: compileSeccomp(profile, native).program,
    'libseccomp, tree': tree?.program ?? [],
    'libseccomp, list': list?.program ?? [],
  }
}

/** How many instructions a call takes, as a mean over all of them. */
function executed(program: readonly Instruction[]): number {
  if (program.length === 0) return 0
  const calls = Object.values(numbers)
  const counts = calls.map((number) => run(program, { number, arch: AUDIT_ARCH[native], args: [] }).executed)
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

export function benchSeccomp(): string {
  const directory = mkdtempSync(join(tmpdir(), 'libcontainer-bench-seccomp-'))
  try {
    return `${compileTable()}\n${filterTable(directory)}`
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function compileTable(): string {
  const runs = Array.from({ length: PROCESSES }, () => {
    const text = execFileSync(process.execPath, ['--import', 'tsx', here('seccomp-compile.ts')], { encoding: 'utf8' })
    return JSON.parse(text) as { first: number; second: number; cached: number }
  })
  return formatTable(
    'Compiling the default profile',
    ['', 'median'],
    [
      ['default profile, first time in a process, ms', median(runs.map(({ first }) => first))],
      ['another profile of its size, ms', median(runs.map(({ second }) => second))],
      ['an equal profile again, µs', median(runs.map(({ cached }) => cached))],
    ],
  )
}

function filterTable(directory: string): string {
  const timer = join(directory, 'filtered')
  execFileSync('cc', ['-O2', '-o', timer, here('filtered.c')])
  const filters = { none: [], ...programs() }
  const samples = new Map<string, number[]>()
  for (const [name, instructions] of Object.entries(filters)) {
    writeFileSync(join(directory, name), new Uint32Array(encodeProgram(instructions)))
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(filters)) {
      for (const [call, argument] of TIMED) {
        const args = [join(directory, name), `${numbers[call]}`, argument, `${CALLS}`]
        const key = `${name} ${call}`
        samples.set(key, [...(samples.get(key) ?? []), Number(execFileSync(timer, args, { encoding: 'utf8' }))])
      }
    }
  }
  return formatTable(
    'A system call under the default profile, ns',
    ['', 'instructions', 'executed, mean', ...TIMED.map(([call]) => call)],
    Object.entries(filters).map(([name, program]) => [
      name,
      program.length,
      executed(program),
      ...TIMED.map(([call]) => median(samples.get(`${name} ${call}`) ?? [])),
    ]),
  )
}
