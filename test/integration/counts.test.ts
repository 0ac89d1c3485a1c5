// What one container costs in system calls, page faults and resident memory: figures no machine's speed changes.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeBundle, makeRootfs } from '../../bench/bundle.ts'
import { faultsPerRun, parkedRssKiB } from '../../bench/ours.ts'
import type { Stage } from '../../bench/peers/contestant.ts'
import { countSyscalls } from '../../bench/syscalls.ts'

const MOST_SYSCALLS = 200
const MOST_FAULTS = 60
const MOST_PARKED_KIB = 64

const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0

let directory: string
let stage: Stage

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'libcontainer-counts-'))
  const rootfs = makeRootfs(join(directory, 'rootfs'))
  stage = {
    rootfs,
    bundle: makeBundle(join(directory, 'bundle'), rootfs, ['/bin/true']),
    pauseBundle: makeBundle(join(directory, 'pause'), rootfs, ['/bin/pause']),
    stateDir: join(directory, 'state'),
    cgroup: null,
    floor: null,
  }
})

afterAll(() => {
  rmSync(directory, { recursive: true })
})

test.skipIf(!hasStrace).each(['pipe', 'ignore'] as const)(
  'a run with stdio %s makes few system calls (needs strace)',
  { timeout: 120_000 },
  (stdio) => {
    const count = countSyscalls(stage, stdio)
    expect(count?.container).toBeGreaterThan(50)
    expect((count?.container ?? 0) + (count?.launch ?? 0)).toBeLessThanOrEqual(MOST_SYSCALLS)
  },
)

test('a run takes few page faults', async () => {
  expect(await faultsPerRun(stage, 5)).toBeLessThanOrEqual(MOST_FAULTS)
})

test('a created container that waits is small', async () => {
  expect(await parkedRssKiB(stage)).toBeLessThanOrEqual(MOST_PARKED_KIB)
})
