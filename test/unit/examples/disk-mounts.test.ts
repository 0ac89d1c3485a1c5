import { expect, it } from 'vitest'
import { listDiskMounts } from '../../../examples/demo/disk-mounts.ts'

const line = (point: string, device: string, type: string) => `1 2 ${device} / ${point} rw - ${type} none rw`
const list = (...lines: string[]) => listDiskMounts(lines.join('\n'))

it('finds filesystems on disks, other than the root', () => {
  expect(list(line('/', '8:1', 'ext4'), line('/usr', '8:2', 'ext4'), line('/home', '259:3', 'xfs'))).toEqual([
    '/home',
    '/usr',
  ])
})

it('finds those whose devices have no number of their own', () => {
  expect(list(line('/home', '0:40', 'btrfs'), line('/tank', '0:50', 'zfs'))).toEqual(['/home', '/tank'])
})

it('leaves out what is no disk, and what the container has of its own', () => {
  const pseudo = [line('/proc', '0:21', 'proc'), line('/mnt/x', '0:30', 'tmpfs'), line('/snap/a', '0:9', 'fuse')]
  const own = ['/tmp', '/tmp/disk', '/run/media/usb', '/boot', '/boot/efi', '/dev/x', '/sys/y']
  expect(list(...pseudo, ...own.map((point) => line(point, '8:9', 'ext4')))).toEqual([])
})

it('does not take a name for its beginning', () => {
  expect(list(line('/bootstrap', '8:9', 'ext4'), line('/home', '8:2', 'ext4'), line('/home2', '8:3', 'ext4'))).toEqual([
    '/bootstrap',
    '/home',
    '/home2',
  ])
})

it('names the outermost alone, and each once', () => {
  const mounts = [line('/srv/a', '8:3', 'ext4'), line('/srv', '8:2', 'ext4'), line('/srv', '8:4', 'ext4')]
  expect(list(...mounts)).toEqual(['/srv'])
})

it('undoes escapes', () => {
  expect(list(line(String.raw`/mnt/a\040b`, '8:2', 'ext4'))).toEqual(['/mnt/a b'])
})
