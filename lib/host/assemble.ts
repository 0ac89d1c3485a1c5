// From the files that were read to Host. Pure: a whole machine can be made up in a test.
import type { NamespaceType, SeccompFlag } from '../config/types.ts'
import type { Host } from '../host.ts'
import type { Facts, Identity } from './facts.ts'
import { type MountInfo, parseMountinfo } from './mountinfo.ts'
import * as parse from './proc-files.ts'
import { judgeUserNamespaces } from './user-namespaces.ts'

const CAP_SYS_ADMIN = 1n << 21n

/** include/uapi/linux/seccomp.h; as the document names them. */
const SECCOMP_FLAGS: ReadonlyArray<readonly [SeccompFlag, number]> = [
  ['SECCOMP_FILTER_FLAG_TSYNC', 1],
  ['SECCOMP_FILTER_FLAG_LOG', 2],
  ['SECCOMP_FILTER_FLAG_SPEC_ALLOW', 4],
  ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV', 32],
]

/** The kernel's names in /proc/PID/ns (namespaces(7)). */
const NAMESPACE_FILES: Readonly<Record<NamespaceType, string>> = {
  mount: 'mnt',
  pid: 'pid',
  network: 'net',
  uts: 'uts',
  ipc: 'ipc',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
}

/**
 * @param syscallErrors by name: 0 for a call that works, else the errno it met
 * @param seccompFlags SECCOMP_FILTER_FLAG_* bits that the kernel knows
 */
export function assembleHost(facts: Facts, syscallErrors: Readonly<Record<string, number>>, seccompFlags = ~0): Host {
  const status = parse.parseStatus(facts.status)
  return {
    arch: facts.arch === 'arm64' ? 'arm64' : 'x64',
    kernel: parse.parseKernelRelease(facts.release),
    euid: facts.euid,
    egid: facts.egid,
    capabilities: status.effectiveCapabilities,
    lastCapability: parse.parseNumber(facts.lastCapability) ?? 0,
    namespaces: namespaces(facts.namespaces),
    userNamespaces: judgeUserNamespaces({
      inKernel: facts.namespaces.includes('user'),
      privileged: (status.effectiveCapabilities & CAP_SYS_ADMIN) !== 0n,
      max: parse.parseNumber(facts.maxUserNamespaces),
      unprivilegedClone: parse.parseNumber(facts.unprivilegedClone),
      apparmorRestricts: parse.parseNumber(facts.apparmorRestricts),
      apparmorLabel: facts.securityLabel,
    }),
    setgroupsAllowed: facts.setgroups?.trim() !== 'deny',
    rootIsInitramfs: isInitialRoot(parseMountinfo(facts.mountinfo ?? '')),
    inUserNamespace: !parse.isInitialIdMap(facts.uidMap),
    ...subordinateIds(facts.euid, facts.identity),
    cgroup2: cgroup2(facts),
    systemd: systemd(facts),
    seccomp: parse.parseWords(facts.seccompActions).length > 0,
    seccompFlags: SECCOMP_FLAGS.filter(([, bit]) => (seccompFlags & bit) !== 0).map(([name]) => name),
    seccompFiltered: status.seccompMode === 2,
    apparmor: facts.apparmorEnabled?.trim() === 'Y',
    selinux: facts.selinuxEnforcing !== undefined,
    missingSyscalls: Object.keys(syscallErrors).filter((name) => syscallErrors[name] !== 0),
  }
}

/** Whatever is mounted on `/` covers it, and can be put aside. */
function isInitialRoot(mounts: readonly MountInfo[]): boolean {
  return mounts.findLast(({ mountPoint }) => mountPoint === '/')?.type === 'rootfs'
}

function namespaces(present: readonly string[]): Record<NamespaceType, boolean> {
  const entries = Object.entries(NAMESPACE_FILES).map(([type, file]) => [type, present.includes(file)])
  return Object.fromEntries(entries) as Record<NamespaceType, boolean>
}

function subordinateIds(euid: number, identity: Identity | null): Pick<Host, 'subIds' | 'newuidmap' | 'newgidmap'> {
  if (identity === null) return { subIds: { uid: [], gid: [] } }
  const { passwd, subuid, subgid, newuidmap, newgidmap } = identity
  const name = parse.findUserName(passwd, euid)
  // subgid(5) too names the owner of a range by user, not by group.
  return {
    subIds: {
      uid: newuidmap === undefined ? [] : parse.parseSubIds(subuid, euid, name),
      gid: newgidmap === undefined ? [] : parse.parseSubIds(subgid, euid, name),
    },
    ...(newuidmap === undefined ? {} : { newuidmap }),
    ...(newgidmap === undefined ? {} : { newgidmap }),
  }
}

/** Root of a user namespace is nobody to the machine's manager. */
function systemd({ systemdBooted, systemdUser, euid, uidMap, cgroup2 }: Facts): Host['systemd'] {
  if (!systemdBooted || cgroup2 === null) return null
  if (euid === 0) return parse.isInitialIdMap(uidMap) ? { manager: 'system', cgroup: '/' } : null
  if (!systemdUser) return null
  const service = `user@${euid}.service`
  const [above] = new RegExp(`^.*/${service}(?=/|$)`).exec(cgroup2.own) ?? []
  return { manager: 'user', cgroup: above ?? `/user.slice/user-${euid}.slice/${service}` }
}

function cgroup2(facts: Facts): Host['cgroup2'] {
  if (facts.cgroup2 === null) return null
  const { mountPoint, own, writable, controllers, passedOn } = facts.cgroup2
  return {
    mountPoint,
    own,
    writable,
    controllers: parse.parseWords(controllers),
    passedOn: parse.parseWords(passedOn),
    v1Controllers: parse.parseCgroupMembership(facts.cgroupMembership).v1Controllers,
  }
}
