import { describe, expect, it } from 'vitest'
import {
  findUserName,
  isInitialIdMap,
  parseCgroupMembership,
  parseKernelRelease,
  parseNumber,
  parseStatus,
  parseSubIds,
  parseWords,
} from '../../../lib/host/proc-files.ts'

describe('parseKernelRelease', () => {
  it.each([
    ['6.1.0-18-amd64\n', 6, 1],
    ['5.14.0-362.8.1.el9_3.x86_64', 5, 14],
    ['6.18.44-fc-v669', 6, 18],
    ['7.0-rc1', 7, 0],
  ])('reads %s', (release, major, minor) => {
    expect(parseKernelRelease(release)).toEqual({ release: release.trim(), major, minor })
  })

  it('is below any floor when it cannot be read', () => {
    expect(parseKernelRelease(undefined)).toEqual({ release: '', major: 0, minor: 0 })
  })
})

describe('parseStatus', () => {
  it('reads capabilities and the seccomp mode', () => {
    const text = 'Name:\tnode\nCapPrm:\t0000000000000001\nCapEff:\t000001fffeffffff\nSeccomp:\t2\nSeccomp_filters:\t7\n'
    expect(parseStatus(text)).toEqual({ effectiveCapabilities: 0x1fffeffffffn, seccompMode: 2 })
  })

  it('finds no seccomp where the kernel has none', () => {
    expect(parseStatus('CapEff:\t0\n').seccompMode).toBeUndefined()
  })
})

describe('parseCgroupMembership', () => {
  it('reads a pure cgroup2 machine', () => {
    expect(parseCgroupMembership('0::/user.slice/user-1000.slice/session-3.scope\n')).toEqual({
      unified: '/user.slice/user-1000.slice/session-3.scope',
      v1Controllers: [],
    })
  })

  it('reads a hybrid machine', () => {
    const text = '9:name=systemd:/\n4:memory:/a\n2:cpu,cpuacct:/\n0::/init.scope\n'
    expect(parseCgroupMembership(text)).toEqual({ unified: '/init.scope', v1Controllers: ['memory', 'cpu', 'cpuacct'] })
  })

  it('reads a path with colons', () => {
    expect(parseCgroupMembership('0::/a:b:c\n').unified).toBe('/a:b:c')
  })

  it('finds nothing in no text', () => {
    expect(parseCgroupMembership(undefined)).toEqual({ unified: undefined, v1Controllers: [] })
  })
})

describe('parseWords', () => {
  it('reads cgroup.controllers and actions_avail', () => {
    expect(parseWords('cpuset cpu io\n')).toEqual(['cpuset', 'cpu', 'io'])
    expect(parseWords('\n')).toEqual([])
    expect(parseWords(undefined)).toEqual([])
  })
})

describe('parseNumber', () => {
  it.each([
    ['1\n', 1],
    ['-1', -1],
    ['0', 0],
    ['', undefined],
    ['Y', undefined],
    ['12x', undefined],
    [undefined, undefined],
  ])('%j is %j', (text, number) => {
    expect(parseNumber(text)).toBe(number)
  })
})

describe('isInitialIdMap', () => {
  it.each([
    ['         0          0 4294967295\n', true],
    [undefined, true],
    ['         0       1000          1\n', false],
    ['         0       1000          1\n         1     100000      65536\n', false],
    ['         0     100000      65536\n', false],
  ])('%j: %j', (text, initial) => {
    expect(isInitialIdMap(text)).toBe(initial)
  })
})

describe('findUserName', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n'
  it('finds by number and by number alone', () => {
    expect(findUserName(passwd, 1000)).toBe('ada')
    expect(findUserName(passwd, 100)).toBeUndefined()
    expect(findUserName(undefined, 0)).toBeUndefined()
  })
})

describe('parseSubIds', () => {
  const subuid = 'ada:100000:65536\nbob:165536:65536\n1000:300000:10\n# a comment\nada:x:1\nada:5:0\n'

  it('finds ranges by name and by number', () => {
    expect(parseSubIds(subuid, 1000, 'ada')).toEqual([
      { start: 100000, count: 65536 },
      { start: 300000, count: 10 },
    ])
  })

  it('finds ranges by number where the user has no name', () => {
    expect(parseSubIds(subuid, 1000, undefined)).toEqual([{ start: 300000, count: 10 }])
  })

  it('finds nothing for a stranger, or without the file', () => {
    expect(parseSubIds(subuid, 7, 'eve')).toEqual([])
    expect(parseSubIds(undefined, 1000, 'ada')).toEqual([])
  })
})
