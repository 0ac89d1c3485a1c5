// The operations around the system call filter.
import { describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { encodeProgram } from '../../lib/seccomp/bpf.ts'
import { compileSeccomp } from '../../lib/seccomp/compile.ts'
import { EINVAL } from './kernel.ts'
import { container, setStdio } from './plan-parts.ts'
import { failureIn, outputOf, privileges, runPlan } from './run-plan.ts'

const native = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const SIGSYS = 31
const EACCES = 13
const SPEC_ALLOW = 4

const noMkdir = compileSeccomp(
  {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 95 }],
  },
  native,
)
const seccomp = (program: readonly number[], flags = SPEC_ALLOW): Op => ({
  op: 'seccomp',
  program: [...program],
  flags,
  dumpable: false,
})
const settle: Op = { op: 'settleDescriptors', passedFds: 0 }
const program = encodeProgram(noMkdir.program)

describe.each(privileges)('as %s', (privilege) => {
  const failure = (...ops: Op[]) => failureIn(ops, { privilege })

  test('seccomp puts the program under the filter', async () => {
    const script = 'mkdir /tmp 2>&1; grep -E "^Seccomp:" /proc/self/status'
    const output = await outputOf(container([], script, [seccomp(program)]), { privilege })
    expect(output).toMatch(/mkdir: .*Operation not supported\nSeccomp:\t2/)
  })

  test('seccomp decides about init as well', async () => {
    const killed = compileSeccomp(
      { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['execve'], action: 'SCMP_ACT_KILL_PROCESS' }] },
      native,
    )
    const ops = container([], 'true', [seccomp(encodeProgram(killed.program))])
    const { exit } = await runPlan(ops, { privilege })
    expect(exit.signal).toBe(SIGSYS)
  })

  test('seccomp says what the kernel refuses', async () => {
    expect(await failure(seccomp(program, 0x8000))).toMatchObject({ op: 'seccomp', syscall: 'seccomp', errno: EINVAL })
    expect(await failure(seccomp([]))).toMatchObject({ op: 'seccomp', errno: EINVAL })
    // A jump beyond the end.
    expect(await failure(seccomp([0x05, 9, 0x06, 0]))).toMatchObject({ syscall: 'seccomp', errno: EINVAL })
  })

  test('seccomp refuses what is no program', async () => {
    expect(await failure(seccomp([0x06]))).toMatchObject({ op: 'seccomp', syscall: '', errno: EINVAL })
    const tooLong = Array.from({ length: 4097 }, () => [0x06, 0]).flat()
    expect(await failure(seccomp(tooLong))).toMatchObject({ op: 'seccomp', syscall: '', errno: EINVAL })
  })

  test('seccomp takes no_new_privs or CAP_SYS_ADMIN', async () => {
    const none = { effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n }
    const dropAll: Op = { op: 'setCapabilities', ...none }
    expect(await failure(dropAll, seccomp(program))).toMatchObject({ syscall: 'seccomp', errno: EACCES })
    const ops = container([], 'echo in', [{ op: 'setNoNewPrivileges' }, dropAll, seccomp(program)])
    expect(await outputOf(ops, { privilege })).toBe('in')
  })

  test('settleDescriptors leaves nothing but execve to be done', async () => {
    const script = 'ls /proc/self/fd | wc -l'
    const only = compileSeccomp(
      {
        defaultAction: 'SCMP_ACT_ALLOW',
        syscalls: [{ names: ['close_range', 'sendmsg', 'dup3'], action: 'SCMP_ACT_KILL_PROCESS' }],
      },
      native,
    )
    const ops = container([], script)
    const find = ops.findIndex(({ op }) => op === 'exec')
    const late = [...ops.slice(0, find), settle, seccomp(encodeProgram(only.program)), ...ops.slice(find)]
    const { output, exit, frames } = await runPlan(late, { privilege })
    // ls itself opens the fourth.
    expect([output.trim(), exit.exitCode]).toEqual(['4', 0])
    expect(frames.map(({ kind }) => kind)).toEqual(['done'])
  })

  test('a filter that keeps descriptors from being closed keeps the program from running', async () => {
    const denied = compileSeccomp(
      { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['close_range'], action: 'SCMP_ACT_ERRNO' }] },
      native,
    )
    const ops = container([], 'true', [seccomp(encodeProgram(denied.program))])
    expect(await failureIn(ops, { privilege })).toMatchObject({ op: 'exec', syscall: 'close_range', errno: 1 })
    const again = [setStdio, seccomp(encodeProgram(denied.program)), settle]
    expect(await failure(...again)).toMatchObject({ op: 'settleDescriptors', syscall: 'close_range', errno: 1 })
  })
})
