// Whatever is compiled, the kernel takes: programs of profiles that look random, loaded one upon the other.
import { describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { encodeProgram } from '../../lib/seccomp/bpf.ts'
import { compileSeccomp } from '../../lib/seccomp/compile.ts'
import { randomFrom, randomProfile } from '../support/profiles.ts'
import { CALL_NAMES as names } from '../support/syscalls.ts'
import { execute, setStdio } from './plan-parts.ts'
import { outputOf, privileges } from './run-plan.ts'

const native = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const PROFILES = 300
/**
 * kernel/seccomp.c, MAX_INSNS_PER_PATH: what all filters of a process may have together, each with 4 more. It counts what
 * the kernel translates them to, up to three instructions for one (net/core/filter.c, bpf_convert_filter).
 */
const MOST_TOGETHER = 32768
const TRANSLATED = 3
const RETURN_ALLOW = [0x06, 0x7fff0000]

/** Checked by the kernel to the end, and let through at once: init goes on. */
function programOf(seed: number): number[] {
  const random = randomFrom(seed * 104729)
  const profile = randomProfile(random, names, ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32', 'SCMP_ARCH_ARM'])
  return [...RETURN_ALLOW, ...encodeProgram(compileSeccomp(profile, native).program)]
}

describe.each(privileges)('as %s', (privilege) => {
  test(`${PROFILES} programs are loaded`, async () => {
    const plans: Op[][] = [[]]
    let room = MOST_TOGETHER
    for (let seed = 0; seed < PROFILES; seed++) {
      const program = programOf(seed)
      const length = (program.length / 2) * TRANSLATED + 16
      if (length > room) {
        plans.push([])
        room = MOST_TOGETHER
      }
      room -= length
      plans.at(-1)?.push({ op: 'seccomp', program, flags: 0, dumpable: false })
    }
    for (const ops of plans) {
      const plan: Op[] = [setStdio, { op: 'setNoNewPrivileges' }, ...ops, ...execute('echo', `${ops.length}`)]
      expect(await outputOf(plan, { privilege })).toBe(`${ops.length}`)
    }
  }, 60_000)
})
