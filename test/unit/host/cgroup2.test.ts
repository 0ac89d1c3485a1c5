import { describe, expect, it } from 'vitest'
import { findCgroup2 } from '../../../lib/host/cgroup2.ts'
import { parseMountinfo } from '../../../lib/host/mountinfo.ts'

const ROOT = '1 0 8:1 / / rw - ext4 /dev/sda rw'
const find = (membership: string | undefined, ...lines: string[]) =>
  findCgroup2(parseMountinfo([ROOT, ...lines].join('\n')), membership)

describe('findCgroup2', () => {
  it('finds the usual place', () => {
    expect(find('/user.slice/x', '30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw')).toEqual({
      mountPoint: '/sys/fs/cgroup',
      own: '/user.slice/x',
    })
  })

  it('finds it beside v1 hierarchies', () => {
    const v1 =
      '31 1 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n32 31 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw'
    expect(find('/', v1, '33 31 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw')).toEqual({
      mountPoint: '/sys/fs/cgroup/unified',
      own: '/',
    })
  })

  it('takes the path from the mounted subtree, where that is not the whole', () => {
    expect(find('/docker/abc/inner', '30 1 0:26 /docker/abc /cg rw - cgroup2 cgroup rw')).toEqual({
      mountPoint: '/cg',
      own: '/inner',
    })
    expect(find('/docker/abc', '30 1 0:26 /docker/abc /cg rw - cgroup2 cgroup rw')?.own).toBe('/')
  })

  it('prefers a mount that shows its own cgroup', () => {
    const other = '30 1 0:26 /other /cg1 rw - cgroup2 cgroup rw'
    expect(find('/mine', other, '31 1 0:26 /mine /cg2 rw - cgroup2 cgroup rw')?.mountPoint).toBe('/cg2')
  })

  it.each(['/../outside', '/..', '/elsewhere', undefined])('falls back to the mount point for %j', (membership) => {
    expect(find(membership, '30 1 0:26 /subtree /cg rw - cgroup2 cgroup rw')).toEqual({ mountPoint: '/cg', own: '/' })
  })

  it('does not take a name for its beginning', () => {
    expect(find('/docker-other', '30 1 0:26 /docker /cg rw - cgroup2 cgroup rw')?.own).toBe('/')
  })

  it('does not use a mount that another one hides', () => {
    const hidden = '30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n31 30 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw'
    expect(find('/', hidden)).toBeNull()
  })

  it('finds none on a machine with v1 alone', () => {
    expect(find(undefined, '32 1 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw')).toBeNull()
  })
})
