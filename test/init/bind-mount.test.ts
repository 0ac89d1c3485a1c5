// bindMount and openTree: what of the host appears in a container, where, and as what.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { EISDIR, ENOENT, ENOTDIR, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_RDONLY, MS_REC, MS_SHARED, MS_SLAVE } from './kernel.ts'
import { mountAt, parseMountinfo } from './mountinfo.ts'
import { bindMount, container, inEmptyRoot, makeDirectory, makeSymlink, openTree } from './plan-parts.ts'
import { failureIn, outputOf, privileges } from './run-plan.ts'

let host: string

beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
  chmodSync(host, 0o755)
  mkdirSync(join(host, 'directory/below'), { recursive: true })
  writeFileSync(join(host, 'file'), 'from the host')
})

afterEach(() => {
  rmSync(host, { recursive: true })
})

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script), { privilege })
  const mountsAfter = async (ops: readonly Op[]) => parseMountinfo(await output(ops, 'cat /proc/self/mountinfo'))
  const failure = (...ops: Op[]) => failureIn(inEmptyRoot(...ops), { privilege })

  test('a directory and a file of the host appear where they shall, made when missing', async () => {
    const ops = [
      openTree({ tree: 'd', path: join(host, 'directory'), directory: true }),
      openTree({ tree: 'f', path: join(host, 'file') }),
      bindMount({ tree: 'd', target: '/deep/in/here' }),
      bindMount({ tree: 'f', target: '/etc/deep/file' }),
    ]
    const script = 'ls /deep/in/here; cat /etc/deep/file; echo; stat -c "%a %F" /deep/in /etc/deep'
    expect(await output(ops, script)).toBe('below\nfrom the host\n755 directory\n755 directory')
  })

  test('attributes and propagation are set before it can be seen', async () => {
    const set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC
    const ops = [openTree({ path: host }), bindMount({ set, propagation: MS_SLAVE })]
    expect(await output(ops, `grep ' /mnt ' /proc/self/mountinfo; touch /mnt/x 2>&1 || true`)).toMatch(
      / ro,\S*noexec[^\n]*\n.*Read-only file system/,
    )
  })

  test('recursive attributes reach the mounts below, others do not; recursion of propagation is its own', async () => {
    const tree = (target: string, more: object): Op[] => [
      openTree({ tree: target, path: '/dev', recursive: true }),
      bindMount({ tree: target, target, set: MOUNT_ATTR_RDONLY, ...more }),
    ]
    const ops = [
      ...tree('/all', { recursive: true }),
      ...tree('/one', { recursive: false }),
      ...tree('/shared', { recursive: false, propagation: MS_SHARED | MS_REC }),
    ]
    const mounts = await mountsAfter(ops)
    expect(mountAt(mounts, '/all/shm')?.attributes).toContain('ro')
    expect(mountAt(mounts, '/one/shm')?.attributes).toContain('rw')
    expect(mountAt(mounts, '/one')?.attributes).toContain('ro')
    expect(mountAt(mounts, '/shared/shm')?.attributes).toContain('rw')
    expect(mountAt(mounts, '/shared/shm')?.propagation).toMatch(/^shared:/)
  })

  test('a file goes onto what a dangling link names, inside the root', async () => {
    const target = `${host}/victim/resolv.conf`
    const ops = [
      makeDirectory('/etc'),
      makeSymlink('/etc/resolv.conf', target),
      openTree({ path: join(host, 'file') }),
      bindMount({ target: '/etc/resolv.conf' }),
    ]
    expect(await output(ops, 'cat /etc/resolv.conf')).toBe('from the host')
    expect(readdirSync(host)).toEqual(['directory', 'file'])
  })

  test('a file on a directory and the reverse are named for what they are', async () => {
    const file = openTree({ tree: 'f', path: join(host, 'file') })
    const directory = openTree({ tree: 'd', path: host })
    expect(await failure(file, makeDirectory('/mnt'), bindMount({ tree: 'f' }))).toMatchObject({
      op: 'bindMount',
      syscall: 'move_mount',
      errno: EISDIR,
      detail: '/mnt: target is a directory, the source is not',
    })
    const onFile = [file, bindMount({ tree: 'f' }), directory, bindMount({ tree: 'd' })]
    expect(await failure(...onFile)).toMatchObject({
      errno: ENOTDIR,
      detail: '/mnt: target is not a directory, the source is',
    })
  })

  test('openTree with directory refuses a file and a link to a directory, and names a missing path', async () => {
    symlinkSync(join(host, 'directory'), join(host, 'link'))
    for (const name of ['file', 'link']) {
      const op = openTree({ path: join(host, name), directory: true })
      expect(await failureIn([op], { privilege })).toMatchObject({
        op: 'openTree',
        syscall: 'openat',
        errno: ENOTDIR,
      })
    }
    expect(await failureIn([openTree({ path: join(host, 'gone') })], { privilege })).toMatchObject({
      op: 'openTree',
      syscall: 'open_tree',
      errno: ENOENT,
      detail: join(host, 'gone'),
    })
  })
})
