// The OCI features document (features.md, features-linux.md): what this library can do, whatever machine it is on. Pure.
import { CAPABILITIES } from './config/capabilities.ts'
import { OPTION_WORDS } from './config/mount-options.ts'
import { isSupported } from './config/support.ts'
import type { SeccompAction, SeccompArch, SeccompOperator } from './config/types.ts'
import { MEMORY_FLAGS, MEMORY_MODES } from './plan/flags.ts'
import { OCI_VERSION, VERSION } from './version.ts'

/** As features-schema.json of the OCI runtime spec has it. */
export interface Features {
  readonly ociVersionMin: string
  readonly ociVersionMax: string
  readonly hooks: readonly string[]
  readonly mountOptions: readonly string[]
  readonly linux: {
    readonly namespaces: readonly string[]
    readonly capabilities: readonly string[]
    readonly cgroup: Readonly<Record<'v1' | 'v2' | 'systemd' | 'systemdUser' | 'rdma', boolean>>
    readonly seccomp: {
      readonly enabled: boolean
      readonly actions?: readonly string[]
      readonly operators?: readonly string[]
      readonly archs?: readonly string[]
    }
    readonly apparmor: { readonly enabled: boolean }
    readonly selinux: { readonly enabled: boolean }
    readonly intelRdt: { readonly enabled: boolean }
    readonly mountExtensions: { readonly idmap: { readonly enabled: boolean } }
    readonly netDevices: { readonly enabled: boolean }
    readonly memoryPolicy: { readonly modes: readonly string[]; readonly flags: readonly string[] }
  }
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * What the library implements of the OCI runtime spec, for any machine: {@link probeHost} tells of this one.
 *
 * Source: features.md and features-linux.md of the runtime spec.
 */
export function features(): Features {
  return {
    ociVersionMin: '1.0.0',
    ociVersionMax: OCI_VERSION,
    hooks: ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'],
    mountOptions: [...OPTION_WORDS].sort(),
    linux: {
      namespaces: NAMESPACES,
      capabilities: CAPABILITIES,
      cgroup: { v1: false, v2: true, systemd: SYSTEMD, systemdUser: SYSTEMD, rdma: true },
      seccomp: SECCOMP,
      apparmor: { enabled: true },
      selinux: { enabled: true },
      intelRdt: { enabled: isSupported('/linux/intelRdt') },
      mountExtensions: { idmap: { enabled: true } },
      netDevices: { enabled: isSupported('/linux/netDevices') },
      memoryPolicy: { modes: Object.keys(MEMORY_MODES).sort(), flags: Object.keys(MEMORY_FLAGS).sort() },
    },
    annotations: { 'dev.libcontainer.version': VERSION },
  }
}

const NAMESPACES = [
  ...['cgroup', 'ipc', 'mount', 'network', 'pid'],
  ...(isSupported('/linux/timeOffsets') ? ['time'] : []),
  ...['user', 'uts'],
]

const SYSTEMD = isSupported('/linux/cgroupsPath')

const OPERATORS: readonly SeccompOperator[] = [
  ...(['SCMP_CMP_EQ', 'SCMP_CMP_GE', 'SCMP_CMP_GT', 'SCMP_CMP_LE', 'SCMP_CMP_LT', 'SCMP_CMP_MASKED_EQ'] as const),
  'SCMP_CMP_NE',
]

const ARCHS: readonly SeccompArch[] = [
  ...(['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM', 'SCMP_ARCH_X32', 'SCMP_ARCH_X86', 'SCMP_ARCH_X86_64'] as const),
]

const ACTIONS: readonly SeccompAction[] = [
  ...(['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_KILL', 'SCMP_ACT_KILL_PROCESS'] as const),
  ...(['SCMP_ACT_KILL_THREAD', 'SCMP_ACT_LOG', 'SCMP_ACT_NOTIFY', 'SCMP_ACT_TRACE', 'SCMP_ACT_TRAP'] as const),
]

const SECCOMP: Features['linux']['seccomp'] = isSupported('/linux/seccomp')
  ? { enabled: true, actions: ACTIONS, operators: OPERATORS, archs: ARCHS }
  : { enabled: false }
