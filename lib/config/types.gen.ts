// The types of the OCI documents. Generated from lib/config/schema by scripts/generate-config.ts: do not edit.

/**
 * The OCI runtime configuration of a container, as in `config.json`. Properties that are not listed are ignored, but
 * kept. Spec: config.md.
 */
export interface Config {
  /**
   * Version of the runtime spec the document was written for, SemVer 2.0.0; any 1.x is taken. Spec: config.md,
   * Specification version.
   */
  ociVersion: string
  /** The container's root filesystem; required on Linux. Spec: config.md, Root. */
  root?: Root
  /** Mounts beyond the root, carried out in this order. Default: none. Spec: config.md, Mounts. */
  mounts?: Mount[]
  /** The container's process. A container without one can be created, not started. Spec: config.md, Process. */
  process?: ProcessConfig
  /**
   * The container's host name, at most 64 bytes; needs a `uts` namespace. Default: unchanged. Spec: config.md,
   * Hostname.
   */
  hostname?: string
  /**
   * The container's NIS domain name, at most 64 bytes; needs a `uts` namespace. Default: unchanged. Spec: config.md,
   * Domainname.
   */
  domainname?: string
  /** Programs run at points of the container's life. Spec: config.md, POSIX-platform hooks. */
  hooks?: Hooks
  /**
   * Free text about the container, key to value; keys are not empty, preferably in reverse-domain form. Copied to the
   * state, never acted upon. Spec: config.md, Annotations.
   */
  annotations?: Record<string, string>
  /** What is particular to Linux. Spec: config-linux.md. */
  linux?: Linux
  /** For FreeBSD: refused here. */
  freebsd?: OtherPlatform
  /** For Solaris: refused here. */
  solaris?: OtherPlatform
  /** For virtual machines: refused here. */
  vm?: OtherPlatform
  /** For Windows: refused here. */
  windows?: OtherPlatform
  /** For z/OS: refused here. */
  zos?: OtherPlatform
}

/** Settings of a platform other than Linux. Their inside is not looked at, since their presence is an error. */
export interface OtherPlatform {
  [key: string]: unknown
}

/** The root filesystem. Spec: config.md, Root. */
export interface Root {
  /** Directory that becomes `/`: absolute, or relative to the bundle. Neither `/` nor a symbolic link. */
  path: string
  /** Whether `/` is read-only inside the container. Default: false. */
  readonly?: boolean
}

/** One mount. Spec: config.md, Mounts; mount(8) for the options. */
export interface Mount {
  /** Absolute path inside the container. Made if it is missing. */
  destination: string
  /**
   * Filesystem type as in /proc/filesystems. `bind` or `rbind`, or the option of that name, for a bind mount; then any
   * other type is ignored.
   */
  type?: string
  /** Device, name of the filesystem, or for a bind mount a file or directory: absolute, or relative to the bundle. */
  source?: string
  /** Option words in fstab form. Words that are no mount flag go to the filesystem. Default: none. */
  options?: string[]
  /** User ids of an id-mapped bind mount. Default: none; with the option `idmap`, those of the user namespace. */
  uidMappings?: IdMapping[]
  /** Group ids of an id-mapped bind mount. Default: none; with the option `idmap`, those of the user namespace. */
  gidMappings?: IdMapping[]
}

/**
 * A range of ids inside a user namespace and the range outside that it stands for. Spec: config-linux.md, User
 * namespace mappings; user_namespaces(7).
 */
export interface IdMapping {
  /** First id inside. */
  containerID: number
  /** First id outside. */
  hostID: number
  /** How many ids, at least 1. */
  size: number
}

/**
 * Hooks, each list run in order, with the container's state as JSON on stdin. A failure stops the container, except
 * after it has ended. Spec: config.md, POSIX-platform hooks; runtime.md, Lifecycle.
 */
export interface Hooks {
  /** Deprecated in favour of the next three: run in the runtime's namespaces while the container is created. */
  prestart?: Hook[]
  /** Run in the runtime's namespaces, when those of the container exist, before its root is changed. */
  createRuntime?: Hook[]
  /** Run in the container's namespaces, before its root is changed; paths are the runtime's. */
  createContainer?: Hook[]
  /** Run in the container, right before its process is executed; paths are the container's. */
  startContainer?: Hook[]
  /** Run in the runtime's namespaces, after the container's process was started. */
  poststart?: Hook[]
  /** Run in the runtime's namespaces, after the container was deleted. A failure is a warning. */
  poststop?: Hook[]
}

/** A program to run. Spec: config.md, POSIX-platform hooks; execv(3). */
export interface Hook {
  /** Absolute path of the program. */
  path: string
  /** Its arguments, the first being its own name. Default: the path alone. */
  args?: string[]
  /** Its whole environment, as `NAME=value`. Default: empty. */
  env?: string[]
  /** Seconds after which it is killed, which counts as a failure. Default: never. */
  timeout?: number
}

/** What runs in a container, and as whom. Spec: config.md, Process. */
export interface ProcessConfig {
  /**
   * The program and its arguments, at least one. A program without `/` is looked up in the PATH of `env`. Spec:
   * config.md, POSIX process.
   */
  args?: string[]
  /** Working directory, an absolute path inside the container. */
  cwd: string
  /** The whole environment, as `NAME=value`; of equal names the last counts. Default: empty. */
  env?: string[]
  /** Whether the process gets a pseudo-terminal of its own as stdin, stdout and stderr. Default: false. */
  terminal?: boolean
  /** Size of the terminal; ignored without `terminal`. Default: the kernel's 0 by 0. */
  consoleSize?: ConsoleSize
  /** Whom the process runs as. Default: uid 0, gid 0 of the container. */
  user?: User
  /** The capability sets. Default: none at all. Spec: config.md, Linux process; capabilities(7). */
  capabilities?: Capabilities
  /** Resource limits, each type once. Default: those of the runtime. Spec: config.md, POSIX process; setrlimit(2). */
  rlimits?: Rlimit[]
  /**
   * Whether set-uid bits and file capabilities are without effect for good. Default: false. prctl(2),
   * PR_SET_NO_NEW_PRIVS.
   */
  noNewPrivileges?: boolean
  /**
   * How likely the kernel picks this process when memory runs out, −1000 (never) to 1000. Default: that of the runtime.
   * proc(5), oom_score_adj.
   */
  oomScoreAdj?: number
  /** Name of a loaded AppArmor profile. Default: that of the runtime. */
  apparmorProfile?: string
  /** SELinux label of the process. Default: that of the runtime. */
  selinuxLabel?: string
  /** CPU scheduling. Default: that of the runtime. sched_setattr(2). */
  scheduler?: Scheduler
  /** I/O scheduling. Default: that of the runtime. ioprio_set(2). */
  ioPriority?: IoPriority
  /** CPUs of a process that is executed in an existing container. Default: those of its cgroup. */
  execCPUAffinity?: CpuAffinity
  /** The command line on Windows: refused here. */
  commandLine?: string
}

/** Size of a terminal in characters. Spec: config.md, Process. */
export interface ConsoleSize {
  /** Lines, at most 65535. */
  height: number | bigint
  /** Columns, at most 65535. */
  width: number | bigint
}

/** Numeric identity, in the ids of the container's user namespace. Spec: config.md, POSIX-platform user. */
export interface User {
  /** User id. Default: 0. */
  uid?: number
  /** Group id. Default: 0. */
  gid?: number
  /** Mode bits that new files lack, at most 0o777. Default: 0o022. */
  umask?: number
  /** Supplementary group ids. Default: none. */
  additionalGids?: number[]
  /** The user's name on Windows: refused here. */
  username?: string
}

/**
 * The five capability sets, by names as `CAP_CHOWN`; an absent set is empty. Names the kernel does not know are warned
 * of and left out. Spec: config.md, Linux process; capabilities(7).
 */
export interface Capabilities {
  /** What can ever be gained by executing a file. */
  bounding?: string[]
  /** What may be made effective. */
  permitted?: string[]
  /** What is in force; part of `permitted`. */
  effective?: string[]
  /** What survives executing a file that has it as inheritable too. Leave it empty unless you know why not. */
  inheritable?: string[]
  /** What survives executing any file; part of `permitted` and of `inheritable`. */
  ambient?: string[]
}

/** One resource limit. Spec: config.md, POSIX process; setrlimit(2). */
export interface Rlimit {
  /** `RLIMIT_NOFILE` and so on. */
  type: string
  /** What the kernel enforces; at most `hard`. 18446744073709551615 is no limit. */
  soft: number | bigint
  /** What the process may raise the soft limit to. 18446744073709551615 is no limit. */
  hard: number | bigint
}

/** CPU scheduling. Spec: config.md, Linux process; sched_setattr(2), sched(7). */
export interface Scheduler {
  /** The scheduling policy. */
  policy: 'SCHED_OTHER' | 'SCHED_FIFO' | 'SCHED_RR' | 'SCHED_BATCH' | 'SCHED_ISO' | 'SCHED_IDLE' | 'SCHED_DEADLINE'
  /** −20 (most CPU) to 19 (least), for SCHED_OTHER and SCHED_BATCH. Default: 0. */
  nice?: number
  /** 1 (lowest) to 99, for SCHED_FIFO and SCHED_RR. Default: 0, which is right for the other policies. */
  priority?: number
  /** Default: none. */
  flags?: Array<'SCHED_FLAG_RESET_ON_FORK' | 'SCHED_FLAG_RECLAIM' | 'SCHED_FLAG_DL_OVERRUN' | 'SCHED_FLAG_KEEP_POLICY' | 'SCHED_FLAG_KEEP_PARAMS' | 'SCHED_FLAG_UTIL_CLAMP_MIN' | 'SCHED_FLAG_UTIL_CLAMP_MAX'>
  /** For SCHED_DEADLINE: CPU time per period, nanoseconds. */
  runtime?: number | bigint
  /** For SCHED_DEADLINE: when the runtime must be done, nanoseconds from the period's start. */
  deadline?: number | bigint
  /** For SCHED_DEADLINE: nanoseconds. Default: the deadline. */
  period?: number | bigint
}

/** I/O scheduling. Spec: config.md, Linux process; ioprio_set(2). */
export interface IoPriority {
  /** Real-time, best effort, or idle. */
  class: 'IOPRIO_CLASS_RT' | 'IOPRIO_CLASS_BE' | 'IOPRIO_CLASS_IDLE'
  /** 0 (highest) to 7 within the class. Default: 0. */
  priority?: number
}

/** CPUs as lists like `0-3,7`. Spec: config.md, Linux process; sched_setaffinity(2). */
export interface CpuAffinity {
  /** While the process is being brought into the container. Default: those of the runtime. */
  initial?: string
  /** From when the process is in the container's cgroup. Default: those of the cgroup. */
  final?: string
}

/** What is particular to Linux. Spec: config-linux.md. */
export interface Linux {
  /**
   * Namespaces the container has of its own or joins, each type once; of the others it shares the runtime's. Default:
   * none. Spec: config-linux.md, Namespaces.
   */
  namespaces?: Namespace[]
  /** User ids of the new user namespace, at most 340 ranges. Spec: config-linux.md, User namespace mappings. */
  uidMappings?: IdMapping[]
  /** Group ids of the new user namespace, at most 340 ranges. Spec: config-linux.md, User namespace mappings. */
  gidMappings?: IdMapping[]
  /** Offsets of the clocks of a new time namespace. Default: none. Spec: config-linux.md, Offset for Time Namespace. */
  timeOffsets?: TimeOffsets
  /**
   * Device nodes beyond the standard ones (null, zero, full, random, urandom, tty, ptmx). Default: none. Spec:
   * config-linux.md, Devices.
   */
  devices?: Device[]
  /**
   * Network interfaces of the host to move into the container's network namespace, by their name on the host. Spec:
   * config-linux.md, Network Devices.
   */
  netDevices?: Record<string, NetDevice>
  /**
   * The container's cgroup: absolute means below the cgroup mount point, relative means below one of the runtime's
   * choice. For the systemd driver `slice:prefix:name`. Default: the runtime's choice. Spec: config-linux.md, Cgroups
   * Path.
   */
  cgroupsPath?: string
  /** Limits set on the cgroup. Default: none. Spec: config-linux.md, Control groups. */
  resources?: Resources
  /**
   * Propagation of the container's root mount, `slave` and so on; with `r` in front it is meant for the mounts below
   * too. With `private` or `rprivate` nothing passes in or out. Default: nothing passes out, and bind mounts go on
   * receiving what the host mounts below their sources (`rslave`). Spec: config-linux.md, Rootfs Mount Propagation;
   * mount_namespaces(7).
   */
  rootfsPropagation?: 'private' | 'shared' | 'slave' | 'unbindable' | 'rprivate' | 'rshared' | 'rslave' | 'runbindable'
  /** The system calls that are allowed. Default: all. Spec: config-linux.md, Seccomp. */
  seccomp?: Seccomp
  /**
   * Kernel parameters of the container's namespaces, name to value, e.g. `net.core.somaxconn`. Default: unchanged.
   * Spec: config-linux.md, Sysctl.
   */
  sysctl?: Record<string, string>
  /**
   * Absolute paths that cannot be read inside the container; missing ones are passed over. Default: none. Spec:
   * config-linux.md, Masked Paths.
   */
  maskedPaths?: string[]
  /**
   * Absolute paths that cannot be written inside the container; missing ones are passed over. Default: none. Spec:
   * config-linux.md, Readonly Paths.
   */
  readonlyPaths?: string[]
  /** SELinux context of the container's mounts. Default: none. Spec: config-linux.md, Mount Label. */
  mountLabel?: string
  /** Cache and memory bandwidth through resctrl. Default: none. Spec: config-linux.md, IntelRdt. */
  intelRdt?: IntelRdt
  /** NUMA policy. Default: that of the runtime. Spec: config-linux.md, Memory policy; set_mempolicy(2). */
  memoryPolicy?: MemoryPolicy
  /** Execution domain. Default: that of the runtime. Spec: config-linux.md, Personality; personality(2). */
  personality?: Personality
}

/** A namespace to create, or with `path` to join. Spec: config-linux.md, Namespaces; namespaces(7). */
export interface Namespace {
  /** Which kind. */
  type: NamespaceType
  /**
   * Absolute path, in the runtime's mount namespace, of the namespace to join, e.g. `/proc/123/ns/net`. Default: a new
   * one is created.
   */
  path?: string
}

/** A kind of namespace. Spec: config-linux.md, Namespaces. */
export type NamespaceType = 'mount' | 'pid' | 'network' | 'uts' | 'ipc' | 'user' | 'cgroup' | 'time'

/** By how much clocks differ from the host's. Spec: config-linux.md, Offset for Time Namespace; time_namespaces(7). */
export interface TimeOffsets {
  /** Of CLOCK_BOOTTIME. */
  boottime?: TimeOffset
  /** Of CLOCK_MONOTONIC. */
  monotonic?: TimeOffset
}

/** A time span. Spec: config-linux.md, Offset for Time Namespace. */
export interface TimeOffset {
  /** Seconds, may be negative. Default: 0. */
  secs?: number | bigint
  /** Nanoseconds on top, less than 1000000000. Default: 0. */
  nanosecs?: number
}

/** A device node. Spec: config-linux.md, Devices; mknod(2). */
export interface Device {
  /** `c` or `u` for a character device, `b` for a block device, `p` for a FIFO. */
  type: 'c' | 'u' | 'b' | 'p'
  /** Absolute path inside the container. */
  path: string
  /** Major number, at most 4095; required unless it is a FIFO. */
  major?: number | bigint
  /** Minor number, at most 1048575; required unless it is a FIFO. */
  minor?: number | bigint
  /** Permission bits, at most 0o777. Default: 0o666. */
  fileMode?: number
  /** Owner, in the container's ids. Default: 0. */
  uid?: number
  /** Group, in the container's ids. Default: 0. */
  gid?: number
}

/** What becomes of a network interface that is moved in. Spec: config-linux.md, Network Devices. */
export interface NetDevice {
  /** Its name in the container. Default: as on the host. */
  name?: string
}

/** Intel Resource Director Technology. Spec: config-linux.md, IntelRdt. */
export interface IntelRdt {
  /** Name of the class of service. Default: the container's id. */
  closID?: string
  /** Lines for the class's schemata file. Default: none. */
  schemata?: string[]
  /** Line for the L3 cache, e.g. `L3:0=7f0;1=1f`. Default: none. */
  l3CacheSchema?: string
  /** Line for memory bandwidth, e.g. `MB:0=20;1=70`. Default: none. */
  memBwSchema?: string
  /** Whether a monitoring group is made for the container. Default: false. */
  enableMonitoring?: boolean
}

/** Which NUMA nodes memory comes from. Spec: config-linux.md, Memory policy; set_mempolicy(2). */
export interface MemoryPolicy {
  /** How nodes are chosen. */
  mode: 'MPOL_DEFAULT' | 'MPOL_BIND' | 'MPOL_INTERLEAVE' | 'MPOL_WEIGHTED_INTERLEAVE' | 'MPOL_PREFERRED' | 'MPOL_PREFERRED_MANY' | 'MPOL_LOCAL'
  /** A list like `0-3,7`; which modes need it, set_mempolicy(2) says. */
  nodes?: string
  /** Default: none. */
  flags?: Array<'MPOL_F_NUMA_BALANCING' | 'MPOL_F_RELATIVE_NODES' | 'MPOL_F_STATIC_NODES'>
}

/** Execution domain. Spec: config-linux.md, Personality; personality(2). */
export interface Personality {
  /** LINUX32 makes uname(2) say a 32-bit machine. */
  domain: 'LINUX' | 'LINUX32'
  /** The spec defines none yet, so this must be empty. */
  flags?: string[]
}

/**
 * Limits of a cgroup; what is absent stays as it is. Spec: config-linux.md, Control groups; the kernel's cgroup-v2.rst.
 */
export interface Resources {
  /**
   * Files of the cgroup and what to write to them, after all else, e.g. `memory.high`. Spec: config-linux.md, Unified.
   */
  unified?: Record<string, string>
  /** Which devices may be used; of the rules that fit, the last counts. Spec: config-linux.md, Allowed Device list. */
  devices?: DeviceRule[]
  /** Memory. Spec: config-linux.md, Memory. */
  memory?: MemoryLimits
  /** CPU time and placement. Spec: config-linux.md, CPU. */
  cpu?: CpuLimits
  /** Number of processes. Spec: config-linux.md, PIDs. */
  pids?: PidsLimits
  /** Block devices. Spec: config-linux.md, Block IO. */
  blockIO?: BlockIoLimits
  /** Huge pages, each size once. Spec: config-linux.md, Huge page limits. */
  hugepageLimits?: HugepageLimit[]
  /** Network class and priorities, cgroup v1 only. Spec: config-linux.md, Network. */
  network?: NetworkLimits
  /** RDMA resources, by the device's name. Spec: config-linux.md, RDMA. */
  rdma?: Record<string, RdmaLimits>
}

/** Whether some devices may be used. Spec: config-linux.md, Allowed Device list. */
export interface DeviceRule {
  /** Whether they may. */
  allow: boolean
  /** `a` for all, `c` for character, `b` for block devices. Default: `a`. */
  type?: 'a' | 'c' | 'b'
  /** Major number; −1 for any. Default: any. */
  major?: number | bigint
  /** Minor number; −1 for any. Default: any. */
  minor?: number | bigint
  /** Any of `r` (read), `w` (write), `m` (make nodes). Default: `rwm`. */
  access?: string
}

/** Memory of a cgroup, in bytes; −1 is no limit. Spec: config-linux.md, Memory. */
export interface MemoryLimits {
  /** Bytes above which the kernel kills: memory.max. */
  limit?: number | bigint
  /** Bytes that are protected: memory.low. */
  reservation?: number | bigint
  /** Bytes of memory and swap together; at least `limit`, which must be set. */
  swap?: number | bigint
  /** Bytes of kernel memory, cgroup v1 only, not recommended. */
  kernel?: number | bigint
  /** Bytes of TCP buffers, cgroup v1 only, not recommended. */
  kernelTCP?: number | bigint
  /** 0 to 100, cgroup v1 only. */
  swappiness?: number | bigint
  /** Whether tasks wait rather than die, cgroup v1 only. Default: false. */
  disableOOMKiller?: boolean
  /** Whether children count too, cgroup v1 only, deprecated. */
  useHierarchy?: boolean
  /** Whether a limit below what is in use is refused. Default: false. */
  checkBeforeUpdate?: boolean
}

/** CPU of a cgroup. Spec: config-linux.md, CPU. */
export interface CpuLimits {
  /** Relative weight, 2 to 262144; 0 is unset. The kernel's default is 1024. */
  shares?: number | bigint
  /** Microseconds of CPU per period, at least 1000; negative is no limit. */
  quota?: number | bigint
  /** Microseconds beyond the quota that may be saved up; at most the quota. */
  burst?: number | bigint
  /** Microseconds, 1000 to 1000000. Default: 100000. */
  period?: number | bigint
  /** Microseconds of real-time CPU per period, cgroup v1 only. */
  realtimeRuntime?: number | bigint
  /** Microseconds, cgroup v1 only. */
  realtimePeriod?: number | bigint
  /** CPUs as a list like `0-3,7`. */
  cpus?: string
  /** Memory nodes as a list like `0-3,7`. */
  mems?: string
  /** 1: run only when nothing else wants to; 0: not so. Default: 0. */
  idle?: number | bigint
}

/** Processes of a cgroup. Spec: config-linux.md, PIDs. */
export interface PidsLimits {
  /** How many tasks there may be; −1 is no limit. */
  limit: number | bigint
}

/** Block devices of a cgroup. Spec: config-linux.md, Block IO. */
export interface BlockIoLimits {
  /** Relative weight, 10 to 1000; 0 is unset. */
  weight?: number
  /** Weight against child cgroups, 10 to 1000; 0 is unset. Cgroup v1 only. */
  leafWeight?: number
  /** Weights for single devices. */
  weightDevice?: WeightDevice[]
  /** Bytes read per second. */
  throttleReadBpsDevice?: ThrottleDevice[]
  /** Bytes written per second. */
  throttleWriteBpsDevice?: ThrottleDevice[]
  /** Reads per second. */
  throttleReadIOPSDevice?: ThrottleDevice[]
  /** Writes per second. */
  throttleWriteIOPSDevice?: ThrottleDevice[]
}

/** Weight for one block device. Spec: config-linux.md, Block IO. */
export interface WeightDevice {
  /** Major number of the device. */
  major: number | bigint
  /** Minor number of the device. */
  minor: number | bigint
  /** Relative weight, 10 to 1000; 0 is unset. */
  weight?: number
  /** Weight against child cgroups, 10 to 1000; 0 is unset. Cgroup v1 only. */
  leafWeight?: number
}

/** Rate limit for one block device. Spec: config-linux.md, Block IO. */
export interface ThrottleDevice {
  /** Major number of the device. */
  major: number | bigint
  /** Minor number of the device. */
  minor: number | bigint
  /** Bytes or operations per second; 0 is no limit. */
  rate?: number | bigint
}

/** Limit for huge pages of one size. Spec: config-linux.md, Huge page limits. */
export interface HugepageLimit {
  /** `64KB`, `2MB`, `1GB` and so on. */
  pageSize: string
  /** Bytes. */
  limit: number | bigint
}

/** Marking of network packets, cgroup v1 only. Spec: config-linux.md, Network. */
export interface NetworkLimits {
  /** Class of the packets: net_cls.classid. */
  classID?: number
  /** Priority of the packets by interface. */
  priorities?: NetworkPriority[]
}

/** Priority on one network interface. Spec: config-linux.md, Network. */
export interface NetworkPriority {
  /** Name of the interface. */
  name: string
  /** The priority. */
  priority: number
}

/** Limits for one RDMA device. Spec: config-linux.md, RDMA. */
export interface RdmaLimits {
  /** How many handles. Default: no limit. */
  hcaHandles?: number
  /** How many objects. Default: no limit. */
  hcaObjects?: number
}

/** A filter of system calls. Spec: config-linux.md, Seccomp; seccomp(2). */
export interface Seccomp {
  /** For system calls that no rule fits; not SCMP_ACT_NOTIFY. */
  defaultAction: SeccompAction
  /** The errno of a default action SCMP_ACT_ERRNO, at most 4095, or the message of SCMP_ACT_TRACE. Default: EPERM. */
  defaultErrnoRet?: number
  /** Architectures besides the native one. Default: none. */
  architectures?: SeccompArch[]
  /** Flags of seccomp(2). Default: SECCOMP_FILTER_FLAG_SPEC_ALLOW. */
  flags?: SeccompFlag[]
  /**
   * Unix socket that gets the notification descriptor; required where a rule says SCMP_ACT_NOTIFY, ignored otherwise.
   */
  listenerPath?: string
  /** Passed to the listener as it is; needs `listenerPath`. */
  listenerMetadata?: string
  /** The rules. Default: none. */
  syscalls?: SeccompRule[]
}

/** What to do about some system calls. Spec: config-linux.md, Seccomp. */
export interface SeccompRule {
  /** Names of system calls; those the kernel does not know are passed over. */
  names: string[]
  /** What to do. */
  action: SeccompAction
  /** The errno of SCMP_ACT_ERRNO, at most 4095, or the message of SCMP_ACT_TRACE. Default: EPERM. */
  errnoRet?: number
  /** Conditions that must all be true. Default: none. */
  args?: SeccompArg[]
}

/** A condition on one argument of a system call. Spec: config-linux.md, Seccomp. */
export interface SeccompArg {
  /** Which argument, 0 to 5. */
  index: number
  /** What it is compared with; for SCMP_CMP_MASKED_EQ the mask. */
  value: number | bigint
  /** For SCMP_CMP_MASKED_EQ: what the masked argument must equal. Default: 0. */
  valueTwo?: number | bigint
  /** The comparison. */
  op: SeccompOperator
}

/** What the kernel does on a system call. Spec: config-linux.md, Seccomp. */
export type SeccompAction = 'SCMP_ACT_KILL' | 'SCMP_ACT_KILL_PROCESS' | 'SCMP_ACT_KILL_THREAD' | 'SCMP_ACT_TRAP' | 'SCMP_ACT_ERRNO' | 'SCMP_ACT_TRACE' | 'SCMP_ACT_ALLOW' | 'SCMP_ACT_LOG' | 'SCMP_ACT_NOTIFY'

/** An architecture. Spec: config-linux.md, Seccomp. */
export type SeccompArch = 'SCMP_ARCH_X86' | 'SCMP_ARCH_X86_64' | 'SCMP_ARCH_X32' | 'SCMP_ARCH_ARM' | 'SCMP_ARCH_AARCH64' | 'SCMP_ARCH_LOONGARCH64' | 'SCMP_ARCH_M68K' | 'SCMP_ARCH_MIPS' | 'SCMP_ARCH_MIPS64' | 'SCMP_ARCH_MIPS64N32' | 'SCMP_ARCH_MIPSEL' | 'SCMP_ARCH_MIPSEL64' | 'SCMP_ARCH_MIPSEL64N32' | 'SCMP_ARCH_PPC' | 'SCMP_ARCH_PPC64' | 'SCMP_ARCH_PPC64LE' | 'SCMP_ARCH_S390' | 'SCMP_ARCH_S390X' | 'SCMP_ARCH_SH' | 'SCMP_ARCH_SHEB' | 'SCMP_ARCH_PARISC' | 'SCMP_ARCH_PARISC64' | 'SCMP_ARCH_RISCV64'

/** A flag of seccomp(2). Spec: config-linux.md, Seccomp. */
export type SeccompFlag = 'SECCOMP_FILTER_FLAG_TSYNC' | 'SECCOMP_FILTER_FLAG_LOG' | 'SECCOMP_FILTER_FLAG_SPEC_ALLOW' | 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'

/** How an argument is compared. Spec: config-linux.md, Seccomp. */
export type SeccompOperator = 'SCMP_CMP_NE' | 'SCMP_CMP_LT' | 'SCMP_CMP_LE' | 'SCMP_CMP_EQ' | 'SCMP_CMP_GE' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ'

/** The OCI state of a container. Spec: runtime.md, State. */
export interface State {
  /** Version of the runtime spec that this document follows. */
  ociVersion: string
  /** The container's id. */
  id: string
  /** Where in its life the container is; `paused` is this runtime's own. */
  status: 'creating' | 'created' | 'running' | 'paused' | 'stopped'
  /** Process id of the container's process, as the host sees it; present while `created`, `running` or `paused`. */
  pid?: number
  /** Absolute path of the bundle. */
  bundle: string
  /** The annotations of the configuration. */
  annotations?: Record<string, string>
}
