// The files of a cgroup as numbers.
import { expect, it } from 'vitest'
import { parseStats } from '../../../lib/cgroups/stats.ts'

const FILES = {
  'cpu.stat': 'usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 4\nnr_throttled 2\nthrottled_usec 99\n',
  'cpu.pressure': 'some avg10=1.50 avg60=0.20 avg300=0.00 total=123\n',
  'memory.current': '4096\n',
  'memory.peak': '8192\n',
  'memory.max': 'max\n',
  'memory.swap.current': '0\n',
  'memory.stat': 'anon 100\nfile 200\n',
  'memory.events': 'low 0\noom_kill 3\n',
  'memory.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=2.00 total=7\n',
  'io.stat': '8:0 rbytes=1 wbytes=2\n8:16 rbytes=3\n',
  'pids.current': '5\n',
  'pids.max': '10\n',
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
      throttling: { periods: 4, throttled: 2, throttledUs: 99 },
      pressure: { some: { avg10: 1.5, avg60: 0.2, avg300: 0, totalUs: 123 }, full: null },
    },
    memory: {
      current: 4096,
      peak: 8192,
      max: null,
      swapCurrent: 0,
      swapMax: null,
      stat: { anon: 100, file: 200 },
      events: { low: 0, oom_kill: 3 },
    },
    memoryPressure: {
      some: { avg10: 0, avg60: 0, avg300: 0, totalUs: 1 },
      full: { avg10: 0, avg60: 0, avg300: 2, totalUs: 7 },
    },
    io: { '8:0': { rbytes: 1, wbytes: 2 }, '8:16': { rbytes: 3 } },
    ioPressure: null,
    pids: { current: 5, peak: null, max: 10 },
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
    rdma: null,
    misc: null,
  })
})
