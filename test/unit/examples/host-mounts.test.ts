import { expect, it } from 'vitest'
import { listHostMounts } from '../../../examples/demo/host-mounts.ts'

const line = (point: string, device: string, type: string) => `1 2 ${device} / ${point} rw - ${type} none rw`
const list = (...lines: string[]) => listHostMounts(lines.join('\n'))

it('lists mounts other than the root, parents first', () => {
  const mounts = [line('/', '8:1', 'ext4'), line('/usr/local', '8:2', 'ext4'), line('/usr', '259:3', 'xfs')]
  expect(list(...mounts)).toEqual([
    { path: '/usr', onDisk: true },
    { path: '/usr/local', onDisk: true },
  ])
})

it('knows disks whose devices have no number of their own', () => {
  expect(list(line('/home', '0:40', 'btrfs'), line('/mnt/a', '0:30', 'tmpfs'), line('/net', '0:9', 'nfs4'))).toEqual([
    { path: '/home', onDisk: true },
    { path: '/mnt/a', onDisk: false },
    { path: '/net', onDisk: false },
  ])
})

it('leaves out what the container has of its own', () => {
  const own = ['/tmp', '/tmp/disk', '/run/media/usb', '/boot', '/boot/efi', '/dev/x', '/sys/y', '/proc']
  expect(list(...own.map((point) => line(point, '8:9', 'ext4')))).toEqual([])
})

it('does not take a name for its beginning', () => {
  expect(list(line('/bootstrap', '8:9', 'ext4')).map(({ path }) => path)).toEqual(['/bootstrap'])
})

it('names each path once, as the mount on top', () => {
  expect(list(line('/srv', '8:2', 'ext4'), line('/srv', '0:4', 'tmpfs'))).toEqual([{ path: '/srv', onDisk: false }])
})

it('undoes escapes', () => {
  expect(list(line(String.raw`/mnt/a\040b`, '8:2', 'ext4'))).toEqual([{ path: '/mnt/a b', onDisk: true }])
})
