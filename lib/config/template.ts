// A configuration to start from: a shell in a read-only root, in namespaces of its own, with few rights.
import { OCI_VERSION } from '../version.ts'
import type { Capabilities, Config, Linux, Mount, NamespaceType, ProcessConfig, Root } from './types.ts'

/** What every template takes. */
export interface CommonOptions {
  /** Program and arguments. Default: `['sh']`. */
  readonly args?: readonly string[]
  /** Added to PATH and TERM, as `NAME=value`. Default: none. */
  readonly env?: readonly string[]
  /** Directory that becomes `/`, absolute or relative to the bundle. Default: `rootfs`. */
  readonly rootPath?: string
  /** Default: true. */
  readonly readonlyRoot?: boolean
  /** Default: `container`. */
  readonly hostname?: string
  /** `private`: a network namespace with loopback alone; `host`: the runtime's. Default: `private`. */
  readonly network?: 'private' | 'host'
}

/** What a template can be told. With `rootless`, `uid` and `gid` are those of the user who will run it. */
export type TemplateOptions = CommonOptions &
  (
    | { readonly rootless?: false }
    | {
        /** Add a user namespace in which root is an ordinary user outside. */
        readonly rootless: true
        readonly uid: number
        readonly gid: number
      }
  )

/** What a template has, so that it can be changed without asking whether it is there. */
export type TemplateConfig = Config & {
  root: Root
  process: ProcessConfig
  mounts: Mount[]
  linux: Linux
}

/**
 * A new configuration that is valid and can be changed freely.
 *
 * @example
 * ```ts
 * const config = Config.template({ args: ['node', 'server.js'], hostname: 'api' })
 * config.linux.resources = { memory: { limit: 256 << 20 } } // bytes
 * config.mounts.push({ destination: '/data', type: 'bind', source: '/srv/data', options: ['rbind', 'ro'] })
 * ```
 *
 * Root filesystem `rootfs`, read-only; new mount, pid, network, uts, ipc and cgroup namespaces; the usual mounts;
 * sensitive files of /proc and /sys masked or read-only; three harmless capabilities; no_new_privs; 1024 open files.
 */
export function templateConfig(options: TemplateOptions = {}): TemplateConfig {
  const { rootPath = 'rootfs', readonlyRoot = true, hostname = 'container' } = options
  return {
    ociVersion: OCI_VERSION,
    root: { path: rootPath, readonly: readonlyRoot },
    hostname,
    process: templateProcess(options),
    mounts: templateMounts(options),
    linux: templateLinux(options),
  }
}

function templateProcess({ args = ['sh'], env = [] }: TemplateOptions): ProcessConfig {
  return {
    args: [...args],
    cwd: '/',
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm', ...env],
    user: { uid: 0, gid: 0 },
    capabilities: templateCapabilities(),
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 1024 }],
    noNewPrivileges: true,
  }
}

/** Nothing inheritable or ambient: programs that an ordinary user starts inside would gain them (CVE-2022-29162). */
function templateCapabilities(): Capabilities {
  const few = () => ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE']
  return { bounding: few(), permitted: few(), effective: few() }
}

function templateMounts(options: TemplateOptions): Mount[] {
  // Group 5 is tty by convention; where one group is mapped it does not exist.
  const devptsGroup = options.rootless ? [] : ['gid=5']
  const guarded = ['nosuid', 'noexec', 'nodev']
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: [...guarded] },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...devptsGroup],
    },
    { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...guarded, 'mode=1777', 'size=65536k'] },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: [...guarded] },
    templateSys(options),
    // Read-only in a rootless container too: with the host's cgroup namespace it would be the host's (CVE-2023-25809).
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...guarded, 'relatime', 'ro'] },
  ]
}

/** A user namespace can mount sysfs only with a network namespace of its own (the kernel's sysfs_init_fs_context). */
function templateSys({ rootless, network }: TemplateOptions): Mount {
  const options = ['nosuid', 'noexec', 'nodev', 'ro']
  if (rootless && network === 'host') {
    return { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', ...options] }
  }
  return { destination: '/sys', type: 'sysfs', source: 'sysfs', options }
}

function templateLinux(options: TemplateOptions): Linux {
  const types: NamespaceType[] = ['pid', 'ipc', 'uts', 'mount', 'cgroup']
  if (options.network !== 'host') types.push('network')
  if (options.rootless) types.push('user')
  return {
    namespaces: types.map((type) => ({ type })),
    ...(options.rootless && {
      uidMappings: [{ containerID: 0, hostID: options.uid, size: 1 }],
      gidMappings: [{ containerID: 0, hostID: options.gid, size: 1 }],
    }),
    maskedPaths: [...MASKED],
    readonlyPaths: [...READONLY],
  }
}

/** What tells about the host or its hardware beyond need, or reaches it. Those a kernel lacks are passed over. */
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
]

const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']
