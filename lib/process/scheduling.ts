// Ops of how a process is scheduled and where its memory comes from.
import { parseNumberList } from '../config/number-list.ts'
import type { Linux, ProcessConfig } from '../config/types.ts'
import {
  IO_CLASSES,
  MEMORY_FLAGS,
  MEMORY_MODES,
  PERSONALITIES,
  SCHEDULER_FLAGS,
  SCHEDULER_POLICIES,
} from '../plan/flags.ts'
import type { Op } from '../plan/ops.ts'

/** Spec: config.md, Linux process: scheduler. */
export function planScheduler({ scheduler }: Pick<ProcessConfig, 'scheduler'>): Op[] {
  if (scheduler === undefined) return []
  const { policy, nice = 0, priority = 0, flags = [], runtime = 0, deadline = 0, period = 0 } = scheduler
  return [
    {
      op: 'setScheduler',
      policy: SCHEDULER_POLICIES[policy],
      flags: BigInt(flags.reduce((set, flag) => set | SCHEDULER_FLAGS[flag], 0)),
      nice,
      priority,
      runtime: BigInt(runtime),
      deadline: BigInt(deadline),
      period: BigInt(period),
    },
  ]
}

/** Spec: config.md, Linux process: ioPriority. */
export function planIoPriority({ ioPriority }: Pick<ProcessConfig, 'ioPriority'>): Op[] {
  if (ioPriority === undefined) return []
  return [{ op: 'setIoPriority', class: IO_CLASSES[ioPriority.class], priority: ioPriority.priority ?? 0 }]
}

/**
 * The CPUs of a process that joins a container: `initial` while it joins, which is the first it does; `final` is for
 * its program. Spec: config.md, Linux process: execCPUAffinity.
 */
export function planCpuAffinity(
  { execCPUAffinity }: Pick<ProcessConfig, 'execCPUAffinity'>,
  when: 'initial' | 'final',
): Op[] {
  const list = execCPUAffinity?.[when] ?? ''
  return list === '' ? [] : [{ op: 'setCpuAffinity', cpus: parseNumberList(list) }]
}

/** Spec: config-linux.md, Memory policy. */
export function planMemoryPolicy({ memoryPolicy }: Pick<Linux, 'memoryPolicy'>): Op[] {
  if (memoryPolicy === undefined) return []
  const { mode, nodes = '', flags = [] } = memoryPolicy
  const bits = flags.reduce((set, flag) => set | MEMORY_FLAGS[flag], MEMORY_MODES[mode] as number)
  return [{ op: 'setMemoryPolicy', mode: bits, nodes: parseNumberList(nodes) }]
}

/** Spec: config-linux.md, Personality. */
export function planPersonality({ personality }: Pick<Linux, 'personality'>): Op[] {
  return personality === undefined ? [] : [{ op: 'setPersonality', persona: PERSONALITIES[personality.domain] }]
}
