// Runs the probe in a container and reads what it found there.
import { text } from 'node:stream/consumers'
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import type { Bundle } from './bundle.ts'

export interface DeviceNode {
  readonly mode: number
  readonly major: number
  readonly minor: number
  readonly uid: number
  readonly gid: number
  readonly opens: boolean
}

export interface FileStatus {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
}

/** As probe.c prints it. */
export interface Report {
  readonly pid: number
  readonly ppid: number
  readonly session: number
  readonly args: readonly string[]
  readonly env: readonly string[]
  readonly cwd: string
  readonly hostname: string
  readonly domainname: string
  readonly uids: readonly number[]
  readonly gids: readonly number[]
  readonly groups: readonly number[]
  readonly umask: number
  /** Number of the limit → soft and hard. */
  readonly rlimits: Readonly<Record<string, readonly [string, string]>>
  readonly scheduler: Readonly<
    Record<'policy' | 'flags' | 'nice' | 'priority' | 'runtime' | 'deadline' | 'period', number>
  >
  /** Class in bits 13 and up. */
  readonly ioPriority: number
  readonly memoryPolicy: { readonly mode: number; readonly nodes: number }
  readonly cpus: readonly number[]
  readonly personality: number
  readonly sessionKeyring: { readonly number: number; readonly keys: number; readonly description: string }
  /** Seconds. */
  readonly clocks: { readonly monotonic: number; readonly boottime: number }
  readonly loopbackUp: boolean
  readonly namespaces: Readonly<Record<string, string>>
  readonly fds: Readonly<Record<string, string>>
  readonly status: string
  readonly mountinfo: string
  readonly oomScoreAdj: string
  readonly cgroup: string
  readonly kcore: string | null
  readonly timerList: string | null
  readonly somaxconn: string | null
  readonly uidMap: string
  readonly gidMap: string
  readonly root: readonly string[]
  readonly proc: readonly string[]
  readonly links: readonly string[]
  readonly firmware: readonly string[]
  readonly devices: Readonly<Record<string, DeviceNode>>
  /** For each path asked about, before it is written: null when it is not there. Links are not followed. */
  readonly stats: Readonly<Record<string, FileStatus | null>>
  /** For each path asked about: null when it could be written, else the errno. */
  readonly writes: Readonly<Record<string, string | null>>
}

export interface Finished {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a container to its end and deletes it. */
export async function finish(bundle: Bundle, config: Config, options: CreateOptions = {}): Promise<Finished> {
  const id = bundle.newId()
  await using container = await Container.run(id, config, { stateDir: bundle.stateDir, ...options })
  const { stdin, stdout, stderr } = container.process
  stdin?.end()
  const [out, err, { exitCode, signal }] = await Promise.all([
    stdout === null ? '' : text(stdout),
    stderr === null ? '' : text(stderr),
    container.wait(),
  ])
  return { exitCode, signal, stdout: out, stderr: err }
}

/** Runs `probe report` as `config` says, in a container of its own. */
export async function probe(bundle: Bundle, config: Config, options: CreateOptions = {}): Promise<Report> {
  const finished = await finish(bundle, config, options)
  if (finished.exitCode !== 0 || finished.stderr !== '')
    throw new Error(`the probe failed: ${JSON.stringify(finished)}`)
  return JSON.parse(finished.stdout) as Report
}

/** A line of /proc/PID/status. */
export function statusLine(report: Report, name: string): string | undefined {
  const line = report.status.split('\n').find((each) => each.startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

export interface MountLine {
  readonly root: string
  readonly point: string
  readonly options: readonly string[]
  readonly optional: string
  readonly type: string
  readonly source: string
}

/** proc_pid_mountinfo(5). */
export function parseMounts({ mountinfo }: Pick<Report, 'mountinfo'>): MountLine[] {
  return mountinfo
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ')
      const [, , , root = '', point = '', options = '', ...optional] = before.split(' ')
      const [type = '', source = ''] = after.split(' ')
      return { root, point, options: options.split(','), optional: optional.join(' '), type, source }
    })
}

/** The mount on top at a mount point. */
export function mountAt(report: Pick<Report, 'mountinfo'>, point: string): MountLine | undefined {
  return parseMounts(report).findLast((mount) => mount.point === point)
}
