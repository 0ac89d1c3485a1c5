// Containers that pasta or slirp4netns connects: reserved, connected, released. Effects.
//
// It is recorded where it works before it is started, and its command line names that place: whatever its creator is
// killed at, deleting the container finds it.
import path from 'node:path'
import type { Fd } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import {
  type Attachment,
  type AttachmentPlace,
  placePath,
  readAttachment,
  removeAttachment,
  reserveAttachment,
  tagOf,
  writeAttachment,
  writeHosts,
} from './attachments.ts'
import { endHelper, findHelper, type Processes } from './helper.ts'
import type { NetworkContext } from './host.ts'
import type { Creator, Tenant } from './leases.ts'
import type { RootlessWish } from './options.ts'
import { pinNamespace, unpinNamespace } from './pin.ts'
import { findProgram } from './programs.ts'
import {
  type NamespacePaths,
  planUserMode,
  SLIRP_ADDRESS,
  type UserModeFiles,
  type UserModePlan,
} from './user-mode-plan.ts'
import { type HelperStart, startPasta, startSlirp } from './user-mode-programs.ts'

/** What is recorded of such a container. */
export interface UserModeOwn {
  readonly plan: UserModePlan
  /** Whether its program may have been started. */
  readonly begun: boolean
  /** Who that is; null until it is known. */
  readonly helper: Creator | null
}

export interface UserModeReserved {
  readonly place: AttachmentPlace
  readonly record: Attachment<UserModeOwn>
  /** File of the program. */
  readonly file: string
}

/** A container's first process. */
export interface Connected {
  readonly pid: number
  readonly netns: Fd
  readonly hasUserNamespace: boolean
}

const PACKAGES = { pasta: 'passt', slirp4netns: 'slirp4netns' } as const

/**
 * Finds the program, and records who is to come. What others have left is ended.
 * @param directory where it is recorded, unless the wish says where
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED when the program is not installed
 */
export async function reserveUserMode(
  wish: RootlessWish,
  directory: string,
  tenant: Tenant,
  processes: Processes,
  context: NetworkContext,
): Promise<UserModeReserved> {
  const plan = planUserMode(wish)
  const file = await findProgram(plan.program)
  if (file === undefined) {
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      ...context,
      message: `network.rootless: the program ${plan.program} is not installed`,
      hint: `install the package ${PACKAGES[plan.program]}`,
    })
  }
  const { holder, creator, bootId, hostname } = tenant
  const tag = tagOf(holder)
  const place = { directory: path.resolve(wish.directory ?? directory), name: plan.program, tag }
  const names = [hostname, holder.id].filter((name) => name !== undefined)
  const own = { plan, begun: false, helper: null }
  const record: Attachment<UserModeOwn> = { version: 1, ...holder, creator, bootId, names, own }
  for (const stranger of await reserveAttachment(place, record, tenant, plan.dns, context)) {
    // One that cannot be ended now is none of this container's concern, and stays recorded for the next to come.
    await releaseUserMode(stranger, processes, context).catch(() => {})
  }
  // What pasta configures is the host's own address; that of the container for itself is one of loopback (RFC 1122).
  await writeHosts(place, names, [plan.program === 'pasta' ? '127.0.1.1' : SLIRP_ADDRESS], context)
  return { place, record, file }
}

/**
 * Starts the program, and returns once the container is connected.
 * @returns its process
 * @throws ContainerError ERR_SYSTEM with its own words, ERR_TIMEOUT; {@link releaseUserMode} undoes what was done until then
 */
export async function connectUserMode(
  { place, record, file }: UserModeReserved,
  container: Connected,
  processes: Processes,
  context: NetworkContext,
  signal: AbortSignal | undefined,
): Promise<Creator> {
  const { plan } = record.own
  const start: HelperStart = {
    file,
    plan,
    paths: await pathsOf(place, container, context),
    files: filesOf(place),
    pid: container.pid,
    context,
    signal,
  }
  await writeAttachment(place, { ...record, own: { ...record.own, begun: true } }, context)
  const helper = processes.identify(plan.program === 'pasta' ? await startPasta(start) : await startSlirp(start))
  await writeAttachment(place, { ...record, own: { ...record.own, begun: true, helper } }, context)
  return helper
}

/**
 * pasta gives its capabilities up before it opens the namespaces, and may then not look at processes of others: with
 * privilege the network namespace is mounted for it, without it belongs to the user namespace of the container.
 */
async function pathsOf(
  place: AttachmentPlace,
  { pid, netns, hasUserNamespace }: Connected,
  context: NetworkContext,
): Promise<NamespacePaths> {
  const pin = placePath(place, 'netns')
  if (await pinNamespace(netns, pin, context)) return { network: pin, user: undefined }
  return { network: `/proc/${pid}/ns/net`, user: hasUserNamespace ? `/proc/${pid}/ns/user` : undefined }
}

const filesOf = (place: AttachmentPlace): UserModeFiles => ({
  directory: placePath(place),
  pid: placePath(place, 'pid'),
  log: placePath(place, 'log'),
  socket: placePath(place, 'api'),
})

/** Ends the program; nothing is recorded of it any more. Idempotent. @throws ContainerError */
export async function releaseUserMode(
  place: AttachmentPlace,
  processes: Processes,
  context: NetworkContext,
): Promise<void> {
  const record = await readAttachment<UserModeOwn>(place, context)
  if (record?.own.begun === true && record.bootId === processes.bootId) {
    const helper = record.own.helper ?? (await findHelper(placePath(place), processes))
    if (helper !== null) await endHelper(helper, processes, context)
  }
  await unpinNamespace(placePath(place, 'netns'), context)
  await removeAttachment(place)
}

/** The program of a container; null when none is recorded. */
export async function readHelper(place: AttachmentPlace, context: NetworkContext): Promise<Creator | null> {
  const record = await readAttachment<UserModeOwn>(place, context)
  return record?.own.helper ?? null
}
