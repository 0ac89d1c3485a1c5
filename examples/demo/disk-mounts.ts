// Which filesystems on disks are mounted below / (proc_pid_mountinfo(5)): an overlay of / does not show them.
import { access, constants, readFile } from 'node:fs/promises'

/** These have device numbers like those of pseudo filesystems. */
const DISK_TYPES = ['btrfs', 'zfs', 'bcachefs', 'virtiofs', '9p']
/** The container has its own of these, or has no business there. */
const LEFT_OUT = ['/tmp', '/run', '/boot', '/proc', '/sys', '/dev']

/** Mount points, none of them inside another, that this user can enter. */
export async function findDiskMounts(): Promise<string[]> {
  const found = listDiskMounts(await readFile('/proc/self/mountinfo', 'utf8'))
  const isEntered = await Promise.all(found.map(mayEnter))
  return found.filter((_, index) => isEntered[index])
}

/** @param mountinfo contents of /proc/self/mountinfo */
export function listDiskMounts(mountinfo: string): string[] {
  const points = mountinfo
    .split('\n')
    .filter(isOnDisk)
    .map((line) => unescapePath(line.split(' ')[4] ?? ''))
  const wanted = [...new Set(points)].filter((point) => !LEFT_OUT.some((folder) => isWithin(folder, point))).sort()
  // Bound with what lies below them, so the outermost are enough.
  return wanted.filter(
    (point) => point !== '/' && !wanted.some((other) => other !== point && other !== '/' && isWithin(other, point)),
  )
}

function isOnDisk(line: string): boolean {
  const [, , device = '0:0'] = line.split(' ')
  const type = line.split(' - ')[1]?.split(' ')[0] ?? ''
  return !device.startsWith('0:') || DISK_TYPES.includes(type)
}

const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** Space, tab, newline and backslash are written as octal digits. */
const unescapePath = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

const mayEnter = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
