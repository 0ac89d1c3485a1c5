// What a caller may say beside the document, and the host's steps by name. Types, and the names.

import type { CgroupDriver } from '../cgroups/placement.ts'
import type { HookFunctions } from '../hooks/host.ts'
import type { Host } from '../host.ts'
import type { Network } from '../network/options.ts'
import type { Rootfs } from '../plan/plan.ts'
import type { PidfdSocketOptions } from '../process/pidfd-socket.ts'
import type { StdioOptions } from '../process/stdio.ts'
import type { Signal } from '../signals.ts'
import type { NamespacesOf } from './sharing.ts'

/** How a container is made, beside its document. All have defaults. */
export interface CreateOptions extends StdioOptions, PidfdSocketOptions {
  /** Directory of the bundle; `root.path` is relative to it. Default: the current directory. */
  readonly bundle?: string
  /** What `/` of the container is; overrides the document's `root.path`. Relative paths start at the bundle. */
  readonly rootfs?: Rootfs
  /**
   * Give the container an empty session keyring (session-keyring(7)) in the place of this program's, whose keys it could
   * use and change otherwise. Default: true.
   */
  readonly newKeyring?: boolean
  /** Where containers are recorded. Default `/run/libcontainer`, or the user's runtime directory. */
  readonly stateDir?: string
  /**
   * Keep our own first process in the container, as `docker run --init` does: it hands signals on to the program, reaps
   * orphans, and ends as the program ends (128 + signal when one ended it). Default: false, the program is the first.
   */
  readonly init?: boolean
  /**
   * Who makes the container's cgroup. Default: `auto`, systemd where the document says `slice:prefix:name`, and where only
   * systemd can give the limits that it wants; else this library.
   */
  readonly cgroupDriver?: CgroupDriver
  /**
   * How it is connected. Default: as the document says. Whatever it takes (addresses, names, ports of the host) the
   * container has until it is deleted.
   */
  readonly network?: Network
  /**
   * Share namespaces with another container, as those of a pod do, or with a process: its network, ipc and uts, or those
   * that `types` names. The document's own entries of these types then have no path.
   *
   * ```ts
   * await Container.run('web', config, { namespacesOf: 'pod' })
   * ```
   */
  readonly namespacesOf?: NamespacesOf
  /**
   * What the container's first process gets when this program ends, however it does (PR_SET_PDEATHSIG, prctl(2)). With a
   * pid namespace of its own SIGKILL ends the whole container. Its record stays, for `delete`. Default: nothing, it
   * outlives its creator.
   */
  readonly parentDeathSignal?: Signal
  /** Functions to call where the document has hooks of the host; after those of the same name. */
  readonly hooks?: HookFunctions
  /**
   * Answer calls for which the filter has SCMP_ACT_NOTIFY in this program: {@link Container.seccompNotifications}. Without it
   * they are for the program that listens at `linux.seccomp.listenerPath`. Default: false.
   */
  readonly seccompNotifications?: boolean
  /**
   * Leave the process to whoever is its parent once this program has ended (an ancestor that is a subreaper, or init): it
   * is not waited for, so that its exit is theirs to see, until `wait` is called. For programs that end before it does.
   * Default: false.
   */
  readonly detached?: boolean
  /** Aborting it before the container is there undoes everything and rejects with its reason. */
  readonly signal?: AbortSignal
  /** What the machine can do. Default: what {@link probeHost} says. */
  readonly host?: Host
  /** @internal Fault injection: init fails at this index of the plan. */
  readonly failAt?: number
  /** @internal Fault injection: called before each host step with its name; may throw, or end the process. */
  readonly onStep?: (step: HostStep) => void
}

/** The host's steps, in order. */
export const HOST_STEPS = ['stdio', 'network', 'join', 'launch', 'follow', 'connect', 'hooks', 'settle'] as const
export type HostStep = (typeof HOST_STEPS)[number]

/** Milliseconds that each phase of creating a container took. */
export interface Timings {
  /** Validating, planning, encoding. */
  readonly plan: number
  /** State directory, record and cgroup made, then clone3, until init runs and has its plan. */
  readonly launch: number
  /** Init's work: until the start gate (create), or until the program runs (run). */
  readonly setup: number
}
