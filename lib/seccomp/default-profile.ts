// The default profile for a container, and profiles derived from others. Pure; what is returned is frozen.
import type { Seccomp, SeccompArch, SeccompArg, SeccompRule } from '../config/types.ts'
import type { Host } from '../host.ts'
import type { ArchName } from './arch.ts'
import { DEFAULT_SECCOMP_RULES, type DefaultRule } from './default-rules.ts'

const EPERM = 1

/** The second is what programs of 32 bits are. x32 is left out: nothing uses it, and it has had holes of its own. */
const ARCHS: Readonly<Record<Host['arch'], readonly ArchName[]>> = { x64: ['x86_64', 'x86'], arm64: ['aarch64', 'arm'] }

/**
 * A profile that lets ordinary programs do what they do and keeps them from what reaches past namespaces and capabilities.
 * It protects as the default profiles of container engines do: see {@link DEFAULT_SECCOMP_RULES}.
 *
 * ```ts
 * const config = Config.template({ args: ['make'] })
 * const { capabilities } = config.process
 * config.linux.seccomp = defaultSeccomp(await probeHost(), capabilities?.bounding)
 * ```
 * @param capabilities those that the container has: the calls they are for are allowed. Default: none
 * @returns a profile for `linux.seccomp`, frozen; {@link allowSyscalls} and {@link forbidSyscalls} make others of it
 */
export function defaultSeccomp(host: Pick<Host, 'arch' | 'kernel'>, capabilities: readonly string[] = []): Seccomp {
  const archs = ARCHS[host.arch]
  const { major, minor } = host.kernel
  const isPart = ({ capability, withoutCapability, arch, kernel: [atLeast, andMinor] = [0, 0] }: DefaultRule) =>
    (capability === undefined || capabilities.includes(capability)) &&
    (withoutCapability === undefined || !capabilities.includes(withoutCapability)) &&
    (arch === undefined || arch.some((each) => archs.includes(each))) &&
    (major > atLeast || (major === atLeast && minor >= andMinor))
  return freeze({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: archs.map((arch) => `SCMP_ARCH_${arch.toUpperCase()}` as SeccompArch),
    syscalls: DEFAULT_SECCOMP_RULES.filter(isPart).map(toRule),
  })
}

/** That of a container without capabilities, on any kernel since 4.8: it is compiled with the library. */
export const plainDefault = (native: 'x86_64' | 'aarch64'): Seccomp =>
  defaultSeccomp({ arch: native === 'aarch64' ? 'arm64' : 'x64', kernel: { release: '', major: 4, minor: 8 } })

const toRule = ({ names, errno, args }: DefaultRule): SeccompRule => ({
  names: [...names],
  action: errno === undefined ? 'SCMP_ACT_ALLOW' : 'SCMP_ACT_ERRNO',
  ...(errno === undefined ? {} : { errnoRet: errno }),
  ...(args === undefined ? {} : { args: args.map((arg) => ({ ...arg })) }),
})

/**
 * The profile with more calls allowed, whatever it says of them otherwise.
 * @param args allow them only when all of these hold; what the profile allows already it goes on to allow
 * @returns a new profile, frozen
 */
export function allowSyscalls(profile: Seccomp, names: readonly string[], args: readonly SeccompArg[] = []): Seccomp {
  const kept = without(profile, names, ({ action }) => action !== 'SCMP_ACT_ALLOW' || args.length === 0)
  const rule: SeccompRule = {
    names: [...names],
    action: 'SCMP_ACT_ALLOW',
    ...(args.length > 0 ? { args: [...args] } : {}),
  }
  return freeze(structuredClone({ ...profile, syscalls: [...kept, rule] }))
}

/**
 * The profile with calls that fail, whatever it says of them otherwise.
 * @param errno what they fail with. Default: 1, EPERM
 * @returns a new profile, frozen
 */
export function forbidSyscalls(profile: Seccomp, names: readonly string[], errno = EPERM): Seccomp {
  const kept = without(profile, names, () => true)
  const rule: SeccompRule = { names: [...names], action: 'SCMP_ACT_ERRNO', errnoRet: errno }
  return freeze(structuredClone({ ...profile, syscalls: [...kept, rule] }))
}

/** The rules with these names taken out of those that fit. */
function without(profile: Seccomp, names: readonly string[], fits: (rule: SeccompRule) => boolean): SeccompRule[] {
  const gone = new Set(names)
  return (profile.syscalls ?? [])
    .map((rule) => (fits(rule) ? { ...rule, names: rule.names.filter((name) => !gone.has(name)) } : rule))
    .filter((rule) => rule.names.length > 0)
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const each of Object.values(value)) freeze(each)
  return Object.freeze(value)
}
