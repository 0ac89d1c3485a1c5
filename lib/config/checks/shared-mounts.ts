// A container without a mount namespace of its own: what it cannot have, since it would have it for others too.
import type { Findings } from '../findings.ts'
import { createsNamespace } from '../queries.ts'
import type { Config } from '../types.ts'
import type { Area } from './area.ts'

/**
 * In a mount namespace that is joined, or the host's, nothing is mounted: it would be mounted for everybody there. The
 * root is then a directory that is entered by chroot(2). Masked and read-only paths have a check of their own.
 */
function checkSharedMounts(config: Config, findings: Findings): void {
  if (createsNamespace(config, 'mount')) return
  const { root, mounts = [], linux = {} } = config
  const asked: ReadonlyArray<readonly [at: string, is: boolean]> = [
    ['/mounts', mounts.length > 0],
    ['/root/readonly', root?.readonly === true],
    ['/linux/devices', (linux.devices ?? []).length > 0],
    ['/linux/rootfsPropagation', (linux.rootfsPropagation ?? '') !== ''],
    ['/linux/mountLabel', (linux.mountLabel ?? '') !== ''],
  ]
  for (const [at, is] of asked) {
    if (is) findings.problem(at, 'needs a new mount namespace: in one that is shared it would be there for others too')
  }
}

export const SHARED_MOUNTS_AREAS: readonly Area[] = [
  {
    reads: [
      '/linux/namespaces',
      '/mounts',
      '/root/readonly',
      '/linux/devices',
      '/linux/rootfsPropagation',
      '/linux/mountLabel',
    ],
    check: checkSharedMounts,
  },
]
