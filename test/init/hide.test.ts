// maskPath and readonlyPath: what a container must not see, or not change.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { EBADF, EBUSY, EINVAL } from './kernel.ts'
import { mountAt, parseMountinfo } from './mountinfo.ts'
import { bindMount, container, inEmptyRoot, makeDirectory, makeSymlink, mount, openTree } from './plan-parts.ts'
import { failureIn, outputOf, privileges } from './run-plan.ts'

const nullDevice = openTree({ tree: 'null', path: '/dev/null' })
const mask = (path: string): Op => ({ op: 'maskPath', path, null: 'null' })
const readonly = (path: string): Op => ({ op: 'readonlyPath', path })
const file = (tree: string, target: string, path = '/proc/version'): Op[] => [
  openTree({ tree, path }),
  bindMount({ tree, target }),
]

let folder: string
let writable: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
  writable = join(folder, 'file')
  writeFileSync(writable, '')
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script), { privilege })
  const failure = (...ops: Op[]) => failureIn(inEmptyRoot(...ops), { privilege })

  describe('maskPath', () => {
    test('files are behind the null device, however many there are', async () => {
      const paths = ['/a', '/b', '/c']
      const ops = [...paths.flatMap((path) => file(path, path)), nullDevice, ...paths.map(mask)]
      const script = `for f in ${paths.join(' ')}; do stat -c '%t:%T' $f; cat $f; done`
      expect(await output(ops, script)).toBe('1:3\n1:3\n1:3')
    })

    test('directories are behind one empty tmpfs that nothing can be made in', async () => {
      const full = (path: string) => [makeDirectory(`${path}/content`)]
      const paths = ['/x', '/y', '/z']
      const ops = [...paths.flatMap(full), nullDevice, ...paths.map(mask)]
      const script = `ls /x /y /z; touch /y/made 2>&1; stat -c %d /x /y /z | sort -u | wc -l; cat /proc/self/mountinfo`
      const [x, y, z, made, devices, ...mountinfo] = (await output(ops, script)).split('\n').filter(Boolean)
      expect([x, y, z]).toEqual(['/x:', '/y:', '/z:'])
      expect(made).toContain('Read-only file system')
      expect(devices).toBe('1')
      const mounts = parseMountinfo(mountinfo.join('\n'))
      for (const path of paths) {
        const attributes = ['ro', 'nosuid', 'nodev', 'noexec', 'relatime']
        expect(mountAt(mounts, path)).toMatchObject({ type: 'tmpfs', attributes })
        expect(mountAt(mounts, path)?.options).toContain('nr_inodes=1')
      }
    })

    test('works on the real procfs, after pivotRoot too, and passes over what is not there', async () => {
      const masks = ['/proc/keys', '/proc/timer_list', '/proc/acpi', '/proc/gone', '/proc/version/below'].map(mask)
      const script = "test ! -e /proc/timer_list || stat -c '%t:%T' /proc/timer_list"
      expect(await outputOf(container([nullDevice], script, masks), { privilege })).toBe('1:3')
    })

    test('covers what a link names, inside the root', async () => {
      const ops = [...file('f', '/real'), makeSymlink('/link', '/real'), nullDevice, mask('/link')]
      expect(await output(ops, "stat -c '%t:%T' /real")).toBe('1:3')
    })

    test('refuses to hide with anything but the null device (CVE-2025-31133)', async () => {
      const planted = openTree({ tree: 'null', path: '/dev/zero' })
      expect(await failure(...file('f', '/file'), planted, mask('/file'))).toMatchObject({
        op: 'maskPath',
        syscall: 'statx',
        errno: EINVAL,
        detail: '/file: what should hide it is not the null device (character 1:3)',
      })
      expect(await failure(mask('/x'))).toMatchObject({ errno: EBADF })
    })

    test('refuses the root', async () => {
      expect(await failure(nullDevice, mask('/'))).toMatchObject({ errno: EBUSY, detail: '/' })
    })
  })

  describe('readonlyPath', () => {
    test('a directory with the mounts below it, and a file, can be read and not written', async () => {
      const ops = [
        makeDirectory('/d/plain'),
        mount({ target: '/d/mounted' }),
        makeDirectory('/e'),
        ...file('f', '/f', writable),
        readonly('/d'),
        readonly('/f'),
        readonly('/gone'),
        readonly('/f/below'),
      ]
      const script = 'for d in /d /d/plain /d/mounted /e; do touch $d/x 2>&1 && echo $d; done; touch /f 2>&1'
      const lines = (await outputOf(container(ops, `${script} || true`), { privilege })).split('\n')
      const refused = (path: string) => expect.stringMatching(`${path}.*Read-only file system`)
      expect(lines).toEqual([...['/d/x', '/d/plain/x', '/d/mounted/x'].map(refused), '/e', refused('/f')])
    })

    test('the sysctls', async () => {
      const mounts = parseMountinfo(await output([readonly('/proc/sys')], 'cat /proc/self/mountinfo'))
      expect(mountAt(mounts, '/proc/sys')).toMatchObject({ type: 'proc', attributes: expect.arrayContaining(['ro']) })
      expect(mountAt(mounts, '/proc')?.attributes).toContain('rw')
    })

    test('refuses the root', async () => {
      expect(await failure(readonly('/../'))).toMatchObject({ op: 'readonlyPath', errno: EBUSY, detail: '/../' })
    })
  })
})
