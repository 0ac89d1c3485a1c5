// Reads the small files of /proc, /sys and /etc that tell what a machine can do: text in, facts out. A file that is not
// there arrives as undefined.
import type { IdRange } from '../host.ts'

/** Contents of a file, or undefined when there is none that this process can read. */
export type FileText = string | undefined

/** @param release e.g. `6.1.0-18-amd64`, from /proc/sys/kernel/osrelease */
export function parseKernelRelease(release: FileText): { release: string; major: number; minor: number } {
  const text = release?.trim() ?? ''
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(text) ?? []
  return { release: text, major: Number(major), minor: Number(minor) }
}

/** What /proc/self/status says of this process. */
export interface Status {
  readonly effectiveCapabilities: bigint
  /** 0 none, 1 strict, 2 filtered; undefined when the kernel has no seccomp. */
  readonly seccompMode: number | undefined
}

export function parseStatus(text: FileText): Status {
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text ?? '')?.[1]
  const mode = field('Seccomp')
  return {
    effectiveCapabilities: BigInt(`0x${/^[0-9a-f]+$/i.exec(field('CapEff') ?? '')?.[0] ?? '0'}`),
    seccompMode: mode === undefined ? undefined : Number(mode),
  }
}

/** /proc/self/cgroup (cgroups(7)): where this process is in each hierarchy. */
export interface CgroupMembership {
  /** Path in the cgroup2 hierarchy, seen from the cgroup namespace's root; undefined without cgroup2. */
  readonly unified: string | undefined
  /** Controllers on v1 hierarchies; a named hierarchy such as `name=systemd` has none. */
  readonly v1Controllers: readonly string[]
}

export function parseCgroupMembership(text: FileText): CgroupMembership {
  let unified: string | undefined
  const v1Controllers: string[] = []
  for (const line of lines(text)) {
    const [, hierarchy, controllers = '', path = '/'] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (hierarchy === '0' && controllers === '') unified = path
    else v1Controllers.push(...controllers.split(',').filter((name) => name !== '' && !name.startsWith('name=')))
  }
  return { unified, v1Controllers }
}

/** A list of words, as cgroup.controllers and seccomp/actions_avail have. */
export const parseWords = (text: FileText): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean)

/** A sysctl that is one number. */
export function parseNumber(text: FileText): number | undefined {
  const word = text?.trim()
  return word !== undefined && /^-?\d+$/.test(word) ? Number(word) : undefined
}

/**
 * Whether a uid_map (user_namespaces(7)) is that of the initial user namespace: all ids onto themselves. A child
 * namespace with the very same map would be taken for it; nothing else tells them apart.
 */
export function isInitialIdMap(text: FileText): boolean {
  const rows = lines(text).map((line) => line.trim().split(/\s+/).join(' '))
  return rows.length === 0 || (rows.length === 1 && rows[0] === '0 0 4294967295')
}

/** Login name of a user id in /etc/passwd (passwd(5)). */
export function findUserName(passwd: FileText, uid: number): string | undefined {
  const row = lines(passwd).find((line) => line.split(':')[2] === String(uid))
  return row?.split(':')[0]
}

/**
 * Ranges of subordinate ids in /etc/subuid or /etc/subgid (subuid(5)), which names their owner by login name or by
 * number. Lines of another shape, and empty ranges, are left out.
 */
export function parseSubIds(text: FileText, uid: number, name: string | undefined): IdRange[] {
  return lines(text).flatMap((line) => {
    const [owner, start, count] = line.trim().split(':')
    if (owner !== String(uid) && (name === undefined || owner !== name)) return []
    const range = { start: parseNumber(start), count: parseNumber(count) }
    if (range.start === undefined || range.count === undefined || range.start < 0 || range.count <= 0) return []
    return [{ start: range.start, count: range.count }]
  })
}

const lines = (text: FileText): string[] => (text ?? '').split('\n').filter((line) => line.trim() !== '')
