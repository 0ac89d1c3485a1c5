// What a sandbox and a run in it can be told. Types only.
import type { Readable, Writable } from 'node:stream'
import type { Seccomp } from '../index.ts'

/** Bytes, or a number with K, M, G or T (powers of 1024): `'256M'`. */
export type Size = number | string

/** Milliseconds, or a number with ms, s, m or h: `'5s'`. */
export type Duration = number | string

/**
 * What is to be found at a path inside.
 * - text or bytes: a file with this content, which may be changed inside
 * - `content` with a `mode`: the same; default 0o644
 * - `copy`: a copy of a file or directory of the host, which may be changed inside
 * - `bind`: the file or directory of the host itself; read-only unless `writable`. Its owner outside is its owner inside.
 */
export type SandboxFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly mode?: number }
  | { readonly copy: string }
  | { readonly bind: string; readonly writable?: boolean }

/** What a sandbox is. All have defaults that are safe for a program nobody trusts. */
export interface SandboxOptions {
  /**
   * What `/` is. `'host'`: programs and libraries of this machine, read-only, and nothing else of it: no home, no
   * temporary files, no sockets, of /etc what programs need. Else a directory with a root filesystem in it, or an OCI
   * bundle: it is read, and writes go to a layer that is thrown away. Default: `'host'`.
   */
  readonly root?: 'host' | (string & {})
  /** Files by their absolute path inside. Default: none. */
  readonly files?: Readonly<Record<string, SandboxFile>>
  /** Environment beside PATH, HOME, TERM and LANG; nothing is taken from this program. Default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** Working directory, made where it is missing. Default: `/work`. */
  readonly cwd?: string
  /**
   * Who the program is inside. Outside it is nobody that exists, whoever runs this; for an ordinary user, himself.
   * Default: 0.
   */
  readonly user?: number | { readonly uid: number; readonly gid: number }
  /** `'none'`: loopback alone. `'host'`: the machine’s network, all of it, local services too. Default: `'none'`. */
  readonly network?: 'none' | 'host'
  /** Memory of everything inside, without swap. Default: no limit. */
  readonly memory?: Size
  /** How many processors’ time it may use, e.g. 0.5. Default: no limit. */
  readonly cpus?: number
  /** How many processes and threads there may be. Default: 1024 for each user inside, as far as RLIMIT_NPROC gives it. */
  readonly pids?: number
  /** How much may be written: size of the layer that is thrown away, which is in memory. Default: `'1G'`. */
  readonly disk?: Size
  /**
   * What to do about `memory`, `cpus` and `pids` where this machine cannot give them: `'strict'` refuses; `'best-effort'`
   * takes what is nearest, for each process alone, and says so in {@link SandboxResult.enforced}. Default: `'strict'`.
   */
  readonly limits?: 'strict' | 'best-effort'
  /**
   * The cgroup below which it gets its own, from the top of the cgroup2 hierarchy, e.g. `/sandboxes`: one that is there,
   * and has no processes of its own, which would keep it from passing controllers on. Default: this program’s own, or a
   * scope of systemd where only that can give the limits.
   */
  readonly cgroup?: string
  /** System calls: a profile, or false for all. Default: `defaultSeccomp(host, capabilities)`. */
  readonly seccomp?: Seccomp | false
  /** Capabilities that the program has, inside its own user namespace. Default: none. */
  readonly capabilities?: readonly string[]
  /** Where it is recorded while it exists. Default: as {@link CreateOptions.stateDir}. */
  readonly stateDir?: string
}

/** What a pool is, and what each of its sandboxes is. */
export interface PoolOptions extends SandboxOptions {
  /** How many sandboxes wait for a command. From 1. */
  readonly size: number
  /** How many commands may run at once; the others wait their turn. There are never more sandboxes than both together. Default: `size`. */
  readonly concurrency?: number
  /**
   * Let a sandbox be used again: a command then finds what an earlier one has left, files and processes. Only for commands
   * that trust each other. One that a command had to be ended in is never used again. Default: false.
   */
  readonly reuse?: boolean
}

/** How a command is run. All have defaults. */
export interface RunOptions {
  /** Default: the sandbox’s. */
  readonly cwd?: string
  /** Added to the sandbox’s. */
  readonly env?: Readonly<Record<string, string>>
  /** After this it is ended, with all it has started. Default: never. */
  readonly timeout?: Duration
  /** Ended when it has written nothing for so long. Not with output `'inherit'` or `'ignore'`. Default: never. */
  readonly idle?: Duration
  /** Processor time that it may use, at least a second: all processes together where it has a cgroup, else each. Default: any. */
  readonly cpuTime?: Duration
  /** Its standard input. Default: none, as from /dev/null. */
  readonly input?: string | Uint8Array | Readable
  /**
   * Where its output goes: `'buffer'` into the result; `'inherit'` to this program’s; `'ignore'` nowhere; streams that it
   * is copied to; `'stream'`, with `Sandbox.start` alone: streams to read from. Default: `'buffer'`.
   */
  readonly output?:
    | 'buffer'
    | 'inherit'
    | 'ignore'
    | 'stream'
    | { readonly stdout?: Writable; readonly stderr?: Writable }
  /** How much of each of stdout and stderr is kept; the rest is read and dropped. Default: `'16M'`. */
  readonly maxOutput?: Size
  /** What `stdout` and `stderr` of the result are. Default: `'utf8'`. */
  readonly encoding?: 'utf8' | 'buffer'
  /** Give it a terminal, of this size. Both kinds of output are then in `stdout`. Default: false. */
  readonly tty?: boolean | { readonly columns: number; readonly rows: number }
  /** Aborting it ends the command, with all it has started, and rejects with its reason. */
  readonly signal?: AbortSignal
  /** Called with each line of stdout as it comes, without its end; one longer than 64 KiB comes in parts. */
  readonly onStdout?: (line: string) => void
  /** The same of stderr. */
  readonly onStderr?: (line: string) => void
  /** Tell which files it has made, changed or removed; `'tar'`: with their contents. Not in what is bound. Default: false. */
  readonly changes?: boolean | 'tar'
  /**
   * What is at these paths inside when it has ended is copied to these of the host, which must not exist, or be empty
   * directories: files, directories and links. Nothing there is no error. Not from what is bound, and not when it had to
   * be ended. Default: none.
   */
  readonly copyOut?: Readonly<Record<string, string>>
  /** Tell what was done and how long it took. Default: false. */
  readonly trace?: boolean
}

/** How a limit is enforced: for all together (`cgroup`), for each process (`process`), or not at all (`none`). */
export type Enforcement = 'cgroup' | 'process' | 'none'

/** What a command did, and what it used. */
export interface SandboxResult {
  /** With `encoding: 'buffer'` a Buffer. Empty unless output is `'buffer'`. */
  readonly stdout: string
  /** The same of standard error. Empty with `tty`. */
  readonly stderr: string
  /** 0–255; null when a signal ended it. */
  readonly exitCode: number | null
  /** Name of the signal that ended it; null when it exited. */
  readonly signal: string | null
  /** Whether `timeout` or `idle` ended it. */
  readonly timedOut: boolean
  /** Which limit of time ended it; null: none. */
  readonly endedBy: 'timeout' | 'idle' | 'cpuTime' | null
  /** Whether the kernel killed something inside for want of memory. */
  readonly oomKilled: boolean
  /** Whether output was dropped, `maxOutput` being reached. */
  readonly truncated: boolean
  /** What it used. */
  readonly usage: SandboxUsage
  /** How the limits that were asked for are enforced. `disk` is always, by the kernel. */
  readonly enforced: Readonly<Partial<Record<'memory' | 'cpus' | 'pids' | 'cpuTime', Enforcement>>>
  /** With `changes`. */
  readonly changes?: SandboxChanges
  /** With `trace`. */
  readonly trace?: SandboxTrace
}

/** What a command used, as the kernel counts it. */
export interface SandboxUsage {
  /** Processor time, milliseconds: of everything inside where it has a cgroup, else of the command and what it waited for. */
  readonly cpuMs: number
  /** Bytes: of everything inside with the memory controller, else of its largest process; null: not known. */
  readonly peakMemoryBytes: number | null
  /** From the start of the command to its end, milliseconds. */
  readonly wallMs: number
  /** Bytes read from and written to disks; null without the io controller. */
  readonly io: { readonly readBytes: number; readonly writtenBytes: number } | null
}

/** What everything inside uses at a moment, as `SandboxProcess.stats` tells it. */
export interface SandboxStats {
  /** Since the start of the command, milliseconds. */
  readonly wallMs: number
  /**
   * Processor time, milliseconds: what everything inside has used since the start of the command; without a cgroup what
   * the processes that there are have used, and those they have waited for.
   */
  readonly cpuMs: number
  /**
   * Bytes: of everything inside, files in memory too, with the memory controller; else the resident memory of each process
   * added up, what they share counted for each.
   */
  readonly memoryBytes: number
  /** Processes and threads. */
  readonly pids: number
  /** Bytes read from and written to disks since the start of the command; null without the io controller. */
  readonly io: SandboxUsage['io']
  /** Who has counted: the cgroup, or this library by asking each process. */
  readonly countedBy: Readonly<Record<'cpu' | 'memory' | 'pids', 'cgroup' | 'process'>>
}

/** What a command made of the files of its sandbox. */
export interface SandboxChanges {
  /** Absolute paths inside, sorted, each with what became of it. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly kind: 'added' | 'changed' | 'removed' }>
  /** With `changes: 'tar'`: files, directories and links that were added or changed, as a POSIX tar (pax) archive. */
  readonly tar?: Buffer
}

/** What was done for a command, and how long that took. */
export interface SandboxTrace {
  /** Every act of setting it up, as `explain` prints it. */
  readonly plan: string
  /** Milliseconds. `create` is 0 for a sandbox that was there. */
  readonly createMs: number
  /** Until its program was executed. */
  readonly startMs: number
  /** From then to its end. */
  readonly runMs: number
}
