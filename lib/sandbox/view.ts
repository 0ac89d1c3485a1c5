// What of the machine a sandbox depends on: looked up once, before anything is decided.
import { lstat, readlink, stat } from 'node:fs/promises'
import path from 'node:path'
import { Config, ContainerError, type Host, probeHost } from '../index.ts'
import type { User, Wanted } from './check-sandbox.ts'
import { Faults, pointer } from './faults.ts'
import { DIRECTORIES, NETWORK_SETTINGS, PROGRAMS, SETTINGS } from './host-root.ts'
import { parentsOf } from './stage.ts'

/** A root that is there, or what the one to be made is made of. */
export type RootView =
  | {
      readonly kind: 'host'
      /** Paths of this machine to show. */
      readonly shown: readonly string[]
      /** Symbolic links by path. */
      readonly links: Readonly<Record<string, string>>
    }
  | { readonly kind: 'directory'; readonly path: string; readonly owner: User }

export interface View {
  readonly host: Host
  readonly root: RootView
  /** The program that runs this, where the root would not show it; else null. */
  readonly node: string | null
  /** Who owns what is bound, by its path outside. */
  readonly owners: ReadonlyMap<string, User>
  /** Permission bits of directories that are in the root and that files are put into, by path inside. */
  readonly modes: ReadonlyMap<string, number>
}

/** @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED */
export async function look(wanted: Wanted): Promise<View> {
  const [host, owners, root] = await Promise.all([probeHost(), findOwners(wanted), findRoot(wanted)])
  if (!host.userNamespaces.usable) {
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      operation: 'sandbox',
      message: 'a sandbox has a user namespace of its own, and none can be made here',
      hint: host.userNamespaces.reason,
    })
  }
  const modes = root.kind === 'host' ? new Map(Object.entries(DIRECTORIES)) : await findModes(wanted, root.path)
  return { host, owners, root, modes, node: root.kind === 'host' ? findNode(root.shown) : null }
}

/** @throws ContainerError ERR_INVALID_CONFIG where a file’s path leads through a symbolic link: the layer would replace it */
async function findModes({ files }: Wanted, root: string): Promise<ReadonlyMap<string, number>> {
  const faults = new Faults()
  const modes = new Map<string, number>()
  for (const { path: inside } of [...files.contents, ...files.copies]) {
    for (const parent of parentsOf(inside)) {
      const found = await lstat(path.join(root, parent)).catch(() => null)
      if (found === null) break
      if (found.isDirectory()) {
        modes.set(parent, found.mode & 0o7777)
        continue
      }
      faults.add(
        `files/${pointer(inside)}`,
        `${parent} is no directory in this root`,
        'write the path that it leads to',
      )
      break
    }
  }
  faults.throwIfAny()
  return modes
}

async function findRoot(wanted: Wanted): Promise<RootView> {
  return wanted.root === 'host' ? findHostRoot(wanted) : findDirectory(wanted.root)
}

async function findHostRoot({ network }: Wanted): Promise<RootView> {
  const settings = network === 'host' ? [...SETTINGS, ...NETWORK_SETTINGS] : SETTINGS
  const [programs, kept] = await Promise.all([
    Promise.all(PROGRAMS.map(async (each) => [each, await linkOrDirectory(each)] as const)),
    Promise.all(settings.map(async (each) => ((await exists(each)) ? [each] : []))),
  ])
  const shown = programs.flatMap(([each, found]) => (found === 'directory' ? [each] : []))
  const links = programs.filter(([, found]) => found !== null && found !== 'directory') as Array<[string, string]>
  return { kind: 'host', shown: [...shown, ...kept.flat()], links: Object.fromEntries(links) }
}

/** `directory`, what a link points to, or null for nothing. */
async function linkOrDirectory(file: string): Promise<string | null> {
  const found = await lstat(file).catch(() => null)
  if (found?.isSymbolicLink()) return readlink(file)
  return found?.isDirectory() ? 'directory' : null
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

async function findDirectory(given: string): Promise<RootView> {
  const faults = new Faults()
  const found = await stat(given).catch((cause: NodeJS.ErrnoException) => cause.code)
  if (typeof found !== 'object' || !found.isDirectory()) {
    const why = typeof found === 'object' ? 'is no directory' : `cannot be had (${found})`
    faults.add('root', `${given} ${why}`, "give a directory with a root filesystem, a bundle, or 'host'")
    faults.throwIfAny()
  }
  if (await exists(path.join(given, 'config.json'))) return findDirectory(await rootOfBundle(given))
  if (await exists(path.join(given, 'oci-layout'))) {
    faults.add(
      'root',
      `${given} is an image that is packed (an OCI layout)`,
      'unpack it into a directory: umoci unpack, or podman export',
    )
  }
  const { uid, gid } = await stat(given)
  faults.throwIfAny()
  return { kind: 'directory', path: given, owner: { uid, gid } }
}

async function rootOfBundle(bundle: string): Promise<string> {
  const { root } = await Config.load(bundle)
  if (root !== undefined) return path.resolve(bundle, root.path)
  const faults = new Faults()
  faults.add('root', `${bundle}/config.json names no root`, 'give the directory with the root filesystem')
  faults.throwIfAny()
  return bundle
}

function findNode(shown: readonly string[]): string | null {
  const isShown = shown.some((each) => process.execPath.startsWith(`${each}/`))
  return isShown ? null : process.execPath
}

async function findOwners({ files }: Wanted): Promise<ReadonlyMap<string, User>> {
  const faults = new Faults()
  const owners = new Map<string, User>()
  const need = async (inside: string, kind: string, outside: string) => {
    const found = await stat(outside).catch((cause: NodeJS.ErrnoException) => cause.code)
    if (typeof found === 'object') owners.set(outside, { uid: found.uid, gid: found.gid })
    else
      faults.add(
        `files/${pointer(inside)}/${kind}`,
        `${outside} cannot be had (${found})`,
        'make it first, or correct the path',
      )
  }
  await Promise.all([
    ...files.binds.map((each) => need(each.path, 'bind', each.source)),
    ...files.copies.map((each) => need(each.path, 'copy', each.from)),
  ])
  faults.throwIfAny()
  return owners
}
