// Documents to judge, made by changing a good one, and the judgement as data.

import { templateConfig } from '../../../lib/config/template.ts'
import type { Config } from '../../../lib/config/types.ts'
import { validateConfig } from '../../../lib/config/validate.ts'
import { type ErrorCode, isContainerError, type Problem } from '../../../lib/errors.ts'
import type { Host } from '../../../lib/host.ts'

/** Changes to a document by JSON Pointer; `undefined` removes. Missing objects on the way are made. */
export type Changes = Readonly<Record<string, unknown>>

/** The root template with changes. */
export function document(changes: Changes = {}): Config {
  return change(templateConfig(), changes)
}

/** The template with a user namespace (0 is 1000 outside) and changes. */
export function rootlessDocument(changes: Changes = {}): Config {
  return change(templateConfig({ rootless: true, uid: 1000, gid: 1000 }), changes)
}

export function change(config: Config, changes: Changes): Config {
  for (const [pointer, value] of Object.entries(changes)) {
    const steps = pointer
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = steps.pop() ?? ''
    let at = config as unknown as Record<string, unknown>
    for (const step of steps) {
      at[step] ??= {}
      at = at[step] as Record<string, unknown>
    }
    if (value === undefined) delete at[last]
    else at[last] = value
  }
  return config
}

export interface Judgement {
  readonly code: ErrorCode | 'valid'
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** What validateConfig says; anything it throws that is not a ContainerError is thrown on. */
export function judge(config: unknown, host?: Host): Judgement {
  try {
    return { code: 'valid', problems: [], warnings: validateConfig(config, host).warnings }
  } catch (error) {
    if (!isContainerError(error)) throw error
    return { code: error.code, problems: error.problems, warnings: [] }
  }
}

/** A machine that can do everything, and root on it. */
export const machine: Host = {
  arch: 'x64',
  kernel: { release: '6.18.0', major: 6, minor: 18 },
  euid: 0,
  egid: 0,
  capabilities: (1n << 41n) - 1n,
  lastCapability: 40,
  namespaces: { mount: true, pid: true, network: true, uts: true, ipc: true, user: true, cgroup: true, time: true },
  userNamespaces: { usable: true },
  rootIsInitramfs: false,
  inUserNamespace: false,
  setgroupsAllowed: true,
  subIds: { uid: [], gid: [] },
  systemd: null,
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/',
    writable: true,
    passedOn: [],
    controllers: ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma', 'misc'],
    v1Controllers: [],
  },
  seccomp: true,
  seccompFlags: [
    'SECCOMP_FILTER_FLAG_TSYNC',
    'SECCOMP_FILTER_FLAG_LOG',
    'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
    'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
  ],
  seccompFiltered: false,
  apparmor: true,
  selinux: true,
  missingSyscalls: [],
}
