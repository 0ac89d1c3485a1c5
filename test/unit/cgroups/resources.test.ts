// OCI resources to exact writes, in order.
import { describe, expect, it } from 'vitest'
import { controllerOf, controllersOf, planResources, weightOfShares } from '../../../lib/cgroups/resources.ts'
import { planRestore } from '../../../lib/cgroups/restore.ts'
import type { Resources } from '../../../lib/config/types.ts'

/** `file=data`; `?` for one that may be missing, `|` before what is written instead. */
function written(resources: Resources, current: Readonly<Record<string, string>> = {}): string[] {
  return planResources(resources, new Map(Object.entries(current))).map(({ file, data, optional, otherwise }) => {
    const rest = otherwise === undefined ? '' : `|${otherwise.file}=${otherwise.data}`
    return `${file}${optional ? '?' : ''}=${data}${rest}`
  })
}

const GiB = 1 << 30
const device = { major: 8, minor: 0 }

const CASES: ReadonlyArray<readonly [Resources, readonly string[]]> = [
  [{}, []],
  [{ memory: {} }, []],
  [{ memory: { limit: 0 } }, []],
  [{ memory: { limit: 64 << 20 } }, ['memory.max=67108864']],
  [{ memory: { limit: -1 } }, ['memory.swap.max=max', 'memory.max=max']],
  [{ memory: { limit: -1, swap: -1 } }, ['memory.swap.max=max', 'memory.max=max']],
  [{ memory: { limit: GiB, swap: GiB } }, ['memory.swap.max?=0', 'memory.max=1073741824']],
  [{ memory: { limit: GiB, swap: GiB + 4096 } }, ['memory.swap.max=4096', 'memory.max=1073741824']],
  [{ memory: { limit: GiB, swap: -1 } }, ['memory.swap.max=max', 'memory.max=1073741824']],
  [{ memory: { limit: GiB, swap: 0 } }, ['memory.max=1073741824']],
  [{ memory: { swap: -1 } }, ['memory.swap.max=max']],
  [{ memory: { limit: 2n ** 62n, swap: 2n ** 62n + 5n } }, ['memory.swap.max=5', 'memory.max=4611686018427387904']],
  [{ memory: { reservation: 4096 } }, ['memory.low=4096']],
  [{ memory: { reservation: 0 } }, []],
  [{ memory: { reservation: -1 } }, ['memory.low=max']],
  [{ memory: { limit: 8192, reservation: 4096 } }, ['memory.max=8192', 'memory.low=4096']],
  [{ memory: { checkBeforeUpdate: true, limit: 8192 } }, ['memory.max=8192']],
  [{ memory: { kernel: 5, kernelTCP: 5, useHierarchy: true } }, []],
  [{ cpu: {} }, []],
  [{ cpu: { shares: 0 } }, []],
  [{ cpu: { shares: 2 } }, ['cpu.weight=1']],
  [{ cpu: { shares: 512 } }, ['cpu.weight=59']],
  [{ cpu: { shares: 1024 } }, ['cpu.weight=100']],
  [{ cpu: { shares: 2048 } }, ['cpu.weight=174']],
  [{ cpu: { shares: 262144 } }, ['cpu.weight=10000']],
  [{ cpu: { quota: 50000 } }, ['cpu.max=50000']],
  [{ cpu: { quota: 50000, period: 200000 } }, ['cpu.max=50000 200000']],
  [{ cpu: { quota: -1 } }, ['cpu.max=max']],
  [{ cpu: { quota: -1, period: 50000 } }, ['cpu.max=max 50000']],
  [{ cpu: { period: 50000 } }, ['cpu.max=max 50000']],
  [{ cpu: { quota: 0, period: 0 } }, []],
  [{ cpu: { quota: 50000, burst: 10000 } }, ['cpu.max=50000', 'cpu.max.burst=10000']],
  [{ cpu: { burst: 0 } }, ['cpu.max.burst=0']],
  [{ cpu: { idle: 1 } }, ['cpu.idle=1']],
  [{ cpu: { idle: 1, shares: 1024 } }, ['cpu.idle=1']],
  [{ cpu: { idle: 0, shares: 1024 } }, ['cpu.idle=0', 'cpu.weight=100']],
  [{ cpu: { cpus: '0-1' } }, ['cpuset.cpus=0-1']],
  [{ cpu: { mems: '0' } }, ['cpuset.mems=0']],
  [{ cpu: { cpus: '1,3', mems: '0-1' } }, ['cpuset.cpus=1,3', 'cpuset.mems=0-1']],
  [{ cpu: { cpus: '', mems: '' } }, []],
  [{ blockIO: {} }, []],
  [{ blockIO: { weight: 0 } }, []],
  [{ blockIO: { weight: 10 } }, ['io.bfq.weight=10|io.weight=1']],
  [{ blockIO: { weight: 100 } }, ['io.bfq.weight=100|io.weight=910']],
  [{ blockIO: { weight: 1000 } }, ['io.bfq.weight=1000|io.weight=10000']],
  [{ blockIO: { weightDevice: [{ ...device, weight: 500 }] } }, ['io.bfq.weight=8:0 500|io.weight=8:0 4950']],
  [{ blockIO: { weightDevice: [device] } }, []],
  [{ blockIO: { throttleReadBpsDevice: [{ ...device, rate: 1000 }] } }, ['io.max=8:0 rbps=1000']],
  [{ blockIO: { throttleWriteBpsDevice: [{ ...device, rate: 1000 }] } }, ['io.max=8:0 wbps=1000']],
  [{ blockIO: { throttleReadIOPSDevice: [{ ...device, rate: 10 }] } }, ['io.max=8:0 riops=10']],
  [{ blockIO: { throttleWriteIOPSDevice: [{ ...device, rate: 10 }] } }, ['io.max=8:0 wiops=10']],
  [{ blockIO: { throttleWriteIOPSDevice: [{ ...device, rate: 0 }] } }, ['io.max=8:0 wiops=max']],
  [{ blockIO: { throttleReadBpsDevice: [{ ...device, rate: 2n ** 63n }] } }, ['io.max=8:0 rbps=9223372036854775808']],
  [
    {
      blockIO: {
        throttleReadBpsDevice: [
          { ...device, rate: 1 },
          { major: 8, minor: 16, rate: 2 },
        ],
        throttleWriteIOPSDevice: [{ ...device, rate: 3 }],
      },
    },
    ['io.max=8:0 rbps=1 wiops=3', 'io.max=8:16 rbps=2'],
  ],
  [{ pids: { limit: 100 } }, ['pids.max=100']],
  [{ pids: { limit: -1 } }, ['pids.max=max']],
  [{ pids: { limit: 0 } }, ['pids.max=1']],
  [{ hugepageLimits: [] }, []],
  [
    { hugepageLimits: [{ pageSize: '2MB', limit: 4 << 20 }] },
    ['hugetlb.2MB.max=4194304', 'hugetlb.2MB.rsvd.max?=4194304'],
  ],
  [
    {
      hugepageLimits: [
        { pageSize: '64KB', limit: 0 },
        { pageSize: '1GB', limit: 2n ** 62n },
      ],
    },
    [
      'hugetlb.64KB.max=0',
      'hugetlb.64KB.rsvd.max?=0',
      'hugetlb.1GB.max=4611686018427387904',
      'hugetlb.1GB.rsvd.max?=4611686018427387904',
    ],
  ],
  [{ rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10000 } } }, ['rdma.max=mlx5_1 hca_handle=3 hca_object=10000']],
  [{ rdma: { a: { hcaHandles: 0 }, b: { hcaObjects: 1 } } }, ['rdma.max=a hca_handle=0', 'rdma.max=b hca_object=1']],
  [{ rdma: { mlx5_1: {} } }, []],
  [{ unified: {} }, []],
  [{ unified: { 'memory.high': '1G' } }, ['memory.high=1G']],
  [{ unified: { 'memory.min': '4096', 'memory.oom.group': '1' } }, ['memory.min=4096', 'memory.oom.group=1']],
  [{ unified: { 'misc.max': 'sev 5' } }, ['misc.max=sev 5']],
  [{ unified: { 'cpuset.cpus.partition': 'root' } }, ['cpuset.cpus.partition=root']],
  [{ unified: { 'io.max': '8:0 rbps=1\n8:16 rbps=2\n' } }, ['io.max=8:0 rbps=1', 'io.max=8:16 rbps=2']],
  [{ unified: { 'cpuset.cpus': '' } }, ['cpuset.cpus=\n']],
  [{ unified: { 'cgroup.max.depth': '2' } }, ['cgroup.max.depth=2']],
  [
    { unified: { 'memory.max': '5', 'pids.max': '6' }, memory: { limit: 4 }, pids: { limit: 3 } },
    ['memory.max=4', 'pids.max=3', 'memory.max=5', 'pids.max=6'],
  ],
  [
    { cpu: { shares: 2, cpus: '0' }, memory: { limit: 4 }, blockIO: { weight: 10 }, pids: { limit: 3 } },
    ['cpu.weight=1', 'cpuset.cpus=0', 'memory.max=4', 'io.bfq.weight=10|io.weight=1', 'pids.max=3'],
  ],
  [{ devices: [{ allow: true }] }, []],
]

describe('planResources', () => {
  it.each(CASES.map(([resources, writes]) => ({ resources, writes })))('$resources', ({ resources, writes }) => {
    expect(written(resources)).toEqual(writes)
  })

  it.each<[string, Resources, Record<string, string>, string[]]>([
    [
      'the period alone, keeping the quota',
      { cpu: { period: 5000 } },
      { 'cpu.max': '2000 9000\n' },
      ['cpu.max=2000 5000'],
    ],
    [
      'a quota below the present burst',
      { cpu: { quota: 5000, burst: 1000 } },
      { 'cpu.max.burst': '20000\n' },
      ['cpu.max.burst=0', 'cpu.max=5000', 'cpu.max.burst=1000'],
    ],
    [
      'a quota, keeping the burst',
      { cpu: { quota: 5000 } },
      { 'cpu.max.burst': '2000\n' },
      ['cpu.max.burst=0', 'cpu.max=5000', 'cpu.max.burst=2000'],
    ],
    ['a quota where there is no burst', { cpu: { quota: 5000 } }, { 'cpu.max.burst': '0\n' }, ['cpu.max=5000']],
  ])('updates %s', (_, resources, current, writes) => {
    expect(written(resources, current)).toEqual(writes)
  })

  it('says what asks for each write', () => {
    const resources = { memory: { limit: 4, swap: 5 }, unified: { 'misc.max': 'a 1' } }
    expect(planResources(resources).map(({ at }) => at)).toEqual(['/memory/swap', '/memory/limit', '/unified/misc.max'])
  })
})

describe('weightOfShares', () => {
  it('grows with the shares, and keeps to the range', () => {
    let last = 0
    for (let shares = 2; shares <= 262_144; shares += 7) {
      const weight = weightOfShares(shares)
      expect(weight).toBeGreaterThanOrEqual(Math.max(1, last))
      last = weight
    }
    expect(last).toBeLessThanOrEqual(10_000)
  })
})

describe('controllers', () => {
  it.each([
    ['memory.max', 'memory'],
    ['io.bfq.weight', 'io'],
    ['hugetlb.2MB.max', 'hugetlb'],
    ['cpuset.cpus', 'cpuset'],
    ['cgroup.max.depth', undefined],
    ['memory.pressure', undefined],
    ['cgroup.pressure', undefined],
  ])('%s is of %s', (file, controller) => {
    expect(controllerOf(file)).toBe(controller)
  })

  it('are each named once, by the first that needs them', () => {
    const writes = planResources({
      memory: { limit: 4, reservation: 2 },
      cpu: { shares: 2, cpus: '0' },
      pids: { limit: 3 },
    })
    expect([...controllersOf(writes)]).toEqual([
      ['cpu', '/cpu/shares'],
      ['cpuset', '/cpu/cpus'],
      ['memory', '/memory/limit'],
      ['pids', '/pids/limit'],
    ])
  })
})

describe('planRestore', () => {
  const restored = (resources: Resources, old: Readonly<Record<string, string>>) =>
    planRestore(planResources(resources), new Map(Object.entries(old))).map(({ file, data }) => `${file}=${data}`)

  it.each<[string, Resources, Record<string, string>, string[]]>([
    [
      'the last first',
      { memory: { limit: 4 }, pids: { limit: 3 } },
      { 'memory.max': 'max\n', 'pids.max': '7\n' },
      ['pids.max=7', 'memory.max=max'],
    ],
    ['an empty list', { cpu: { cpus: '0' } }, { 'cpuset.cpus': '\n' }, ['cpuset.cpus=\n']],
    [
      'the line of a device',
      { blockIO: { throttleReadBpsDevice: [{ ...device, rate: 1 }] } },
      { 'io.max': '8:16 rbps=5 wbps=max riops=max wiops=max\n8:0 rbps=9 wbps=max riops=max wiops=max\n' },
      ['io.max=8:0 rbps=9 wbps=max riops=max wiops=max'],
    ],
    [
      'a device without a line',
      { blockIO: { throttleReadBpsDevice: [{ ...device, rate: 1 }] } },
      { 'io.max': '' },
      ['io.max=8:0 rbps=max wbps=max riops=max wiops=max'],
    ],
    [
      'the default weight',
      { blockIO: { weight: 10 } },
      { 'io.weight': 'default 100\n8:0 5\n' },
      ['io.weight=default 100'],
    ],
    [
      'a weight of BFQ',
      { blockIO: { weightDevice: [{ ...device, weight: 10 }] } },
      { 'io.bfq.weight': 'default 100\n', 'io.weight': 'default 100\n' },
      ['io.bfq.weight=8:0 default'],
    ],
    ['a resource the kernel does not list', { unified: { 'misc.max': 'sev 1' } }, { 'misc.max': '' }, []],
    ['what was not there', { memory: { limit: 5, swap: 5 } }, { 'memory.max': '9\n' }, ['memory.max=9']],
  ])('%s', (_, resources, old, writes) => {
    expect(restored(resources, old)).toEqual(writes)
  })
})
