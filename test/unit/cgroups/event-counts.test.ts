// What has happened, from two readings of a file.
import { describe, expect, it } from 'vitest'
import { changesOf, type EventFile, oomKillsOf, parseEvents } from '../../../lib/cgroups/event-counts.ts'

const changes = (file: EventFile, before: string, after: string) =>
  changesOf(file, parseEvents(before), parseEvents(after))

const QUIET = 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n'

describe('changesOf', () => {
  it.each<[string, EventFile, string, string, unknown[]]>([
    ['nothing', 'memory.events', QUIET, QUIET, []],
    [
      'a kill, and what led to it',
      'memory.events',
      QUIET,
      'low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n',
      [
        { type: 'memoryMax', count: 9, total: 9 },
        { type: 'oom', count: 1, total: 1 },
        { type: 'oomKill', count: 1, total: 1 },
      ],
    ],
    [
      'kills since the last look alone',
      'memory.events',
      'oom_kill 3\n',
      'oom_kill 5\n',
      [{ type: 'oomKill', count: 2, total: 5 }],
    ],
    [
      'a whole cgroup killed',
      'memory.events',
      'oom_group_kill 0\n',
      'oom_group_kill 1\n',
      [{ type: 'oomGroupKill', count: 1, total: 1 }],
    ],
    ['what is not known', 'memory.events', 'sock_throttled 0\n', 'sock_throttled 1\n', []],
    ['counts that went back', 'memory.events', 'max 5\n', 'max 3\n', []],
    ['processes refused', 'pids.events', 'max 1\n', 'max 4\n', [{ type: 'pidsMax', count: 3, total: 4 }]],
    ['swap refused', 'memory.swap.events', 'max 0\n', 'max 2\n', [{ type: 'swapMax', count: 2, total: 2 }]],
    [
      'emptied',
      'cgroup.events',
      'populated 1\nfrozen 0\n',
      'populated 0\nfrozen 0\n',
      [{ type: 'populated', populated: false }],
    ],
    [
      'frozen',
      'cgroup.events',
      'populated 1\nfrozen 0\n',
      'populated 1\nfrozen 1\n',
      [{ type: 'frozen', frozen: true }],
    ],
    [
      'thawed',
      'cgroup.events',
      'populated 1\nfrozen 1\n',
      'populated 1\nfrozen 0\n',
      [{ type: 'frozen', frozen: false }],
    ],
  ])('%s', (_, file, before, after, events) => {
    expect(changes(file, before, after)).toEqual(events)
  })
})

it('counts kills', () => {
  expect(oomKillsOf('oom 2\noom_kill 7\noom_group_kill 1\n')).toBe(7)
  expect(oomKillsOf('')).toBe(0)
})
