// What a new container's cgroup is made with: limits, device rules, an owner. Pure; cgroups/fs.ts carries it out.
import { createsNamespace, findNamespace } from '../config/queries.ts'
import type { DeviceRule, IdMapping, Resources, ValidConfig } from '../config/types.ts'
import { ContainerError, type Problem } from '../errors.ts'
import type { Host } from '../host.ts'
import { hasCapability } from '../plan/flags.ts'
import { allowsAll, asksForDevices, compileDevices, deviceRules } from './devices.ts'
import type { CgroupPlace } from './placement.ts'
import { type CgroupWrite, controllerOf, controllersOf, planResources } from './resources.ts'

export interface CgroupLimits {
  readonly writes: readonly CgroupWrite[]
  /** To be enabled in all parents, as far as they are ours. */
  readonly controllers: readonly string[]
  /** A program of type BPF_PROG_TYPE_CGROUP_DEVICE; null when all devices may be used, or none can be forbidden. */
  readonly devices: Uint8Array | null
  /** The rules of that program; null without one. */
  readonly rules: readonly DeviceRule[] | null
  /** To whom the cgroup is given, so that the container can divide it; null: nobody. Ids of the host. */
  readonly owner: { readonly uid: number; readonly gid: number } | null
  /** What is not done, each led by its JSON Pointer. */
  readonly warnings: readonly string[]
}

const AT = '/linux/resources'

/**
 * @param place null when the container has no cgroup of its own
 * @throws ContainerError ERR_UNSUPPORTED when a limit has no controller here, or there is no cgroup to set it in; the same
 *   for device rules that this process may not enforce
 */
export function planLimits(config: ValidConfig, host: Host, place: CgroupPlace | null): CgroupLimits {
  const writes = planResources(asOfToday(config)).filter((write) => !isDefaultWithout(write, host))
  if (place === null && writes.length > 0) throw homeless(writes, host)
  const needed = controllersOf(writes)
  const problems = [...needed].flatMap(([controller, at]) => {
    const why = whyUnavailable(controller, host, place)
    return why === undefined ? [] : [{ path: `${AT}${at}`, message: why }]
  })
  if (problems.length > 0) throw refusal(problems, howToGetControllers(needed.keys(), host))
  const warnings: string[] = []
  const rules = planDeviceRules(config, host, place, warnings)
  const devices = rules === null ? null : compileDevices(rules)
  return { writes, controllers: [...needed.keys()], devices, rules, owner: planOwner(config, host), warnings }
}

/**
 * Before version 1.3 of the spec a pids limit of 0 was none (runtime-spec #1279 tells the story), and engines write such
 * documents still.
 */
function asOfToday({ ociVersion, linux }: ValidConfig): Resources {
  const resources = linux?.resources ?? {}
  if (resources.pids?.limit !== 0 || !/^(0|1\.[0-2])\./.test(ociVersion)) return resources
  return { ...resources, pids: { limit: -1 } }
}

/** "No limit" where there is no controller that could limit: true already. */
function isDefaultWithout({ file, data }: CgroupWrite, { cgroup2 }: Host): boolean {
  const controller = controllerOf(file)
  const available = controller === undefined || (cgroup2?.controllers.includes(controller) ?? false)
  return data === 'max' && !available
}

function refusal(problems: readonly Problem[], hint: string): ContainerError {
  return new ContainerError({ code: 'ERR_UNSUPPORTED', operation: 'plan', problems, hint })
}

function homeless(writes: readonly CgroupWrite[], { cgroup2 }: Host): ContainerError {
  const why =
    cgroup2 === null
      ? 'this machine has no cgroup2 hierarchy'
      : `it needs a cgroup of the container’s own, and this user may make none below ${cgroup2.own}`
  const problems = [...new Set(writes.map(({ at }) => at))].map((at) => ({ path: `${AT}${at}`, message: why }))
  return refusal(problems, DELEGATE)
}

const DELEGATE =
  'have a cgroup delegated to this user: systemd-run --user --scope -p Delegate=yes, or linux.cgroupsPath below one that is'

/** Controllers whose name on v1 hierarchies is another. */
const V1_NAMES: Readonly<Record<string, string>> = { io: 'blkio' }

function isOnV1(controller: string, { cgroup2 }: Host): boolean {
  return cgroup2?.v1Controllers.includes(V1_NAMES[controller] ?? controller) ?? false
}

function whyUnavailable(controller: string, host: Host, place: CgroupPlace | null): string | undefined {
  const { cgroup2 } = host
  if (cgroup2 === null || cgroup2.controllers.includes(controller)) return undefined
  if (isOnV1(controller, host)) {
    const name = V1_NAMES[controller] ?? controller
    return `needs the ${controller} controller, which is on a cgroup v1 hierarchy of this machine${name === controller ? '' : ` (as ${name})`}, not on cgroup2 at ${cgroup2.mountPoint}`
  }
  // What others have enabled outside of our own cgroup is found out when it is written.
  const below = cgroup2.own === '/' || place?.path.startsWith(`${cgroup2.own}/`)
  if (!below) return undefined
  const where =
    cgroup2.own === '/' ? `the cgroup2 hierarchy at ${cgroup2.mountPoint}` : `this process’s cgroup ${cgroup2.own}`
  return `needs the ${controller} controller, which ${where} does not have`
}

function howToGetControllers(controllers: Iterable<string>, host: Host): string {
  if ([...controllers].some((controller) => isOnV1(controller, host))) {
    return 'boot with cgroup_no_v1=all (with systemd: systemd.unified_cgroup_hierarchy=1), which gives all controllers to cgroup2'
  }
  return host.cgroup2?.own === '/'
    ? 'the kernel is built without it, or booted with cgroup_disable='
    : 'enable it in cgroup.subtree_control of every parent; a service or user of systemd gets it by Delegate=yes'
}

const CAP_CHOWN = 0
const CAP_SYS_ADMIN = 21

/** What a program is to enforce; null when all devices may be used, or none can be forbidden. */
function planDeviceRules(
  config: ValidConfig,
  host: Host,
  place: CgroupPlace | null,
  warnings: string[],
): readonly DeviceRule[] | null {
  const rules = deviceRules(config)
  if (allowsAll(rules)) return null
  const why = whyNoDeviceProgram(host, place)
  if (why === undefined) return rules
  const own = config.linux?.resources?.devices ?? []
  if (asksForDevices(own)) {
    const hint =
      'leave the rules out: a user namespace can make no devices, and opens those of the host as their modes allow'
    throw refusal([{ path: `${AT}/devices`, message: `cannot be enforced: ${why}` }], hint)
  }
  if (own.length > 0) warnings.push(`${AT}/devices: is left out: ${why}`)
  return null
}

/** bpf(2) asks for CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, in the initial user namespace. */
function whyNoDeviceProgram(host: Host, place: CgroupPlace | null): string | undefined {
  if (place === null) return 'the container has no cgroup of its own'
  if (host.inUserNamespace || !hasCapability(host.capabilities, CAP_SYS_ADMIN)) {
    return 'loading an eBPF program takes CAP_SYS_ADMIN outside any user namespace'
  }
  return host.missingSyscalls.includes('bpf') ? 'bpf(2) cannot be called here' : undefined
}

/**
 * A container with a cgroup namespace and a user namespace of its own that mounts its cgroup for writing means to divide
 * it: cgroup-v2.rst, Delegation.
 */
function planOwner(config: ValidConfig, host: Host): CgroupLimits['owner'] {
  if (!createsNamespace(config, 'cgroup') || findNamespace(config, 'user') === undefined) return null
  const isDivided = (config.mounts ?? []).some(
    ({ type, options = [] }) => (type === 'cgroup' || type === 'cgroup2') && !options.includes('ro'),
  )
  const uid = hostId(config.linux?.uidMappings)
  const gid = hostId(config.linux?.gidMappings)
  if (!isDivided || uid === undefined || gid === undefined || uid === host.euid) return null
  return hasCapability(host.capabilities, CAP_CHOWN) ? { uid, gid } : null
}

/** The host's id of the container's root. */
function hostId(mappings: readonly IdMapping[] = []): number | undefined {
  const range = mappings.find(({ containerID, size }) => containerID === 0 && size > 0)
  return range?.hostID
}
