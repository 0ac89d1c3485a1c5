// Names and values of resource limits.
import { describe, expect, it } from 'vitest'
import { RLIMITS } from '../../../lib/config/rlimits.ts'
import { RLIM_INFINITY } from '../../../lib/plan/flags.ts'
import { planRlimits } from '../../../lib/process/rlimits.ts'

describe('planRlimits', () => {
  it.each([
    ['RLIMIT_CPU', 0],
    ['RLIMIT_CORE', 4],
    ['RLIMIT_NPROC', 6],
    ['RLIMIT_NOFILE', 7],
    ['RLIMIT_AS', 9],
    ['RLIMIT_NICE', 13],
    ['RLIMIT_RTTIME', 15],
  ])('%s is number %i (include/uapi/asm-generic/resource.h)', (type, resource) => {
    expect(planRlimits([{ type, soft: 1, hard: 2 }])).toEqual([{ op: 'setRlimit', resource, soft: 1n, hard: 2n }])
  })

  it('knows all sixteen and keeps their order', () => {
    const planned = planRlimits([...RLIMITS].reverse().map((type) => ({ type, soft: 0, hard: 0 })))
    expect(planned.map(({ resource }) => resource)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  })

  it('takes 64 bits', () => {
    const [limit] = planRlimits([{ type: 'RLIMIT_AS', soft: 2n ** 53n + 1n, hard: RLIM_INFINITY }])
    expect(limit).toMatchObject({ soft: 9007199254740993n, hard: 0xffffffffffffffffn })
  })

  it('plans nothing for nothing', () => {
    expect(planRlimits()).toEqual([])
  })

  it('refuses a name it does not know, by its path', () => {
    const limits = [
      { type: 'RLIMIT_CPU', soft: 1, hard: 1 },
      { type: 'RLIMIT_FILES', soft: 1, hard: 1 },
    ]
    expect(() => planRlimits(limits)).toThrow(/\/process\/rlimits\/1\/type: there is no resource limit RLIMIT_FILES/)
  })
})
