// A path that is swapped for a symbolic link while init resolves it (CVE-2021-30465, CVE-2024-45310).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { bindMount, emptyRoot, makeDirectory, makeSymlink, mount, openTree, pivotRoot } from './plan-parts.ts'
import { privileges, runPlan } from './run-plan.ts'

const ROUNDS = 60

/** Exchanges two paths, as fast as it can, until told to stop; then says how often. Node cannot: renameat2(2) it lacks. */
const swapper = `
import ctypes, os, platform, sys
syscall = ctypes.CDLL(None).syscall
number = 316 if platform.machine() == 'x86_64' else 276
one, other, stop = [os.fsencode(path) for path in sys.argv[1:]]
AT_FDCWD, RENAME_EXCHANGE = -100, 2
print('begun', flush=True)
swaps = 0
while swaps % 100 or not os.path.exists(stop):
    if syscall(number, AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) != 0: sys.exit(1)
    swaps += 1
print(swaps)
`

let folder: string
let victim: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
  victim = join(folder, 'victim')
  for (const path of [victim, join(victim, 'inside'), join(folder, 'share'), join(folder, 'share/swapped')])
    mkdirSync(path)
  symlinkSync(victim, join(folder, 'share/link'))
  writeFileSync(join(victim, 'file'), 'untouched')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Resolves once it has begun; `count` tells how often it did it, after the file `stop` was made. */
async function startSwapping(stop: string): Promise<{ readonly count: Promise<number> }> {
  const paths = [join(folder, 'share/swapped'), join(folder, 'share/link'), stop]
  const child = spawn('python3', ['-c', swapper, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const count = once(child, 'close').then(() => Number(lines.join('').split('\n')[1]))
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  await once(child.stdout, 'data')
  return { count }
}

const operations: ReadonlyArray<[string, (round: number) => Op[]]> = [
  ['mount', () => [mount({ target: '/share/swapped/inside' })]],
  ['mount, made', (round) => [mount({ target: `/share/swapped/new${round}/deep` })]],
  [
    'bindMount, made',
    (round) => [openTree({ path: '/dev/null' }), bindMount({ target: `/share/swapped/file${round}` })],
  ],
  ['makeDirectory', (round) => [makeDirectory(`/share/swapped/directory${round}/deep`)]],
  ['makeSymlink', (round) => [makeSymlink(`/share/swapped/link${round}`, 'x')]],
  [
    'maskPath',
    () => [openTree({ path: '/dev/null' }), { op: 'maskPath', path: '/share/swapped/inside', null: 'tree' }],
  ],
  ['readonlyPath', () => [{ op: 'readonlyPath', path: '/share/swapped/inside' }]],
]

describe.each(privileges)('as %s', (privilege) => {
  test.each(operations)('%s stays inside the root, whoever wins', async (_name, operation) => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8')
    const stop = join(folder, 'stop')
    const swapping = await startSwapping(stop)
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const share = [
          openTree({ tree: 'share', path: join(folder, 'share') }),
          bindMount({ tree: 'share', target: '/share' }),
        ]
        const { exit } = await runPlan([...emptyRoot, ...share, ...operation(round), pivotRoot], { privilege })
        // Either it went inside, or it was refused; it never crashed or hung.
        expect([0, 1]).toContain(exit.exitCode)
      }
    } finally {
      writeFileSync(stop, '')
    }
    expect(await swapping.count).toBeGreaterThan(ROUNDS)
    expect(readdirSync(victim)).toEqual(['file', 'inside'])
    expect(readdirSync(join(victim, 'inside'))).toEqual([])
    expect(readFileSync(join(victim, 'file'), 'utf8')).toBe('untouched')
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before)
  })
})
