// Writes a POSIX tar archive (pax): files, directories and symbolic links, with modes and times, of no owner.
import { buffer } from 'node:stream/consumers'
import type { Contents } from './contents.ts'
import type { Entry } from './tree.ts'

/** Blocks of the archive, in order. */
export type Pack = Buffer[]

const BLOCK = 512

/** What is no file, directory or link (pipes, sockets, nodes) is left out. */
export async function packEntry(pack: Pack, entry: Entry, contents: Contents): Promise<void> {
  if (entry.kind === 'other') return
  const name = entry.path.slice(1) + (entry.kind === 'directory' ? '/' : '')
  if (entry.kind === 'directory') pushHeaders(pack, entry, '5', name, '', 0)
  else if (entry.kind === 'link') pushHeaders(pack, entry, '2', name, await entry.target(), 0)
  else await packFile(pack, entry, name, contents)
}

async function packFile(pack: Pack, entry: Entry, name: string, contents: Contents): Promise<void> {
  const found = await contents.read(entry)
  if (found === null) return
  const data = await buffer(found.stream)
  pushHeaders(pack, entry, '0', name, '', data.length)
  pack.push(data, Buffer.alloc(padding(data.length)))
}

/** Two empty blocks end it. */
export const packEnd = (pack: Pack): Buffer => Buffer.concat([...pack, Buffer.alloc(2 * BLOCK)])

const padding = (length: number): number => (BLOCK - (length % BLOCK)) % BLOCK

function pushHeaders(pack: Pack, entry: Entry, type: string, name: string, target: string, size: number): void {
  const records: string[] = []
  if (!fits(name)) records.push(paxRecord('path', name))
  if (!fits(target)) records.push(paxRecord('linkpath', target))
  if (size > LARGEST) records.push(paxRecord('size', String(size)))
  if (records.length > 0) {
    const data = Buffer.from(records.join(''))
    pack.push(header('x', 'pax', '', data.length, 0o644, 0), data, Buffer.alloc(padding(data.length)))
  }
  pack.push(header(type, name, target, size, entry.mode, entry.mtimeMs))
}

const LARGEST = 0o77777777777

const fits = (text: string): boolean => text.length <= 100 && /^[\x20-\x7e]*$/.test(text)

/** `LENGTH KEY=VALUE\n`, the length counting itself (pax(1)). */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

function header(type: string, name: string, target: string, size: number, mode: number, mtimeMs: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  const text = (value: string, at: number, length: number) => Buffer.from(value).copy(block, at, 0, length)
  const octal = (value: number, at: number, length: number) =>
    text(
      `${Math.max(0, Math.floor(value))
        .toString(8)
        .padStart(length - 1, '0')
        .slice(-(length - 1))}\0`,
      at,
      length,
    )
  text(name, 0, 100)
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size > LARGEST ? 0 : size, 124, 12)
  octal(mtimeMs / 1000, 136, 12)
  text('        ', 148, 8)
  text(type, 156, 1)
  text(target, 157, 100)
  text('ustar\0' + '00', 257, 8)
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  return block
}
