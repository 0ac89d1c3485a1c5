// What this machine can do, read once, as data. Everything pure gets it as an argument.
import { type Native, native } from './addon.ts'
import type { NamespaceType, SeccompFlag } from './config/types.ts'
import { assembleHost } from './host/assemble.ts'
import { readFacts } from './host/facts.ts'

/** A range of subordinate ids (subuid(5)). */
export interface IdRange {
  /** The first of them, as the host has it. */
  readonly start: number
  /** How many there are. */
  readonly count: number
}

/** Facts about the machine and this process's standing on it. Plain data: can be stored, compared and made up in tests. */
export interface Host {
  /** The processor, as `process.arch`. */
  readonly arch: 'x64' | 'arm64'
  /** uname(2): `release` is the whole, e.g. `6.1.0-18-amd64`. */
  readonly kernel: { readonly release: string; readonly major: number; readonly minor: number }
  /** Effective user id of this process. */
  readonly euid: number
  /** Effective group id of this process. */
  readonly egid: number
  /** Effective capabilities of this process, as bits. */
  readonly capabilities: bigint
  /** Highest capability number the kernel knows. */
  readonly lastCapability: number
  /** Which types the kernel has (/proc/self/ns); not whether this process may make them. */
  readonly namespaces: Readonly<Record<NamespaceType, boolean>>
  /** As the machine’s settings say; {@link inspectHost} tries it. */
  readonly userNamespaces: {
    /** Whether this process can make one. */
    readonly usable: boolean
    /** Why not, and what to change. */
    readonly reason?: string
    /** What stands in the way, to branch on. */
    readonly blockedBy?: 'kernel' | 'limit' | 'sysctl' | 'apparmor'
  }
  /** This process is itself inside a user namespace that is not the initial one. */
  readonly inUserNamespace: boolean
  /** The first mount of all, which pivot_root(2) cannot put aside, is this process's root. */
  readonly rootIsInitramfs: boolean
  /** Whether setgroups(2) is allowed in this process's user namespace; where it is not, it never is in one below it. */
  readonly setgroupsAllowed: boolean
  /**
   * Ranges this user may map through newuidmap and newgidmap; empty when there are none, when the programs are absent,
   * and for root, who maps ids without them.
   */
  readonly subIds: { readonly uid: readonly IdRange[]; readonly gid: readonly IdRange[] }
  /** Path of the program (package uidmap); absent where the usual directories have none, and for root. PATH is not asked. */
  readonly newuidmap?: string
  /** The same for groups. */
  readonly newgidmap?: string
  /** The cgroup2 hierarchy, wherever it is mounted; null when there is none. */
  readonly cgroup2: {
    /** Where it is mounted, e.g. `/sys/fs/cgroup`. */
    readonly mountPoint: string
    /** This process's cgroup, as a path below the mount point, e.g. `/user.slice/x`. */
    readonly own: string
    /** Whether this process may make child cgroups in its own and move processes there (cgroup.procs). */
    readonly writable: boolean
    /** Controllers that its children could have (cgroup.controllers of its own cgroup). */
    readonly controllers: readonly string[]
    /** Controllers that its own cgroup passes on to its children (cgroup.subtree_control). */
    readonly passedOn: readonly string[]
    /** Controllers that sit on v1 hierarchies of the same machine. */
    readonly v1Controllers: readonly string[]
  } | null
  /** The manager of systemd that makes cgroups for this user; null where systemd does not run, or not for him. */
  readonly systemd: {
    /** The machine’s own, for root, or the user’s. */
    readonly manager: 'system' | 'user'
    /** Its own cgroup, in which its slices are, e.g. `/user.slice/user-1000.slice/user@1000.service`. */
    readonly cgroup: string
  } | null
  /** The kernel has seccomp filters. */
  readonly seccomp: boolean
  /** Those of its flags that it knows. */
  readonly seccompFlags: readonly SeccompFlag[]
  /** This process is itself under a seccomp filter, as in most containers: calls may fail that the kernel has. */
  readonly seccompFiltered: boolean
  /** AppArmor is active. */
  readonly apparmor: boolean
  /** SELinux is active. */
  readonly selinux: boolean
  /** System calls that cannot be used here (old kernel or a seccomp filter around us), by name. */
  readonly missingSyscalls: readonly string[]
}

/** How to ask the machine. */
export interface ProbeOptions {
  /** Read the machine again rather than return what was found before. */
  readonly fresh?: boolean
  /** Where to learn which system calls and flags work; null does without, and then none is called missing. */
  readonly addon?: Pick<Native, 'probeSyscalls' | 'seccompFlags'> | null
}

let known: Promise<Host> | undefined

/**
 * Reads what this machine can do and what this process may, changing nothing. The answer is kept for later calls.
 *
 * @example
 * ```ts
 * const { kernel, cgroup2, userNamespaces } = await probeHost()
 * if (!userNamespaces.usable) console.error(userNamespaces.reason)
 * console.log(kernel.release, cgroup2?.controllers ?? 'no cgroup2')
 * ```
 * @throws Error when the native addon cannot be loaded
 */
export function probeHost({ fresh = false, addon }: ProbeOptions = {}): Promise<Host> {
  if (addon !== undefined) return probe(addon)
  if (known === undefined || fresh) known = forgetFailure(probe(undefined))
  return known
}

async function probe(addon: ProbeOptions['addon']): Promise<Host> {
  const asked = addon === undefined ? native() : addon
  const reading = readFacts()
  // The thread pool reads while this thread asks for the system calls.
  const errors = asked?.probeSyscalls() ?? {}
  return assembleHost(await reading, errors, asked?.seccompFlags())
}

function forgetFailure(probing: Promise<Host>): Promise<Host> {
  probing.catch(() => {
    if (known === probing) known = undefined
  })
  return probing
}
