// The SELinux label of what is mounted (config-linux.md, mountLabel).
import type { Op, OpOf } from '../plan/ops.ts'

/** Their inodes are not a container's own, or are labelled by rules of the policy: they refuse a context. */
const LABELLED_BY_POLICY: ReadonlySet<string> = new Set(['proc', 'sysfs', 'cgroup2', 'cgroup', 'mqueue'])

/** New filesystems with all their files bearing the label, where they bear one and no other is asked for. */
export function withMountLabel(ops: readonly Op[], label: string | undefined): readonly Op[] {
  if (!label) return ops
  return ops.map((op) =>
    (op.op === 'mount' || op.op === 'createFilesystem') && takesLabel(op)
      ? { ...op, data: [...op.data, 'context', label] }
      : op,
  )
}

function takesLabel({ type, data }: OpOf<'mount'> | OpOf<'createFilesystem'>): boolean {
  return !LABELLED_BY_POLICY.has(type) && !data.some((word, index) => index % 2 === 0 && /context$/.test(word))
}
