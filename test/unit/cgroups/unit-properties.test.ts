// OCI resources to properties of a unit of systemd.
import { describe, expect, it } from 'vitest'
import type { DbusValue } from '../../../lib/cgroups/dbus-message.ts'
import { planResources } from '../../../lib/cgroups/resources.ts'
import { deviceProperties, propertiesOf } from '../../../lib/cgroups/unit-properties.ts'
import type { DeviceRule, Resources } from '../../../lib/config/types.ts'

const INFINITY = 2n ** 64n - 1n
const NEW = 255

function properties(resources: Resources, version = NEW, current: Readonly<Record<string, string>> = {}) {
  const writes = planResources(resources, new Map(Object.entries(current)))
  return propertiesOf(writes, version).map(([name, { signature, value }]) => [name, signature, value])
}

const device = { major: 8, minor: 0 }
const unified = (file: string, data: string): Resources => ({ unified: { [file]: data } })

describe('propertiesOf', () => {
  it.each<[Resources, Array<[string, string, DbusValue]>]>([
    [{}, []],
    [{ memory: { limit: 1 << 20 } }, [['MemoryMax', 't', 1048576n]]],
    [
      { memory: { limit: -1 } },
      [
        ['MemorySwapMax', 't', INFINITY],
        ['MemoryMax', 't', INFINITY],
      ],
    ],
    [
      { memory: { limit: 8192, swap: 8192 } },
      [
        ['MemorySwapMax', 't', 0n],
        ['MemoryMax', 't', 8192n],
      ],
    ],
    [{ memory: { reservation: 4096 } }, [['MemoryLow', 't', 4096n]]],
    [unified('memory.high', '1G'), [['MemoryHigh', 't', 1n << 30n]]],
    [unified('memory.high', '0x10k'), [['MemoryHigh', 't', 16384n]]],
    [unified('memory.min', '4096'), [['MemoryMin', 't', 4096n]]],
    [unified('memory.zswap.max', 'max'), [['MemoryZSwapMax', 't', INFINITY]]],
    [unified('memory.oom.group', '1'), [['OOMPolicy', 's', 'kill']]],
    [unified('memory.oom.group', '0'), [['OOMPolicy', 's', 'continue']]],
    [{ pids: { limit: 100 } }, [['TasksMax', 't', 100n]]],
    [{ pids: { limit: -1 } }, [['TasksMax', 't', INFINITY]]],
    [{ cpu: { shares: 1024 } }, [['CPUWeight', 't', 100n]]],
    [{ cpu: { idle: 1 } }, [['CPUWeight', 't', 0n]]],
    [{ cpu: { quota: 50000 } }, [['CPUQuotaPerSecUSec', 't', 500000n]]],
    [
      { cpu: { quota: 50000, period: 200000 } },
      [
        ['CPUQuotaPerSecUSec', 't', 250000n],
        ['CPUQuotaPeriodUSec', 't', 200000n],
      ],
    ],
    [
      { cpu: { quota: 1234, period: 100000 } },
      [
        ['CPUQuotaPerSecUSec', 't', 20000n],
        ['CPUQuotaPeriodUSec', 't', 100000n],
      ],
    ],
    [{ cpu: { quota: -1 } }, [['CPUQuotaPerSecUSec', 't', INFINITY]]],
    [
      { cpu: { period: 50000 } },
      [
        ['CPUQuotaPerSecUSec', 't', INFINITY],
        ['CPUQuotaPeriodUSec', 't', 50000n],
      ],
    ],
    [{ cpu: { quota: 50000, burst: 1000 } }, [['CPUQuotaPerSecUSec', 't', 500000n]]],
    [unified('cpu.max', 'nonsense'), []],
    [
      { cpu: { cpus: '0-1,9', mems: '0' } },
      [
        ['AllowedCPUs', 'ay', new Uint8Array([3, 2])],
        ['AllowedMemoryNodes', 'ay', new Uint8Array([1])],
      ],
    ],
    [unified('cpuset.cpus', ''), [['AllowedCPUs', 'ay', new Uint8Array()]]],
    [{ blockIO: { weight: 100 } }, [['IOWeight', 't', 910n]]],
    [unified('io.weight', 'default 50'), [['IOWeight', 't', 50n]]],
    [
      {
        blockIO: {
          weightDevice: [
            { ...device, weight: 1000 },
            { major: 8, minor: 16, weight: 10 },
          ],
        },
      },
      [
        [
          'IODeviceWeight',
          'a(st)',
          [
            ['/dev/block/8:0', 10000n],
            ['/dev/block/8:16', 1n],
          ],
        ],
      ],
    ],
    [
      {
        blockIO: {
          throttleReadBpsDevice: [
            { ...device, rate: 1 },
            { major: 8, minor: 16, rate: 5 },
          ],
          throttleWriteBpsDevice: [{ ...device, rate: 2 }],
          throttleReadIOPSDevice: [{ ...device, rate: 3 }],
          throttleWriteIOPSDevice: [{ ...device, rate: 0 }],
        },
      },
      [
        [
          'IOReadBandwidthMax',
          'a(st)',
          [
            ['/dev/block/8:0', 1n],
            ['/dev/block/8:16', 5n],
          ],
        ],
        ['IOWriteBandwidthMax', 'a(st)', [['/dev/block/8:0', 2n]]],
        ['IOReadIOPSMax', 'a(st)', [['/dev/block/8:0', 3n]]],
        ['IOWriteIOPSMax', 'a(st)', [['/dev/block/8:0', INFINITY]]],
      ],
    ],
    [{ hugepageLimits: [{ pageSize: '2MB', limit: 5 }], rdma: { a: { hcaHandles: 1 } } }, []],
    [unified('misc.max', 'sev 1'), []],
    [{ memory: { limit: 4096 }, unified: { 'memory.max': '8192' } }, [['MemoryMax', 't', 8192n]]],
  ])('%j', (resources, expected) => {
    expect(properties(resources)).toEqual(expected)
  })

  it.each<[Resources, number]>([
    [unified('memory.min', '1'), 240],
    [{ cpu: { cpus: '0' } }, 244],
    [{ cpu: { idle: 1 } }, 252],
    [unified('memory.oom.group', '1'), 253],
    [unified('memory.zswap.max', '1'), 253],
  ])('%j only since version %i', (resources, since) => {
    expect(properties(resources, since - 1)).toEqual([])
    expect(properties(resources, since)).toHaveLength(1)
  })

  it('leaves the period out before version 242', () => {
    const names = properties({ cpu: { quota: 5000, period: 10000 } }, 241).map(([name]) => name)
    expect(names).toEqual(['CPUQuotaPerSecUSec'])
  })

  it('keeps the period that there is when a quota alone is changed', () => {
    expect(properties({ cpu: { quota: 5000 } }, NEW, { 'cpu.max': 'max 10000\n' })).toEqual([
      ['CPUQuotaPerSecUSec', 't', 500000n],
      ['CPUQuotaPeriodUSec', 't', 10000n],
    ])
  })
})

describe('deviceProperties', () => {
  const said = (rules: DeviceRule[]) => deviceProperties(rules).map(([name, { value }]) => [name, value])

  it('names what is allowed', () => {
    const rules: DeviceRule[] = [
      { allow: false },
      { allow: true, type: 'c', access: 'm' },
      { allow: true, type: 'b', major: 8, access: 'r' },
      { allow: true, type: 'c', major: 1, minor: 3 },
    ]
    expect(said(rules)).toEqual([
      ['DeviceAllow', []],
      ['DevicePolicy', 'strict'],
      [
        'DeviceAllow',
        [
          ['char-*', 'm'],
          ['block-8', 'r'],
          ['/dev/char/1:3', 'rwm'],
        ],
      ],
    ])
  })

  it.each<[string, DeviceRule]>([
    ['both types', { allow: true, major: 8 }],
    ['a minor of every major', { allow: true, type: 'c', minor: 3 }],
  ])('lets all through where it has no words: %s', (_, rule) => {
    expect(said([{ allow: false }, rule])).toEqual([
      ['DeviceAllow', []],
      ['DevicePolicy', 'auto'],
    ])
  })
})
