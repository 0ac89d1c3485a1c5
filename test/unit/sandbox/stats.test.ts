import { describe, expect, it } from 'vitest'
import type { ContainerStats } from '../../../lib/index.ts'
import { loadOf, parseProcess } from '../../../lib/sandbox/stats.ts'

const STAT = '77 (a) name (b) S 1 77 77 0 -1 4194560 90 0 0 0 12 3 40 5 20 0 3 0 99 1000 200 18446744073709551615'
const STATUS = 'Name:\ta) name (b\nVmHWM:\t    4000 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n'

const stats = (usageUs: number, more: Partial<ContainerStats> = {}): ContainerStats =>
  ({ cpu: { usageUs }, memory: null, pids: null, io: null, ...more }) as ContainerStats

describe('what a process uses', () => {
  it('is its time and its children’s, its resident memory and its threads', () => {
    expect(parseProcess(STAT, STATUS)).toEqual({ cpuMs: 600, memoryBytes: 1 << 20, threads: 3 })
  })

  it('is time and no memory for one that has ended and is not waited for', () => {
    expect(parseProcess(STAT, 'Threads:\t1\n')).toEqual({ cpuMs: 600, memoryBytes: 0, threads: 1 })
  })

  it('is nothing once it is gone, whichever file is the first that is', () => {
    expect(parseProcess('', '')).toBeNull()
    expect(parseProcess(STAT, '')).toBeNull()
    expect(parseProcess('', STATUS)).toBeNull()
  })
})

describe('what all of them use', () => {
  const processes = [
    { cpuMs: 10, memoryBytes: 100, threads: 2 },
    { cpuMs: 5, memoryBytes: 50, threads: 1 },
  ]

  it('is added up where there is no cgroup', () => {
    expect(loadOf(null, null, processes)).toEqual({
      ...{ cpuMs: 15, memoryBytes: 150, pids: 3, io: null },
      countedBy: { cpu: 'process', memory: 'process', pids: 'process' },
    })
  })

  it('has processor time of a cgroup without controllers, since the command began', () => {
    expect(loadOf(stats(2000), stats(9000), processes)).toEqual({
      ...{ cpuMs: 7, memoryBytes: 150, pids: 3, io: null },
      countedBy: { cpu: 'cgroup', memory: 'process', pids: 'process' },
    })
  })

  it('is the cgroup’s where that counts all, without the process that waits', () => {
    const io = (rbytes: number, wbytes: number) => ({ io: { '8:0': { rbytes, wbytes } } })
    const counts = { memory: { current: 4096 }, pids: { current: 4 } } as Partial<ContainerStats>
    expect(loadOf(stats(0, io(1, 2)), stats(1000, { ...io(11, 5), ...counts }), [])).toEqual({
      ...{ cpuMs: 1, memoryBytes: 4096, pids: 3, io: { readBytes: 10, writtenBytes: 3 } },
      countedBy: { cpu: 'cgroup', memory: 'cgroup', pids: 'cgroup' },
    })
  })
})
