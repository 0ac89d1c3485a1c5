// What is recorded of containers that other programs connect: `<directory>/<name>/<tag>/` with attachment.json, the hosts
// and resolv.conf that the container sees, and what keeps its network namespace. Effects.
//
// It is there before anything is made, so that whatever its creator is killed at, deleting the container finds it; and the
// next to come finds one that is nobody's.
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { hash } from './bridge-plan.ts'
import type { NetworkContext } from './host.ts'
import { type Holder, hostsText, type Occupant, resolverText, type Tenant } from './leases.ts'
import { withNetworks } from './store.ts'

/** A container that is connected; what it takes to undo that is the kind's. */
export interface Attachment<T> extends Occupant {
  readonly version: 1
  readonly bootId: string
  /** Names of the container, for its hosts file. */
  readonly names: readonly string[]
  readonly own: T
}

/** Where one is recorded. */
export interface AttachmentPlace {
  readonly directory: string
  readonly name: string
  readonly tag: string
}

/** The same whenever it is asked for. */
export const tagOf = ({ id, stateDir, created }: Holder): string => hash(`${stateDir}\0${id}\0${created}`).slice(0, 12)

export const placePath = ({ directory, name, tag }: AttachmentPlace, file = ''): string =>
  path.join(directory, name, tag, file)

const RECORD = 'attachment.json'
export const HOSTS_FILE = 'hosts'
export const RESOLVER_FILE = 'resolv.conf'

/**
 * Records it, beside the others of the network.
 * @returns those that are nobody's any more: of another boot, or of a creator that was killed before there was a container
 */
export async function reserveAttachment<T>(
  place: AttachmentPlace,
  attachment: Attachment<T>,
  { bootId, isHeld }: Tenant,
  dns: readonly string[] | null,
  context: NetworkContext,
): Promise<AttachmentPlace[]> {
  const { directory, name } = place
  return withNetworks(directory, context, async () => {
    const strangers: AttachmentPlace[] = []
    for (const tag of await listTags(directory, name)) {
      const other = { directory, name, tag }
      const known = await readAttachment(other, context)
      // With the lock held nobody is about to write one.
      if (known === null) await removeAttachment(other)
      else if (known.bootId !== bootId || !isHeld(known)) strangers.push(other)
    }
    await makeAttachment(place, attachment, dns, context)
    return strangers
  })
}

/** Makes its directory, and the files that the container is to see; their contents may come later. */
async function makeAttachment<T>(
  place: AttachmentPlace,
  attachment: Attachment<T>,
  dns: readonly string[] | null,
  context: NetworkContext,
): Promise<void> {
  const host = await readFile('/etc/resolv.conf', 'utf8').catch(() => '')
  try {
    await mkdir(placePath(place), { recursive: true, mode: 0o755 })
    await writeAttachment(place, attachment, context)
    await writeHosts(place, attachment.names, [], context)
    await writeResolver(place, resolverText(host, dns), context)
  } catch (cause) {
    await removeAttachment(place)
    throw systemFailure(cause, { ...context, path: placePath(place) })
  }
}

/** Replaces the record whole. */
export async function writeAttachment<T>(
  place: AttachmentPlace,
  attachment: Attachment<T>,
  context: NetworkContext,
): Promise<void> {
  const file = placePath(place, RECORD)
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(attachment)}\n`, { mode: 0o600 })
    await rename(`${file}.new`, file)
  } catch (cause) {
    throw systemFailure(cause, { ...context, path: file })
  }
}

/** The same file stays, since it is the file that is mounted. */
export async function writeHosts(
  place: AttachmentPlace,
  names: readonly string[],
  addresses: readonly string[],
  context: NetworkContext,
): Promise<void> {
  await writePlain(placePath(place, HOSTS_FILE), hostsText({ leases: [{ names, addresses }] }), context)
}

export async function writeResolver(place: AttachmentPlace, text: string, context: NetworkContext): Promise<void> {
  await writePlain(placePath(place, RESOLVER_FILE), text, context)
}

async function writePlain(file: string, text: string, context: NetworkContext): Promise<void> {
  await writeFile(file, text, { mode: 0o644 }).catch((cause: unknown) => {
    throw systemFailure(cause, { ...context, path: file })
  })
}

/**
 * Null when there is none.
 * @throws ContainerError ERR_STATE_CORRUPT
 */
export async function readAttachment<T>(
  place: AttachmentPlace,
  context: NetworkContext,
): Promise<Attachment<T> | null> {
  const file = placePath(place, RECORD)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) return null
    throw systemFailure(cause, context)
  })
  if (text === null) return null
  try {
    const attachment = JSON.parse(text) as Attachment<T>
    if (attachment.version !== 1 || typeof attachment.own !== 'object') throw new Error('it is not ours')
    return attachment
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerError({
      code: 'ERR_STATE_CORRUPT',
      ...context,
      message: `${file} cannot be read: ${reason}`,
      hint: `undo what it recorded by hand, then remove ${path.dirname(file)}`,
      cause,
    })
  }
}

async function listTags(directory: string, name: string): Promise<string[]> {
  return readdir(path.join(directory, name)).catch((cause: unknown) => {
    if (hasErrno(cause, 'ENOENT')) return []
    throw cause
  })
}

/** The directory of the network goes with the last. */
export async function removeAttachment(place: AttachmentPlace): Promise<void> {
  await rm(placePath(place), { recursive: true, force: true })
  // Another may have come, or gone first.
  await rmdir(path.dirname(placePath(place))).catch(() => {})
}
