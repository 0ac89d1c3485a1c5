// How a process is scheduled and where its memory comes from, as operations.
import { describe, expect, it } from 'vitest'
import type { MemoryPolicy, Scheduler } from '../../../lib/config/types.ts'
import {
  planCpuAffinity,
  planIoPriority,
  planMemoryPolicy,
  planPersonality,
  planScheduler,
} from '../../../lib/process/scheduling.ts'

const none = { op: 'setScheduler', flags: 0n, nice: 0, priority: 0, runtime: 0n, deadline: 0n, period: 0n }

describe('planScheduler', () => {
  it.each<[Scheduler, object]>([
    [{ policy: 'SCHED_OTHER' }, { policy: 0 }],
    [
      { policy: 'SCHED_FIFO', priority: 99 },
      { policy: 1, priority: 99 },
    ],
    [
      { policy: 'SCHED_RR', priority: 1 },
      { policy: 2, priority: 1 },
    ],
    [
      { policy: 'SCHED_BATCH', nice: -20 },
      { policy: 3, nice: -20 },
    ],
    [{ policy: 'SCHED_IDLE' }, { policy: 5 }],
    [
      { policy: 'SCHED_DEADLINE', runtime: 1_000_000, deadline: 2n ** 60n, period: 2n ** 61n },
      { policy: 6, runtime: 1_000_000n, deadline: 2n ** 60n, period: 2n ** 61n },
    ],
    [
      { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_RESET_ON_FORK', 'SCHED_FLAG_UTIL_CLAMP_MAX'] },
      { policy: 0, flags: 0x41n },
    ],
    [
      {
        policy: 'SCHED_OTHER',
        flags: ['SCHED_FLAG_RECLAIM', 'SCHED_FLAG_DL_OVERRUN', 'SCHED_FLAG_KEEP_POLICY', 'SCHED_FLAG_KEEP_PARAMS'],
      },
      { policy: 0, flags: 0x1en },
    ],
    [
      { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_UTIL_CLAMP_MIN'] },
      { policy: 0, flags: 0x20n },
    ],
  ])('%o', (scheduler, op) => {
    expect(planScheduler({ scheduler })).toEqual([{ ...none, ...op }])
  })
})

describe('planIoPriority', () => {
  it.each([
    ['IOPRIO_CLASS_RT', 7, 1],
    ['IOPRIO_CLASS_BE', 3, 2],
    ['IOPRIO_CLASS_IDLE', 0, 3],
  ] as const)('%s %i', (name, priority, number) => {
    expect(planIoPriority({ ioPriority: { class: name, priority } })).toEqual([
      { op: 'setIoPriority', class: number, priority },
    ])
    expect(planIoPriority({ ioPriority: { class: name } })).toMatchObject([{ priority: 0 }])
  })
})

describe('planMemoryPolicy', () => {
  it.each<[MemoryPolicy, number, number[]]>([
    [{ mode: 'MPOL_DEFAULT' }, 0, []],
    [{ mode: 'MPOL_PREFERRED', nodes: '1' }, 1, [1]],
    [{ mode: 'MPOL_BIND', nodes: '0-2, 5', flags: ['MPOL_F_STATIC_NODES'] }, 0x8002, [0, 1, 2, 5]],
    [{ mode: 'MPOL_INTERLEAVE', nodes: '0', flags: ['MPOL_F_RELATIVE_NODES'] }, 0x4003, [0]],
    [{ mode: 'MPOL_LOCAL' }, 4, []],
    [{ mode: 'MPOL_PREFERRED_MANY', nodes: '0', flags: ['MPOL_F_NUMA_BALANCING'] }, 0x2005, [0]],
    [{ mode: 'MPOL_WEIGHTED_INTERLEAVE', nodes: '0' }, 6, [0]],
  ])('%o', (memoryPolicy, mode, nodes) => {
    expect(planMemoryPolicy({ memoryPolicy })).toEqual([{ op: 'setMemoryPolicy', mode, nodes }])
  })
})

it.each([
  ['LINUX', 0],
  ['LINUX32', 8],
] as const)('planPersonality of the domain %s', (domain, persona) => {
  expect(planPersonality({ personality: { domain } })).toEqual([{ op: 'setPersonality', persona }])
})

it('planCpuAffinity tells what is for joining from what is for the program', () => {
  const execCPUAffinity = { initial: '0-3,7', final: '1' }
  expect(planCpuAffinity({ execCPUAffinity }, 'initial')).toEqual([{ op: 'setCpuAffinity', cpus: [0, 1, 2, 3, 7] }])
  expect(planCpuAffinity({ execCPUAffinity }, 'final')).toEqual([{ op: 'setCpuAffinity', cpus: [1] }])
  expect(planCpuAffinity({ execCPUAffinity: { final: '' } }, 'final')).toEqual([])
  expect(planCpuAffinity({ execCPUAffinity: {} }, 'initial')).toEqual([])
})

it('plans nothing where nothing is asked for', () => {
  const plans = [
    planScheduler({}),
    planIoPriority({}),
    planCpuAffinity({}, 'initial'),
    planMemoryPolicy({}),
    planPersonality({}),
  ]
  expect(plans.flat()).toEqual([])
})
