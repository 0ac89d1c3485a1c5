// OCI resources to exact writes, in order.
import { describe, expect, it } from 'vitest'
import { controllerOf, controllersOf, planResources, weightOfShares } from '../../../lib/cgroups/resources.ts'
import { planRestore } from '../../../lib/cgroups/restore.ts'
import type { Resources } from '../../../lib/config/types.ts'
import { CASES, device } from './documents.ts'

/** `file=data`; `?` for one that may be missing, `|` before what is written instead. */
function written(resources: Resources, current: Readonly<Record<string, string>> = {}): string[] {
  return planResources(resources, new Map(Object.entries(current))).map(({ file, data, optional, otherwise }) => {
    const rest = otherwise === undefined ? '' : `|${otherwise.file}=${otherwise.data}`
    return `${file}${optional ? '?' : ''}=${data}${rest}`
  })
}

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
    ['an empty line', { unified: { 'io.pressure': 'x' } }, { 'io.pressure': '\n' }, ['io.pressure=\n']],
    [
      'what a cpuset had from its parent: with processes in it, it cannot be emptied again',
      { cpu: { cpus: '0', mems: '0' } },
      { 'cpuset.cpus': '\n', 'cpuset.cpus.effective': '0-3\n', 'cpuset.mems': '1\n', 'cpuset.mems.effective': '1\n' },
      ['cpuset.mems=1', 'cpuset.cpus=0-3'],
    ],
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
