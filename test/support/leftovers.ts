// After a whole lane: nothing of ours may remain on the machine, whichever test it came from.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultStateDir } from '../../lib/runtime/state-directory.ts'
import { RUN } from './bundle.ts'
import { findCgroups, findProcesses } from './leaks.ts'

const names = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function findInits(): string[] {
  return names('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readlinkSync(`/proc/${pid}/exe`).startsWith('/memfd:libcontainer-init')) return []
      return [`process ${pid} ${readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')[21]}`]
    } catch {
      return [] // not there any more, or not a user's own
    }
  })
}

function look(): Set<string> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean)
  return new Set([
    ...findInits(),
    ...findProcesses(RUN, -1).map((each) => `process ${each}`),
    // A bench beside us has one of its own for as long as it runs.
    ...findCgroups('libcontainer').flatMap((each) => (each.includes('/libcontainer-bench-') ? [] : [`cgroup ${each}`])),
    ...mounts.map((each) => `mount ${each}`),
    ...names('/sys/class/net').map((each) => `link ${each}`),
    ...names(defaultStateDir()).map((each) => `container ${join(defaultStateDir(), each)}`),
    ...names(tmpdir()).flatMap((each) => (each.includes(RUN) ? [`directory ${join(tmpdir(), each)}`] : [])),
  ])
}

/** vitest calls it before the first test file; what it returns, after the last. */
export function setup(): () => Promise<void> {
  process.env['LIBCONTAINER_TEST_RUN'] = String(process.pid) // the workers begin with this environment
  const before = look()
  return async () => {
    // What others on this machine have made meanwhile goes by itself; what stays is nobody's.
    let left = [...look()].filter((each) => !before.has(each))
    for (let round = 0; left.length > 0 && round < 100; round++) {
      await delay(100)
      const now = look()
      left = left.filter((each) => now.has(each))
    }
    if (left.length === 0) return
    process.exitCode = 1 // vitest reports what a teardown throws, and no more
    throw new Error(`the tests have left behind:\n  ${left.join('\n  ')}`)
  }
}
