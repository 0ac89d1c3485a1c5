// Ops of what security modules are told of a process.
import type { ProcessConfig } from '../config/types.ts'
import type { Op } from '../plan/ops.ts'

type Labels = Pick<ProcessConfig, 'apparmorProfile' | 'selinuxLabel'>

/** While the host's procfs is in sight; of use only where a later operation writes a label. */
export function planLabelAccess({ apparmorProfile, selinuxLabel }: Labels): Op[] {
  return apparmorProfile || selinuxLabel ? [{ op: 'openProcfs' }] : []
}

/**
 * Profile and label that the next execve(2) takes on. The kernel keeps them for exactly that call, so nothing may be
 * executed between this and the program. Spec: config.md, Linux process.
 */
export function planExecLabels({ apparmorProfile, selinuxLabel }: Labels): Op[] {
  const ops: Op[] = []
  if (apparmorProfile) {
    const value = `exec ${apparmorProfile}`
    // Up to 5.0 all modules shared the files in attr; where SELinux has them, AppArmor's own are elsewhere.
    ops.push({ op: 'setSecurityAttribute', name: 'apparmor/exec', fallback: 'exec', value })
  }
  if (selinuxLabel) ops.push({ op: 'setSecurityAttribute', name: 'exec', fallback: '', value: selinuxLabel })
  return ops
}

/** Has keys that are made by `ops` bear the label of the program, which could not use them otherwise. */
export function withKeyLabel({ selinuxLabel }: Labels, ops: readonly Op[]): readonly Op[] {
  if (!selinuxLabel || ops.length === 0) return ops
  const label = (value: string): Op => ({ op: 'setSecurityAttribute', name: 'keycreate', fallback: '', value })
  // An empty line is how a label is taken back.
  return [label(selinuxLabel), ...ops, label('\n')]
}
