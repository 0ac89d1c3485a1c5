// Limits that change while the container runs, what is refused, and what stats() says of it.
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Resources } from 'libcontainer'
import { MiB, read, run } from '../support.ts'

const { dev } = statSync('/work')
const disk = { major: dev >> 8, minor: dev & 0xff }
const key = `${disk.major}:${disk.minor}`

/** A change, and what its file says afterwards. */
const CHANGES: ReadonlyArray<readonly [Resources, file: string, content: string]> = [
  [{ memory: { limit: 64 * MiB } }, 'memory.max', String(64 * MiB)],
  [{ memory: { limit: -1 } }, 'memory.max', 'max'],
  [{ memory: { reservation: 8 * MiB } }, 'memory.low', String(8 * MiB)],
  [{ unified: { 'memory.high': String(32 * MiB) } }, 'memory.high', String(32 * MiB)],
  [{ cpu: { shares: 2048 } }, 'cpu.weight', '174'],
  [{ cpu: { quota: 20_000, period: 50_000 } }, 'cpu.max', '20000 50000'],
  [{ cpu: { burst: 10_000 } }, 'cpu.max.burst', '10000'],
  [{ cpu: { quota: 15_000 } }, 'cpu.max', '15000 50000'],
  [{ cpu: { period: 100_000 } }, 'cpu.max', '15000 100000'],
  [{ cpu: { quota: -1 } }, 'cpu.max', 'max 100000'],
  [{ cpu: { cpus: '0' } }, 'cpuset.cpus', '0'],
  [{ cpu: { mems: '0' } }, 'cpuset.mems', '0'],
  [{ cpu: { idle: 1 } }, 'cpu.idle', '1'],
  [{ cpu: { idle: 0, shares: 1024 } }, 'cpu.weight', '100'],
  [{ pids: { limit: 50 } }, 'pids.max', '50'],
  [{ pids: { limit: -1 } }, 'pids.max', 'max'],
  [{ hugepageLimits: [{ pageSize: '2MB', limit: 4 * MiB }] }, 'hugetlb.2MB.max', String(4 * MiB)],
  [
    { blockIO: { throttleReadBpsDevice: [{ ...disk, rate: MiB }] } },
    'io.max',
    `${key} rbps=1048576 wbps=max riops=max wiops=max`,
  ],
  [
    { blockIO: { throttleWriteIOPSDevice: [{ ...disk, rate: 100 }] } },
    'io.max',
    `${key} rbps=1048576 wbps=max riops=max wiops=100`,
  ],
  [{ blockIO: { weight: 500 } }, 'io.weight', 'default 4950'],
]

describe('update', () => {
  it('changes every limit of a running container', async () => {
    await using container = await run({})
    const found: string[] = []
    for (const [resources, file] of CHANGES) {
      await container.update(resources)
      found.push(`${file}: ${read(container, file)}`)
    }
    assert.deepEqual(
      found,
      CHANGES.map(([, file, content]) => `${file}: ${content}`),
    )
  })

  it('gives back what was there when the kernel refuses the last of many', async () => {
    const before: Resources = {
      cpu: { shares: 2048, quota: 20_000, period: 50_000, cpus: '0' },
      memory: { limit: 64 * MiB },
      blockIO: { throttleReadBpsDevice: [{ ...disk, rate: MiB }], weight: 500 },
      pids: { limit: 50 },
    }
    await using container = await run(before)
    const files = ['cpu.weight', 'cpu.max', 'cpuset.cpus', 'memory.max', 'io.max', 'io.weight', 'pids.max']
    const look = () => files.map((file) => `${file}: ${read(container, file)}`)
    const old = look()
    await assert.rejects(
      container.update({
        cpu: { shares: 512, quota: 10_000, period: 20_000, cpus: '1' },
        memory: { limit: 32 * MiB },
        blockIO: {
          throttleReadBpsDevice: [{ ...disk, rate: 5 }],
          throttleWriteBpsDevice: [{ ...disk, rate: 7 }],
          weight: 10,
        },
        pids: { limit: 20 },
        unified: { 'memory.high': 'much' },
      }),
      { code: 'ERR_SYSTEM', errno: 'EINVAL' },
    )
    assert.deepEqual(look(), old)
  })

  it('gives back the processors of the parent when a first set is taken back', async () => {
    await using container = await run({})
    const refused = { cpu: { cpus: '0', mems: '0' }, unified: { 'memory.high': 'much' } }
    await assert.rejects(container.update(refused), { code: 'ERR_SYSTEM', errno: 'EINVAL' })
    assert.equal(read(container, 'cpuset.cpus.effective'), '0-1')
    await container.update({ cpu: { cpus: '1' } })
    await assert.rejects(
      container.update({ unified: { 'cpuset.cpus': '' } }),
      /cpuset\.cpus: .*ENOSPC.*\n.*give what its parent has/,
    )
    assert.equal(read(container, 'cpuset.cpus'), '1')
  })

  it('asks about use first when it is told to', async () => {
    await using container = await run({ memory: { limit: 64 * MiB } })
    await assert.rejects(container.update({ memory: { limit: 4096, checkBeforeUpdate: true } }), {
      code: 'ERR_INVALID_CONFIG',
    })
    assert.equal(read(container, 'memory.max'), String(64 * MiB))
    assert.equal(await container.status(), 'running')
  })
})

describe('what this machine does not have', () => {
  for (const [name, resources, pattern] of [
    ['a processor', { cpu: { cpus: '77' } }, /cpuset\.cpus/],
    ['a node of memory', { cpu: { mems: '7' } }, /cpuset\.mems/],
    ['a size of huge pages', { hugepageLimits: [{ pageSize: '64KB', limit: 0 }] }, /hugetlb\.64KB\.max/],
    ['a rate below two', { blockIO: { throttleReadBpsDevice: [{ ...disk, rate: 1 }] } }, /io\.max.*\n.*at least 2/],
    ['a disk', { blockIO: { throttleReadBpsDevice: [{ major: 99, minor: 7, rate: 5 }] } }, /io\.max/],
    ['a device for RDMA', { rdma: { mlx5_1: { hcaHandles: 3 } } }, /rdma\.max/],
    ['a resource', { unified: { 'misc.max': 'unicorns 5' } }, /misc\.max/],
  ] satisfies Array<[string, Resources, RegExp]>) {
    it(`is named: ${name}`, async () => {
      await assert.rejects(run(resources), (failure: Error & { code: string }) => {
        assert.match(failure.code, /^ERR_(SYSTEM|UNSUPPORTED)$/)
        assert.match(String(failure), pattern)
        return true
      })
    })
  }
})

describe('stats', () => {
  it('agree with the files', async () => {
    await using container = await run({ memory: { limit: 64 * MiB }, pids: { limit: 50 }, cpu: { quota: 50_000 } })
    // Frozen, so that nothing changes between the two.
    await container.pause()
    const { cpu, memory, pids } = await container.stats()
    const number = (file: string, pattern = /^(.*)$/) => Number(pattern.exec(read(container, file))?.[1])
    assert.equal(memory?.current, number('memory.current'))
    assert.equal(memory?.max, 64 * MiB)
    assert.equal(memory?.stat['anon'], number('memory.stat', /^anon (\d+)$/m))
    assert.equal(memory?.events['oom_kill'], 0)
    assert.deepEqual([pids?.current, pids?.max], [number('pids.current'), 50])
    assert.equal(cpu.usageUs, number('cpu.stat', /^usage_usec (\d+)$/m))
    // Periods go on while all processes stand still.
    assert.ok((cpu.throttling?.periods ?? -1) <= number('cpu.stat', /^nr_periods (\d+)$/m))
    assert.equal(typeof cpu.pressure?.some.totalUs, 'number')
    await container.resume()
  })
})

it('the guest has every controller', () => {
  const controllers = readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim().split(' ').sort()
  assert.deepEqual(controllers, ['cpu', 'cpuset', 'hugetlb', 'io', 'memory', 'misc', 'pids', 'rdma'])
})
