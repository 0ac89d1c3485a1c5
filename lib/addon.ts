// The only door to the native addon: every function it has, typed and documented here.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type BatchCall, encodeBatch, type Fd } from './batch.ts'
import { TABLE_HASH } from './plan/table-hash.gen.ts'

export { type BatchCall, type Fd, result, resultIndex } from './batch.ts'

/** Stands for /dev/null among descriptors that are given away. */
export const NULL_DEVICE: Fd = -1

/** What a native function throws or rejects with when a system call fails. */
export interface NativeError extends Error {
  /** The call that failed, e.g. `clone3`, `write uid_map`. */
  readonly syscall: string
  /** Symbolic errno, e.g. `EPERM`. */
  readonly code: string
  /** The positive errno number. */
  readonly errno: number
  readonly path?: string
  /**
   * In a {@link Native.batch}: which call failed. Calls before it have been carried out; every descriptor that the
   * batch had opened is closed again.
   */
  readonly index?: number
}

/** Text for /proc/PID/uid_map and gid_map (user_namespaces(7)): lines of `inside outside length`. */
export interface IdMaps {
  readonly uid: string
  readonly gid: string
  /** Written to /proc/PID/setgroups first when set; an unprivileged gid map needs `deny`. */
  readonly setgroups?: 'allow' | 'deny'
}

export interface LaunchOptions {
  /**
   * Calls to carry out first, on the same thread, so that all of a launch is one hop. `cgroup`, `fds` and `identityFile`
   * may refer to their results. When the launch fails, what they opened is closed; an error of theirs has an `index`.
   */
  readonly first?: readonly BatchCall[]
  /** `PID STARTTIME\n` is written here, in one write, before init is executed; with `forks`, before the child goes on. */
  readonly identityFile?: Fd
  /**
   * CLONE_NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET for clone3(2); anything else is refused. Not NEWCGROUP: such a
   * namespace is rooted at its creator's cgroup, so init unshares it.
   */
  readonly cloneFlags: number
  /** Directory descriptor of a cgroup to be born in (CLONE_INTO_CGROUP); -1 for the caller's own. */
  readonly cgroup: Fd
  /**
   * Pidfd of a process in whose pid namespace init is born; unset: this process's. The thread of the addon that starts it
   * sets its own children's pid namespace for that moment (setns(2), CLONE_NEWPID), which takes CAP_SYS_ADMIN.
   */
  readonly pidNamespaceOf?: Fd
  /** Written by this process as soon as the child exists, before the plan is sent. */
  readonly idMaps?: IdMaps
  /**
   * The encoded plan. Unset: nothing is sent yet; {@link Native.sendPlan} does it once ids are mapped by other means.
   */
  readonly plan?: Uint8Array
  /** Descriptors for the plan's given slots, in order, at most 252; {@link NULL_DEVICE} is one. They stay open here. */
  readonly fds: readonly Fd[]
  /**
   * The plan has a `fork`: launching includes it, and who is launched is the child, in init's stead. `identityFile` and
   * `idMaps` are then about that child.
   */
  readonly forks?: boolean
  /** What `ps` shows as init's argv[0]. */
  readonly name: string
}

/** A process this one has started. Whoever gets it closes both descriptors. */
export interface Launched {
  /** Process id in this process's pid namespace. */
  readonly pid: number
  readonly pidfd: Fd
  /** This end of the control socket. */
  readonly control: Fd
  /**
   * Clock ticks from boot to its start (proc_pid_stat(5), field 22): with the pid it names one process. 0 without
   * {@link LaunchOptions.identityFile}.
   */
  readonly startTime: number
  /** With {@link LaunchOptions.forks}: what init said before that; the failure, if it came to none. */
  readonly frames?: readonly Buffer[]
  /** Of the calls in `first`; the descriptors among them are the caller's. */
  readonly results: ReadonlyArray<number | Buffer>
}

export interface SpawnOptions {
  /** Absolute path of the program. */
  readonly path: string
  readonly args: readonly string[]
  readonly env: readonly string[]
  /** Becomes 0, 1, 2 … of the program; {@link NULL_DEVICE} is one. Nothing else is inherited. */
  readonly fds: readonly Fd[]
  /** Make it the leader of a session and process group of its own (setsid(2)). Default: false. */
  readonly session?: boolean
  /** The network namespace it runs in. Default: this process's. Takes CAP_SYS_ADMIN here and there. */
  readonly netns?: Fd
}

/** How a process ended: waitid(2) and its rusage. */
export interface Exit {
  /** Exit code; null when a signal ended it. */
  readonly exitCode: number | null
  /** Signal number; null when it exited. */
  readonly signal: number | null
  /** Null for a process that is not a child of this one. */
  readonly usage: Usage | null
}

/** Of a process and the children it waited for (getrusage(2)). */
export interface Usage {
  readonly userMicros: number
  readonly systemMicros: number
  /**
   * Largest resident size, KiB. Null when it was not above this process's own: a child starts in this process's memory,
   * and the kernel counts that as the child's (fs/exec.c, exec_mmap). A cgroup's memory.peak knows more.
   */
  readonly maxRssKiB: number | null
  readonly minorFaults: number
  readonly majorFaults: number
}

/**
 * Stops a watch; idempotent; does not close the descriptor. With a boolean it goes on: whether the event loop stays alive
 * for it, as at first it does.
 */
export type Unwatch = (holdsLoop?: boolean) => void

/**
 * The native functions. All are thin: no policy, no defaults. Those that return a promise work on the addon's own
 * threads, never on libuv's; the others are single system calls that do not block.
 *
 * None changes this process: clone, unshare, setns and pivot_root happen in the child that `launch` starts, which
 * shares nothing with this process once it has executed init. The one setns outside of it is that of `pidNamespaceOf`.
 */
export interface Native {
  /** Hash of the operation table the embedded init was built with; must equal codec.ts's. */
  readonly tableHash: number
  /** Size in bytes and SHA-256 of the embedded init image. */
  readonly initImage: { readonly size: number; readonly sha256: string }

  /**
   * clone3(CLONE_VM|CLONE_PIDFD|cloneFlags) and execveat of the sealed init image; writes the id maps;
   * sends the plan. The JS thread is not held up whatever the heap.
   * @throws NativeError of `setns`, `clone3`, `execveat`, `write uid_map`, `write gid_map`, `write setgroups`, `sendmsg`;
   *   nothing is left behind then
   */
  launch(options: LaunchOptions): Promise<Launched>
  /** Sends a plan to an init that was launched without one. */
  sendPlan(control: Fd, plan: Uint8Array, fds: readonly Fd[]): void
  /**
   * Lets init go on at its next (or present) sync operation.
   * @param text standard input of the hooks that init runs from then on; a packet's worth, 64 KiB at most
   */
  proceed(control: Fd, text?: Uint8Array): void
  /** Starts an ordinary program (newuidmap, hooks …) the way launch does, without namespaces. */
  spawn(options: SpawnOptions): Promise<{ readonly pid: number; readonly pidfd: Fd }>

  /**
   * Calls back with each frame that init sends, and with the descriptor that came with it, which is the caller's then;
   * with null at end of file (then it is over).
   *
   * For all watches: the descriptor stays the caller's and must be open until unwatch or the last call. While something
   * is watched, the event loop stays alive, unless unwatch says otherwise. After unwatch there are no calls, not even of what had already happened.
   */
  watchControl(control: Fd, onFrame: (frame: Buffer | null, descriptor?: Fd) => void): Unwatch
  /**
   * Calls back once when the process has ended. A child of this process is reaped; for any other, `exit` is null
   * unless the kernel tells (PIDFD_GET_INFO, 6.15; the parent must have reaped it within 250 ms).
   * @param isOthers leave a child to whoever else in this process waits for it. Default: false
   */
  watchExit(pidfd: Fd, onExit: (exit: Exit | null) => void, isOthers?: boolean): Unwatch
  /**
   * Calls back with what a file of a cgroup (or of PSI, with a trigger written to it) holds each time the kernel says that
   * it has changed, perhaps at once; with null when its cgroup is found to be gone then (and it is over). That a cgroup is
   * removed is no change: whoever needs to know looks for himself, but for a PSI trigger, which ends with its cgroup and
   * says so. At most 4096 bytes.
   */
  watchFile(file: Fd, onChange: (text: Buffer | null) => void): Unwatch

  /**
   * Calls back with each struct seccomp_notif (80 bytes) that a seccomp listener has; with null when nobody is under its
   * filter any more (then it is over). Nobody else may receive from it.
   */
  watchSeccomp(listener: Fd, onCall: (notification: Buffer | null) => void): Unwatch
  /** pidfd_getfd(2): a copy, close-on-exec, of another process's descriptor. Takes the right to trace it. */
  pidfdGetfd(pidfd: Fd, fd: number): Fd
  /** Whether the call still waits for an answer: then the process is the one it was, and its memory is the caller's. */
  seccompIsValid(listener: Fd, id: bigint): boolean
  /**
   * Answers a call with a value (as its bits), an errno, or the flag that lets it go on.
   * @returns whether it still waited
   */
  seccompAnswer(listener: Fd, id: bigint, value: bigint, errno: number, flags: number): boolean
  /**
   * Gives the caller a copy of a descriptor (SECCOMP_IOCTL_NOTIF_ADDFD): at `target` with SECCOMP_ADDFD_FLAG_SETFD, as the
   * call's answer with SECCOMP_ADDFD_FLAG_SEND.
   * @param targetFlags O_CLOEXEC or 0
   * @returns its number there
   */
  seccompAddFd(listener: Fd, id: bigint, fd: Fd, flags: number, target: number, targetFlags: number): Promise<number>
  /** process_vm_readv(2); may be shorter than asked for. At most 1 MiB. */
  readMemory(pid: number, address: bigint, length: number): Promise<Buffer>
  /** Sends a text and a descriptor in one message over a unix socket, without waiting. */
  sendDescriptor(socket: Fd, text: Uint8Array, fd: Fd): void
  /** Whether the other end of a socket has been closed by everybody, whatever there may still be to read. */
  isHungUp(socket: Fd): boolean

  /**
   * Serves the master of a terminal, which is the addon's from now on, from a thread of its own.
   * @returns `socket`: what is written to it the terminal reads, what the terminal writes is read from it, both held up by
   *   whoever is slower. Its end is that of the terminal: no process has it open any more. Closing it hangs the terminal
   *   up. `resize`: TIOCSWINSZ; nothing happens once the terminal is gone.
   */
  serveTerminal(master: Fd): { readonly socket: Fd; readonly resize: (rows: number, columns: number) => void }
  /** A unix stream socket, non-blocking and close-on-exec, connected to a path. EAGAIN when the listener is too busy. */
  connect(path: string): Fd

  /**
   * Carries out calls in order on a thread of the addon, stopping at the first that fails. Descriptors it is given must
   * stay open until it settles.
   */
  batch(calls: readonly BatchCall[]): Promise<Array<number | Buffer>>
  /**
   * Netlink requests (each nlmsghdr and payload) one after the other, up to the first that is refused, on sockets of the
   * given protocol. The socket of each is opened in its network namespace `netns` (-1: this process's) by a thread of its
   * own. Each must have NLM_F_ACK or NLM_F_DUMP, so that its answer ends. Descriptors must stay open until it settles.
   * @returns the messages of all answers; the last of each is NLMSG_DONE or NLMSG_ERROR (error 0 is the
   *   acknowledgement), with extended acknowledgement attributes where the kernel gives them
   * @throws NativeError of `setns`, `socket AF_NETLINK`, `sendto netlink`, `recv netlink` (ETIMEDOUT after 10 s)
   */
  netlink(protocol: number, netns: readonly Fd[], requests: readonly Uint8Array[]): Promise<Buffer[]>

  pidfdOpen(pid: number): Fd
  /** A child of {@link Native.launch} is not reaped by the addon when its environment ends. */
  disown(pid: number): void
  /** pidfd_send_signal(2); signal 0 only checks. */
  pidfdSendSignal(pidfd: Fd, signal: number): void
  /** pipe2(O_CLOEXEC): [read end, write end]. */
  pipe(): [Fd, Fd]
  /** Duplicates, close-on-exec, at 3 or above. */
  duplicate(fd: Fd): Fd
  /** Opens a file, close-on-exec; for paths that cannot block. */
  open(path: string, flags: number): Fd
  close(fd: Fd): void
  /** NS_GET_NSTYPE (ioctl_ns(2)): the CLONE_NEW* flag of an open namespace. @throws NativeError ENOTTY for any other file */
  namespaceType(fd: Fd): number
  /** Effective capabilities of this process (capget(2)). */
  capabilities(): bigint
  /**
   * For each system call that init or the addon relies on: 0 if it can be called, else the errno met (ENOSYS, EPERM). A
   * call that asks for CAP_SYS_ADMIN first counts as callable when this process does not have it.
   */
  probeSyscalls(): Record<string, number>
  /** The SECCOMP_FILTER_FLAG_* bits that the kernel knows. */
  seccompFlags(): number
}

let loaded: Native | undefined

/**
 * The addon, loaded at first use, so that importing the library does nothing.
 * @throws Error naming what to run when there is no binary for this machine, or one of another version of the library
 */
export function native(): Native {
  loaded ??= load()
  return loaded
}

/** The addon as it is: batches cross to it as one buffer each. */
interface Binary extends Omit<Native, 'batch' | 'launch'> {
  batch(calls: Uint8Array): Promise<Array<number | Buffer>>
  launch(options: Omit<LaunchOptions, 'first'> & { readonly first?: Uint8Array }): Promise<Launched>
}

/** The folder that lib/ is in, and dist/, which may be one file. */
export const packageRoot = (): string => fileURLToPath(new URL('..', import.meta.url))

/** The file that {@link native} loads. @throws Error when there is none */
export const addonPath = (): string => loader().path(packageRoot())

function load(): Native {
  const addon = find(packageRoot())
  if (addon.tableHash === TABLE_HASH) return dress(addon)
  throw new Error(
    'libcontainer: the native addon and the library are of different versions: their tables of operations differ.\n' +
      '  Build it again with `npx libcontainer-build`.',
  )
}

function dress(addon: Binary): Native {
  return {
    ...addon,
    batch: (calls) => addon.batch(encodeBatch(calls)),
    launch: ({ first, ...options }) =>
      addon.launch(first === undefined ? options : { ...options, first: encodeBatch(first) }),
  }
}

interface Loader {
  (root: string): Binary
  path(root: string): string
}

const loader = (): Loader => createRequire(import.meta.url)('node-gyp-build') as Loader

/** A build in this package comes before a prebuild, so that whoever compiles gets what they compiled. */
function find(root: string): Binary {
  try {
    return loader()(root)
  } catch (cause) {
    throw new Error(
      `libcontainer has no native addon for ${process.platform}-${process.arch}: no prebuild fits and none was compiled.\n` +
        '  Compile it with `npx libcontainer-build` (needs g++, make and python3).',
      { cause },
    )
  }
}
