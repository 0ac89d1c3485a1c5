// All checks of what a document means, in the order of the spec.
import type { Area } from './area.ts'
import { DEVICE_AREAS } from './devices.ts'
import { DOCUMENT_AREAS } from './document.ts'
import { HOOK_AREAS } from './hooks.ts'
import { LINUX_AREAS } from './linux.ts'
import { MOUNT_AREAS } from './mounts.ts'
import { NAMESPACE_AREAS } from './namespaces.ts'
import { PROCESS_AREAS } from './process.ts'
import { RESOURCE_AREAS } from './resources.ts'
import { RIGHTS_AREAS } from './rights.ts'
import { SCHEDULING_AREAS } from './scheduling.ts'
import { SECCOMP_AREAS } from './seccomp.ts'
import { SHARED_MOUNTS_AREAS } from './shared-mounts.ts'
import { SYSCTL_AREAS } from './sysctl.ts'

export const AREAS: readonly Area[] = [
  ...DOCUMENT_AREAS,
  ...MOUNT_AREAS,
  ...PROCESS_AREAS,
  ...RIGHTS_AREAS,
  ...HOOK_AREAS,
  ...NAMESPACE_AREAS,
  ...SHARED_MOUNTS_AREAS,
  ...DEVICE_AREAS,
  ...LINUX_AREAS,
  ...SYSCTL_AREAS,
  ...SCHEDULING_AREAS,
  ...RESOURCE_AREAS,
  ...SECCOMP_AREAS,
]
