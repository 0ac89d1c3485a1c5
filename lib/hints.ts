// What to do about a failure: one table, keyed by operation or system call and errno.

interface Hint {
  /** Name of a plan operation; unset matches any. */
  readonly op?: string
  /** Name of a system call; unset matches any. */
  readonly syscall?: string
  readonly errno: string
  readonly text: string
}

/** First match wins, so the particular stands before the general. */
export const HINTS: readonly Hint[] = [
  {
    syscall: 'clone3',
    errno: 'EPERM',
    text: 'creating namespaces needs CAP_SYS_ADMIN, or a user namespace in the config; where user namespaces are restricted (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, or a container runtime’s seccomp profile) run `npx libcontainer doctor` to see which',
  },
  {
    syscall: 'clone3',
    errno: 'ENOSPC',
    text: 'a namespace limit is reached: see the sysctls user.max_*_namespaces',
  },
  {
    syscall: 'clone3',
    errno: 'EAGAIN',
    text: 'a process limit is reached: RLIMIT_NPROC of the user, or pids.max of the cgroup',
  },
  {
    syscall: 'clone3',
    errno: 'ENOSYS',
    text: 'the kernel is older than 5.3, or a seccomp profile (Docker’s default, for one) hides clone3',
  },
  {
    syscall: 'clone3',
    errno: 'EBUSY',
    text: 'the target cgroup cannot hold processes: it has controllers enabled for its children (cgroup.subtree_control)',
  },
  {
    syscall: 'clone3',
    errno: 'EOPNOTSUPP',
    text: 'the target cgroup is in an invalid state (“domain invalid”): its parent is threaded',
  },
  {
    syscall: 'execveat',
    errno: 'ETIMEDOUT',
    text: 'the new process was stopped before it had begun: by a process in the container (SIGSTOP), or since its cgroup was frozen meanwhile; it has been killed',
  },
  {
    syscall: 'setns',
    errno: 'EPERM',
    text: 'joining a container’s namespaces is for the user who created it, and for root with CAP_SYS_ADMIN (and CAP_SYS_PTRACE while it has not been started); a program that is root of a user namespace needs a pid namespace of its own as well (unshare --user --pid)',
  },
  {
    syscall: 'clone3',
    errno: 'ENOMEM',
    text: 'memory is short; or the first process of the pid namespace to be born in has ended',
  },
  {
    syscall: 'write uid_map',
    errno: 'EPERM',
    text: 'an ordinary user may map only its own uid, or ranges of /etc/subuid through newuidmap (package uidmap); root of a container needs CAP_SETUID, and CAP_SETFCAP to map its uid 0',
  },
  {
    syscall: 'write gid_map',
    errno: 'EPERM',
    text: 'an ordinary user may map only its own gid, or ranges of /etc/subgid through newgidmap (package uidmap)',
  },
  {
    op: 'openTree',
    errno: 'ENOENT',
    text: 'sources are opened on the host before anything is mounted: a path that appears only through another mount of the container cannot be one; bind the host’s path of it instead',
  },
  {
    op: 'openDevice',
    errno: 'ENODEV',
    text: 'where device nodes cannot be made, the host’s node at the same path is bound, and it must be the same device',
  },
  {
    op: 'openDevice',
    errno: 'ENOENT',
    text: 'where device nodes cannot be made, the host’s node at the same path is bound, and it has none',
  },
  {
    op: 'reopenNull',
    errno: 'ENODEV',
    text: 'the container’s /dev/null is not the null device: something is mounted or was left there',
  },
  ...['bindMount', 'setMountAttributes', 'setTreeAttributes'].map((op) => ({
    op,
    syscall: 'mount_setattr',
    errno: 'EPERM',
    text: 'the mount’s ro, nosuid, nodev, noexec and access time are locked in a user namespace: leave out the words that take them off (rw, suid, dev, exec, atime)',
  })),
  {
    op: 'setMountAttributes',
    syscall: 'mount_setattr',
    errno: 'EINVAL',
    text: 'nothing is mounted at this path, or not by this container',
  },
  {
    syscall: 'mount_setattr',
    errno: 'EINVAL',
    text: 'for an id-mapped mount: the filesystem does not support it, or the source is id-mapped already (docs/kernel-features.md#id-mapped-mounts)',
  },
  {
    op: 'openTree',
    errno: 'EINVAL',
    text: 'the source has other mounts below it that a user namespace may not uncover: use rbind instead of bind',
  },
  {
    op: 'mount',
    errno: 'EPERM',
    text: 'in a user namespace only proc, sysfs, tmpfs, devpts, mqueue, cgroup2 and overlay can be mounted, sysfs only with a network namespace of one’s own, and proc and sysfs only where the outer ones are not masked',
  },
  {
    op: 'createFilesystem',
    errno: 'EINVAL',
    text: 'the filesystem refuses its parameters; for an overlay in a user namespace: a layer with other mounts below it, such as /, cannot be used (docs/kernel-features.md#overlay-in-a-user-namespace)',
  },
  {
    op: 'openTerminal',
    errno: 'ENOENT',
    text: 'a terminal is made in the container’s own devpts: mount one on /dev/pts, as the template does',
  },
  {
    op: 'openTerminal',
    errno: 'EINVAL',
    text: 'a terminal is made in the container’s own devpts: what is at /dev/pts is something else',
  },
  {
    op: 'openTerminal',
    errno: 'EXDEV',
    text: 'something is mounted over /dev/pts/ptmx, which must be the devpts’ own',
  },
  {
    op: 'openTerminal',
    errno: 'ENOSPC',
    text: 'no terminal is left: see the sysctl kernel.pty.max and the mount option max of devpts',
  },
  {
    op: 'bindTerminal',
    errno: 'ELOOP',
    text: '/dev/console contains a symbolic link, which could lead anywhere: remove it from the root filesystem',
  },
  { op: 'mount', errno: 'ENODEV', text: 'the kernel does not know this filesystem type, or its module is not loaded' },
  {
    op: 'mount',
    errno: 'ELOOP',
    text: 'the mount target contains a symbolic link; proc and sysfs must be mounted on an ordinary directory',
  },
  {
    op: 'makeDevice',
    errno: 'EPERM',
    text: 'device nodes need CAP_MKNOD outside any user namespace; in one, bind the host’s device instead',
  },
  {
    op: 'setOomScoreAdj',
    errno: 'EACCES',
    text: 'lowering oom_score_adj needs CAP_SYS_RESOURCE; a value at or above the current one is always allowed',
  },
  {
    op: 'setRlimit',
    errno: 'EPERM',
    text: 'raising a hard limit needs CAP_SYS_RESOURCE in the initial user namespace',
  },
  {
    op: 'setTimeOffsets',
    errno: 'ERANGE',
    text: 'a clock would be below zero, or beyond 146 years: the offset is added to what the host’s clock shows',
  },
  ...['setHostname', 'setDomainname'].map((op) => ({
    op,
    errno: 'EPERM',
    text: 'the uts namespace that is joined belongs to another user namespace, which alone may rename it: leave it out',
  })),
  {
    op: 'unshare',
    errno: 'ENOSPC',
    text: 'a namespace limit is reached: see the sysctls user.max_*_namespaces',
  },
  {
    op: 'fork',
    errno: 'ENOMEM',
    text: 'memory is short; or the first process of the pid namespace that was joined has ended',
  },
  {
    op: 'setUser',
    errno: 'EINVAL',
    text: 'this uid or gid is not mapped in the user namespace: extend linux.uidMappings and linux.gidMappings',
  },
  {
    op: 'setUser',
    errno: 'EPERM',
    text: 'setgroups is denied in a user namespace that maps a single gid without privilege: leave out additionalGids',
  },
  {
    op: 'findExecutable',
    errno: 'ENOENT',
    text: 'the program does not exist inside the container: check process.args[0], PATH in process.env, and root.path',
  },
  {
    op: 'findExecutable',
    errno: 'EACCES',
    text: 'the program exists but may not be executed by this user: check its mode, a noexec mount, and directory permissions',
  },
  {
    op: 'exec',
    errno: 'ENOENT',
    text: 'the program’s interpreter (the #! line, or the dynamic loader of another libc) does not exist in the container',
  },
  {
    op: 'exec',
    errno: 'ENOEXEC',
    text: 'the program is for another architecture, or is a script without a #! line',
  },
  {
    op: 'exec',
    errno: 'E2BIG',
    text: 'arguments and environment together are too long (limit: a quarter of RLIMIT_STACK, 128 KiB for one string)',
  },
  {
    op: 'changeDirectory',
    errno: 'ENOENT',
    text: 'process.cwd leads out of the container’s root, or does not exist',
  },
  {
    op: 'setScheduler',
    errno: 'EPERM',
    text: 'real-time policies and a lower nice value need CAP_SYS_NICE outside any user namespace, or RLIMIT_RTPRIO and RLIMIT_NICE that allow them; SCHED_DEADLINE also needs an affinity to all CPUs of its cpuset',
  },
  {
    op: 'setScheduler',
    errno: 'EBUSY',
    text: 'the deadlines already promised leave no room for this one: lower process.scheduler.runtime, or see the sysctl kernel.sched_rt_runtime_us',
  },
  {
    op: 'setIoPriority',
    errno: 'EPERM',
    text: 'IOPRIO_CLASS_RT needs CAP_SYS_ADMIN or CAP_SYS_NICE outside any user namespace',
  },
  {
    op: 'setMemoryPolicy',
    errno: 'EINVAL',
    text: 'linux.memoryPolicy.nodes has no node with memory that the cpuset allows (/sys/devices/system/node/has_memory), or the kernel is too old for the mode',
  },
  {
    op: 'newSessionKeyring',
    errno: 'EDQUOT',
    text: 'the user has too many keys: raise the sysctl kernel.keys.maxkeys, or create the container with newKeyring: false',
  },
  {
    op: 'newSessionKeyring',
    errno: 'EPERM',
    text: 'a security module forbids keyrings; newKeyring: false leaves the container with those of this process',
  },
  {
    op: 'setSecurityAttribute',
    errno: 'ENOENT',
    text: 'the profile is not loaded (AppArmor: /sys/kernel/security/apparmor/profiles), or the kernel has no such attribute',
  },
  {
    op: 'setSecurityAttribute',
    errno: 'EINVAL',
    text: 'the security module is not active, or knows no such profile or label',
  },
  { errno: 'EMFILE', text: 'raise RLIMIT_NOFILE of this process: each container holds one or two descriptors' },
  { errno: 'ENFILE', text: 'the whole system has too many open files: raise the sysctl fs.file-max' },
]

/** The hint for a failure, if there is one. */
export function findHint(op?: string, syscall?: string, errno?: string): string | undefined {
  if (errno === undefined) return undefined
  return HINTS.find(
    (hint) =>
      hint.errno === errno &&
      (hint.op === undefined || hint.op === op) &&
      (hint.syscall === undefined || hint.syscall === syscall),
  )?.text
}
