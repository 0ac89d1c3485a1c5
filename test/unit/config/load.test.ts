// Reading a bundle: what is there, what is not, and what only looks like a file.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Config } from '../../../lib/config/config.ts'
import { templateConfig } from '../../../lib/config/template.ts'
import { isContainerError } from '../../../lib/errors.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'config-load-'))
})
afterAll(() => rm(root, { recursive: true }))

async function bundle(name: string, content?: string | Uint8Array): Promise<string> {
  const path = join(root, name)
  await mkdir(path)
  if (content !== undefined) await writeFile(join(path, 'config.json'), content)
  return path
}

async function failure(path: string): Promise<{ code: string; message: string }> {
  const error: unknown = await Config.load(path).catch((error: unknown) => error)
  if (!isContainerError(error)) throw error
  return { code: error.code, message: error.message }
}

describe('loadConfig', () => {
  it('reads what was written', async () => {
    const config = templateConfig()
    const path = await bundle('good', JSON.stringify(config))
    expect(await Config.load(path)).toEqual(config)
    expect(await Config.load(relative(process.cwd(), path))).toEqual(config)
    expect(await Config.load(`${path}/`)).toEqual(config)
  })

  it('reads a file behind a link, with a byte order mark, and of more than one chunk', async () => {
    const path = await bundle('linked')
    const annotations = { long: 'ü'.repeat(100_000) }
    await writeFile(join(root, 'real.json'), `\ufeff${JSON.stringify({ ociVersion: '1.3.0', annotations })}`)
    await symlink('../real.json', join(path, 'config.json'))
    expect(await Config.load(path)).toEqual({ ociVersion: '1.3.0', annotations })
  })

  it('says what is missing', async () => {
    const empty = await bundle('empty')
    await writeFile(join(root, 'file'), '{}')
    for (const path of [empty, join(root, 'nowhere'), join(root, 'file')]) {
      const { code, message } = await failure(path)
      expect(code).toBe('ERR_NOT_FOUND')
      expect(message).toContain('load: the bundle has no config.json')
      expect(message).toContain(join(path, 'config.json'))
    }
  })

  it.each([
    ['', 'the bundle must be the path of a directory'],
    ['a\0b', 'the bundle must be the path of a directory'],
  ])('refuses the path %j', async (path, message) => {
    expect(await failure(path)).toMatchObject({ code: 'ERR_INVALID_CONFIG', message: expect.stringContaining(message) })
  })

  it.each([
    ['not-json', 'nonsense', 'config.json: line 1, column 1: expected a value'],
    ['list', '[]', 'a configuration is a JSON object'],
    ['zero-length', '', 'expected a value'],
    ['latin1', Uint8Array.of(0x22, 0xfc, 0x22), 'config.json is not UTF-8'],
    ['twice', '{"root":1,"root":2}', 'the key "root" is there twice'],
    ['huge', ' '.repeat(4 * 1024 * 1024 + 1), 'longer than 4194304 bytes'],
  ])('refuses %s', async (name, content, message) => {
    const { code, message: said } = await failure(await bundle(name, content))
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(said).toContain(message)
    expect(said).toContain(join(root, name, 'config.json'))
  })

  it('refuses what is no regular file, and does not wait for it', async () => {
    const directory = await bundle('directory')
    await mkdir(join(directory, 'config.json'))
    const fifo = await bundle('fifo')
    execFileSync('mkfifo', [join(fifo, 'config.json')])
    const device = await bundle('device')
    await symlink('/dev/zero', join(device, 'config.json'))
    for (const path of [directory, fifo, device]) {
      const { code, message } = await failure(path)
      expect(code).toBe('ERR_INVALID_CONFIG')
      expect(message).toContain('config.json is not a regular file')
    }
  })

  it('tells of other failures what the system said', async () => {
    const path = await bundle('loop')
    await symlink('config.json', join(path, 'config.json'))
    const { code, message } = await failure(path)
    expect(code).toBe('ERR_SYSTEM')
    expect(message).toContain('open: ELOOP')
  })
})
