// setTreeAttributes, copyUp, reconfigure, openDevice, moveRoot, reopenNull.
import { describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { ENOENT, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_RDONLY } from './kernel.ts'
import { mountAt, parseMountinfo } from './mountinfo.ts'
import {
  bindMount,
  container,
  createFilesystem,
  emptyRoot,
  execute,
  hostPrograms,
  inEmptyRoot,
  makeDirectory,
  makeSymlink,
  mount,
  openTree,
  setStdio,
} from './plan-parts.ts'
import { failureIn, outputOf, privileges } from './run-plan.ts'

const EINVAL = 22
const ENODEV = 19
const S_IFCHR = 0o020000

const openDevice = (path: string, minor: number): Op => ({
  op: 'openDevice',
  tree: 'device',
  path,
  type: S_IFCHR,
  major: 1,
  minor,
})

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string, inside: readonly Op[] = []) =>
    outputOf(container(ops, script, inside), { privilege })
  const failure = (...ops: Op[]) => failureIn(inEmptyRoot(...ops), { privilege })

  test('setTreeAttributes reaches every mount of a tree', async () => {
    const ops: Op[] = [
      openTree({ tree: 'dev', path: '/dev', recursive: true }),
      { op: 'setTreeAttributes', tree: 'dev', set: MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC, clear: 0 },
      bindMount({ tree: 'dev', target: '/mnt' }),
    ]
    const mounts = parseMountinfo(await output(ops, 'cat /proc/self/mountinfo'))
    for (const path of ['/mnt', '/mnt/shm']) {
      expect(mountAt(mounts, path)?.attributes).toEqual(expect.arrayContaining(['ro', 'noexec']))
    }
  })

  test('copyUp takes modes, links and directories along, and the mode of the covered directory', async () => {
    const ops: Op[] = [
      makeDirectory('/etc/deep', 0o751),
      makeDirectory('/etc/deep/er', 0o700),
      makeSymlink('/etc/deep/link', '/nowhere'),
      createFilesystem({ tree: 'filled' }),
      { op: 'copyUp', tree: 'filled', path: '/etc', root: true },
      bindMount({ tree: 'filled', target: '/etc' }),
    ]
    const script = 'stat -c "%a %n" /etc /etc/deep /etc/deep/er; readlink /etc/deep/link'
    expect(await output(ops, script)).toBe('755 /etc\n751 /etc/deep\n700 /etc/deep/er\n/nowhere')
  })

  test('copyUp of what is not there leaves the mount empty', async () => {
    const ops: Op[] = [
      createFilesystem({ tree: 'filled' }),
      { op: 'copyUp', tree: 'filled', path: '/gone', root: true },
      bindMount({ tree: 'filled', target: '/gone' }),
    ]
    expect(await output(ops, 'ls -A /gone')).toBe('')
  })

  test('reconfigure changes a parameter, and names what it refuses', async () => {
    const change = (path: string, ...data: string[]): Op => ({ op: 'reconfigure', path, data })
    const ops = [mount({ data: ['size', '64k'] }), change('/mnt', 'size', '128k')]
    expect(await output(ops, "grep ' /mnt ' /proc/self/mountinfo")).toContain('size=128k')
    expect(await failure(mount({}), change('/mnt', 'nonsense', '1'))).toMatchObject({
      op: 'reconfigure',
      errno: EINVAL,
    })
    expect(await failure(makeDirectory('/plain'), change('/plain', 'size', '1m'))).toMatchObject({
      syscall: 'fspick',
      errno: EINVAL,
    })
  })

  test('openDevice takes the device that is meant and no other', async () => {
    const ops = [openDevice('/dev/zero', 5), bindMount({ tree: 'device', target: '/dev/zero' })]
    expect(await output(ops, 'stat -c "%t:%T" /dev/zero')).toBe('1:5')
    expect(await failure(openDevice('/dev/zero', 3))).toMatchObject({ op: 'openDevice', errno: ENODEV })
    expect(await failure(openDevice('/dev/gone', 3))).toMatchObject({ syscall: 'openat', errno: ENOENT })
  })

  test('reopenNull puts the container’s null device in place of the host’s, and refuses another file', async () => {
    const ops = [openDevice('/dev/null', 3), bindMount({ tree: 'device', target: '/dev/null' })]
    const reopenNull: Op = { op: 'reopenNull', stdin: 'stdin', stdout: 'stdout', stderr: 'stderr' }
    const script = 'readlink /proc/self/fd/0; stat -Lc "%t:%T" /proc/self/fd/0'
    expect(await output(ops, script, [reopenNull, setStdio])).toBe('/dev/null\n1:3')
    const wrong = [openDevice('/dev/zero', 5), bindMount({ tree: 'device', target: '/dev/null' })]
    const plan = container(wrong, 'true', [reopenNull])
    expect(await failureIn(plan, { privilege })).toMatchObject({ op: 'reopenNull', errno: ENODEV })
    expect(await failureIn(container([], 'true', [reopenNull]), { privilege })).toMatchObject({
      errno: ENOENT,
    })
  })

  test('moveRoot enters a root that nothing leads out of', async () => {
    const enter: Op = { op: 'moveRoot', root: 'root' }
    const ops = [...emptyRoot, ...hostPrograms, makeDirectory('/inside'), enter, setStdio]
    const script = 'cd /inside; cd ../../../..; pwd; ls -d inside; ls /etc 2>&1 || true'
    expect(await outputOf([...ops, ...execute('sh', '-c', script)], { privilege })).toMatch(
      /^\/\ninside\n.*\/etc.*No such file/,
    )
  })
})
