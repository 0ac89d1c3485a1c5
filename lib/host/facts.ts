// Reads the files that tell what a machine can do. Effects only: what they mean is assemble.ts's.
import { constants } from 'node:fs'
import { access, readdir, readFile } from 'node:fs/promises'
import { type Cgroup2Place, findCgroup2 } from './cgroup2.ts'
import { parseMountinfo } from './mountinfo.ts'
import { type FileText, parseCgroupMembership } from './proc-files.ts'

const FILES = {
  status: '/proc/self/status',
  release: '/proc/sys/kernel/osrelease',
  lastCapability: '/proc/sys/kernel/cap_last_cap',
  seccompActions: '/proc/sys/kernel/seccomp/actions_avail',
  uidMap: '/proc/self/uid_map',
  setgroups: '/proc/self/setgroups',
  maxUserNamespaces: '/proc/sys/user/max_user_namespaces',
  unprivilegedClone: '/proc/sys/kernel/unprivileged_userns_clone',
  apparmorRestricts: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
  apparmorEnabled: '/sys/module/apparmor/parameters/enabled',
  securityLabel: '/proc/self/attr/current',
  selinuxEnforcing: '/sys/fs/selinux/enforce',
} as const

/** Where newuidmap and newgidmap are looked for: PATH is not asked, since they are run with more rights than ours. */
const PROGRAM_DIRECTORIES = ['/usr/bin', '/bin', '/usr/local/bin', '/run/wrappers/bin']

/** What was read: file texts as they are. */
export interface Facts extends Readonly<Record<keyof typeof FILES, FileText>> {
  readonly arch: string
  readonly euid: number
  readonly egid: number
  /** Names in /proc/self/ns. */
  readonly namespaces: readonly string[]
  readonly mountinfo: FileText
  readonly cgroupMembership: FileText
  readonly cgroup2:
    | (Cgroup2Place & { readonly writable: boolean; readonly controllers: FileText; readonly passedOn: FileText })
    | null
  /** systemd is what the machine was booted with (sd_booted(3)). */
  readonly systemdBooted: boolean
  /** This user has a manager of his own. */
  readonly systemdUser: boolean
  /** Unset for root, who maps ids without subordinate ranges. */
  readonly identity: Identity | null
}

export interface Identity {
  readonly passwd: FileText
  readonly subuid: FileText
  readonly subgid: FileText
  readonly newuidmap: string | undefined
  readonly newgidmap: string | undefined
}

export async function readFacts(): Promise<Facts> {
  const euid = process.geteuid?.() ?? 0
  const runtimeDirectory = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${euid}`
  const [files, systemdBooted, systemdUser, namespaces, cgroups, identity] = await Promise.all([
    readFiles(),
    isAllowed('/run/systemd/system', constants.F_OK),
    isAllowed(`${runtimeDirectory}/systemd/private`, constants.W_OK),
    readdir('/proc/self/ns').catch(() => []),
    readCgroups(),
    euid === 0 ? null : readIdentity(),
  ])
  const ids = { euid, egid: process.getegid?.() ?? 0, identity }
  return { ...files, ...cgroups, ...ids, arch: process.arch, systemdBooted, systemdUser, namespaces }
}

async function readFiles(): Promise<Record<keyof typeof FILES, FileText>> {
  const entries = Object.entries(FILES).map(async ([name, path]) => [name, await readText(path)] as const)
  return Object.fromEntries(await Promise.all(entries)) as Record<keyof typeof FILES, FileText>
}

async function readCgroups(): Promise<Pick<Facts, 'cgroup2' | 'cgroupMembership' | 'mountinfo'>> {
  const [mountinfo, cgroupMembership] = await Promise.all([
    readText('/proc/self/mountinfo'),
    readText('/proc/self/cgroup'),
  ])
  const place = findCgroup2(parseMountinfo(mountinfo ?? ''), parseCgroupMembership(cgroupMembership).unified)
  if (place === null) return { cgroup2: null, cgroupMembership, mountinfo }
  const directory = place.own === '/' ? place.mountPoint : place.mountPoint + place.own
  const [writable, controllers, passedOn] = await Promise.all([
    Promise.all([mayWrite(directory), mayWrite(`${directory}/cgroup.procs`)]).then((both) => both.every(Boolean)),
    readText(`${directory}/cgroup.controllers`),
    readText(`${directory}/cgroup.subtree_control`),
  ])
  return { cgroup2: { ...place, writable, controllers, passedOn }, cgroupMembership, mountinfo }
}

async function readIdentity(): Promise<Identity> {
  const [passwd, subuid, subgid, newuidmap, newgidmap] = await Promise.all([
    readText('/etc/passwd'),
    readText('/etc/subuid'),
    readText('/etc/subgid'),
    findProgram('newuidmap'),
    findProgram('newgidmap'),
  ])
  return { passwd, subuid, subgid, newuidmap, newgidmap }
}

async function findProgram(name: string): Promise<string | undefined> {
  const paths = PROGRAM_DIRECTORIES.map((directory) => `${directory}/${name}`)
  const found = await Promise.all(paths.map((path) => isAllowed(path, constants.X_OK)))
  return paths.find((_, index) => found[index])
}

const readText = (path: string): Promise<FileText> => readFile(path, 'utf8').catch(() => undefined)
const mayWrite = (path: string): Promise<boolean> => isAllowed(path, constants.W_OK)
const isAllowed = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  )
