// Containers under a system call filter: what a probe in them can call and what it cannot.
import { describe, expect, it } from 'vitest'
import type { Config, Seccomp, SeccompAction } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { finishExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { finish, probe, statusLine } from '../support/report.ts'
import { NATIVE_CALLS as numbers } from '../support/syscalls.ts'

const bundle = useBundle()
const call = (name: string, ...args: Array<number | string>) => [numbers[name], ...args].join()

interface Under {
  readonly noNewPrivileges?: boolean
  readonly uid?: number
}

function configWith(
  seccomp: Seccomp,
  args: readonly string[],
  { noNewPrivileges = true, uid = 0 }: Under = {},
): Config {
  const config = probeConfig(bundle, args)
  return {
    ...config,
    process: { cwd: '/', ...config.process, noNewPrivileges, user: { uid, gid: uid } },
    linux: { ...config.linux, seccomp },
  }
}

/** The errno of each call; 0 for none. */
async function errnosOf(seccomp: Seccomp, calls: readonly string[], under: Under = {}): Promise<number[]> {
  const { stdout, stderr } = await finish(bundle, configWith(seccomp, ['calls', ...calls], under))
  expect(stderr).toBe('')
  return JSON.parse(stdout) as number[]
}

const deny = (name: string, action: SeccompAction, rest: object = {}): Seccomp => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: [name], action, ...rest }],
})

/** What a static program needs to begin and to end, whatever its libc. */
const LIBC = [
  'arch_prctl',
  'brk',
  'exit_group',
  'getrandom',
  'mmap',
  'mprotect',
  'newfstatat',
  'prlimit64',
  'readlink',
  'readlinkat',
  'rseq',
  'set_robust_list',
  'set_tid_address',
  'uname',
]
const allowOnly = (...names: string[]): Seccomp => ({
  defaultAction: 'SCMP_ACT_KILL_PROCESS',
  syscalls: [{ names: [...LIBC, ...names], action: 'SCMP_ACT_ALLOW' }],
})

/** docs/seccomp.md has the list. */
const INIT = [
  'capget',
  'capset',
  'chdir',
  'close_range',
  'dup3',
  'execve',
  'faccessat2',
  'fstat',
  'getcwd',
  'getresgid',
  'getresuid',
  'openat2',
  'prctl',
  'read',
  'sendmsg',
  'setgroups',
  'setresgid',
  'setresuid',
  'statx',
  'umask',
]

describe.each([true, false])('with no_new_privs %s', (noNewPrivileges) => {
  it('a call gets the errno of its rule, and others go on', async () => {
    const profile = deny('getppid', 'SCMP_ACT_ERRNO', { errnoRet: 77 })
    expect(await errnosOf(profile, [call('getppid'), call('getpid')], { noNewPrivileges })).toEqual([77, 0])
  })

  it('EPERM is the errno where none is given, and a rule may look at arguments', async () => {
    const args = [{ index: 0, value: 4096, op: 'SCMP_CMP_GE' as const }]
    const profile = deny('personality', 'SCMP_ACT_ERRNO', { args })
    const calls = [call('personality', '0xffffffff'), call('personality', 0)]
    expect(await errnosOf(profile, calls, { noNewPrivileges })).toEqual([1, 0])
  })

  it('the default decides about what no rule names; what is newer than the profile is not there', async () => {
    const profile: Seccomp = {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 99,
      syscalls: [{ names: [...LIBC, ...INIT, 'write', 'newfstatat'], action: 'SCMP_ACT_ALLOW' }],
    }
    const calls = [call('getppid'), '999', call('umask', 0)]
    expect(await errnosOf(profile, calls, { noNewPrivileges })).toEqual([99, 38, 0])
  })

  it('every process of the container is under it, and the program sees that it is', async () => {
    const config = configWith(deny('getppid', 'SCMP_ACT_LOG'), ['report'], { noNewPrivileges })
    const report = await probe(bundle, config)
    expect(statusLine(report, 'Seccomp')).toBe('2')
    expect(statusLine(report, 'NoNewPrivs')).toBe(noNewPrivileges ? '1' : '0')
  })

  it('an executed process is under it too', async () => {
    const profile = deny('getppid', 'SCMP_ACT_ERRNO', { errnoRet: 77 })
    const config = configWith(profile, ['wait'], { noNewPrivileges })
    await using container = await Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })
    const { stdout } = await finishExec(container, { args: ['probe', 'calls', call('getppid'), call('getpid')] })
    expect(stdout.trim()).toBe('[77,0]')
  })

  it.each<SeccompAction>(['SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_KILL_THREAD', 'SCMP_ACT_KILL', 'SCMP_ACT_TRAP'])(
    '%s ends the program with SIGSYS',
    async (action) => {
      const config = configWith(deny('getppid', action), ['calls', call('getppid')], { noNewPrivileges })
      expect(await finish(bundle, config)).toMatchObject({ exitCode: null, signal: 'SIGSYS', stdout: '' })
    },
  )

  it('without a tracer SCMP_ACT_TRACE is ENOSYS, and SCMP_ACT_LOG lets through', async () => {
    expect(await errnosOf(deny('getppid', 'SCMP_ACT_TRACE'), [call('getppid')], { noNewPrivileges })).toEqual([38])
    expect(await errnosOf(deny('getppid', 'SCMP_ACT_LOG'), [call('getppid')], { noNewPrivileges })).toEqual([0])
  })

  it('waits at the start gate, keeps descriptors closed, and init may stay', async () => {
    const profile = deny('getppid', 'SCMP_ACT_ERRNO', { errnoRet: 77 })
    const config = configWith(profile, ['calls', call('getppid')], { noNewPrivileges })
    const options = { stateDir: bundle.stateDir, stdio: 'pipe', init: true } as const
    await using container = await Container.create(bundle.newId(), config, options)
    const out = container.process.stdout?.toArray()
    await container.start()
    expect(await container.wait()).toMatchObject({ exitCode: 0 })
    expect(Buffer.concat((await out) as Buffer[]).toString()).toBe('[77]\n')
  })
})

describe('what init needs of a filter', () => {
  it('is execve alone, with no_new_privs', async () => {
    const config = configWith(allowOnly('execve'), ['exit', '7'])
    expect(await finish(bundle, config)).toMatchObject({ exitCode: 7 })
    await using container = await Container.create(bundle.newId(), config, { stateDir: bundle.stateDir })
    await container.start()
    expect(await container.wait()).toMatchObject({ exitCode: 7 })
  })

  it('is what the documentation lists, without', async () => {
    for (const uid of isRoot ? [0, 5] : [0]) {
      const config = configWith(allowOnly(...INIT), ['exit', '7'], { noNewPrivileges: false, uid })
      expect(await finish(bundle, config)).toMatchObject({ exitCode: 7 })
      await using container = await Container.create(bundle.newId(), config, { stateDir: bundle.stateDir })
      await container.start()
      expect(await container.wait()).toMatchObject({ exitCode: 7 })
    }
  })

  it('is named when the filter forbids it', async () => {
    const profile = deny('capset', 'SCMP_ACT_ERRNO')
    const config = configWith(profile, ['exit', '0'], { noNewPrivileges: false })
    await expect(finish(bundle, config)).rejects.toMatchObject({ op: 'setCapabilities', syscall: 'capset' })
  })
})

describe('a profile', () => {
  it('tells which of its calls nobody knows', async () => {
    const config = configWith(deny('no_such_call', 'SCMP_ACT_ERRNO'), ['exit', '0'])
    await using container = await Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })
    expect(container.warnings).toEqual(['/linux/seccomp/syscalls: left out, since there is no such call: no_such_call'])
    await container.wait()
  })

  it('may be as long as the kernel takes, and no longer', async () => {
    const rules = (count: number): Seccomp => ({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: Array.from({ length: count }, (_, value) => ({
        names: ['getppid'],
        action: 'SCMP_ACT_ERRNO' as const,
        errnoRet: 77,
        args: [{ index: 1, value: value + 1, op: 'SCMP_CMP_EQ' as const }],
      })),
    })
    expect(await errnosOf(rules(1000), [call('getppid', 0, 1000), call('getppid', 0, 1001)])).toEqual([77, 0])
    const config = configWith(rules(5000), ['exit', '0'])
    await expect(finish(bundle, config)).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      message: expect.stringMatching(/instructions of BPF, of 4096 at most/) as string,
    })
  })
})
