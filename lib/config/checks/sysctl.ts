// Kernel parameters: only those that belong to a namespace of the container (config-linux.md, Sysctl).
import { type Findings, pointerStep, quote } from '../findings.ts'
import { findNamespace } from '../queries.ts'
import { sysctlPath } from '../sysctl-path.ts'
import type { Config, NamespaceType } from '../types.ts'
import type { Area } from './area.ts'

/** Parameters of System V IPC (ipc/ipc_sysctl.c); those of POSIX message queues are all below fs/mqueue. */
const IPC: ReadonlySet<string> = new Set(
  [
    'auto_msgmni',
    'msg_next_id',
    'msgmax',
    'msgmnb',
    'msgmni',
    'sem',
    'sem_next_id',
    'shm_next_id',
    'shm_rmid_forced',
    'shmall',
    'shmmax',
    'shmmni',
  ].map((name) => `kernel/${name}`),
)

function checkSysctls(config: Config, findings: Findings): void {
  const seen = new Map<string, string>()
  for (const key of Object.keys(config.linux?.sysctl ?? {})) {
    const at = `/linux/sysctl/${pointerStep(key)}`
    const path = sysctlPath(key)
    if (path === undefined) {
      findings.problem(at, 'must be the name of a kernel parameter like net.core.somaxconn')
      continue
    }
    const first = seen.get(path)
    if (first !== undefined) findings.problem(at, `must not be there twice; it is the same as ${quote(first)}`)
    else seen.set(path, key)
    checkNamespace(path, config, at, findings)
  }
}

function checkNamespace(path: string, config: Config, at: string, findings: Findings): void {
  if (path === 'kernel/hostname') {
    findings.problem(at, 'must not be set here: use /hostname')
    return
  }
  const type = namespaceOf(path)
  if (type === undefined) {
    const allowed = 'net.*, user.*, fs.mqueue.*, kernel.domainname and the kernel.{msg,sem,shm}* of System V IPC'
    findings.problem(at, `must be a parameter of a namespace: ${allowed}; this one is the host’s`)
  } else if (findNamespace(config, type) === undefined) {
    findings.problem(at, `needs an entry of type ${type} in /linux/namespaces: it would change the host`)
  }
}

function namespaceOf(path: string): NamespaceType | undefined {
  if (path.startsWith('net/')) return 'network'
  if (path.startsWith('user/')) return 'user'
  if (path.startsWith('fs/mqueue/') || IPC.has(path)) return 'ipc'
  return path === 'kernel/domainname' ? 'uts' : undefined
}

export const SYSCTL_AREAS: readonly Area[] = [{ reads: ['/linux/sysctl', '/linux/namespaces'], check: checkSysctls }]
