// OCI runtimes as programs: ours, and those that it is held against.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseMountinfo } from '../../lib/host/mountinfo.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type RuntimeName = 'libcontainer' | 'runc' | 'crun'

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CallOptions {
  readonly cwd?: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Descriptors from 3 on. */
  readonly fds?: readonly number[]
  readonly globals?: readonly string[]
}

export interface Runtime {
  readonly name: RuntimeName
  /** Program and arguments, up to the options before a command. */
  readonly command: readonly string[]
  call(args: readonly string[], options?: CallOptions): Promise<Ended>
}

/** RUNTIME picks one; else ours, and those that are installed. */
export function runtimeNames(): readonly RuntimeName[] {
  const wanted = process.env['RUNTIME'] as RuntimeName | undefined
  if (wanted !== undefined) return [wanted]
  return ['libcontainer', ...(['runc', 'crun'] as const).filter((name) => isInstalled(name))]
}

const isInstalled = (name: string): boolean =>
  ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'].some((folder) => existsSync(`${folder}/${name}`))

/** The bundled command line, built again when it is older than its sources. */
export function buildCommandLine(): string {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/ensure-built.cjs', 'ts'], { cwd: root })
  if (status !== 0) throw new Error(String(stderr))
  return `${root}/dist/cli.js`
}

/** @param stateDir where it records containers */
export function openRuntime(name: RuntimeName, stateDir: string): Runtime {
  const program = name === 'libcontainer' ? [process.execPath, `${root}/dist/cli.js`] : [...showOnlyCgroup2(), name]
  const command = [...program, '--root', stateDir]
  return {
    name,
    command,
    call: (args, options = {}) => callProgram([...command, ...(options.globals ?? []), ...args], options),
  }
}

/** crun and runc refuse a machine with both cgroup versions, or use the first: show them the second alone. */
function showOnlyCgroup2(): string[] {
  const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'))
  const point = mounts.find(({ type }) => type === 'cgroup2')?.mountPoint
  if (point === undefined || point === '/sys/fs/cgroup') return []
  const script = `mount --bind ${point} /mnt; umount -R -l /sys/fs/cgroup; mount --move /mnt /sys/fs/cgroup; exec "$@"`
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh']
}

/** Output goes to files: a container that goes on would hold pipes open. */
export async function callProgram([program = '', ...args]: readonly string[], options: CallOptions): Promise<Ended> {
  const { cwd, input, env, fds = [] } = options
  const scratch = mkdtempSync(join(tmpdir(), 'libcontainer-call-'))
  const [stdout, stderr] = ['stdout', 'stderr'].map((name) => openSync(join(scratch, name), 'w+')) as [number, number]
  try {
    const stdin = input === undefined ? 'ignore' : 'pipe'
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: [stdin, stdout, stderr, ...fds] })
    child.stdin?.end(input)
    const [code] = (await once(child, 'exit')) as [number | null]
    const read = (name: string) => readFileSync(join(scratch, name), 'utf8')
    return { code, stdout: read('stdout'), stderr: read('stderr') }
  } finally {
    closeSync(stdout)
    closeSync(stderr)
    rmSync(scratch, { recursive: true })
  }
}
