import { describe, expect, it } from 'vitest'
import { isVisible, parseMountinfo } from '../../../lib/host/mountinfo.ts'

const text = String.raw`22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
40 27 8:1 /sub\040dir /mnt/a\040b\011c\134d ro,nosuid shared:5 master:2 - btrfs /dev/mapper/x rw,subvol=/sub
`

describe('parseMountinfo', () => {
  it('reads every field of a line', () => {
    expect(parseMountinfo(text)[1]).toEqual({
      id: 27,
      parent: 1,
      device: '254:0',
      root: '/',
      mountPoint: '/',
      options: ['rw', 'relatime'],
      propagation: ['shared:1'],
      type: 'ext4',
      source: '/dev/vda',
      superOptions: ['rw', 'discard'],
    })
  })

  it('reads any number of propagation fields', () => {
    expect(parseMountinfo(text).map(({ propagation }) => propagation)).toEqual([
      [],
      ['shared:1'],
      ['shared:5', 'master:2'],
    ])
  })

  it('undoes the kernel’s octal escapes', () => {
    const mount = parseMountinfo(text)[2]
    expect(mount?.root).toBe('/sub dir')
    expect(mount?.mountPoint).toBe('/mnt/a b\tc\\d')
  })

  it('does not take an escaped backslash and what follows it for another escape', () => {
    const line = String.raw`1 0 0:1 / /a\134040b rw - tmpfs none rw`
    expect(parseMountinfo(line)[0]?.mountPoint).toBe(String.raw`/a\040b`)
  })

  it('leaves a source empty when there is none', () => {
    expect(parseMountinfo('1 0 0:1 / / rw - tmpfs  rw')[0]?.source).toBe('')
  })

  it('passes over lines of another shape', () => {
    expect(parseMountinfo('\nnonsense\n1 2 3\n1 0 0:1 / / rw - \n')).toEqual([])
  })
})

describe('isVisible', () => {
  const at = (id: number, parent: number, mountPoint: string) =>
    parseMountinfo(`${id} ${parent} 0:${id} / ${mountPoint} rw - tmpfs none rw`)
  const visible = (mounts: ReturnType<typeof parseMountinfo>) =>
    mounts.filter((mount) => isVisible(mount, mounts)).map(({ id }) => id)

  it('sees ordinary mounts', () => {
    expect(visible([...at(1, 0, '/'), ...at(2, 1, '/sys'), ...at(3, 2, '/sys/fs/cgroup')])).toEqual([1, 2, 3])
  })

  it('does not see what another mount covers at the same place', () => {
    expect(visible([...at(1, 0, '/'), ...at(2, 1, '/tmp'), ...at(3, 2, '/tmp')])).toEqual([1, 3])
  })

  it('does not see what lies below a directory that was covered later', () => {
    const mounts = [...at(1, 0, '/'), ...at(2, 1, '/sys'), ...at(3, 2, '/sys/fs/cgroup'), ...at(4, 2, '/sys/fs')]
    expect(visible(mounts)).toEqual([1, 2, 4])
  })

  it('does not depend on the order of lines', () => {
    expect(visible([...at(3, 2, '/tmp'), ...at(2, 1, '/tmp'), ...at(1, 0, '/')])).toEqual([3, 1])
  })

  it('ends where a mount is its own parent', () => {
    expect(visible([...at(1, 1, '/'), ...at(2, 1, '/proc')])).toEqual([1, 2])
  })
})
