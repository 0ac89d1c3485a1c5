// What this machine can do, read once, as data. Everything pure gets it as an argument.

export type NamespaceType = 'mount' | 'pid' | 'network' | 'uts' | 'ipc' | 'user' | 'cgroup' | 'time'

/** A range of subordinate ids (subuid(5)). */
export interface IdRange {
  readonly start: number
  readonly count: number
}

/** Facts about the machine and this process's standing on it. Plain data: can be stored, compared and made up in tests. */
export interface Host {
  readonly arch: 'x64' | 'arm64'
  readonly kernel: { readonly release: string; readonly major: number; readonly minor: number }
  readonly euid: number
  readonly egid: number
  /** Effective capabilities of this process, as bits. */
  readonly capabilities: bigint
  /** Highest capability number the kernel knows. */
  readonly lastCapability: number
  readonly namespaces: Readonly<Record<NamespaceType, boolean>>
  readonly userNamespaces: {
    /** Whether this process can make one. */
    readonly usable: boolean
    /** Why not, and what to change. */
    readonly reason?: string
  }
  /** This process is itself inside a user namespace that is not the initial one. */
  readonly inUserNamespace: boolean
  /** Ranges this user may map through newuidmap and newgidmap; empty when there are none or the programs are absent. */
  readonly subIds: { readonly uid: readonly IdRange[]; readonly gid: readonly IdRange[] }
  readonly newuidmap?: string
  readonly newgidmap?: string
  /** The cgroup2 hierarchy, wherever it is mounted; null when there is none. */
  readonly cgroup2: {
    readonly mountPoint: string
    /** This process's cgroup, as a path below the mount point, e.g. `/user.slice/x`. */
    readonly own: string
    /** Whether this process may make child cgroups in its own. */
    readonly writable: boolean
    readonly controllers: readonly string[]
    /** Controllers that sit on v1 hierarchies of the same machine. */
    readonly v1Controllers: readonly string[]
  } | null
  readonly seccomp: boolean
  readonly apparmor: boolean
  readonly selinux: boolean
  /** System calls that cannot be used here (old kernel or a seccomp filter around us), by name. */
  readonly missingSyscalls: readonly string[]
}
