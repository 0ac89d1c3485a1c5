// Whether this machine, and this user on it, can do what a configuration asks for.
import type { Host, IdRange } from '../host.ts'
import { CAPABILITIES, CAPABILITY_SETS } from './capabilities.ts'
import type { Findings } from './findings.ts'
import { mountOptionKind } from './mount-options.ts'
import { createsNamespace, findNamespace } from './queries.ts'
import type { Config, IdMapping } from './types.ts'

/** Reports what the machine lacks. The document must be well-formed. */
export function checkMachine(config: Config, host: Host, findings: Findings): void {
  checkNamespaces(config, host, findings)
  checkPrivilege(config, host, findings)
  checkMappings(config, host, findings)
  checkCapabilities(config, host, findings)
  checkSeccomp(config, host, findings)
  checkSecurityModules(config, host, findings)
  checkIdMappedMounts(config, host, findings)
}

function checkNamespaces({ linux }: Config, host: Host, findings: Findings): void {
  linux?.namespaces?.forEach(({ type, path }, index) => {
    const at = `/linux/namespaces/${index}/type`
    if (!host.namespaces[type]) findings.problem(at, `the kernel has no ${type} namespaces`)
    else if (type === 'user' && path === undefined && !host.userNamespaces.usable) {
      findings.problem(
        at,
        `user namespaces cannot be created here: ${host.userNamespaces.reason ?? 'the kernel refuses'}`,
      )
    }
  })
}

function hasCapability(host: Host, name: string): boolean {
  return ((host.capabilities >> BigInt(CAPABILITIES.indexOf(name))) & 1n) === 1n
}

function checkPrivilege(config: Config, host: Host, findings: Findings): void {
  if (hasCapability(host, 'CAP_SYS_ADMIN') || findNamespace(config, 'user') !== undefined) return
  const how = 'add an entry of type user to /linux/namespaces, with uidMappings and gidMappings'
  findings.problem('/linux/namespaces', `creating namespaces without CAP_SYS_ADMIN needs a user namespace: ${how}`)
}

/** Who may map which ids: user_namespaces(7), "Defining user and group ID mappings"; newuidmap(1). */
function checkMappings(config: Config, host: Host, findings: Findings): void {
  if (!createsNamespace(config, 'user')) return
  const { uidMappings = [], gidMappings = [] } = config.linux ?? {}
  if (!hasCapability(host, 'CAP_SETUID')) {
    const ranges = host.newuidmap === undefined ? [] : host.subIds.uid
    checkOwn(uidMappings, '/linux/uidMappings', host.euid, ranges, 'uid', findings)
  }
  if (hasCapability(host, 'CAP_SETGID')) return
  const ranges = host.newgidmap === undefined ? [] : host.subIds.gid
  checkOwn(gidMappings, '/linux/gidMappings', host.egid, ranges, 'gid', findings)
  // The kernel then wants setgroups switched off for the namespace before the map is written.
  const direct = gidMappings.length === 1 && isOwn(gidMappings[0] as IdMapping, host.egid)
  if (direct && (config.process?.user?.additionalGids ?? []).length > 0) {
    const message = 'must be empty where an ordinary user maps only its own group: setgroups is then forbidden'
    findings.problem('/process/user/additionalGids', message)
  }
}

function checkOwn(
  mappings: readonly IdMapping[],
  at: string,
  own: number,
  ranges: readonly IdRange[],
  kind: 'uid' | 'gid',
  findings: Findings,
): void {
  mappings.forEach((mapping, index) => {
    const { hostID, size } = mapping
    if (isOwn(mapping, own)) return
    if (ranges.some(({ start, count }) => hostID >= start && hostID + size <= start + count)) return
    const allowed = [`its own ${kind} ${own}`, ...ranges.map(({ start, count }) => `${start} to ${start + count - 1}`)]
    const how = ranges.length > 0 ? '' : `; more takes /etc/sub${kind} and new${kind}map (package uidmap)`
    findings.problem(`${at}/${index}/hostID`, `an ordinary user may map ${allowed.join(', ')}${how}`)
  })
  if (ranges.length === 0 && mappings.length > 1) {
    findings.problem(at, `must be one range where new${kind}map cannot be used`)
  }
}

const isOwn = ({ hostID, size }: IdMapping, own: number): boolean => hostID === own && size === 1

/** Only who has CAP_SYS_ADMIN where a filesystem was mounted may map its ids: mount_setattr(2). */
function checkIdMappedMounts({ mounts }: Config, host: Host, findings: Findings): void {
  if (hasCapability(host, 'CAP_SYS_ADMIN') && !host.inUserNamespace) return
  mounts?.forEach(({ options = [], uidMappings = [], gidMappings = [] }, index) => {
    const word = options.findIndex((option) => mountOptionKind(option) === 'idmap')
    if (word === -1 && uidMappings.length + gidMappings.length === 0) return
    const at = word === -1 ? `/mounts/${index}/uidMappings` : `/mounts/${index}/options/${word}`
    findings.problem(at, 'id-mapped mounts need CAP_SYS_ADMIN outside any user namespace')
  })
}

function checkCapabilities({ process }: Config, host: Host, findings: Findings): void {
  for (const set of CAPABILITY_SETS) {
    process?.capabilities?.[set]?.forEach((name, index) => {
      if (CAPABILITIES.indexOf(name) <= host.lastCapability) return
      findings.warning(`/process/capabilities/${set}/${index}`, `is left out: the kernel does not know ${name}`)
    })
  }
}

function checkSeccomp({ linux }: Config, host: Host, findings: Findings): void {
  const { seccomp } = linux ?? {}
  if (seccomp === undefined) return
  if (!host.seccomp) findings.problem('/linux/seccomp', 'the kernel has no seccomp filters')
  else if (host.missingSyscalls.includes('seccomp')) {
    findings.problem('/linux/seccomp', 'seccomp(2) cannot be called here: a filter around this process forbids it')
  } else {
    seccomp.flags?.forEach((flag, index) => {
      if (host.seccompFlags.includes(flag)) return
      findings.problem(`/linux/seccomp/flags/${index}`, `the kernel does not know ${flag}`)
    })
  }
}

function checkSecurityModules({ process, linux }: Config, host: Host, findings: Findings): void {
  if (process?.apparmorProfile && !host.apparmor) {
    findings.problem('/process/apparmorProfile', 'AppArmor is not enabled on this machine')
  }
  if (process?.selinuxLabel && !host.selinux) {
    findings.problem('/process/selinuxLabel', 'SELinux is not enabled on this machine')
  }
  if (linux?.mountLabel && !host.selinux) {
    findings.problem('/linux/mountLabel', 'SELinux is not enabled on this machine')
  }
}
