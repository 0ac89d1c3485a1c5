// A bundle to run in: a root filesystem with the probe in it, a state directory, and names that are this test's alone.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Config } from '../../lib/config/config.ts'
import type { TemplateOptions } from '../../lib/config/template.ts'

export interface Bundle {
  readonly directory: string
  readonly rootfs: string
  readonly stateDir: string
  /** Begins every id, and is in every program's environment: how leftovers are told from other people's. */
  readonly marker: string
  newId(): string
  remove(): void
}

const source = fileURLToPath(new URL('probe.c', import.meta.url))

/** Whatever belongs to this run of the tests bears it: its workers have one parent. */
export const RUN = `it-${process.env['LIBCONTAINER_TEST_RUN'] ?? process.pid}-`

/** What the markers of all bundles of this process begin with. */
export const OURS = `${RUN}${process.pid}-`

let bundles = 0

export function makeBundle(): Bundle {
  const directory = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}`))
  const rootfs = join(directory, 'rootfs')
  chmodSync(directory, 0o755) // an ordinary user's container looks for the root as that user
  for (const name of ['bin', 'proc', 'dev', 'sys', 'tmp', 'etc', 'data']) {
    mkdirSync(join(rootfs, name), { recursive: true, mode: 0o755 })
  }
  const probe = join(rootfs, 'bin/probe')
  execFileSync('cc', ['-static', '-O1', '-D_GNU_SOURCE', '-o', probe, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  writeFileSync(join(rootfs, 'etc/lower'), 'from the lower layer\n')
  const marker = `${OURS}${bundles++}`
  let ids = 0
  return {
    directory,
    rootfs,
    stateDir: join(directory, 'state'),
    marker,
    newId: () => `${marker}.${ids++}`,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

export const isRoot = process.geteuid?.() === 0

/** Root only in a user namespace has fewer ids than the template wants. */
const isHostRoot = isRoot && / 4294967295$/m.test(readFileSync('/proc/self/uid_map', 'latin1'))

/** For the template: a user namespace for an ordinary user. */
export const ownRights = isHostRoot
  ? ({ rootless: false } as const)
  : ({ rootless: true, uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 } as const)

/** The template for whoever runs this. */
export function probeConfig(bundle: Bundle, args: readonly string[], options: Partial<TemplateOptions> = {}): Config {
  const { env = [], network = 'private', readonlyRoot = true } = options
  return Config.template({
    ...ownRights,
    args: ['probe', ...args],
    env: [`LIBCONTAINER_TEST=${bundle.marker}`, ...env],
    rootPath: bundle.rootfs,
    hostname: options.hostname ?? 'probed',
    network,
    readonlyRoot,
  })
}
