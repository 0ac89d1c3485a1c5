// The default profile, call by call, and profiles derived from it.
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../lib/config/capabilities.ts'
import type { Seccomp } from '../../../lib/config/types.ts'
import { validateConfig } from '../../../lib/config/validate.ts'
import { compileSeccomp } from '../../../lib/seccomp/compile.ts'
import { allowSyscalls, defaultSeccomp, forbidSyscalls } from '../../../lib/seccomp/default-profile.ts'
import { DEFAULT_SECCOMP_RULES } from '../../../lib/seccomp/default-rules.ts'
import { explainSeccomp } from '../../../lib/seccomp/explain.ts'
import { CALL_NAMES } from '../../support/syscalls.ts'
import { rootConfig, rootHost } from '../plan/fixtures.ts'

/** What comes of a call: its errno, 0 when it is allowed. */
function errnoOf(profile: Seccomp, syscall: string, args: readonly number[] = [], arch?: 'SCMP_ARCH_X86'): number {
  const { action, data } = explainSeccomp(profile, { syscall, args, ...(arch === undefined ? {} : { arch }) })
  if (action === 'SCMP_ACT_ALLOW') return 0
  if (action !== 'SCMP_ACT_ERRNO' || data === undefined) throw new Error(`${syscall}: ${action}`)
  return data
}

const plain = defaultSeccomp(rootHost)
const [EPERM, ENOSYS] = [1, 38]

describe('defaultSeccomp', () => {
  it.each([
    'add_key bpf chroot delete_module finit_module init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl',
    'kcmp kexec_file_load kexec_load keyctl mbind mount mount_setattr move_mount move_pages nfsservctl open_by_handle_at',
    'open_tree perf_event_open pivot_root process_madvise quotactl reboot request_key set_mempolicy setdomainname sethostname',
    'setns settimeofday swapoff swapon syslog umount2 unshare userfaultfd vhangup fsopen fsmount fsconfig acct pidfd_getfd',
  ])('keeps from %s', (names) => {
    for (const name of names.split(' ')) expect([name, errnoOf(plain, name)]).toEqual([name, EPERM])
  })

  it('lets through what programs call', () => {
    const names =
      'read openat2 execve mmap futex clone socketpair ptrace process_vm_readv seccomp memfd_create io_submit'
    for (const name of names.split(' ')) expect([name, errnoOf(plain, name)]).toEqual([name, 0])
  })

  it.each([
    ['socket', [38, 5], EPERM],
    ['socket', [40, 1], EPERM],
    ...[1, 2, 10, 16, 17, 31, 32, 37, 39, 41, 43, 44, 47].map((family) => ['socket', [family], 0] as const),
    ['clone', [0x11], 0],
    ['clone', [0x10000000], EPERM],
    ['clone', [0x20000], EPERM],
    ['clone3', [], ENOSYS],
    ['personality', [0], 0],
    ['personality', [0xffffffff], 0],
    ['personality', [0x0040000], EPERM],
  ] as const)('%s %o: %i', (name, args, errno) => {
    expect(errnoOf(plain, name, args)).toBe(errno)
  })

  it('cannot be gone around with the calls of 32-bit programs', () => {
    expect(errnoOf(plain, 'socketcall', [1], 'SCMP_ARCH_X86')).toBe(ENOSYS)
    expect(errnoOf(plain, 'socket', [38], 'SCMP_ARCH_X86')).toBe(EPERM)
    expect(explainSeccomp(plain, { syscall: 'getppid', arch: 'SCMP_ARCH_X32' }).action).toBe('SCMP_ACT_KILL_THREAD')
  })

  it.each([
    ['x64', 'x86_64'],
    ['arm64', 'aarch64'],
  ] as const)('names no call that %s does not have', (arch, native) => {
    for (const capabilities of [[], CAPABILITIES]) {
      const profile = defaultSeccomp({ ...rootHost, arch }, capabilities)
      expect(compileSeccomp(profile, native).unknown).toEqual([])
    }
  })

  it('tells programs that calls it does not know are not there', () => {
    expect(explainSeccomp(plain, { syscall: 600 })).toMatchObject({ action: 'SCMP_ACT_ERRNO', data: ENOSYS })
  })

  it('lets through what a capability is for, to who has it', () => {
    const admin = defaultSeccomp(rootHost, ['CAP_SYS_ADMIN'])
    for (const name of ['mount', 'unshare', 'setns', 'clone3', 'bpf']) expect(errnoOf(admin, name)).toBe(0)
    expect(errnoOf(admin, 'clone', [0x10000000])).toBe(0)
    expect(errnoOf(admin, 'chroot')).toBe(EPERM)
    expect(errnoOf(defaultSeccomp(rootHost, ['CAP_SYS_CHROOT']), 'chroot')).toBe(0)
  })

  it('does not trust filters with tracers on kernels where those get around them', () => {
    const old = defaultSeccomp({ ...rootHost, kernel: { release: '4.7.0', major: 4, minor: 7 } })
    expect(errnoOf(old, 'ptrace')).toBe(EPERM)
  })

  it('names calls that exist, and is valid', () => {
    const known = new Set(CALL_NAMES)
    expect(DEFAULT_SECCOMP_RULES.flatMap(({ names }) => names).filter((name) => !known.has(name))).toEqual([])
    const config = rootConfig(({ linux }) => {
      linux.seccomp = plain
    })
    expect(validateConfig(config, rootHost).warnings).toEqual([])
  })

  it('cannot be changed, only derived from', () => {
    expect(() => plain.syscalls?.push({ names: ['bpf'], action: 'SCMP_ACT_ALLOW' })).toThrow(TypeError)
    expect(() => plain.syscalls?.[0]?.names.push('bpf')).toThrow(TypeError)
  })
})

describe('allowSyscalls', () => {
  it('allows, whatever was said before', () => {
    const profile = allowSyscalls(plain, ['clone', 'clone3', 'keyctl', 'socket'])
    for (const name of ['clone', 'clone3', 'keyctl']) expect(errnoOf(profile, name, [0x10000000])).toBe(0)
    expect(errnoOf(profile, 'socket', [38])).toBe(0)
    expect(errnoOf(plain, 'keyctl')).toBe(EPERM)
  })

  it('allows under a condition, beside what is allowed already', () => {
    const profile = allowSyscalls(plain, ['socket'], [{ index: 0, op: 'SCMP_CMP_EQ', value: 40 }])
    expect([2, 40, 38].map((family) => errnoOf(profile, 'socket', [family]))).toEqual([0, 0, EPERM])
  })
})

describe('forbidSyscalls', () => {
  it('forbids, whatever was said before', () => {
    const profile = forbidSyscalls(plain, ['socket', 'ptrace', 'read'], 13)
    for (const name of ['socket', 'ptrace', 'read']) expect(errnoOf(profile, name, [1])).toBe(13)
    expect(errnoOf(forbidSyscalls(plain, ['socket', 'ptrace']), 'socket', [1])).toBe(EPERM)
    const all = forbidSyscalls({ defaultAction: 'SCMP_ACT_ALLOW' }, ['ptrace'])
    expect([errnoOf(all, 'ptrace'), errnoOf(all, 'read')]).toEqual([EPERM, 0])
  })

  it('leaves the given profile as it was', () => {
    const own: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['bpf'], action: 'SCMP_ACT_LOG' }] }
    forbidSyscalls(own, ['ptrace'])
    own.syscalls?.[0]?.names.push('mount')
    expect(own.syscalls).toEqual([{ names: ['bpf', 'mount'], action: 'SCMP_ACT_LOG' }])
  })
})
