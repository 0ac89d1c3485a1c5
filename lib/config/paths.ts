// Paths as text: without links followed or the disk looked at.
import { posix } from 'node:path'
import { quote } from './findings.ts'

/** Longest path the kernel takes, without its end mark (PATH_MAX, include/uapi/linux/limits.h). */
const MAX_PATH_BYTES = 4095

/** What is wrong with an absolute path; undefined when nothing is. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return `must be an absolute path, is ${quote(path)}`
  // Every UTF-16 unit is at most three bytes.
  const long = path.length * 3 > MAX_PATH_BYTES && Buffer.byteLength(path) > MAX_PATH_BYTES
  return long ? `must be a path of at most ${MAX_PATH_BYTES} bytes` : undefined
}

/** The same absolute path without `.`, `..`, doubled or trailing slashes. */
export function cleanPath(path: string): string {
  if (!/\/(\/|\.|$)/.test(path)) return path
  const clean = posix.normalize(path)
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean
}
