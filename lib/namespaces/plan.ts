// What init must do about namespaces: which it is born in, joins or makes, and what is set up inside them.
import { pointerStep } from '../config/findings.ts'
import { createsNamespace, findNamespace } from '../config/queries.ts'
import { sysctlPath } from '../config/sysctl-path.ts'
import type { NamespaceType, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { CAP_SYS_ADMIN, hasCapability, NAMESPACES } from '../plan/flags.ts'
import type { Op, OpOf } from '../plan/ops.ts'
import { invalid, unsupported } from '../plan/refusal.ts'
import type { IdMapPlan } from './id-map-plan.ts'

export { type IdMapPlan, planIdMaps } from './id-map-plan.ts'

const FLAGS: Readonly<Record<NamespaceType, number>> = {
  user: NAMESPACES.user,
  mount: NAMESPACES.mnt,
  pid: NAMESPACES.pid,
  network: NAMESPACES.net,
  ipc: NAMESPACES.ipc,
  uts: NAMESPACES.uts,
  cgroup: NAMESPACES.cgroup,
  time: NAMESPACES.time,
}

export interface NamespacePlan {
  /** CLONE_NEW* flags for the birth of init. */
  readonly cloneFlags: number
  /** Slots of the namespaces to join: `ns:network` and so on. */
  readonly given: readonly string[]
  /** First operations of the plan. */
  readonly enter: readonly Op[]
  /** `enter` has a `fork`. */
  readonly forks: boolean
}

/** The slot of a namespace to join. */
export const namespaceSlot = (type: NamespaceType): string => `ns:${type}`

/**
 * Which namespaces init is born in, and which it makes or joins itself.
 *
 * Usually it is born in all that are new, and joins the others. Three kinds of joining come before a birth: a pid
 * namespace is that of children only; what is new in a user namespace that is joined has to be made in there; and a new
 * user namespace takes the right to join what is outside of it. Then init joins first, as the host's user, and a child
 * that is born in everything new goes on in its place.
 * @param moved somebody else puts init into the container's cgroup, once it exists; without a fork, before it has its plan
 * @throws ContainerError ERR_UNSUPPORTED for what cannot be done in this combination, or not by this user
 */
export function planNamespaces(config: ValidConfig, host: Host, moved = false): NamespacePlan {
  checkNamespaces(config, host)
  const all = config.linux?.namespaces ?? []
  const joined = orderJoins(
    all.filter(({ path }) => path !== undefined).map(({ type }) => type),
    host,
  )
  const created = all.filter(({ path }) => path === undefined).map(({ type }) => type)
  // clone3 would root a cgroup namespace at the cgroup of this process, not at the one init is born in; and a time
  // namespace is entered when its clocks are set.
  const born = namespaceFlags(created.filter((type) => type !== 'cgroup' && type !== 'time'))
  const forks = joined.includes('user') || joined.includes('pid') || (created.includes('user') && joined.length > 0)
  const joins = joined.map((type): Op => ({ op: 'joinNamespace', namespace: namespaceSlot(type), type: FLAGS[type] }))
  const wait: Op[] = moved ? [{ op: 'sync', point: 'joinCgroup', announce: false }] : []
  const unshare: Op[] = created.includes('cgroup') ? [{ op: 'unshare', namespaces: FLAGS.cgroup }] : []
  return {
    cloneFlags: forks ? 0 : born,
    given: joined.map(namespaceSlot),
    enter: forks ? [...joins, { op: 'fork', namespaces: born }, ...wait, ...unshare] : [...unshare, ...joins],
    forks,
  }
}

/**
 * Who has rights in the host joins with these, and the user namespace last, since what is joined may belong to another.
 * Who has none gets them by joining the user namespace, for whatever belongs to that.
 */
export function orderJoins(types: readonly NamespaceType[], { capabilities }: Pick<Host, 'capabilities'>) {
  const others = types.filter((type) => type !== 'user')
  const user = types.filter((type) => type === 'user')
  return hasCapability(capabilities, CAP_SYS_ADMIN) ? [...others, ...user] : [...user, ...others]
}

function checkNamespaces(config: ValidConfig, host: Host): void {
  const user = createsNamespace(config, 'user')
  const privileged = hasCapability(host.capabilities, CAP_SYS_ADMIN)
  if (user && !host.userNamespaces.usable) {
    throw unsupported('this process cannot make a user namespace', host.userNamespaces.reason)
  }
  if (findNamespace(config, 'user') === undefined && !privileged) {
    const hint = 'add {"type": "user"} to linux.namespaces, with uidMappings and gidMappings'
    throw unsupported('making namespaces without a user namespace needs CAP_SYS_ADMIN', hint)
  }
  for (const { type, path } of config.linux?.namespaces ?? []) {
    if (!host.namespaces[type]) throw unsupported(`this kernel has no ${type} namespaces`)
    // setns(2) asks for CAP_SYS_ADMIN in the namespace that owns the other, and in one's own.
    if (path !== undefined && user && !privileged) {
      const hint = `join the user namespace that the ${type} namespace belongs to as well, instead of a new one`
      throw unsupported(`an ordinary user cannot join a ${type} namespace from a new user namespace`, hint)
    }
  }
}

/**
 * In a user namespace, new or joined, init begins as a user that may not exist there. Whatever it creates from here on
 * belongs to the container's root. Becoming root takes no capability away, so none has to be kept.
 */
export const becomeRoot = (setGroups: boolean): OpOf<'setUser'> => ({
  op: 'setUser',
  uid: 0,
  gid: 0,
  groups: [],
  setGroups,
  keepCapabilities: false,
})

/**
 * A new time namespace. Whoever makes one is not in it, so that its clocks can be set first; writing them is for the root
 * of the user namespace. Spec: config-linux.md, Offset for Time Namespace; time_namespaces(7).
 */
export function planTime(config: ValidConfig): Op[] {
  if (!createsNamespace(config, 'time')) return []
  const { timeOffsets = {} } = config.linux ?? {}
  const lines = (['monotonic', 'boottime'] as const).flatMap((clock) => {
    const { secs = 0, nanosecs = 0 } = timeOffsets[clock] ?? {}
    return timeOffsets[clock] === undefined ? [] : [`${clock} ${secs} ${nanosecs}`]
  })
  return [
    { op: 'unshare', namespaces: FLAGS.time },
    ...(lines.length === 0 ? [] : [{ op: 'setTimeOffsets', offsets: lines.join('\n') } as const]),
    { op: 'enterTimeNamespace' },
  ]
}

/** The types of namespace that a container does not share with the runtime, by the word of its document. */
export function namedNamespaces(config: ValidConfig): NamespaceType[] {
  return (config.linux?.namespaces ?? []).map(({ type }) => type)
}

/** CLONE_NEW* flags of some types. */
export function namespaceFlags(types: readonly NamespaceType[]): number {
  return types.reduce((flags, type) => flags | FLAGS[type], 0)
}

/** Whether setgroups(2) works inside; see user_namespaces(7) on why an unprivileged gid map forbids it. */
export function allowsSetgroups(idMaps: IdMapPlan): boolean {
  if (idMaps.kind === 'helper') return idMaps.setGroups
  return idMaps.kind === 'none' || idMaps.maps.setgroups !== 'deny'
}

/** Host and domain name, loopback, kernel parameters: what belongs to the namespaces and not to the root. */
export function planSettings(config: ValidConfig): Op[] {
  const ops: Op[] = []
  if (config.hostname) ops.push({ op: 'setHostname', name: config.hostname })
  if (config.domainname) ops.push({ op: 'setDomainname', name: config.domainname })
  if (createsNamespace(config, 'network')) ops.push({ op: 'linkUp', name: 'lo' })
  for (const [name, value] of Object.entries(config.linux?.sysctl ?? {})) {
    const path = sysctlPath(name)
    if (path === undefined) throw invalid(`/linux/sysctl/${pointerStep(name)}`, 'is no kernel parameter')
    ops.push({ op: 'sysctl', name: path, value })
  }
  return ops
}

/** Whether the container sees the cgroup tree from its own cgroup down. */
export function hasCgroupNamespace(config: ValidConfig): boolean {
  return findNamespace(config, 'cgroup') !== undefined
}
