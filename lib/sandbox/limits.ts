// Limits: what the kernel is told of them, for all processes together or for each. Pure.
import type { Resources, Rlimit } from '../index.ts'
import type { Wanted } from './check-sandbox.ts'
import type { Enforcement, SandboxResult } from './options.ts'

type Limit = 'memory' | 'cpus' | 'pids'

export interface Limits {
  readonly resources: Resources
  readonly rlimits: Rlimit[]
  readonly enforced: SandboxResult['enforced']
}

/** For each limit that is wanted, the property of the document that asks for it. */
export const LIMIT_AT: Readonly<Record<Limit, string>> = {
  memory: '/linux/resources/memory',
  cpus: '/linux/resources/cpu',
  pids: '/linux/resources/pids',
}

/** Keeps a fork bomb from the rest of the machine where nobody has thought of one. */
const DEFAULT_PIDS = 1024

/** The first process, which waits, and one on its way to a command. */
const OURS = 2

/**
 * @param missing limits that no cgroup gives here
 * @param countsUsers whether RLIMIT_NPROC holds: the kernel exempts the machine’s root (kernel/fork.c)
 */
export function planLimits(wanted: Wanted, missing: ReadonlySet<Limit>, countsUsers: boolean): Limits {
  const { memory, cpus, pids } = wanted
  const inCgroup = (limit: Limit) => wanted[limit] !== undefined && !missing.has(limit)
  const resources: Resources = {
    ...(memory !== undefined && inCgroup('memory') ? { memory: { limit: memory, swap: memory } } : {}),
    ...(cpus !== undefined && inCgroup('cpus') ? { cpu: { period: PERIOD, quota: Math.round(cpus * PERIOD) } } : {}),
    ...(pids !== undefined && inCgroup('pids') ? { pids: { limit: pids + OURS } } : {}),
  }
  const rlimits: Rlimit[] = [
    // More would dump core into a program of the host, of 0 too; 1 is none (fs/coredump.c).
    rlimit('RLIMIT_CORE', 1),
    rlimit('RLIMIT_NOFILE', 1024),
    ...(inCgroup('pids') ? [] : [rlimit('RLIMIT_NPROC', (pids ?? DEFAULT_PIDS) + OURS)]),
    // Not RLIMIT_AS: address space that is only set aside, as by V8, is no memory.
    ...(memory !== undefined && missing.has('memory') ? [rlimit('RLIMIT_DATA', memory)] : []),
  ]
  return { resources, rlimits, enforced: enforcedBy(wanted, missing, countsUsers) }
}

const PERIOD = 100_000

const rlimit = (type: string, limit: number): Rlimit => ({ type, soft: limit, hard: limit }) as Rlimit

function enforcedBy(wanted: Wanted, missing: ReadonlySet<Limit>, countsUsers: boolean): Limits['enforced'] {
  const instead: Readonly<Record<Limit, Enforcement>> = {
    memory: 'process',
    cpus: 'none',
    pids: countsUsers ? 'process' : 'none',
  }
  const limits = (Object.keys(instead) as Limit[]).filter((limit) => wanted[limit] !== undefined)
  return Object.fromEntries(limits.map((limit) => [limit, missing.has(limit) ? instead[limit] : 'cgroup']))
}
