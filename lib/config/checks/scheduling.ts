// CPU, I/O and memory placement, execution domain (config.md, Linux process; config-linux.md).
import type { Findings } from '../findings.ts'
import { listFault } from '../number-list.ts'
import type { Config, MemoryPolicy } from '../types.ts'
import type { Area } from './area.ts'

function checkScheduler({ process }: Config, findings: Findings): void {
  const scheduler = process?.scheduler
  if (scheduler === undefined) return
  const at = '/process/scheduler'
  const { policy, nice = 0, priority = 0, runtime = 0, deadline = 0, period = 0 } = scheduler
  if (policy === 'SCHED_ISO')
    findings.problem(`${at}/policy`, 'must not be SCHED_ISO: Linux has reserved but never had it')
  if (nice < -20 || nice > 19) findings.problem(`${at}/nice`, `must be from -20 to 19, is ${nice}`)
  const realtime = policy === 'SCHED_FIFO' || policy === 'SCHED_RR'
  if (realtime && (priority < 1 || priority > 99)) {
    findings.problem(`${at}/priority`, `must be from 1 to 99 for ${policy}, is ${priority}`)
  } else if (!realtime && priority !== 0) {
    findings.problem(`${at}/priority`, `must be 0 for ${policy}: only SCHED_FIFO and SCHED_RR have priorities`)
  }
  if (policy === 'SCHED_DEADLINE') {
    // A period of 0 stands for the deadline (sched_setattr(2)).
    if (runtime < 1024) findings.problem(`${at}/runtime`, 'must be at least 1024 nanoseconds for SCHED_DEADLINE')
    if (deadline < runtime) findings.problem(`${at}/deadline`, 'must be at least the runtime')
    if (period !== 0 && period < deadline) findings.problem(`${at}/period`, 'must be at least the deadline')
  } else {
    for (const key of ['runtime', 'deadline', 'period'] as const) {
      if ((scheduler[key] ?? 0) > 0)
        findings.problem(`${at}/${key}`, `must not be set for ${policy}, only for SCHED_DEADLINE`)
    }
  }
}

function checkIoPriority({ process }: Config, findings: Findings): void {
  const priority = process?.ioPriority?.priority ?? 0
  if (priority < 0 || priority > 7)
    findings.problem('/process/ioPriority/priority', `must be from 0 to 7, is ${priority}`)
}

function checkAffinity({ process }: Config, findings: Findings): void {
  for (const key of ['initial', 'final'] as const) {
    const list = process?.execCPUAffinity?.[key] ?? ''
    const fault = list === '' ? undefined : listFault(list)
    if (fault !== undefined) findings.problem(`/process/execCPUAffinity/${key}`, fault)
  }
}

/** Whether a mode takes nodes (set_mempolicy(2)). */
const NODES: Readonly<Record<MemoryPolicy['mode'], 'none' | 'some' | 'optional'>> = {
  MPOL_DEFAULT: 'none',
  MPOL_LOCAL: 'none',
  MPOL_PREFERRED: 'optional',
  MPOL_BIND: 'some',
  MPOL_INTERLEAVE: 'some',
  MPOL_WEIGHTED_INTERLEAVE: 'some',
  MPOL_PREFERRED_MANY: 'some',
}

function checkMemoryPolicy({ linux }: Config, findings: Findings): void {
  const policy = linux?.memoryPolicy
  if (policy === undefined) return
  const at = '/linux/memoryPolicy'
  const { mode, nodes = '', flags = [] } = policy
  const need = NODES[mode]
  const fault = nodes === '' ? undefined : listFault(nodes)
  if (need === 'none' && nodes !== '') findings.problem(`${at}/nodes`, `must not be set for ${mode}`)
  else if (need === 'some' && nodes === '') findings.problem(`${at}/nodes`, `is required for ${mode}`)
  else if (fault !== undefined) findings.problem(`${at}/nodes`, fault)
  if (flags.includes('MPOL_F_STATIC_NODES') && flags.includes('MPOL_F_RELATIVE_NODES')) {
    findings.problem(`${at}/flags`, 'must not have MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES together')
  }
  const balancing = mode === 'MPOL_BIND' || mode === 'MPOL_PREFERRED_MANY'
  if (flags.includes('MPOL_F_NUMA_BALANCING') && !balancing) {
    findings.problem(`${at}/flags`, `must not have MPOL_F_NUMA_BALANCING for ${mode}`)
  }
  if (nodes === '' && flags.some((flag) => flag !== 'MPOL_F_NUMA_BALANCING')) {
    findings.problem(`${at}/flags`, 'must not have flags about nodes where there are none')
  }
}

function checkPersonality({ linux }: Config, findings: Findings): void {
  if ((linux?.personality?.flags ?? []).length > 0) {
    findings.problem('/linux/personality/flags', 'must be empty: the spec defines no flags')
  }
}

export const SCHEDULING_AREAS: readonly Area[] = [
  { reads: ['/process/scheduler'], check: checkScheduler },
  { reads: ['/process/ioPriority'], check: checkIoPriority },
  { reads: ['/process/execCPUAffinity'], check: checkAffinity },
  { reads: ['/linux/memoryPolicy'], check: checkMemoryPolicy },
  { reads: ['/linux/personality'], check: checkPersonality },
]
