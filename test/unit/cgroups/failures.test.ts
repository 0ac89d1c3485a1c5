// Why a cgroup could not be limited, in words that say what to do.
import { describe, expect, it } from 'vitest'
import type { BatchCall, Fd } from '../../../lib/addon.ts'
import { limitFailure } from '../../../lib/cgroups/failures.ts'

const dir = 3 as Fd
const context = { operation: 'create', id: 'web', cgroup: '/a/b/web' }

function failureOf(path: string, code: string, data = '1') {
  const call: BatchCall = { call: 'writeFile', dir, path, data, resolve: 0 }
  const cause = Object.assign(new Error(code), { code, syscall: 'writeFile', errno: 1, path })
  return limitFailure(call, cause, context)
}

describe('what to do about a limit that cannot be', () => {
  it.each([
    [
      'a/b/cgroup.subtree_control',
      'EBUSY',
      /^the cgroup \/a\/b has processes.*: set linux.cgroupsPath to \/a\/web, beside/,
    ],
    // Of a cgroup namespace, whose root is the root of nothing else.
    ['cgroup.subtree_control', 'EBUSY', /^the cgroup \/ has processes[^:]*: move its processes to a child/],
    ['a/b/cgroup.subtree_control', 'ENOENT', /parent/],
    ['a/b/cgroup.subtree_control', 'EOPNOTSUPP', /threaded/],
    ['cpuset.cpus', 'ENOSPC', /give what its parent has/],
    ['io.max', 'EINVAL', /at least 2/],
    ['io.max', 'ENODEV', /whole disk/],
    ['io.weight', 'EOPNOTSUPP', /bfq/],
    ['rdma.max', 'ENODEV', /RDMA/],
    ['memory.max', 'EBUSY', /use more/],
    ['memory.max', 'EINVAL', /does not accept/],
    ['memory.max', 'ENOENT', /not enabled/],
  ])('%s: %s', (path, errno, hint) => {
    expect(failureOf(path, errno)).toMatchObject({ errno, hint: expect.stringMatching(hint) })
  })

  it('names the file with its cgroup, and the value', () => {
    expect(String(failureOf('memory.max', 'EINVAL', '5x'))).toContain('create web: write "5x" to /a/b/web/memory.max: ')
    expect(failureOf('a/cgroup.subtree_control', 'EBUSY')).toMatchObject({ path: '/a/cgroup.subtree_control' })
  })

  it('is not said of other calls', () => {
    expect(limitFailure({ call: 'close', fd: dir }, new Error('no'), context)).toBeUndefined()
    expect(limitFailure(undefined, new Error('no'), context)).toBeUndefined()
  })
})
