// Where the system call filter is loaded.
import { describe, expect, it } from 'vitest'
import type { Op } from '../../../lib/plan/ops.ts'
import { type FilterFacts, placeFilter } from '../../../lib/process/filter-place.ts'

const filter = { op: 'seccomp', program: [0x06, 0x7fff0000], flags: 4, dumpable: false } as const
const facts: FilterFacts = { filter, noNewPrivileges: true, hooks: false, passedFds: 2 }
const names = (facts: FilterFacts) =>
  (Object.entries(placeFilter(facts)) as Array<[string, Op[]]>).flatMap(([place, ops]) =>
    ops.map(({ op }) => `${place} ${op}`),
  )

describe('placeFilter', () => {
  it('leaves nothing but execve behind it', () => {
    expect(names(facts)).toEqual(['last settleDescriptors', 'last seccomp'])
    expect(placeFilter(facts).last[0]).toEqual({ op: 'settleDescriptors', passedFds: 2 })
  })

  it('comes while the right to load it is there, without no_new_privs', () => {
    expect(names({ ...facts, noNewPrivileges: false })).toEqual(['beforeRightsGo seccomp'])
    expect(names({ ...facts, noNewPrivileges: false, hooks: true })).toEqual(['beforeRightsGo seccomp'])
  })

  it('comes before hooks that run in the container', () => {
    expect(names({ ...facts, hooks: true })).toEqual(['behindGate seccomp'])
  })

  it('comes while the creator is there to take a listener', () => {
    const listening = { ...facts, filter: { ...filter, flags: 12 } }
    expect(names(listening)).toEqual(['beforeGate seccomp'])
    expect(names({ ...listening, hooks: true })).toEqual(['beforeGate seccomp'])
    expect(names({ ...listening, noNewPrivileges: false })).toEqual(['beforeRightsGo seccomp'])
  })

  it('is nowhere where there is none', () => {
    expect(names({ ...facts, filter: undefined })).toEqual([])
  })
})
