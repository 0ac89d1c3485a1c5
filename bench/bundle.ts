// The bundles every contestant runs: one rootfs, one OCI document, written without network or compiler.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pauseProgram, trueProgram } from './elf.ts'

const CAPABILITIES = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE']

/** A root directory with the static programs /bin/true and /bin/pause and the usual mount points. */
export function makeRootfs(directory: string): string {
  for (const name of ['bin', 'dev', 'proc', 'sys', 'etc', 'tmp']) mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, 'bin/true'), trueProgram(), { mode: 0o755 })
  writeFileSync(join(directory, 'bin/pause'), pauseProgram(), { mode: 0o755 })
  return directory
}

/**
 * The document of `runc spec` with a cgroup namespace and without the terminal and the device rules (the one part that
 * needs CAP_SYS_RESOURCE of crun). bench/floor/steps.c does the same acts; keep the two together.
 */
export function ociDocument(rootfs: string, args: readonly string[]): object {
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args,
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      capabilities: {
        bounding: CAPABILITIES,
        effective: CAPABILITIES,
        inheritable: CAPABILITIES,
        permitted: CAPABILITIES,
        ambient: CAPABILITIES,
      },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: rootfs, readonly: true },
    hostname: 'bench',
    mounts: standardMounts(),
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })),
      maskedPaths: [
        '/proc/acpi',
        '/proc/asound',
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/timer_list',
        '/proc/timer_stats',
        '/proc/sched_debug',
        '/proc/scsi',
        '/sys/firmware',
      ],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  }
}

function standardMounts(): object[] {
  const kernel = ['nosuid', 'noexec', 'nodev']
  return [
    { destination: '/proc', type: 'proc', source: 'proc' },
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
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...kernel, 'mode=1777', 'size=65536k'] },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: kernel },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...kernel, 'ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...kernel, 'relatime', 'ro'] },
  ]
}

/** Writes `config.json` into a new bundle directory. Returns the directory. */
export function makeBundle(directory: string, rootfs: string, args: readonly string[]): string {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'config.json'), JSON.stringify(ociDocument(rootfs, args), null, 2))
  return directory
}
