// A container's network, from the option to its end: what is taken before it exists, done while its init waits, and
// given back when it is gone.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Fd, native } from '../addon.ts'
import { findNamespace } from '../config/queries.ts'
import type { Config } from '../config/types.ts'
import { ContainerError, isContainerError } from '../errors.ts'
import type { Host } from '../host.ts'
import { attachInterface } from '../network/attached.ts'
import { type AttachmentPlace, HOSTS_FILE, placePath, RESOLVER_FILE, tagOf } from '../network/attachments.ts'
import { acquireLease, connectToBridge, type Leased, openOwnNamespace, releaseLease } from '../network/bridge.ts'
import { addToCni, type CniReserved, checkCni, releaseCni, reserveCni } from '../network/cni.ts'
import type { CniResult } from '../network/cni-options.ts'
import { moveDevices } from '../network/devices.ts'
import { endHelper, type Processes, watchHelper } from '../network/helper.ts'
import { type NetworkContext, OPEN_NAMESPACE, openNetworkNamespace } from '../network/host.ts'
import type { Occupant, Tenant } from '../network/leases.ts'
import { applyRules } from '../network/nft.ts'
import { egressRules } from '../network/nftables.ts'
import type { Network } from '../network/options.ts'
import { isConnected, type MovedDevice, type NetworkFiles, refuseConnecting, withNetwork } from '../network/plan.ts'
import { hostsFile, resolverFile } from '../network/store.ts'
import {
  connectUserMode,
  readHelper,
  releaseUserMode,
  reserveUserMode,
  type UserModeReserved,
} from '../network/user-mode.ts'
import { bootId, identifyProcess, isSameProcess, ownIdentity } from '../process/identity.ts'
import type { Undo } from '../undo.ts'
import type { InitProcess } from './init-process.ts'
import { isInitAlive, readRecord, type StateRecord } from './state.ts'
import { defaultStateDir, STATE_FILE } from './state-directory.ts'

/** What a container holds of a network, as its record has it. */
export interface NetworkRecord {
  readonly kind: 'bridge' | 'cni' | 'rootless'
  /** Where the network is recorded. */
  readonly directory: string
  readonly name: string
}

/** A container's network before the container is there. */
export interface PreparedNetwork {
  /** What the document becomes. */
  readonly document: Config
  readonly record: NetworkRecord | null
  readonly wish: Network | undefined
  readonly taken: Taken | undefined
}

/** What it holds. */
interface Taken {
  readonly record: NetworkRecord
  readonly files: NetworkFiles
  readonly leased?: Leased
  readonly added?: CniReserved
  readonly helped?: UserModeReserved
}

/** Which container is being made. */
export interface Making {
  readonly operation: string
  readonly id: string
  readonly stateDir: string
  readonly created: string
}

/**
 * Takes what the container needs of a network, and tells what that makes of its document. A container without the option
 * costs nothing.
 */
export async function prepareNetwork(
  making: Making,
  document: Config,
  wish: Network | undefined,
  host: Host,
  undo: Undo,
): Promise<PreparedNetwork> {
  if (wish === undefined) return { document, record: null, wish, taken: undefined }
  // A mistake in it is told before anything is taken.
  const plain = withNetwork(document, wish)
  const idle = { record: null, wish, taken: undefined }
  if (isConnected(wish) && !('rootless' in wish)) refuseConnecting(host)
  if (typeof wish === 'object' && 'share' in wish) {
    const shared = await findShared(making, wish.share)
    return { document: withNetwork(document, wish, shared), ...idle }
  }
  if (typeof wish === 'object' && 'egress' in wish && wish.egress !== undefined) egressRules(wish.egress)
  const taken = typeof wish === 'string' ? undefined : await take(wish, tenantOf(making, document), making)
  if (taken === undefined) return { document: plain, ...idle }
  const { record, files } = taken
  undo.push('release the network', () => release(record, making, contextOf(making)))
  return { document: withNetwork(document, wish, undefined, files), record, wish, taken }
}

async function take(wish: Exclude<Network, string>, tenant: Tenant, making: Making): Promise<Taken | undefined> {
  const context = contextOf(making)
  if ('bridge' in wish) {
    const leased = await acquireLease(wish, tenant, context)
    const { directory, settings } = leased
    const files = { hosts: hostsFile(directory, settings.name), resolver: resolverFile(directory, settings.name) }
    return { record: { kind: 'bridge', directory, name: settings.name }, files, leased }
  }
  if ('cni' in wish) {
    const added = await reserveCni(wish, tenant, context)
    return { ...recorded('cni', added.place), added }
  }
  if ('rootless' in wish) {
    const helped = await reserveUserMode(wish, `${defaultStateDir()}-networks`, tenant, processes(), context)
    return { ...recorded('rootless', helped.place), helped }
  }
  return undefined
}

const recorded = (kind: NetworkRecord['kind'], place: AttachmentPlace): Pick<Taken, 'record' | 'files'> => ({
  record: { kind, directory: place.directory, name: place.name },
  files: filesOf(place),
})

/** What a network has to know of processes. */
export const processes = (): Processes => ({ bootId: bootId(), identify: identifyProcess, isSame: isSameProcess })

const filesOf = (place: AttachmentPlace): NetworkFiles => ({
  hosts: placePath(place, HOSTS_FILE),
  resolver: placePath(place, RESOLVER_FILE),
})

const contextOf = ({ operation, id }: Making): NetworkContext => ({ operation, id })

const tenantOf = ({ id, stateDir, created }: Making, { hostname }: Config): Tenant => ({
  holder: { id, stateDir, created },
  creator: ownIdentity(),
  bootId: bootId(),
  hostname: hostname || undefined,
  isHeld: ({ stateDir: other, id: held, creator }: Occupant) =>
    existsSync(path.join(other, held, STATE_FILE)) || isSameProcess(creator),
})

async function findShared({ operation, id, stateDir }: Making, other: string): Promise<string> {
  const record = await readRecord(operation, stateDir, other)
  if (record.init !== null && isInitAlive(record)) return `/proc/${record.init.pid}/ns/net`
  throw new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id,
    message: `network.share: the container ${other} is not there any more`,
    hint: 'a network is shared with a container that is created or running',
  })
}

/**
 * Does what init waits for. Its network namespace stays open until it is settled, so that what was moved there can come
 * back.
 * @param joined the network namespace, where the container joins one by path
 */
export async function connectNetwork(
  making: Making,
  { wish, taken, document }: PreparedNetwork,
  devices: readonly MovedDevice[],
  init: InitProcess,
  joined: Fd | undefined,
  undo: Undo,
  signal: AbortSignal | undefined,
): Promise<() => void> {
  const context = contextOf(making)
  const held: Fd[] = []
  const close = () => {
    for (const fd of held.splice(0)) native().close(fd)
  }
  undo.push('close the network namespaces', close)
  try {
    const netns = joined === undefined ? openNetworkNamespace(init.pid, context) : native().duplicate(joined)
    held.push(netns)
    const own = openOwnNamespace(context)
    held.push(own)
    await moveDevices(devices, own, netns, context, (back) => undo.push('bring a network interface back', back))
    if (isConnected(wish)) {
      if ('bridge' in wish && taken?.leased !== undefined)
        await connectToBridge(taken.leased, wish, own, netns, context)
      if (taken?.added !== undefined) await addToCni(taken.added, netns, init.pid, context, signal)
      if (taken?.helped !== undefined) await help(taken.helped, netns, document, init, context, signal)
      if ('macvlan' in wish || 'ipvlan' in wish) await attachInterface(wish, netns, context)
      if ('egress' in wish && wish.egress !== undefined) await applyRules(egressRules(wish.egress), context, netns)
    }
    return close
  } catch (cause) {
    // What init died of says more than what its end made impossible.
    if (hasEnded(init, cause)) await init.setUp
    throw cause
  }
}

/** The program ends with the container; who deletes that ends it where this program is not there to do so. */
async function help(
  helped: UserModeReserved,
  netns: Fd,
  document: Config,
  init: InitProcess,
  context: NetworkContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hasUserNamespace = findNamespace(document, 'user') !== undefined
  const helper = await connectUserMode(helped, { pid: init.pid, netns, hasUserNamespace }, processes(), context, signal)
  const end = () => endHelper(helper, processes(), context).catch(() => {})
  void init.exited.then(end, end)
}

/**
 * Tells once when the program that connects a container has ended before it.
 * @returns stops watching
 */
export function watchNetwork(stateDir: string, record: StateRecord, onLost: (message: string) => void): () => void {
  const { id, created, network } = record
  if (network?.kind !== 'rootless') return () => {}
  const { directory, name } = network
  let stop: (() => void) | undefined = () => {}
  const onEnd = () => {
    if (isInitAlive(record)) onLost(`${name}, which gave the container its network, has ended`)
  }
  const place = { directory, name, tag: tagOf({ id, stateDir, created }) }
  void readHelper(place, { operation: 'events', id }).then(
    (helper) => {
      if (stop !== undefined && helper !== null) stop = watchHelper(helper, processes(), onEnd)
    },
    // Being deleted, it is not watched any more.
    () => {},
  )
  return () => {
    stop?.()
    stop = undefined
  }
}

/** The news of it may still be on its way. */
function hasEnded(init: InitProcess, cause: unknown): boolean {
  if (!init.alive) return true
  return isContainerError(cause) && cause.op === OPEN_NAMESPACE && ['ENOENT', 'ESRCH'].includes(cause.errno ?? '')
}

/** Gives back what a container that has been removed held of a network. Idempotent. */
export async function releaseNetwork(operation: string, stateDir: string, record: StateRecord): Promise<void> {
  const { id, created, network } = record
  if (network != null) await release(network, { id, stateDir, created }, { operation, id })
}

async function release(
  { kind, directory, name }: NetworkRecord,
  { id, stateDir, created }: Omit<Making, 'operation'>,
  context: NetworkContext,
): Promise<void> {
  const holder = { id, stateDir, created }
  const place = { directory, name, tag: tagOf(holder) }
  if (kind === 'bridge') await releaseLease(directory, name, holder, context)
  else if (kind === 'cni') await releaseCni(place, context)
  else await releaseUserMode(place, processes(), context)
}

/**
 * Asks those who have connected a container whether it still is as it was.
 * @throws ContainerError ERR_WRONG_STATUS, ERR_UNSUPPORTED for networks of other kinds
 */
export async function checkNetwork(stateDir: string, record: StateRecord, signal?: AbortSignal): Promise<CniResult> {
  const { id, created, network } = record
  const context = { operation: 'checkNetwork', id }
  if (network?.kind !== 'cni') {
    const message = 'only networks of CNI plugins can be checked'
    throw new ContainerError({ code: 'ERR_UNSUPPORTED', ...context, message })
  }
  if (!isInitAlive(record)) {
    const message = 'the container is not there any more'
    throw new ContainerError({ code: 'ERR_WRONG_STATUS', ...context, message })
  }
  const { directory, name } = network
  return checkCni({ directory, name, tag: tagOf({ id, stateDir, created }) }, context, signal)
}
