// The operations on the process: session, stdio, limits, umask, working directory.
import { chownSync, closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { EACCES, EBADF, EINVAL, ENOENT, ENOTDIR, RLIMIT_CORE, RLIMIT_NOFILE } from './kernel.ts'
import { container, execute, makeDirectory, setStdio } from './plan-parts.ts'
import { failureIn, isRoot, outputOf, privileges, runPlan } from './run-plan.ts'

const setRlimit = (resource: number, soft: bigint, hard: bigint): Op => ({ op: 'setRlimit', resource, soft, hard })
const changeDirectory = (path: string): Op => ({ op: 'changeDirectory', path })
const setOomScoreAdj = (value: number): Op => ({ op: 'setOomScoreAdj', value })
const INFINITY = (1n << 64n) - 1n

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script), { privilege })
  const failure = (...ops: Op[]) => failureIn(ops, { privilege })

  test('newSession', async () => {
    const script = 'cut -d" " -f5,6 /proc/self/stat' // process group and session
    expect(await output([], script)).toBe('0 0')
    expect(await output([{ op: 'newSession' }], script)).toBe('1 1')
  })

  test('setStdio puts each descriptor in its place, and a program needs it', async () => {
    const script = 'readlink /proc/self/fd/0; ls /proc/self/fd | wc -l'
    // ls itself opens the fourth.
    expect(await output([], script)).toBe('/dev/null\n4')
    const { [0]: find, [1]: exec } = execute('true')
    expect(await failure(find as Op, exec as Op)).toMatchObject({
      op: 'exec',
      errno: EINVAL,
      detail: expect.stringMatching(/true: setStdio has not run$/),
    })
    const unset: Op = { op: 'setStdio', stdin: 'stdin', stdout: '', stderr: 'stderr' }
    expect(await failure(unset)).toMatchObject({ op: 'setStdio', errno: EBADF })
  })

  test('setRlimit', async () => {
    const ops = [setRlimit(RLIMIT_CORE, 0n, 4096n), setRlimit(RLIMIT_NOFILE, 60n, 60n)]
    const limits = await output(ops, 'grep -E "core|open files" /proc/self/limits')
    expect(limits).toMatch(/core file size +0 +4096 /)
    expect(limits).toMatch(/open files +60 +60 /)
    expect(await failure(setRlimit(99, 0n, 0n))).toMatchObject({ op: 'setRlimit', syscall: 'prlimit64', errno: EINVAL })
    expect(await failure(setRlimit(RLIMIT_CORE, 2n, 1n))).toMatchObject({ errno: EINVAL })
  })

  test('a low limit on descriptors does not keep the rest of the plan from opening some', async () => {
    const many = Array.from({ length: 30 }, (_, i) => makeDirectory(`/many/${i}`))
    const ops = container([...many, setRlimit(RLIMIT_NOFILE, 20n, 20n), ...many, setOomScoreAdj(1000)], 'echo ok')
    expect(await outputOf(ops, { privilege })).toBe('ok')
  })

  test('setRlimit takes infinity', async () => {
    const limit = isRoot || privilege === 'root' ? INFINITY : undefined
    const hard = limit ?? BigInt((await output([], 'ulimit -Hc')).replace('unlimited', String(INFINITY)))
    expect(await output([setRlimit(RLIMIT_CORE, hard, hard)], 'grep core /proc/self/limits')).toMatch(/unlimited|\d/)
  })

  test('setOomScoreAdj, although the process cannot be dumped', async () => {
    expect(await output([setOomScoreAdj(321)], 'cat /proc/self/oom_score_adj')).toBe('321')
    expect(await output([setOomScoreAdj(0)], 'cat /proc/self/oom_score_adj')).toBe('0')
    expect(await failure(setOomScoreAdj(1001))).toMatchObject({
      op: 'setOomScoreAdj',
      syscall: 'write',
      errno: EINVAL,
      detail: 'oom_score_adj',
    })
  })

  test('setUmask', async () => {
    expect(await output([{ op: 'setUmask', mask: 0o027 }], 'umask')).toBe('0027')
    expect(await output([], 'umask')).toBe('0000')
  })

  describe('changeDirectory', () => {
    const inside = (...ops: Op[]): Op[] => container([makeDirectory('/work/dir')], 'pwd', ops)

    test('goes there', async () => {
      expect(await outputOf(inside(changeDirectory('/work/dir')), { privilege })).toBe('/work/dir')
      expect(await outputOf(inside(changeDirectory('/work/dir/..')), { privilege })).toBe('/work')
    })

    test('names what is not a directory or not there', async () => {
      const at = (path: string) => failureIn(inside(changeDirectory(path)), { privilege })
      expect(await at('/gone')).toMatchObject({
        op: 'changeDirectory',
        syscall: 'chdir',
        errno: ENOENT,
        detail: '/gone',
      })
      expect(await at('/proc/version')).toMatchObject({ errno: ENOTDIR })
    })

    test('refuses a descriptor that leads outside (CVE-2024-21626)', async () => {
      const directory = openSync('/', 'r')
      try {
        // The fourth that came with the plan, behind the control socket at 3.
        for (const path of ['/proc/self/fd/7', '/proc/self/fd/7/usr']) {
          expect(await failureIn(inside(changeDirectory(path)), { privilege, fds: { directory } })).toMatchObject({
            op: 'changeDirectory',
            syscall: 'getcwd',
            errno: ENOENT,
            detail: `${path}: unreachable from the root`,
          })
        }
      } finally {
        closeSync(directory)
      }
    })
  })

  test('ownStdio leaves alone what cannot be given away', async () => {
    // The null device, and pipes; 4242 is mapped nowhere in a user namespace.
    const { failure: failed } = await runPlan([setStdio, { op: 'ownStdio', uid: 4242 }], {
      privilege,
    })
    expect(failed).toBeUndefined()
  })
})

describe.runIf(isRoot)('as root only', () => {
  test('ownStdio gives pipes to the user and keeps off the null device', async () => {
    const script = 'stat -Lc "%u" /proc/self/fd/0 /proc/self/fd/1'
    expect(await outputOf(container([], script, [{ op: 'ownStdio', uid: 1234 }]))).toBe('0\n1234')
  })

  test('ownStdio leaves a file to its owner', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
    const file = openSync(join(folder, 'log'), 'w')
    try {
      chownSync(join(folder, 'log'), 1, 7)
      const stdio: Op = { op: 'setStdio', stdin: 'stdin', stdout: 'log', stderr: 'log' }
      const { failure } = await runPlan([stdio, { op: 'ownStdio', uid: 1234 }], { fds: { log: file } })
      expect(failure).toBeUndefined()
      expect(fstatSync(file)).toMatchObject({ uid: 1, gid: 7 })
    } finally {
      closeSync(file)
      rmSync(folder, { recursive: true })
    }
  })

  test('changeDirectory as the user that will run', async () => {
    const user: Op = { op: 'setUser', uid: 1, gid: 1, groups: [], setGroups: true, keepCapabilities: false }
    const ops = container([makeDirectory('/closed', 0o700)], 'true', [user, changeDirectory('/closed')])
    expect(await failureIn(ops)).toMatchObject({ op: 'changeDirectory', syscall: 'chdir', errno: EACCES })
  })
})
