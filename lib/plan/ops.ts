// The contract with init: every operation a plan may contain, its fields and their wire types. The one table.
//
// From it come the Op union below, the encoder (codec.ts), the printer (print.ts), the C++ structs, decoder and
// dispatch (native/init/ops.gen.h) and docs/ops.md. Changing it means running `npm run generate`.

/** Wire types. Little-endian, packed, in table order; `native/wire.h` says how each one lies in memory. */
export type WireType = 'u32' | 'i32' | 'u64' | 'bool' | 'string' | 'strings' | 'u32s' | 'slot'

/** A field: its wire type and what it means. `unit` names a flag set for the printer. */
export interface Field<T extends WireType = WireType> {
  readonly type: T
  readonly doc: string
  readonly unit?: FlagSet
}

/** Flag sets the printer knows by name; the values are the kernel's. */
export type FlagSet =
  | 'namespaces'
  | 'mountAttributes'
  | 'propagation'
  | 'octal'
  | 'capabilities'
  | 'rlimit'
  | 'fileType'
  | 'schedulerPolicy'
  | 'schedulerFlags'
  | 'ioClass'
  | 'memoryPolicy'
  | 'personality'
  | 'seccompFlags'

export interface OpSpec {
  readonly id: number
  readonly doc: string
  readonly fields: Readonly<Record<string, Field>>
}

const u32 = (doc: string, unit?: FlagSet) => field('u32', doc, unit)
const i32 = (doc: string) => field('i32', doc)
const u64 = (doc: string, unit?: FlagSet) => field('u64', doc, unit)
const bool = (doc: string) => field('bool', doc)
const string = (doc: string) => field('string', doc)
const strings = (doc: string) => field('strings', doc)
const u32s = (doc: string) => field('u32s', doc)
const slot = (doc: string) => field('slot', doc)

function field<T extends WireType>(type: T, doc: string, unit?: FlagSet): Field<T> {
  return unit === undefined ? { type, doc } : { type, doc, unit }
}

export const OPS = {
  // ── namespaces ──────────────────────────────────────────────────────────────────────────────────────────────────
  unshare: {
    id: 1,
    doc: 'Create namespaces for init itself: those that clone3 cannot create in the right place (the cgroup namespace is rooted at the cgroup its creator is in, so init must make it after it was born there).',
    fields: { namespaces: u32('CLONE_NEW* flags', 'namespaces') },
  },
  joinNamespace: {
    id: 2,
    doc: 'setns(2) into an existing namespace.',
    fields: {
      namespace: slot('an open /proc/PID/ns file or a bind mount of one'),
      type: u32('the CLONE_NEW* flag the descriptor must be of', 'namespaces'),
    },
  },
  joinNamespaces: {
    id: 60,
    doc: 'setns(2) into namespaces of a process, all at once: into its user namespace first, whose capabilities the others ask for. The process stays one that cannot be dumped.',
    fields: {
      process: slot('a pidfd'),
      namespaces: u32('CLONE_NEW* flags', 'namespaces'),
    },
  },
  setTimeOffsets: {
    id: 120,
    doc: 'Set the clocks of the time namespace that this process’s children will be in (time_namespaces(7)): before any process is in it.',
    fields: { offsets: string('lines of CLOCK SECONDS NANOSECONDS, for /proc/self/timens_offsets') },
  },
  enterTimeNamespace: {
    id: 121,
    doc: 'Be in the time namespace that so far only children would be in: setns(2) to /proc/self/ns/time_for_children.',
    fields: {},
  },
  linkUp: {
    id: 3,
    doc: 'Set IFF_UP on a network interface of the current network namespace.',
    fields: { name: string('interface name, e.g. lo') },
  },
  setHostname: { id: 4, doc: 'sethostname(2).', fields: { name: string('at most 64 bytes') } },
  setDomainname: { id: 5, doc: 'setdomainname(2).', fields: { name: string('at most 64 bytes') } },
  sysctl: {
    id: 6,
    doc: 'Write a sysctl through a private procfs that nothing can be mounted over.',
    fields: { name: string('path below /proc/sys, with slashes'), value: string('written as it is') },
  },

  // ── mounts ──────────────────────────────────────────────────────────────────────────────────────────────────────
  openTree: {
    id: 10,
    doc: 'Clone the mount at a host path as a detached tree. The path is resolved once, here; whoever mounts the tree later uses the descriptor.',
    fields: {
      tree: slot('receives the tree'),
      path: string('absolute host path'),
      recursive: bool('with the mounts below it'),
      directory: bool('refuse anything but a directory, and a symbolic link in the last component'),
    },
  },
  createFilesystem: {
    id: 11,
    doc: 'Make a new detached filesystem instance (fsopen, fsconfig, fsmount).',
    fields: {
      tree: slot('receives the mount'),
      type: string('filesystem type'),
      source: string('source; empty for none'),
      data: strings('filesystem parameters: key, value, key, value …; an empty value sets a flag'),
      attributes: u32('MOUNT_ATTR_* of the mount', 'mountAttributes'),
      directory: slot('resolve relative paths in `data` from here; unset for none'),
    },
  },
  setPropagation: {
    id: 12,
    doc: 'Change how mount events spread from and to a mount.',
    fields: {
      path: string('absolute path of the mount point'),
      propagation: u32('MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE', 'propagation'),
      recursive: bool('all mounts below too'),
    },
  },
  attachRoot: {
    id: 13,
    doc: 'Mount a detached tree without entering it, on top of / or where others look for it: every later path of this process still starts at the old root until pivotRoot.',
    fields: {
      tree: slot('the tree; from now on it is what paths inside the container are resolved in'),
      onto: slot('the directory to mount it on; unset for /'),
    },
  },
  openDirectory: {
    id: 125,
    doc: 'Open a directory of the host, for mounting on it.',
    fields: { tree: slot('receives it'), path: string('absolute path') },
  },
  mount: {
    id: 14,
    doc: 'Mount a new filesystem instance onto a path inside the root. The target is resolved with openat2(RESOLVE_IN_ROOT) and created when missing.',
    fields: {
      type: string('filesystem type'),
      source: string('source; empty for none'),
      target: string('path inside the root'),
      data: strings('filesystem parameters: key, value, key, value …; an empty value sets a flag'),
      attributes: u32('MOUNT_ATTR_*', 'mountAttributes'),
      propagation: u32('MS_* propagation, with MS_REC for the mounts below too; 0 for none', 'propagation'),
      noSymlinks: bool('refuse a target with a symbolic link anywhere in it (proc and sysfs: CVE-2019-19921)'),
    },
  },
  bindMount: {
    id: 15,
    doc: 'Mount a detached tree onto a path inside the root; the target is created as a file or directory, as the tree is.',
    fields: {
      tree: slot('from openTree, or sent by the parent'),
      target: string('path inside the root'),
      set: u32('MOUNT_ATTR_* to set', 'mountAttributes'),
      clear: u32('MOUNT_ATTR_* to clear', 'mountAttributes'),
      recursive: bool('attributes for the mounts below too'),
      propagation: u32('MS_* propagation, with MS_REC for the mounts below too; 0 for none', 'propagation'),
    },
  },
  setMountAttributes: {
    id: 16,
    doc: 'mount_setattr(2) on a mount inside the root.',
    fields: {
      path: string('path inside the root; must be a mount point'),
      set: u32('MOUNT_ATTR_* to set', 'mountAttributes'),
      clear: u32('MOUNT_ATTR_* to clear', 'mountAttributes'),
      recursive: bool('the mounts below too'),
    },
  },
  readonlyPath: {
    id: 17,
    doc: 'Make a path read-only by mounting it on itself. A path that does not exist is no error.',
    fields: { path: string('path inside the root') },
  },
  maskPath: {
    id: 18,
    doc: 'Hide a path: a directory behind an empty read-only tmpfs (one for all), anything else behind the null device. A path that does not exist is no error.',
    fields: {
      path: string('path inside the root'),
      null: slot('the host’s null device, from openTree: a container can replace its own (CVE-2025-31133)'),
    },
  },
  makeDirectory: {
    id: 19,
    doc: 'Make a directory and its missing parents (0755). One that exists is left as it is.',
    fields: {
      base: slot('resolve the path inside this directory'),
      path: string('path inside base'),
      mode: u32('permission bits of the last component', 'octal'),
    },
  },
  makeDevice: {
    id: 20,
    doc: 'Make a device node or FIFO inside the root, with exactly this mode and owner. An existing node of the same kind is kept and corrected.',
    fields: {
      path: string('path inside the root'),
      type: u32('S_IFCHR, S_IFBLK or S_IFIFO', 'fileType'),
      mode: u32('permission bits', 'octal'),
      major: u32('device major number'),
      minor: u32('device minor number'),
      uid: u32('owner, as seen in the container'),
      gid: u32('group, as seen in the container'),
    },
  },
  makeSymlink: {
    id: 21,
    doc: 'Make a symbolic link inside the root. One that exists with the same target is kept.',
    fields: { path: string('path inside the root'), target: string('what it points to') },
  },
  openRoot: {
    id: 122,
    doc: 'Open the directory that is to be the root, and mount nothing: for a container whose mounts are those of others too.',
    fields: {
      root: slot('receives the directory; from now on it is what paths inside the container are resolved in'),
      path: string('absolute path in the mount namespace that this process is in'),
    },
  },
  changeRoot: {
    id: 123,
    doc: 'Enter a root that is not alone in its mount namespace: chroot(2). The namespace stays as it is for everybody else.',
    fields: { root: slot('the directory') },
  },
  pivotRoot: {
    id: 22,
    doc: 'Enter the root: pivot_root(2), then detach the old root. After this no host path can be reached.',
    fields: { root: slot('the attached root') },
  },

  setTreeAttributes: {
    id: 80,
    doc: 'mount_setattr(2) on a detached tree and all mounts in it, before anybody can see it.',
    fields: {
      tree: slot('from openTree, or sent by the parent'),
      set: u32('MOUNT_ATTR_* to set', 'mountAttributes'),
      clear: u32('MOUNT_ATTR_* to clear', 'mountAttributes'),
    },
  },
  copyUp: {
    id: 81,
    doc: 'Copy what lies at a path inside the root into a detached mount, which is about to cover it: directories, files, links, nodes, with owner, mode and times. A path that does not exist is empty.',
    fields: {
      tree: slot('the mount to fill, from createFilesystem'),
      path: string('path inside the root'),
      root: bool('give the mount’s own directory the mode and owner of the covered one'),
    },
  },
  reconfigure: {
    id: 82,
    doc: 'Change parameters of the filesystem that is mounted at a path inside the root (fspick, fsconfig).',
    fields: {
      path: string('path inside the root; must be a mount point'),
      data: strings('filesystem parameters: key, value, key, value …; an empty value sets a flag'),
    },
  },
  openDevice: {
    id: 83,
    doc: 'Like openTree for a device node of the host, which must be the device that is meant: its name alone proves nothing.',
    fields: {
      tree: slot('receives the tree'),
      path: string('absolute host path'),
      type: u32('S_IFCHR or S_IFBLK', 'fileType'),
      major: u32('device major number'),
      minor: u32('device minor number'),
    },
  },
  moveRoot: {
    id: 84,
    doc: 'Enter the root by chroot(2), where pivot_root(2) cannot: the initial root filesystem has no parent to be put aside on. What it covers stays mounted beneath it.',
    fields: { root: slot('the attached root') },
  },
  reopenNull: {
    id: 85,
    doc: 'Those of these descriptors that are the null device become the container’s own /dev/null, which must be the null device.',
    fields: { stdin: slot('to become 0'), stdout: slot('to become 1'), stderr: slot('to become 2') },
  },

  // ── process ─────────────────────────────────────────────────────────────────────────────────────────────────────
  newSession: { id: 30, doc: 'setsid(2): no controlling terminal, so TIOCSTI reaches nobody.', fields: {} },
  setStdio: {
    id: 31,
    doc: 'Make these descriptors 0, 1 and 2.',
    fields: { stdin: slot('becomes 0'), stdout: slot('becomes 1'), stderr: slot('becomes 2') },
  },
  ownStdio: {
    id: 32,
    doc: 'Give those of the descriptors 0–2 that are pipes or sockets to the user, so that /dev/stdout can be opened again. Files, terminals and the null device keep their owner.',
    fields: { uid: u32('new owner') },
  },
  setRlimit: {
    id: 33,
    doc: 'setrlimit(2).',
    fields: {
      resource: u32('RLIMIT_* number', 'rlimit'),
      soft: u64('soft limit; 2^64-1 is infinity'),
      hard: u64('hard limit; 2^64-1 is infinity'),
    },
  },
  setOomScoreAdj: { id: 34, doc: 'Write /proc/self/oom_score_adj.', fields: { value: i32('-1000 to 1000') } },
  setNoNewPrivileges: { id: 35, doc: 'prctl(PR_SET_NO_NEW_PRIVS).', fields: {} },
  setParentDeathSignal: {
    id: 124,
    doc: 'prctl(PR_SET_PDEATHSIG). After the last change of user or capabilities, which would take it back.',
    fields: { signal: u32('signal number') },
  },
  dropBounding: {
    id: 36,
    doc: 'Drop every capability but these from the bounding set.',
    fields: { keep: u64('capability bits', 'capabilities') },
  },
  setUser: {
    id: 37,
    doc: 'setgroups, setresgid, setresuid; user and group ids are read back and compared.',
    fields: {
      uid: u32('all three user ids'),
      gid: u32('all three group ids'),
      groups: u32s('supplementary groups'),
      setGroups: bool('call setgroups at all (it is forbidden in a user namespace that denies it)'),
      keepCapabilities: bool('keep the permitted set across the change; setCapabilities follows'),
    },
  },
  setCapabilities: {
    id: 38,
    doc: 'capset(2), then the ambient set. Read back and compared.',
    fields: {
      effective: u64('capability bits', 'capabilities'),
      permitted: u64('capability bits', 'capabilities'),
      inheritable: u64('capability bits', 'capabilities'),
      ambient: u64('capability bits', 'capabilities'),
    },
  },
  setUmask: { id: 39, doc: 'umask(2).', fields: { mask: u32('mask bits', 'octal') } },
  changeDirectory: {
    id: 40,
    doc: 'chdir(2), then getcwd(2) must name a path inside the root (CVE-2024-21626).',
    fields: { path: string('absolute path inside the container') },
  },
  findExecutable: {
    id: 41,
    doc: 'Find the program as the user that will run it, so that a missing one fails create and not start.',
    fields: {
      name: string('args[0]'),
      path: string('value of PATH, searched when name has no slash; empty: nothing is'),
    },
  },
  findHome: {
    id: 65,
    doc: 'Find the home directory of a user in /etc/passwd; the program then gets it as HOME. `/` when it is not there.',
    fields: { uid: u32('user id, as seen in the container') },
  },

  findListenPid: {
    id: 130,
    doc: 'The program gets LISTEN_PID, its process id as it sees it itself (sd_listen_fds(3)): for the process that goes on to execute it.',
    fields: {},
  },

  // ── what the process is besides its identity ────────────────────────────────────────────────────────────────────
  newSessionKeyring: {
    id: 66,
    doc: 'Have an empty session keyring in the place of the caller’s (keyctl(2), KEYCTL_JOIN_SESSION_KEYRING). A kernel without keyrings has none to leave.',
    fields: {
      optional: bool('go on where keyctl(2) is forbidden: a filter around all this keeps the program from it as well'),
    },
  },
  openProcfs: {
    id: 67,
    doc: 'Open the private procfs while the one it may have to be taken from is still in sight.',
    fields: {},
  },
  setSecurityAttribute: {
    id: 68,
    doc: 'Write an attribute of a security module below /proc/self/attr, through the private procfs (CVE-2019-16884, CVE-2025-52881).',
    fields: {
      name: string('path below attr'),
      fallback: string('path for kernels that do not have the first; empty for none'),
      value: string('written as it is'),
    },
  },
  setScheduler: {
    id: 69,
    doc: 'sched_setattr(2).',
    fields: {
      policy: u32('SCHED_* number', 'schedulerPolicy'),
      flags: u64(
        'SCHED_FLAG_*; those about utilisation clamps take them back to the system’s default',
        'schedulerFlags',
      ),
      nice: i32('-20 to 19'),
      priority: u32('1 to 99 for SCHED_FIFO and SCHED_RR, else 0'),
      runtime: u64('SCHED_DEADLINE: nanoseconds'),
      deadline: u64('SCHED_DEADLINE: nanoseconds'),
      period: u64('SCHED_DEADLINE: nanoseconds'),
    },
  },
  setIoPriority: {
    id: 70,
    doc: 'ioprio_set(2).',
    fields: { class: u32('IOPRIO_CLASS_* number', 'ioClass'), priority: u32('0 to 7') },
  },
  setCpuAffinity: { id: 71, doc: 'sched_setaffinity(2).', fields: { cpus: u32s('CPU numbers') } },
  setMemoryPolicy: {
    id: 72,
    doc: 'set_mempolicy(2).',
    fields: { mode: u32('MPOL_* number with MPOL_F_* flags', 'memoryPolicy'), nodes: u32s('node numbers') },
  },
  setPersonality: {
    id: 73,
    doc: 'personality(2).',
    fields: { persona: u32('PER_* number', 'personality') },
  },

  // ── system call filter ──────────────────────────────────────────────────────────────────────────────────────────
  seccomp: {
    id: 110,
    doc: 'seccomp(2), SECCOMP_SET_MODE_FILTER: from here on the filter decides about every system call, init’s own too. It takes no_new_privs or CAP_SYS_ADMIN. With NEW_LISTENER it tells the parent the number of the listener, and goes on when that says proceed.',
    fields: {
      program: u32s('struct sock_filter, two numbers each: code, jt and jf in the first, k in the second'),
      flags: u32('SECCOMP_FILTER_FLAG_*', 'seccompFlags'),
      dumpable: bool('with NEW_LISTENER: be dumpable while the parent takes the listener, which else may not'),
    },
  },
  settleDescriptors: {
    id: 111,
    doc: 'Move the passed descriptors to their places, close every other, and report done if waitStart has not: what exec does first, done before a filter is loaded that may not allow it.',
    fields: { passedFds: u32('how many descriptors the program inherits from 3 on: the first of the given slots') },
  },

  // ── hooks and supervision ────────────────────────────────────────────────────────────────────────────────────────
  supervise: {
    id: 90,
    doc: 'Go on with the rest of the plan in a child. Init itself stays: it hands on signals, reaps whatever is left to it, and ends as the child ends (128 + signal when one ended it).',
    fields: {},
  },
  runHook: {
    id: 91,
    doc: 'Run a program and wait for it: in a session of its own, with the text of the last proceed on standard input. It fails when the program does, or does not end in time; then its whole process group is killed.',
    fields: {
      name: string('what messages call it'),
      path: string('absolute path of the program'),
      args: strings('argument vector'),
      env: strings('environment, NAME=VALUE'),
      timeout: u32('milliseconds; 0: none'),
      directory: slot('working directory; unset: /'),
    },
  },

  // ── terminal ────────────────────────────────────────────────────────────────────────────────────────────────────
  openTerminal: {
    id: 100,
    doc: 'Make a pseudo-terminal in the devpts instance at /dev/pts, which must be one. Its slave is had from the master itself (TIOCGPTPEER): no name of it is ever resolved (CVE-2025-52565).',
    fields: {
      master: slot('receives the master'),
      terminal: slot('receives the slave'),
      rows: u32('height in characters; 0 leaves what the kernel says'),
      columns: u32('width in characters; 0 leaves what the kernel says'),
    },
  },
  ownTerminal: {
    id: 101,
    doc: 'Give a terminal to a user. Its group, by the instance’s mount option that of terminals, stays.',
    fields: { terminal: slot('the slave'), uid: u32('new owner') },
  },
  bindTerminal: {
    id: 102,
    doc: 'Mount a terminal onto a path inside the root, which must have no symbolic link in it. The target is created as a file when missing.',
    fields: {
      terminal: slot('the slave: a character device of a devpts instance'),
      target: string('path inside the root'),
      create: bool('make a target that is missing; else that is no error'),
    },
  },
  sendTerminal: {
    id: 103,
    doc: 'Hand the master to who will serve it: over a socket, as runc’s console sockets have it, or to Node.',
    fields: { master: slot('the master'), socket: slot('a connected unix socket; unset: the control socket') },
  },
  setControllingTerminal: {
    id: 104,
    doc: 'Make the terminal that is standard input the controlling one of the session (TIOCSCTTY): its Ctrl-C, resizing and hang-up are told to the processes in it.',
    fields: {},
  },

  // ── flow ────────────────────────────────────────────────────────────────────────────────────────────────────────
  sync: {
    id: 50,
    doc: 'Wait until Node says proceed. Node may say so before init gets here: then this costs nothing.',
    fields: { point: string('name of the sync point'), announce: bool('tell Node when init gets here') },
  },
  fork: {
    id: 61,
    doc: 'clone(2) with CLONE_PARENT: a child of the parent’s goes on with the plan, and this process exits. A pid namespace that was joined is that of the child. The parent is told of it, maps its ids where they are new, and says when it may go on.',
    fields: { namespaces: u32('CLONE_NEW* flags of what is new for the child', 'namespaces') },
  },
  closeDescriptors: {
    id: 140,
    doc: 'Close all but the standard streams, those that are passed, and the control socket: whoever may look into this process from now on finds nothing of the host.',
    fields: { keep: slot('stays open too; unset for none') },
  },
  waitStart: {
    id: 51,
    doc: 'Report done, then wait for one byte from the start gate. From here on the container outlives its creator.',
    fields: { gate: slot('exec.fifo, opened for reading and writing') },
  },
  exec: {
    id: 52,
    doc: 'Close every descriptor but 0, 1, 2 and the given number of passed ones, reset signals, report done if waitStart has not, and execve the program findExecutable found.',
    fields: {
      args: strings('argument vector'),
      env: strings('environment, NAME=VALUE'),
      passedFds: u32('how many descriptors the program inherits from 3 on: the first of the given slots'),
    },
  },
} as const satisfies Readonly<Record<string, OpSpec>>

export type OpName = keyof typeof OPS

interface WireValue {
  u32: number
  i32: number
  u64: bigint
  bool: boolean
  string: string
  strings: readonly string[]
  u32s: readonly number[]
  /** A slot name; empty for an unset slot. */
  slot: string
}

/** One entry of a plan: `{ op: 'mount', type: 'proc', … }`, with exactly the fields the table lists. */
export type Op = { [N in OpName]: OpOf<N> }[OpName]

export type OpOf<N extends OpName> = { readonly op: N } & {
  readonly [F in keyof (typeof OPS)[N]['fields']]: (typeof OPS)[N]['fields'][F] extends Field<infer T>
    ? WireValue[T]
    : never
}

/** A list of operations and the descriptors they name. Data only: printable, comparable, encodable. */
export interface Plan {
  /** CLONE_NEW* flags of the namespaces that init is born in. */
  readonly cloneFlags: number
  /** Slots whose descriptors the parent sends with the plan, in sending order. */
  readonly given: readonly string[]
  readonly ops: readonly Op[]
}
