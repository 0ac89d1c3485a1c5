// Containers on a network of CNI plugins: reserved, added, checked, deleted. Effects.
//
// Spec: SPEC.md of containernetworking/cni, section 3. Whatever a plugin is told, it is told from the record.
import { readFile, statfs } from 'node:fs/promises'
import path from 'node:path'
import type { Fd } from '../addon.ts'
import { ContainerError, isContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
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
  writeResolver,
} from './attachments.ts'
import {
  agreeOnVersion,
  type CniAttachment,
  canCheck,
  checkConfigList,
  containerIdOf,
  DEFAULT_CNI_DIRECTORY,
  DEFAULT_CNI_TIMEOUT,
  DEFAULT_PLUGIN_DIRECTORIES,
  parseAnswer,
  parseConfigList,
  planAttachment,
} from './cni-config.ts'
import type { CniConfigList, CniNetwork, CniPluginConfig, CniResult, CniWish } from './cni-options.ts'
import { askVersions, callPlugin, type PluginCall } from './cni-plugins.ts'
import type { NetworkContext } from './host.ts'
import { resolverOf, type Tenant } from './leases.ts'
import { pinNamespace, unpinNamespace } from './pin.ts'

/** What is recorded of a container on such a network. */
export interface CniOwn {
  readonly attachment: CniAttachment
  /** Path of its network namespace; null until plugins are told of it. */
  readonly netns: string | null
  /** Whether that is kept by a mount. */
  readonly pinned: boolean
  /** What the last plugin told of what was made; null until it has. */
  readonly result: CniResult | null
  /**
   * Which plugin refused to add it: what that one and those behind it say when it is deleted is of no account. A wrong
   * configuration they refuse then as well.
   */
  readonly refused?: number
}

export interface CniReserved {
  readonly place: AttachmentPlace
  readonly record: Attachment<CniOwn>
}

/**
 * Reads the list, asks its plugins what they speak, and records who is to come. What others have left is deleted.
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED, ERR_NOT_FOUND when a plugin or the file is missing
 */
export async function reserveCni(wish: CniWish, tenant: Tenant, context: NetworkContext): Promise<CniReserved> {
  const { cni } = wish
  const list = await readList(cni, context)
  const { plugins = DEFAULT_PLUGIN_DIRECTORIES, timeout = DEFAULT_CNI_TIMEOUT } = cni
  const tag = tagOf(tenant.holder)
  const containerId = containerIdOf(tenant.holder.id, tag)
  // A mistake in the wish is told before a plugin is asked.
  planAttachment(cni, list, '', containerId, wish.interface)
  const version = agreeOnVersion(list, await askVersions(list, plugins, timeout, context))
  const attachment = planAttachment(cni, list, version, containerId, wish.interface)
  const directory = path.resolve(cni.directory ?? DEFAULT_CNI_DIRECTORY)
  const place = { directory, name: `cni-${list.name}`, tag }
  const { holder, creator, bootId, hostname } = tenant
  const names = [hostname, holder.id].filter((name) => name !== undefined)
  const own: CniOwn = { attachment, netns: null, pinned: false, result: null }
  const record: Attachment<CniOwn> = { version: 1, ...holder, creator, bootId, names, own }
  for (const stranger of await reserveAttachment(place, record, tenant, null, context)) {
    // One that cannot be deleted now is none of this container's concern, and stays recorded for the next to come.
    await releaseCni(stranger, context).catch(() => {})
  }
  return { place, record }
}

async function readList({ config }: CniNetwork, context: NetworkContext): Promise<CniConfigList> {
  if (typeof config !== 'string') return checkConfigList(config)
  const text = await readFile(config, 'utf8').catch((cause: unknown) => {
    throw systemFailure(cause, { ...context, code: 'ERR_NOT_FOUND', op: 'read the CNI configuration', path: config })
  })
  return parseConfigList(text, config)
}

/**
 * ADD: each plugin in turn, with what the one before has made.
 * @param pid of the container's first process
 * @throws ContainerError with the plugin's own words; {@link releaseCni} undoes what was done until then
 */
export async function addToCni(
  { place, record }: CniReserved,
  netns: Fd,
  pid: number,
  context: NetworkContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = placePath(place, 'netns')
  const pinned = await pinNamespace(netns, file, context)
  const begun = { ...record.own, pinned, netns: pinned ? file : `/proc/${pid}/ns/net` }
  await writeAttachment(place, { ...record, own: begun }, context)
  const { attachment } = begun
  const call = { attachment, netns: begun.netns, context, signal }
  let result: CniResult = {}
  for (const [index, plugin] of attachment.list.plugins.entries()) {
    result = await addOne(plugin, index === 0 ? undefined : result, call).catch(async (cause: unknown) => {
      if (isRefusal(cause)) await writeAttachment(place, { ...record, own: { ...begun, refused: index } }, context)
      throw cause
    })
  }
  await writeAttachment(place, { ...record, own: { ...begun, result } }, context)
  await tellFiles(place, record, result, context)
}

async function addOne(plugin: CniPluginConfig, before: CniResult | undefined, call: PluginCall): Promise<CniResult> {
  const answer = await callPlugin('ADD', plugin, before, call)
  const result = parseAnswer(answer)
  if (result !== undefined) return result
  throw new ContainerError({
    code: 'ERR_SYSTEM',
    ...call.context,
    op: `CNI ADD ${plugin.type}`,
    message: `its answer is no result: ${JSON.stringify(answer.slice(0, 200))}`,
  })
}

/** One that was killed has refused nothing. */
const isRefusal = (cause: unknown): boolean => isContainerError(cause) && cause.code !== 'ERR_TIMEOUT'

async function tellFiles(
  place: AttachmentPlace,
  { names }: Attachment<CniOwn>,
  { ips = [], dns }: CniResult,
  context: NetworkContext,
): Promise<void> {
  await writeHosts(
    place,
    names,
    ips.map(({ address }) => address),
    context,
  )
  if (dns?.nameservers !== undefined && dns.nameservers.length > 0) {
    await writeResolver(place, resolverOf({ ...dns, nameservers: dns.nameservers }), context)
  }
}

/**
 * CHECK: whether what was added is still as it was.
 * @returns what the plugins told when they made it
 * @throws ContainerError with the plugin's own words when it is not; ERR_UNSUPPORTED for CNI below 0.4.0
 */
export async function checkCni(
  place: AttachmentPlace,
  context: NetworkContext,
  signal: AbortSignal | undefined,
): Promise<CniResult> {
  const record = await readAttachment<CniOwn>(place, context)
  if (record === null || record.own.result === null || record.own.netns === null) {
    const message = 'it is recorded nowhere that plugins have connected it'
    throw new ContainerError({ code: 'ERR_NOT_FOUND', ...context, message })
  }
  const { attachment, netns, result } = record.own
  if (attachment.list.disableCheck === true) return result
  if (!canCheck(attachment.version)) {
    const message = `the plugins of ${attachment.list.name} speak CNI ${attachment.version}, and CHECK is of 0.4.0 and later`
    throw new ContainerError({ code: 'ERR_UNSUPPORTED', ...context, message })
  }
  const call = { attachment, netns, context, signal }
  for (const plugin of attachment.list.plugins) await callPlugin('CHECK', plugin, result, call)
  return result
}

/**
 * DEL: the last plugin first, each whatever becomes of the others. Then nothing is recorded any more. Idempotent.
 * @throws ContainerError of the first that failed; the record stays then, to be tried again
 */
export async function releaseCni(place: AttachmentPlace, context: NetworkContext): Promise<void> {
  const record = await readAttachment<CniOwn>(place, context)
  if (record !== null && record.own.netns !== null) {
    const { attachment, netns } = record.own
    const there = record.own.pinned && (await isNamespace(netns))
    await deleteAll({ attachment, netns: there ? netns : '', context }, record.own)
    if (record.own.pinned) await unpinNamespace(netns, context)
  } else await unpinNamespace(placePath(place, 'netns'), context)
  await removeAttachment(place)
}

async function deleteAll(call: PluginCall, { result, refused }: CniOwn): Promise<void> {
  const { list, version } = call.attachment
  const prevResult = result !== null && canCheck(version) ? result : undefined
  const failures: unknown[] = []
  for (const [index, plugin] of [...list.plugins.entries()].reverse()) {
    await callPlugin('DEL', plugin, prevResult, call).catch((cause: unknown) => {
      if (refused === undefined || index < refused) failures.push(cause)
    })
  }
  if (failures.length > 0) throw failures[0]
}

/** NSFS_MAGIC (include/uapi/linux/magic.h): after the machine was started anew it is but a file. */
async function isNamespace(file: string): Promise<boolean> {
  return statfs(file).then(
    ({ type }) => type === 0x6e736673,
    () => false,
  )
}
