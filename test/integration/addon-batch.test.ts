// batch: calls in order off the JavaScript thread; all of what it opened is closed when one fails.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BatchCall, native, result } from '../../lib/addon.ts'
import { openFds } from './addon-support.ts'

const AT_FDCWD = -100
const AT_REMOVEDIR = 0x200
const O_WRONLY_CREAT_EXCL = 0o301
const O_DIRECTORY = 0o200000
const O_PATH = 0o10000000
const RESOLVE_BENEATH = 8
const [LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN] = [1, 2, 4, 8]
const PROC_SUPER_MAGIC = 0x9fa0
const SYSFS_MAGIC = 0x62656572

let folder: string
let before: string[]
const openFolder = (path = folder): BatchCall => ({
  call: 'openat2',
  dir: AT_FDCWD,
  path,
  flags: O_DIRECTORY,
  mode: 0,
  resolve: 0,
})
const create = (path: string, dir = result(0)): BatchCall => ({
  call: 'openat2',
  dir,
  path,
  flags: O_WRONLY_CREAT_EXCL,
  mode: 0o640,
  resolve: RESOLVE_BENEATH,
})
const openFile = (path: string): BatchCall => ({ call: 'openat2', dir: AT_FDCWD, path, flags: 0, mode: 0, resolve: 0 })
const close = (index: number): BatchCall => ({ call: 'close', fd: result(index) })

describe('batch', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'libcontainer-batch-'))
    await native().batch([])
    before = openFds()
  })
  afterEach(() => {
    expect(openFds()).toEqual(before)
    rmSync(folder, { recursive: true })
  })

  it('does everything a record needs, by descriptors', async () => {
    const results = await native().batch([
      openFolder(),
      { call: 'mkdirat', dir: result(0), path: 'd', mode: 0o700 },
      create('d/new'),
      { call: 'flock', fd: result(2), operation: LOCK_EX | LOCK_NB },
      { call: 'write', fd: result(2), data: 'text ü' },
      { call: 'write', fd: result(2), data: Buffer.from([0, 255]) },
      { call: 'renameat', dir: result(0), path: 'd/new', newDir: result(0), newPath: 'd/final' },
      { call: 'mkfifoat', dir: result(0), path: 'd/fifo', mode: 0o600 },
      {
        call: 'fchownat',
        dir: result(0),
        path: 'd/final',
        uid: process.geteuid?.() ?? 0,
        gid: process.getegid?.() ?? 0,
      },
      { call: 'flock', fd: result(2), operation: LOCK_UN },
      close(2),
      close(0),
    ])
    expect(results.toSpliced(2, 1).slice(1)).toEqual([0, 0, 7, 2, 0, 0, 0, 0, 0, 0])
    expect(readFileSync(join(folder, 'd/final'))).toEqual(Buffer.concat([Buffer.from('text ü'), Buffer.from([0, 255])]))
    expect(statSync(join(folder, 'd/fifo')).isFIFO()).toBe(true)
    expect(statSync(join(folder, 'd/final')).mode & 0o777).toBe(0o640 & ~process.umask())
    await native().batch([
      { call: 'unlinkat', dir: AT_FDCWD, path: join(folder, 'd/final'), flags: 0 },
      { call: 'unlinkat', dir: AT_FDCWD, path: join(folder, 'd/fifo'), flags: 0 },
      { call: 'unlinkat', dir: AT_FDCWD, path: join(folder, 'd'), flags: AT_REMOVEDIR },
    ])
    expect(readdirSync(folder)).toEqual([])
  })

  it('reads to the end or the limit', async () => {
    const text = 'x'.repeat(100_000)
    writeFileSync(join(folder, 'f'), text)
    const read = (limit?: number) =>
      native().batch([
        openFile(join(folder, 'f')),
        { call: 'read', fd: result(0), ...(limit === undefined ? {} : { limit }) },
        close(0),
      ])
    expect(String((await read())[1])).toBe(text)
    expect(String((await read(70_000))[1])).toBe(text.slice(0, 70_000))
    expect(String((await read(0))[1])).toBe('')
    const [, status] = await native().batch([openFile('/proc/self/status'), { call: 'read', fd: result(0) }, close(0)])
    expect(String(status)).toContain('Umask:')
  })

  it('refuses a file with a text in it', async () => {
    writeFileSync(join(folder, 'events'), 'populated 1\nfrozen 1\n')
    const refuse = (text: string, path = 'events'): BatchCall[] => [
      openFolder(),
      { call: 'refuseText', dir: result(0), path, text, resolve: RESOLVE_BENEATH },
      close(0),
    ]
    await expect(native().batch(refuse('\nfrozen 1\n'))).rejects.toMatchObject({ code: 'EBUSY', index: 1 })
    await native().batch(refuse('\nfrozen 0\n'))
    await native().batch(refuse('\nfrozen 1\n', 'missing'))
  })

  it('hands over what it opened', async () => {
    const [fd] = await native().batch([openFile('/dev/null')])
    expect(openFds()).toContainEqual(`${fd} /dev/null`)
    native().close(Number(fd))
  })

  it('stops at the first that fails, says which, and closes what it had opened', async () => {
    const failing: BatchCall[] = [openFolder(), create('a'), create('a'), create('b')]
    await expect(native().batch(failing)).rejects.toMatchObject({
      syscall: 'openat2',
      code: 'EEXIST',
      errno: 17,
      path: 'a',
      index: 2,
      message: 'openat2: EEXIST (File exists): a',
    })
    expect(readdirSync(folder)).toEqual(['a'])
    await expect(native().batch([openFolder(), close(0), create('c')])).rejects.toMatchObject({
      code: 'EBADF',
      index: 2,
    })
  })

  it('resolves as it is told', async () => {
    symlinkSync('/etc', join(folder, 'out'))
    for (const path of ['../x', 'out/passwd', '/etc/passwd']) {
      await expect(native().batch([openFolder(), create(path)]), path).rejects.toMatchObject({ code: 'EXDEV' })
    }
  })

  it('does not carry out what could keep the thread for ever', async () => {
    expect(() => native().batch([{ call: 'flock', fd: 0, operation: LOCK_EX }])).toThrow(/must have LOCK_NB/)
    const [readEnd, writeEnd] = native().pipe()
    await expect(native().batch([{ call: 'read', fd: readEnd }])).rejects.toMatchObject({
      syscall: 'read',
      code: 'EINVAL',
    })
    native().close(readEnd)
    native().close(writeEnd)
    writeFileSync(join(folder, 'lock'), '')
    const lock = (operation: number): BatchCall => ({ call: 'flock', fd: result(0), operation })
    const [held] = await native().batch([openFile(join(folder, 'lock')), lock(LOCK_SH | LOCK_NB)])
    await expect(native().batch([openFile(join(folder, 'lock')), lock(LOCK_EX | LOCK_NB)])).rejects.toMatchObject({
      syscall: 'flock',
      code: 'EAGAIN',
    })
    native().close(Number(held))
  })

  it('tells a filesystem from another', async () => {
    const check = (path: string, magic: number) =>
      native().batch([
        { call: 'openat2', dir: AT_FDCWD, path, flags: O_PATH, mode: 0, resolve: 0 },
        { call: 'expectFilesystem', fd: result(0), magic },
        close(0),
      ])
    expect((await check('/proc', PROC_SUPER_MAGIC))[1]).toBe(0)
    await expect(check('/proc', SYSFS_MAGIC)).rejects.toMatchObject({ syscall: 'expectFilesystem', code: 'EINVAL' })
  })

  it('refuses a short write', async () => {
    await expect(
      native().batch([
        { call: 'openat2', dir: AT_FDCWD, path: '/dev/full', flags: 1, mode: 0, resolve: 0 },
        { call: 'write', fd: result(0), data: 'x' },
      ]),
    ).rejects.toMatchObject({ syscall: 'write', code: 'ENOSPC', index: 1 })
  })

  it('refuses calls and references that make no sense', () => {
    const batch =
      (...calls: unknown[]) =>
      () =>
        native().batch(calls as BatchCall[])
    expect(batch({ call: 'mount' })).toThrow(/no batch call 'mount'/)
    expect(batch({ call: 'close', fd: result(0) })).toThrow(/call 0 of the batch refers to call 0/)
    expect(batch({ call: 'mkdirat', dir: -100, path: 'x', mode: 0 }, close(0))).toThrow(/opens nothing before it/)
    expect(batch(openFolder(), { call: 'close', fd: result(4) })).toThrow(/refers to call 4/)
    expect(batch({ call: 'write', fd: 1, data: 5 })).toThrow(/data must be a Uint8Array/)
    expect(batch({ call: 'mkdirat', dir: -100, path: 'a\0', mode: 0 })).toThrow(/without NUL/)
    expect(batch(null)).toThrow(/no batch call 'undefined'/)
    expect(() => native().batch('x' as unknown as BatchCall[])).toThrow(/must be an array/)
  })
})
