// The operations that make and change mounts inside the root, and the ways a hostile root may answer them.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import {
  EBUSY,
  EINVAL,
  ELOOP,
  ENAMETOOLONG,
  ENODEV,
  ENOENT,
  ENOTDIR,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MS_PRIVATE,
  MS_SHARED,
  MS_UNBINDABLE,
} from './kernel.ts'
import { type Mount, mountAt, parseMountinfo } from './mountinfo.ts'
import {
  bindMount,
  container,
  createFilesystem,
  inEmptyRoot,
  makeDirectory,
  makePrivate,
  makeSymlink,
  mount,
  openTree,
  setMountAttributes,
} from './plan-parts.ts'
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

/** The line of mountinfo for a mount point. */
const lineOf = (point: string): string => `grep ' ${point} ' /proc/self/mountinfo`

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script), { privilege })
  const mountsAfter = async (ops: readonly Op[]) => parseMountinfo(await output(ops, 'cat /proc/self/mountinfo'))
  const failure = (...ops: Op[]) => failureIn(inEmptyRoot(...ops), { privilege })

  describe('mount', () => {
    test('makes a filesystem of the type, with source, data and attributes', async () => {
      const attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC
      const op = mount({ source: 'mine', target: '/a/b', data: ['size', '64k', 'mode', '700'], attributes })
      const line = await output([op], `${lineOf('/a/b')}; stat -c %a /a /a/b`)
      expect(line).toMatch(/rw,nosuid,nodev,noexec\S* - tmpfs mine \S*size=64k,mode=700/)
      expect(line).toMatch(/755\n700$/)
    })

    test.each([
      ['MS_SHARED', MS_SHARED, / shared:\d+ - /],
      ['MS_UNBINDABLE', MS_UNBINDABLE, / unbindable - /],
      ['MS_PRIVATE', MS_PRIVATE, / rw,relatime - /],
    ])('sets the propagation %s', async (_name, propagation, expected) => {
      expect(await output([mount({ propagation })], lineOf('/mnt'))).toMatch(expected)
    })

    test('a tmpfs without a mode takes that of the directory it covers', async () => {
      const ops = [makeDirectory('/box', 0o1751), mount({ target: '/box' }), mount({ target: '/new' })]
      expect(await output(ops, 'stat -c %a /box /new')).toBe('1751\n1777')
    })

    test('goes where a link inside the root leads, and never outside', async () => {
      const ops = [
        makeSymlink('/absolute', '/a/real'),
        makeDirectory('/a/real'),
        makeSymlink('/up', '../../../../../a/other'),
        mount({ target: '/absolute', source: 'one' }),
        mount({ target: '/up', source: 'two' }),
      ]
      expect(await output(ops, 'grep " /a/" /proc/self/mountinfo | cut -d" " -f5')).toBe('/a/real\n/a/other')
    })

    test('a dangling link leads to a directory made inside the root', async () => {
      const ops = [makeSymlink('/run', `${host}/victim/run`), mount({ target: '/run/lock', source: 'lock' })]
      const made = `${host}/victim/run/lock`
      expect(await output(ops, `${lineOf(made)}; readlink /run`)).toMatch(/ tmpfs lock [^\n]*\n\S+victim\/run$/)
      expect(readdirSync(host)).toEqual(['directory', 'file'])
    })

    test('refuses what is not a directory, a way up from nowhere, links that never end, and the root', async () => {
      const file = bindMount({ target: '/file' })
      const opened = openTree({ path: join(host, 'file') })
      expect(await failure(opened, file, mount({ target: '/file' }))).toMatchObject({
        op: 'mount',
        syscall: 'openat2',
        errno: ENOTDIR,
        detail: '/file: target is not a directory',
      })
      expect(await failure(opened, file, mount({ target: '/file/below' }))).toMatchObject({ errno: ENOTDIR })
      expect(await failure(mount({ target: '/nowhere/../../etc' }))).toMatchObject({
        errno: ENOENT,
        detail: '/nowhere/../../etc: goes up through a directory that does not exist',
      })
      const loop = [makeSymlink('/a', 'b'), makeSymlink('/b', 'a')]
      expect(await failure(...loop, mount({ target: '/a' }))).toMatchObject({ errno: ELOOP })
      for (const target of ['/', '/..', '.', '/x']) {
        const ops = [makeSymlink('/x', '/'), mount({ target })]
        expect(await failure(...ops)).toMatchObject({ errno: EBUSY, detail: `${target}: target is the root itself` })
      }
    })

    test('noSymlinks refuses a link as the target, on the way to it, and one that dangles', async () => {
      const link = makeSymlink('/proc', '/elsewhere')
      const proc = mount({ type: 'proc', target: '/proc', noSymlinks: true })
      const expected = { op: 'mount', errno: ELOOP, detail: '/proc: target has a symbolic link in it' }
      expect(await failure(link, proc)).toMatchObject(expected)
      expect(await failure(makeDirectory('/elsewhere'), link, proc)).toMatchObject(expected)
      const below = mount({ target: '/proc/below', noSymlinks: true })
      expect(await failure(makeDirectory('/elsewhere'), link, below)).toMatchObject({ errno: ELOOP })
    })

    test('says what the filesystem says', async () => {
      expect(await failure(mount({ type: 'nosuchfs' }))).toMatchObject({
        op: 'mount',
        syscall: 'fsopen',
        errno: ENODEV,
        detail: 'nosuchfs: the kernel has no such filesystem',
      })
      expect(await failure(mount({ data: ['colour', 'red'] }))).toMatchObject({
        syscall: 'fsconfig',
        errno: EINVAL,
        detail: "/mnt: tmpfs: Unknown parameter 'colour'",
      })
      expect(await failure(mount({ data: ['mode', '9'] }))).toMatchObject({
        errno: EINVAL,
        detail: "/mnt: tmpfs: Bad value for 'mode'",
      })
    })

    test('a comma in a value is a comma, not the next parameter', async () => {
      expect(await failure(mount({ data: ['size', '64k,mode=777'] }))).toMatchObject({
        errno: EINVAL,
        detail: "/mnt: tmpfs: Bad value for 'size'",
      })
    })

    test('a read-only mount is that alone, whoever else has the same filesystem', async () => {
      const queue = (target: string, attributes: number) => mount({ type: 'mqueue', target, attributes })
      const mounts = await mountsAfter([queue('/q', MOUNT_ATTR_RDONLY), queue('/q', 0), queue('/r', 0)])
      const both = mounts.filter(({ point }) => point === '/q')
      expect(both.map(({ attributes, options }) => [attributes[0], options[0]])).toEqual([
        ['ro', 'rw'],
        ['rw', 'rw'],
      ])
      expect(mountAt(mounts, '/r')?.attributes[0]).toBe('rw')
    })

    test('leaves the working directory alone once it is the program’s', async () => {
      const inside: Op[] = [{ op: 'changeDirectory', path: '/usr' }, mount({ target: '/late' })]
      expect(await outputOf(container([], 'pwd; ls -d /late', inside), { privilege })).toBe('/usr\n/late')
    })

    test('a path longer than the kernel takes is refused, not cut', async () => {
      const long = `/${'x'.repeat(200)}`.repeat(30)
      expect(await failure(mount({ target: long }))).toMatchObject({ errno: ENAMETOOLONG })
      expect(await failure(mount({ target: `/${'x'.repeat(256)}` }))).toMatchObject({ errno: ENAMETOOLONG })
    })
  })

  describe('createFilesystem', () => {
    test('a filesystem made before is mounted later', async () => {
      const ops = [createFilesystem({ source: 'early', attributes: MOUNT_ATTR_NODEV }), bindMount({})]
      expect(await output(ops, lineOf('/mnt'))).toMatch(/nodev\S* - tmpfs early/)
    })

    test('needs a slot to put it in', async () => {
      expect(await failure(createFilesystem({ tree: '' }))).toMatchObject({ op: 'createFilesystem', errno: EINVAL })
    })
  })

  describe('setMountAttributes', () => {
    test('changes one mount, or all below it', async () => {
      const ops = [
        mount({ target: '/a' }),
        mount({ target: '/a/b' }),
        mount({ target: '/c', attributes: MOUNT_ATTR_RDONLY }),
        setMountAttributes({ path: '/a', set: MOUNT_ATTR_RDONLY }),
        setMountAttributes({ path: '/c', clear: MOUNT_ATTR_RDONLY }),
      ]
      const first = await mountsAfter(ops)
      const states = (mounts: readonly Mount[]) => ['/a', '/a/b', '/c'].map((at) => mountAt(mounts, at)?.attributes[0])
      expect(states(first)).toEqual(['ro', 'rw', 'rw'])
      const all = [...ops, setMountAttributes({ path: '/a', set: MOUNT_ATTR_RDONLY, recursive: true })]
      expect(states(await mountsAfter(all))).toEqual(['ro', 'ro', 'rw'])
    })

    test('makes the root read-only', async () => {
      const script = 'touch /x 2>&1 || true'
      expect(await output([setMountAttributes({ set: MOUNT_ATTR_RDONLY })], script)).toContain('Read-only file system')
    })

    test('takes only a mount point', async () => {
      const op = setMountAttributes({ path: '/plain', set: MOUNT_ATTR_RDONLY })
      expect(await failure(makeDirectory('/plain'), op)).toMatchObject({
        op: 'setMountAttributes',
        syscall: 'mount_setattr',
        errno: EINVAL,
        detail: '/plain',
      })
    })
  })

  describe('setPropagation', () => {
    test('takes only a mount point, and one kind', async () => {
      const set = (path: string, propagation: number): Op => ({
        op: 'setPropagation',
        path,
        propagation,
        recursive: false,
      })
      expect(await failureIn([set(host, MS_PRIVATE)], { privilege })).toMatchObject({
        op: 'setPropagation',
        syscall: 'mount_setattr',
        errno: EINVAL,
        detail: `${host}: not a mount point, or no propagation`,
      })
      expect(await failureIn([set('/', MS_PRIVATE | MS_SHARED)], { privilege })).toMatchObject({ errno: EINVAL })
      expect(await failureIn([set('/', 0), makePrivate, set('/gone', MS_PRIVATE)], { privilege })).toMatchObject({
        errno: ENOENT,
        detail: '/gone',
      })
    })
  })
})
