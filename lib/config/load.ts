// Reads a configuration from a bundle or a text. What it says is judged by validateConfig, not here.
import { constants, type FileHandle, open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ContainerError } from '../errors.ts'
import { MAX_LENGTH, parseJson, stringifyJson } from './json.ts'
import type { Config } from './types.ts'

/**
 * Reads `config.json` of a bundle.
 * @param bundle the bundle's directory, absolute or relative to the current one
 * @throws ContainerError ERR_NOT_FOUND where there is no such directory or file; ERR_INVALID_CONFIG as
 *   {@link parseConfig}, and where it is no regular file or no UTF-8; ERR_SYSTEM when it cannot be read
 */
export async function loadConfig(bundle: string): Promise<Config> {
  if (bundle === '' || bundle.includes('\0')) throw failure('the bundle must be the path of a directory', bundle)
  const path = join(resolve(bundle), 'config.json')
  return parse(decode(await read(path), path), path)
}

/**
 * Reads a configuration from a JSON text. Integers beyond ±(2^53 − 1) become bigint.
 * @throws ContainerError ERR_INVALID_CONFIG, with line and column: no JSON object, a key twice in one object, nested
 *   more than 64 levels deep, or longer than 4 MiB
 */
export function parseConfig(text: string): Config {
  return parse(text, undefined)
}

/**
 * Writes a configuration, or a record that contains one, as JSON. A bigint becomes the number it is.
 * @param indent spaces per level. Default: 0, all in one line.
 */
export function stringifyConfig(document: unknown, indent = 0): string {
  return stringifyJson(document, indent)
}

function parse(text: string, path: string | undefined): Config {
  const document = parseJson(text, path)
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw failure('a configuration is a JSON object', path)
  }
  return document as Config
}

async function read(path: string): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    // O_NONBLOCK: a FIFO in the place of the file must not hold up a thread for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await file.stat()
    if (!stat.isFile()) throw failure('config.json is not a regular file', path)
    return await readAll(file, path)
  } catch (error) {
    throw error instanceof ContainerError ? error : systemFailure(error as NodeJS.ErrnoException, path)
  } finally {
    await file?.close()
  }
}

async function readAll(file: FileHandle, path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(64 * 1024), 0, 64 * 1024, length)
    if (bytesRead === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    chunks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
    if (length > MAX_LENGTH) throw failure(`config.json is longer than ${MAX_LENGTH} bytes`, path)
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw failure('config.json is not UTF-8', path)
  }
}

function failure(message: string, path: string | undefined): ContainerError {
  const where = path ? `${path}: ` : ''
  return new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'load', message: `${where}${message}`, path })
}

function systemFailure(error: NodeJS.ErrnoException, path: string): ContainerError {
  const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR'
  return new ContainerError({
    code: missing ? 'ERR_NOT_FOUND' : 'ERR_SYSTEM',
    operation: 'load',
    message: missing ? 'the bundle has no config.json' : undefined,
    syscall: error.syscall,
    errno: error.code,
    path,
    cause: error,
  })
}
