// The files of a cgroup as numbers.
import { expect, it } from 'vitest'
import { pageSizeOf, parseStats, statFiles } from '../../../lib/cgroups/stats.ts'

const FILES = {
  'cpu.stat':
    'usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 4\nnr_throttled 2\nthrottled_usec 99\nnr_bursts 1\nburst_usec 7\n',
  'cpu.pressure': 'some avg10=1.50 avg60=0.20 avg300=0.00 total=123\n',
  'memory.current': '4096\n',
  'memory.peak': '8192\n',
  'memory.max': 'max\n',
  'memory.high': '6000\n',
  'memory.low': '0\n',
  'memory.swap.peak': '5\n',
  'memory.zswap.current': '3\n',
  'memory.swap.current': '0\n',
  'memory.stat': 'anon 100\nfile 200\n',
  'memory.events': 'low 0\noom_kill 3\n',
  'memory.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=2.00 total=7\n',
  'io.stat': '8:0 rbytes=1 wbytes=2\n8:16 rbytes=3\n',
  'pids.current': '5\n',
  'pids.max': '10\n',
  'pids.events': 'max 4\n',
  'hugetlb.2MB.current': '2097152\n',
  'hugetlb.2MB.max': '4194304\n',
  'hugetlb.2MB.rsvd.current': '2097152\n',
  'hugetlb.2MB.rsvd.max': 'max\n',
  'hugetlb.2MB.events': 'max 6\n',
  'hugetlb.1GB.current': '0\n',
  'irq.pressure': 'full avg10=0.50 avg60=0.00 avg300=0.00 total=8\n',
  'rdma.current': 'mlx5_0 hca_handle=2\n',
  'misc.current': 'sev 1\n',
  'cgroup.stat': 'nr_descendants 2\n',
}

it('reads every file', () => {
  expect(parseStats(new Map(Object.entries(FILES)))).toEqual({
    cpu: {
      usageUs: 30,
      userUs: 20,
      systemUs: 10,
      throttling: { periods: 4, throttled: 2, throttledUs: 99, bursts: 1, burstUs: 7 },
      pressure: { some: { avg10: 1.5, avg60: 0.2, avg300: 0, totalUs: 123 }, full: null },
    },
    memory: {
      current: 4096,
      peak: 8192,
      max: null,
      high: 6000,
      low: 0,
      swapCurrent: 0,
      swapPeak: 5,
      swapMax: null,
      zswapCurrent: 3,
      stat: { anon: 100, file: 200 },
      events: { low: 0, oom_kill: 3 },
    },
    memoryPressure: {
      some: { avg10: 0, avg60: 0, avg300: 0, totalUs: 1 },
      full: { avg10: 0, avg60: 0, avg300: 2, totalUs: 7 },
    },
    io: { '8:0': { rbytes: 1, wbytes: 2 }, '8:16': { rbytes: 3 } },
    ioPressure: null,
    pids: { current: 5, peak: null, max: 10, maxHits: 4 },
    hugetlb: {
      '2MB': { current: 2097152, max: 4194304, reserved: 2097152, reservedMax: null, maxHits: 6 },
      '1GB': { current: 0, max: null, reserved: null, reservedMax: null, maxHits: 0 },
    },
    irqPressure: { avg10: 0.5, avg60: 0, avg300: 0, totalUs: 8 },
    rdma: { mlx5_0: { hca_handle: 2 } },
    misc: { sev: 1 },
    cgroup: { nr_descendants: 2 },
  })
})

it('is null for what is not counted', () => {
  expect(parseStats(new Map([['cpu.stat', 'usage_usec 1\n']]))).toMatchObject({
    cpu: { usageUs: 1, userUs: 0, throttling: null, pressure: null },
    memory: null,
    memoryPressure: null,
    io: null,
    pids: null,
    hugetlb: null,
    irqPressure: null,
    rdma: null,
    misc: null,
  })
})

it('names sizes of huge pages as the controller does', () => {
  const names = ['hugepages-64kB', 'hugepages-2048kB', 'hugepages-32768kB', 'hugepages-1048576kB', 'other']
  expect(names.map(pageSizeOf)).toEqual(['64KB', '2MB', '32MB', '1GB', undefined])
  expect(statFiles(['2MB'])).toContain('hugetlb.2MB.rsvd.current')
})
