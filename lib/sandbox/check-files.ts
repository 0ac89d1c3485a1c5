// The option `files`: what is to be found where. Pure.
import path from 'node:path'
import { type Faults, pointer, show } from './faults.ts'

export interface Files {
  readonly contents: ReadonlyArray<{ readonly path: string; readonly bytes: Uint8Array; readonly mode: number }>
  readonly copies: ReadonlyArray<{ readonly path: string; readonly from: string }>
  readonly binds: ReadonlyArray<{ readonly path: string; readonly source: string; readonly writable: boolean }>
}

const KINDS = "give its content, { bind: '/host/path' } or { copy: '/host/path' }"

/** What the kernel makes there, and nobody else may. */
const RESERVED = ['/proc', '/sys', '/dev']

export const isWithin = (folder: string, file: string): boolean =>
  folder === '/' || file === folder || file.startsWith(`${folder}/`)

export function checkFiles(faults: Faults, given: unknown): Files {
  const files = {
    contents: [] as Array<Files['contents'][number]>,
    copies: [] as Array<Files['copies'][number]>,
    binds: [] as Array<Files['binds'][number]>,
  }
  if (given === undefined) return files
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    faults.add(
      'files',
      `${show(given)} is no object`,
      "give { '/path/inside': … } and for each path what is to be there",
    )
    return files
  }
  for (const [inside, entry] of Object.entries(given)) {
    const option = `files/${pointer(inside)}`
    const target = checkInside(faults, option, inside)
    if (target !== undefined) sort(faults, option, target, entry, files)
  }
  refuseHidden(faults, files)
  return files
}

export function checkInside(faults: Faults, option: string, inside: string): string | undefined {
  if (!inside.startsWith('/'))
    return faults.add(option, 'is no absolute path', `write it from the root inside: '/${inside.replace(/^\.\//, '')}'`)
  if (inside.includes('\0')) return faults.add(option, 'has a zero byte in it', 'leave it out')
  const clean = path.posix.normalize(inside).replace(/(.)\/$/, '$1')
  if (inside.split('/').includes('..')) return faults.add(option, 'has .. in it', `write '${clean}'`)
  if (clean === '/')
    return faults.add(option, 'is the root itself', "use the option root, or a directory below it: '/work'")
  const reserved = RESERVED.find((each) => isWithin(each, clean))
  if (reserved !== undefined) return faults.add(option, `${reserved} is the kernel’s`, "choose another place: '/work'")
  return clean
}

type Sorted = { [K in keyof Files]: Array<Files[K][number]> }

function sort(faults: Faults, option: string, inside: string, entry: unknown, files: Sorted): void {
  if (typeof entry === 'string' || entry instanceof Uint8Array) {
    files.contents.push({ path: inside, bytes: Buffer.from(entry as Uint8Array), mode: 0o644 })
    return
  }
  if (typeof entry !== 'object' || entry === null) {
    faults.add(option, `${show(entry)} is nothing to put there`, KINDS)
    return
  }
  const kinds = ['content', 'copy', 'bind'].filter((kind) => kind in entry)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    faults.add(
      option,
      kind === undefined ? `${show(entry)} does not say what is to be there` : `says ${kinds.join(' and ')}`,
      KINDS,
    )
    return
  }
  const value = (entry as Record<string, unknown>)[kind]
  if (kind === 'content') {
    pushContent(faults, option, inside, value, (entry as Record<string, unknown>)['mode'], files)
    return
  }
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    faults.add(
      `${option}/${kind}`,
      `${show(value)} is no path of this machine`,
      'give one, absolute or from the current directory',
    )
    return
  }
  const outside = path.resolve(value)
  if (kind === 'copy') files.copies.push({ path: inside, from: outside })
  else pushBind(faults, option, inside, outside, (entry as Record<string, unknown>)['writable'], files)
}

function pushContent(
  faults: Faults,
  option: string,
  inside: string,
  value: unknown,
  mode: unknown,
  files: Sorted,
): void {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    faults.add(`${option}/content`, `${show(value)} is no content`, 'give text or bytes')
    return
  }
  if (mode !== undefined && (!Number.isInteger(mode) || (mode as number) < 0 || (mode as number) > 0o777)) {
    faults.add(`${option}/mode`, `${show(mode)} are no permission bits`, 'give a number such as 0o755')
    return
  }
  files.contents.push({
    path: inside,
    bytes: Buffer.from(value as Uint8Array),
    mode: (mode as number | undefined) ?? 0o644,
  })
}

function pushBind(
  faults: Faults,
  option: string,
  inside: string,
  source: string,
  writable: unknown,
  files: Sorted,
): void {
  if (writable !== undefined && typeof writable !== 'boolean') {
    faults.add(
      `${option}/writable`,
      `${show(writable)} is neither true nor false`,
      'give true to let the program change the files of this machine',
    )
    return
  }
  if (source === '/') {
    faults.add(`${option}/bind`, 'the whole machine would be inside', 'bind the directories that the program needs')
    return
  }
  files.binds.push({ path: inside, source, writable: writable === true })
}

/** What is put into the layer is not seen where something is mounted over it. */
function refuseHidden(faults: Faults, { contents, copies, binds }: Files): void {
  for (const { path: inside } of [...contents, ...copies]) {
    const over = binds.find((bind) => isWithin(bind.path, inside))
    if (over === undefined) continue
    faults.add(
      `files/${pointer(inside)}`,
      `lies in ${over.path}, which is bound`,
      `write it into ${over.source} yourself, or choose a path outside of ${over.path}`,
    )
  }
}
