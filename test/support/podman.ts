// Debian's podman with our command line as its runtime, in directories and a mount namespace of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMountinfo } from '../../lib/host/mountinfo.ts'
import { type Bundle, isRoot } from './bundle.ts'
import { callProgram, type Ended } from './runtimes.ts'

export interface Podman {
  /** Has busybox, and a shell. */
  readonly rootfs: string
  call(...args: readonly string[]): Promise<Ended>
  /** Fails unless podman succeeds. @returns what it printed, without the last line's end */
  output(...args: readonly string[]): Promise<string>
  /** What its programs see: mount points, and what the runtime records. */
  traces(): { readonly mounts: readonly string[]; readonly containers: readonly string[] }
  close(): Promise<void>
}

const BUSYBOX = '/bin/busybox'

/** Why it cannot be tried here; undefined when it can. */
export function whyNoPodman(): string | undefined {
  if (!isRoot) return 'needs root'
  const missing = ['/usr/bin/podman', '/usr/bin/conmon', BUSYBOX].filter((file) => !existsSync(file))
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')} (Debian: podman, busybox-static)`
}

// Podman takes a machine with both cgroup versions for one of the first, and keeps locks and sockets in /dev/shm and /run.
const PRIVATE_MOUNTS = `
set -e
if [ "$1" != /sys/fs/cgroup ]; then
  mount --bind "$1" /mnt
  umount -R -l /sys/fs/cgroup
  mount --move /mnt /sys/fs/cgroup
fi
for directory in /run /dev/shm; do mount -t tmpfs -o mode=755 tmpfs $directory; done
echo ready
exec sleep infinity`

/** @param commandLine the bundled command line */
export async function openPodman(bundle: Bundle, commandLine: string): Promise<Podman> {
  const directory = join(bundle.directory, 'podman')
  mkdirSync(directory)
  // Podman's monitors run it without a PATH to find node in.
  const runtime = join(directory, 'libcontainer')
  writeFileSync(runtime, `#!/bin/sh\nexec ${process.execPath} ${commandLine} "$@"\n`, { mode: 0o755 })
  const rootfs = makeRootfs(join(directory, 'rootfs'))
  const env = { ...configure(directory), LIBCONTAINER_TEST: bundle.marker }
  const holder = await holdMounts()
  const inside = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--wd=/']
  const command = ['podman', '--runtime', runtime, '--tmpdir', join(directory, 'tmp')]
  const call = (...args: readonly string[]) => callProgram([...inside, ...command, ...args], { env })
  return {
    rootfs,
    call,
    async output(...args) {
      const { code, stdout, stderr } = await call(...args)
      if (code !== 0) throw new Error(`podman ${args.join(' ')} ended with ${code}: ${stderr}`)
      return stdout.replace(/\n$/, '')
    },
    traces: () => ({
      mounts: parseMountinfo(readFileSync(`/proc/${holder.pid}/mountinfo`, 'utf8')).map(({ mountPoint }) => mountPoint),
      containers: readdirSync(`/proc/${holder.pid}/root/run/libcontainer`),
    }),
    async close() {
      const ended = once(holder, 'exit')
      holder.kill('SIGKILL')
      await ended
    },
  }
}

function makeRootfs(rootfs: string): string {
  for (const name of ['bin', 'proc', 'dev', 'sys', 'tmp', 'etc', 'data']) {
    mkdirSync(join(rootfs, name), { recursive: true })
  }
  copyFileSync(BUSYBOX, join(rootfs, 'bin/busybox'))
  for (const name of ['sh', 'cat', 'hostname', 'id', 'sleep', 'touch'])
    symlinkSync('busybox', join(rootfs, 'bin', name))
  writeFileSync(join(rootfs, 'etc/text'), 'no program\n', { mode: 0o644 })
  return rootfs
}

/** Limits that this process may give, and messages from the log, as docs/engines.md has it. @returns the environment */
function configure(directory: string): Record<string, string> {
  const [engine, storage] = [join(directory, 'containers.conf'), join(directory, 'storage.conf')]
  const lines = [
    ...['[containers]', 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]', 'pids_limit = 0'],
    ...['netns = "none"', 'log_driver = "k8s-file"', 'cgroups = "no-conmon"'],
    ...[
      '[engine]',
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      'runtime_supports_json = ["libcontainer"]',
    ],
  ]
  writeFileSync(engine, `${lines.join('\n')}\n`)
  const [data, run] = ['storage', 'run'].map((name) => join(directory, name))
  writeFileSync(storage, `[storage]\ndriver = "vfs"\ngraphroot = "${data}"\nrunroot = "${run}"\n`)
  return { CONTAINERS_CONF: engine, CONTAINERS_STORAGE_CONF: storage }
}

async function holdMounts(): Promise<ChildProcess> {
  const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'))
  const point = mounts.find(({ type }) => type === 'cgroup2')?.mountPoint ?? '/sys/fs/cgroup'
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', PRIVATE_MOUNTS, 'sh', point]
  const holder = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit').then(() => Promise.reject(new Error('the mount namespace was not made')))
  await Promise.race([once(holder.stdout, 'data'), ended])
  ended.catch(() => {})
  return holder
}
