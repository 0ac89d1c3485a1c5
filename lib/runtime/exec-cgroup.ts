// One more process of a container and its cgroup: born in it, in one below it, or moved into it.
import { readFileSync } from 'node:fs'
import { type BatchCall, type Fd, type Launched, type NativeError, native, result } from '../addon.ts'
import { type Cgroup, OPENED, openCgroupCalls, refuseFrozenCall } from '../cgroups/calls.ts'
import { attachToUnit } from '../cgroups/systemd.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno } from '../failures.ts'
import type { Host } from '../host.ts'
import type { ExecDecision } from './decide-exec.ts'
import type { InitProcess } from './init-process.ts'
import { givenFds, type Slots } from './launch-init.ts'
import { cgroupOf, type StateRecord } from './state.ts'
import { wrongStatus } from './status.ts'

/** How the process comes into its cgroup. */
export interface Entry {
  /** systemd moves it there: see {@link attach}. */
  readonly attached: boolean
  /** A cgroup below the container's; undefined: the container's own. */
  readonly below: string | undefined
}

/**
 * Whether this process may start none in the container's cgroup: it is in a session's, of which the user's manager is no
 * part, and to move a process takes the right to write to what is above both (cgroup-v2.rst, Delegation Containment).
 */
export function isAttached({ unit }: StateRecord, { cgroup2, systemd }: Host): boolean {
  return unit?.manager === 'user' && !(cgroup2?.own ?? '/').startsWith(`${systemd?.cgroup}/`)
}

/** Has systemd move the process, which waits for that, into the container's unit. */
export async function attach({ id, unit }: StateRecord, init: InitProcess): Promise<void> {
  await init.synced
  if (unit !== null) await attachToUnit(unit, init.pid, { operation: 'exec', id })
  init.proceed(new Uint8Array())
}

/**
 * One native call: the cgroup opened, a child born in it, the plan sent.
 * @param slots the container's first process among them, a pidfd
 */
export async function launchInside(
  record: StateRecord,
  decision: ExecDecision,
  slots: Slots,
  { attached, below }: Entry,
): Promise<Launched> {
  const own = cgroupOf(record)
  if (below !== undefined) checkBelow(record, own, below)
  const wanted = own === null || below === undefined ? own : { ...own, path: `${own.path}/${below}` }
  const launch = (cgroup: Cgroup | null) => launchIn(record, decision, slots, cgroup, attached)
  try {
    return await launch(wanted)
  } catch (cause) {
    if (below !== undefined && hasErrno(cause, 'ENOENT', 'ENOTDIR')) throw missing(record, below, cause)
    // Controllers are passed on to children, and so no process may be beside them.
    const isDivided = own !== null && below === undefined && isFailedBirth(cause) && hasErrno(cause, 'EBUSY')
    const moved = isDivided ? cgroupOfInit(record, own) : undefined
    if (moved === undefined) throw cause
    return launch(moved)
  }
}

const isFailedBirth = (cause: unknown): boolean => (cause as NativeError).syscall === 'clone3'

async function launchIn(
  { id }: StateRecord,
  { plan, bytes, bornInside, forks }: ExecDecision,
  slots: Slots,
  cgroup: Cgroup | null,
  attached: boolean,
): Promise<Launched> {
  const first: BatchCall[] = cgroup === null ? [] : openCgroupCalls(cgroup, 0)
  // Born frozen it would never be init, and the thread that started it would wait for that.
  const thawed = cgroup === null ? undefined : first.push(refuseFrozenCall(result(OPENED))) - 1
  const launching = native().launch({
    first,
    cloneFlags: plan.cloneFlags,
    cgroup: cgroup === null || attached ? -1 : result(OPENED),
    ...(bornInside ? { pidNamespaceOf: slots['container'] ?? -1 } : {}),
    ...(forks ? { forks } : {}),
    plan: bytes,
    fds: givenFds(plan, slots),
    name: `libcontainer-exec ${id}`,
  })
  const launched = await launching.catch((cause: unknown) => {
    const { index } = cause as NativeError
    if (index === undefined || index !== thawed || !hasErrno(cause, 'EBUSY')) throw cause
    throw wrongStatus('exec', id, 'paused', 'created or running')
  })
  if (cgroup !== null) native().close(launched.results[OPENED] as Fd)
  return launched
}

function checkBelow({ id }: StateRecord, own: Cgroup | null, below: string): void {
  const common = { operation: 'exec', id }
  if (own === null) {
    const message = 'the container has no cgroup of its own, and so none below it'
    throw new ContainerError({ code: 'ERR_UNSUPPORTED', ...common, message })
  }
  const isName = (part: string) => part !== '' && part !== '.' && part !== '..'
  if (below.split('/').every(isName) && !below.includes('\0')) return
  const message = `cgroup ${JSON.stringify(below)} must be a path below the container’s, e.g. workers`
  throw new ContainerError({ code: 'ERR_INVALID_CONFIG', ...common, message })
}

function missing({ id }: StateRecord, below: string, cause: unknown): ContainerError {
  const message = `the container’s cgroup has none below it at ${below}`
  return new ContainerError({ code: 'ERR_NOT_FOUND', operation: 'exec', id, message, cause })
}

/** Where the container's first process is, if that is below the container's cgroup. */
function cgroupOfInit({ init }: StateRecord, own: Cgroup): Cgroup | undefined {
  try {
    const text = readFileSync(`/proc/${init?.pid}/cgroup`, 'latin1')
    const path = /^0::(.*)$/m.exec(text)?.[1] ?? ''
    // What is mounted may begin below the root that the path is told from.
    const start = path.lastIndexOf(`${own.path}/`)
    return start < 0 ? undefined : { ...own, path: path.slice(start) }
  } catch {
    return undefined
  }
}
