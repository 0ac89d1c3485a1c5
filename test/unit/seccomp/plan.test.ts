// The filter as an operation of the plan.
import { describe, expect, it } from 'vitest'
import type { Seccomp, SeccompFlag } from '../../../lib/config/types.ts'
import { planExec } from '../../../lib/plan/exec.ts'
import { planAll } from '../../../lib/plan/plan.ts'
import { printPlan } from '../../../lib/plan/print.ts'
import { encodeProgram } from '../../../lib/seccomp/bpf.ts'
import { compileOnce } from '../../../lib/seccomp/cache.ts'
import { compileSeccomp } from '../../../lib/seccomp/compile.ts'
import { DEFAULT_FILTERS } from '../../../lib/seccomp/default-filter.gen.ts'
import { forbidSyscalls, plainDefault } from '../../../lib/seccomp/default-profile.ts'
import { planSeccomp } from '../../../lib/seccomp/plan.ts'
import { opsOf, options, rootConfig, rootHost } from '../plan/fixtures.ts'

const profile: Seccomp = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['mkdir', 'no_such_call'], action: 'SCMP_ACT_ERRNO', errnoRet: 13 }],
}
const configWith = (seccomp: Seccomp, noNewPrivileges = true) =>
  rootConfig((config) => {
    config.linux = { ...config.linux, seccomp }
    config.process = { ...config.process, noNewPrivileges }
  })

describe('planSeccomp', () => {
  it('gives the program as words, and the flags that matter for one thread', () => {
    const flags = (names: SeccompFlag[]) => planSeccomp(configWith({ ...profile, flags: names }), rootHost)?.op.flags
    expect(planSeccomp(configWith(profile), rootHost)?.op).toEqual({
      op: 'seccomp',
      program: encodeProgram(compileSeccomp(profile, 'x86_64').program),
      flags: 4,
      dumpable: false,
    })
    expect(flags([])).toBe(0)
    expect(flags(['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_LOG'])).toBe(2)
  })

  it('is of the machine’s architecture', () => {
    const [x64, arm64] = [rootHost, { ...rootHost, arch: 'arm64' as const }].map((host) =>
      planSeccomp(configWith(profile), host),
    )
    expect(x64?.op.program).not.toEqual(arm64?.op.program)
  })

  it('tells which rules it leaves out', () => {
    expect(planAll(configWith(profile), rootHost, options).warnings).toEqual([
      '/linux/seccomp/syscalls: left out, since there is no such call: no_such_call',
    ])
  })

  it('is in the plan of a container and in that of a process executed in it', () => {
    const facts = { namespaces: ['pid', 'mount'] as const, setGroups: true, traces: false }
    for (const noNewPrivileges of [true, false]) {
      const config = configWith(profile, noNewPrivileges)
      const { plan } = planAll(config, rootHost, options)
      expect(opsOf(plan, 'seccomp')).toEqual(opsOf(planExec(config, rootHost, facts).plan, 'seccomp'))
      expect(opsOf(plan, 'settleDescriptors')).toHaveLength(noNewPrivileges ? 1 : 0)
    }
  })

  it('is printed by its size', () => {
    const plan = {
      cloneFlags: 0,
      given: [],
      ops: [{ op: 'seccomp', program: [6, 0, 6, 0], flags: 6, dumpable: false }],
    } as const
    expect(printPlan(plan, { id: 'x' })).toContain('1 seccomp  2 instructions  LOG SPEC_ALLOW')
  })
})

describe('compileOnce', () => {
  it('compiles equal profiles once, and different ones apart', () => {
    const first = compileOnce(profile, 'x86_64')
    expect(compileOnce(structuredClone(profile), 'x86_64')).toBe(first)
    expect(compileOnce(profile, 'aarch64')).not.toBe(first)
    const variants: Seccomp[] = [
      { ...profile, defaultAction: 'SCMP_ACT_LOG' },
      { ...profile, defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 2 },
      { ...profile, architectures: ['SCMP_ARCH_X86'] },
      { ...profile, syscalls: [{ names: ['mkdir,no_such_call'], action: 'SCMP_ACT_ERRNO', errnoRet: 13 }] },
      { ...profile, syscalls: [{ names: ['mkdir', 'no_such_call'], action: 'SCMP_ACT_ERRNO' }] },
    ]
    for (const variant of variants) expect(compileOnce(variant, 'x86_64')).not.toBe(first)
  })

  it.each(['x86_64', 'aarch64'] as const)('has the default profile of %s as compiling makes it', (native) => {
    const copy = structuredClone(plainDefault(native))
    const { words, unknown } = compileSeccomp(copy, native)
    expect(compileOnce(copy, native)).toEqual({ words, unknown })
    expect(compileOnce(copy, native).words).toBe(DEFAULT_FILTERS[native].words)
    const other = forbidSyscalls(copy, ['ptrace'])
    const sameCount = { ...copy, defaultErrnoRet: 2 }
    for (const each of [other, sameCount])
      expect(compileOnce(each, native).words).toEqual(compileSeccomp(each, native).words)
  })

  it('forgets the oldest', () => {
    const first = compileOnce(profile, 'x86_64')
    for (let errnoRet = 100; errnoRet < 116; errnoRet++) {
      compileOnce({ ...profile, syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_ERRNO', errnoRet }] }, 'x86_64')
    }
    expect(compileOnce(profile, 'x86_64')).not.toBe(first)
    expect(compileOnce(profile, 'x86_64')).toEqual(first)
  })
})
