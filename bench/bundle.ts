// The bundles every contestant runs: one rootfs, one OCI document, written without network or compiler.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pauseProgram, trueProgram } from './elf.ts'
import { Config } from './library.ts'

/** A root directory with the static programs /bin/true and /bin/pause and the usual mount points. */
export function makeRootfs(directory: string): string {
  for (const name of ['bin', 'dev', 'proc', 'sys', 'etc', 'tmp']) mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, 'bin/true'), trueProgram(), { mode: 0o755 })
  writeFileSync(join(directory, 'bin/pause'), pauseProgram(), { mode: 0o755 })
  return directory
}

/**
 * Writes a bundle with the library's template as `config.json`: the very document the peers get. The C floor does the
 * same acts in bench/floor/steps.c; keep the two together.
 * @returns the bundle's directory
 */
export function makeBundle(directory: string, rootfs: string, args: readonly string[]): string {
  mkdirSync(directory, { recursive: true })
  const document = {
    ...Config.template({ args, rootPath: rootfs, hostname: 'bench' }),
    // The oldest version that has everything in the document; older peers read no newer one.
    ociVersion: '1.0.2',
  }
  writeFileSync(join(directory, 'config.json'), JSON.stringify(document, null, 2))
  return directory
}
