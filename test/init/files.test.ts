// The operations that make files inside the root: directories, devices, links.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Op, OpOf } from '../../lib/plan/ops.ts'
import {
  EEXIST,
  EINVAL,
  ENOENT,
  ENOTDIR,
  EPERM,
  EROFS,
  MOUNT_ATTR_RDONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFREG,
} from './kernel.ts'
import {
  bindMount,
  container,
  inEmptyRoot,
  makeDirectory,
  makeSymlink,
  mount,
  openTree,
  setMountAttributes,
} from './plan-parts.ts'
import { failureIn, isRoot, outputOf, privileges } from './run-plan.ts'

const makeDevice = (fields: Partial<Omit<OpOf<'makeDevice'>, 'op'>>): Op => ({
  op: 'makeDevice',
  path: '/dev/it',
  type: S_IFCHR,
  mode: 0o666,
  major: 1,
  minor: 3,
  uid: 0,
  gid: 0,
  ...fields,
})

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script), { privilege })
  const failure = (...ops: Op[]) => failureIn(inEmptyRoot(...ops), { privilege })

  describe('makeDirectory', () => {
    test('the last component gets the mode, missing parents 0755, existing ones are left alone', async () => {
      const ops = [makeDirectory('/a', 0o700), makeDirectory('a/b/c', 0o1777), makeDirectory('/a/b/c', 0o711)]
      expect(await output(ops, 'stat -c %a /a /a/b /a/b/c')).toBe('700\n755\n1777')
    })

    test('names what is in the way', async () => {
      const inTheWay = [openTree({ path: '/dev/null' }), bindMount({ target: '/file' })]
      expect(await failure(...inTheWay, makeDirectory('/file'))).toMatchObject({
        op: 'makeDirectory',
        errno: ENOTDIR,
        detail: '/file: exists and is not a directory',
      })
      const locked = setMountAttributes({ set: MOUNT_ATTR_RDONLY })
      expect(await failure(locked, makeDirectory('/new'))).toMatchObject({ syscall: 'mkdirat', errno: EROFS })
    })
  })

  describe('makeSymlink', () => {
    test('text is kept as it is; the same link twice is one', async () => {
      const ops = [makeSymlink('/dev/fd', '/proc/self/fd'), makeSymlink('/dev/fd', '/proc/self/fd')]
      expect(await output([...ops, makeSymlink('/dev/core', '../x')], 'readlink /dev/fd /dev/core')).toBe(
        '/proc/self/fd\n../x',
      )
    })

    test('another file of that name is not replaced', async () => {
      const ops = [makeSymlink('/l', 'one'), makeSymlink('/l', 'other')]
      const expected = {
        op: 'makeSymlink',
        syscall: 'symlinkat',
        errno: EEXIST,
        detail: '/l: exists and is another file',
      }
      expect(await failure(...ops)).toMatchObject(expected)
      expect(await failure(makeDirectory('/l'), makeSymlink('/l', 'one'))).toMatchObject(expected)
      expect(await failure(makeSymlink('/l', 'prefix-longer'), makeSymlink('/l', 'prefix'))).toMatchObject(expected)
    })

    test('a directory that is a link to the host leads to a directory inside (CVE-2026-41579)', async () => {
      const host = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
      try {
        const ops = [makeSymlink('/dev', host), makeSymlink('/dev/fd', '/proc/self/fd')]
        expect(await output(ops, `readlink ${host}/fd`)).toBe('/proc/self/fd')
        expect(readdirSync(host)).toEqual([])
      } finally {
        rmSync(host, { recursive: true })
      }
    })
  })

  describe('makeDevice', () => {
    test('a FIFO with exactly this mode', async () => {
      const ops = [
        makeDevice({ path: '/fifo', type: S_IFIFO, mode: 0o622 }),
        makeDevice({ path: '/f2', type: S_IFIFO, mode: 0o4711 }),
      ]
      expect(await output(ops, "stat -c '%F %a' /fifo /f2")).toBe('fifo 622\nfifo 4711')
    })

    test('an existing one is corrected', async () => {
      const ops = [makeDevice({ type: S_IFIFO, mode: 0o600 }), makeDevice({ type: S_IFIFO, mode: 0o640 })]
      expect(await output(ops, 'stat -c %a /dev/it')).toBe('640')
    })

    test('an existing file of another kind is not', async () => {
      const expected = {
        op: 'makeDevice',
        syscall: 'mknodat',
        errno: EEXIST,
        detail: '/dev/it: exists and is another file',
      }
      const fifo = makeDevice({ type: S_IFIFO })
      expect(await failure(makeDirectory('/dev/it'), fifo)).toMatchObject(expected)
      expect(await failure(makeSymlink('/dev/it', '/etc/passwd'), fifo)).toMatchObject(expected)
    })

    test('refuses other types and numbers the kernel would cut', async () => {
      expect(await failure(makeDevice({ type: S_IFREG }))).toMatchObject({ op: 'makeDevice', errno: EINVAL })
      expect(await failure(makeDevice({ major: 4096 }))).toMatchObject({ errno: EINVAL })
      expect(await failure(makeDevice({ minor: 1 << 20 }))).toMatchObject({ errno: EINVAL })
    })

    test.runIf(privilege === 'user namespace')('a user namespace may make none', async () => {
      expect(await failure(makeDevice({}))).toMatchObject({
        op: 'makeDevice',
        syscall: 'mknodat',
        errno: EPERM,
        detail: '/dev/it',
      })
    })
  })
})

describe.runIf(isRoot)('as root only', () => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script))
  const stat = "stat -c '%F %t:%T %a %u:%g'"

  test('makeDevice makes devices with exactly this kind, number, mode and owner', async () => {
    const ops = [
      makeDevice({ path: '/dev/null' }),
      makeDevice({ path: '/dev/owned', mode: 0o620, uid: 1000, gid: 5 }),
      makeDevice({ path: '/dev/block', type: S_IFBLK, major: 4095, minor: 0xfffff, mode: 0o600 }),
      makeDevice({ path: '/dev/random', minor: 8 }),
    ]
    expect(await output(ops, `${stat} /dev/null /dev/owned /dev/block /dev/random`)).toBe(
      [
        'character special file 1:3 666 0:0',
        'character special file 1:3 620 1000:5',
        'block special file fff:fffff 600 0:0',
        'character special file 1:8 666 0:0',
      ].join('\n'),
    )
  })

  test('makeDevice is not misled by what its directory passes on', async () => {
    const set = makeDevice({ path: '/shared/a' })
    const ops = [
      mount({ target: '/shared', data: ['mode', '2777', 'gid', '7'] }),
      set,
      makeDevice({ path: '/shared/b' }),
    ]
    expect(await output(ops, "stat -c '%a %u:%g' /shared/a /shared/b")).toBe('666 0:0\n666 0:0')
  })

  test('makeDevice tells a device with another number apart', async () => {
    const ops = inEmptyRoot(makeDevice({ minor: 5 }), makeDevice({ minor: 3 }))
    expect(await failureIn(ops)).toMatchObject({ op: 'makeDevice', errno: EEXIST })
  })

  test('makeDevice fails in a directory that cannot be made', async () => {
    const ops = inEmptyRoot(makeSymlink('/dev', 'dev'), makeDevice({}))
    expect(await failureIn(ops)).toMatchObject({
      op: 'makeDevice',
      syscall: 'openat2',
      detail: '/dev/it: its directory',
    })
    const up = inEmptyRoot(makeDevice({ path: '/gone/../dev/it' }))
    expect(await failureIn(up)).toMatchObject({ errno: ENOENT })
  })
})
