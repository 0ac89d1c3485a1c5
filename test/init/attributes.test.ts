// The operations on scheduling, memory policy, personality, keyring, labels and home directory.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Op, OpOf } from '../../lib/plan/ops.ts'
import { EINVAL, ENOENT, EPERM } from './kernel.ts'
import { bindMount, container, makeDirectory, makeSymlink, mount, openTree, setUser } from './plan-parts.ts'
import { failureIn, isRoot, outputOf, privileges } from './run-plan.ts'

const setScheduler = (fields: Partial<OpOf<'setScheduler'>>): Op => ({
  op: 'setScheduler',
  policy: 0,
  flags: 0n,
  nice: 0,
  priority: 0,
  runtime: 0n,
  deadline: 0n,
  period: 0n,
  ...fields,
})
const setIoPriority = (number: number, priority: number): Op => ({ op: 'setIoPriority', class: number, priority })
const setMemoryPolicy = (mode: number, nodes: number[]): Op => ({ op: 'setMemoryPolicy', mode, nodes })
const setCpuAffinity = (...cpus: number[]): Op => ({ op: 'setCpuAffinity', cpus })
const setPersonality = (persona: number): Op => ({ op: 'setPersonality', persona })
const attribute = (name: string, fallback = ''): Op => ({
  op: 'setSecurityAttribute',
  name,
  fallback,
  value: 'exec no-such-profile',
})

const SCHED_FIFO = 1
const SCHED_BATCH = 3
const SCHED_IDLE = 5
const MPOL_BIND = 2
const PER_LINUX32 = 8

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container([], script, ops), { privilege })
  const failure = (...ops: Op[]) => failureIn(ops, { privilege })

  test('setScheduler', async () => {
    const policy = 'cut -d" " -f19,41 /proc/self/stat' // nice and policy
    expect(await output([], policy)).toBe('0 0')
    expect(await output([setScheduler({ policy: SCHED_BATCH, nice: 7 })], policy)).toBe('7 3')
    expect(await output([setScheduler({ policy: SCHED_IDLE })], policy)).toBe('0 5')
    expect(await failure(setScheduler({ policy: SCHED_FIFO, priority: 100 }))).toMatchObject({
      op: 'setScheduler',
      syscall: 'sched_setattr',
      errno: EINVAL,
    })
  })

  test('setIoPriority', async () => {
    expect(await output([setIoPriority(3, 0)], 'echo fine')).toBe('fine')
    expect(await failure(setIoPriority(7, 0))).toMatchObject({
      op: 'setIoPriority',
      syscall: 'ioprio_set',
      errno: EINVAL,
    })
  })

  test('setCpuAffinity', async () => {
    expect(await output([setCpuAffinity(0)], 'grep Cpus_allowed_list /proc/self/status')).toMatch(/\t0$/)
    expect(await output([setCpuAffinity(0, 65535)], 'grep Cpus_allowed_list /proc/self/status')).toMatch(/\t0$/)
    const none = { op: 'setCpuAffinity', syscall: 'sched_setaffinity', errno: EINVAL }
    expect(await failure(setCpuAffinity(60000))).toMatchObject(none)
    expect(await failure(setCpuAffinity())).toMatchObject(none)
    expect(await failure(setCpuAffinity(65536))).toMatchObject({ errno: EINVAL, syscall: '' })
  })

  test('setMemoryPolicy', async () => {
    expect(await output([setMemoryPolicy(MPOL_BIND, [0])], 'grep -c bind:0 /proc/self/numa_maps')).not.toBe('0')
    expect(await output([setMemoryPolicy(0, [])], 'grep -c default /proc/self/numa_maps')).not.toBe('0')
    expect(await failure(setMemoryPolicy(MPOL_BIND, [1000]))).toMatchObject({
      op: 'setMemoryPolicy',
      syscall: 'set_mempolicy',
      errno: EINVAL,
    })
    expect(await failure(setMemoryPolicy(99, []))).toMatchObject({ op: 'setMemoryPolicy', errno: EINVAL })
  })

  test.runIf(process.arch === 'x64')('setPersonality', async () => {
    expect(await output([setPersonality(PER_LINUX32)], 'uname -m')).toBe('i686')
    expect(await output([setPersonality(PER_LINUX32), setPersonality(0)], 'uname -m')).toBe('x86_64')
  })

  test('newSessionKeyring leaves the caller’s', async () => {
    const keyring: Op = { op: 'newSessionKeyring', optional: false }
    // Those that this process possesses, or whose owner it is.
    const sessions = async (ops: readonly Op[]) =>
      (await output(ops, 'grep "keyring *_ses" /proc/keys | cut -d" " -f1')).split('\n')
    const before = new Set(await sessions([]))
    expect((await sessions([keyring])).filter((number) => !before.has(number))).not.toEqual([])
  })

  describe('setSecurityAttribute', () => {
    // No module is active where this is tested: a profile is refused, which shows where it was written.
    test('writes to the first file there is', async () => {
      expect(await failure(attribute('apparmor/no-file', 'exec'))).toMatchObject({
        op: 'setSecurityAttribute',
        syscall: 'write',
        detail: 'exec',
      })
      expect(await failure(attribute('no-file'))).toMatchObject({
        op: 'setSecurityAttribute',
        syscall: 'openat2',
        errno: ENOENT,
        detail: 'no-file',
      })
      expect(await failure(attribute('no-file', 'nor-this'))).toMatchObject({ errno: ENOENT, detail: 'nor-this' })
    })

    test('is not led astray by what lies over /proc (CVE-2019-16884)', async () => {
      const over = [mount({ target: '/proc' }), makeDirectory('/proc/self/attr')]
      const ops = container([{ op: 'openProcfs' }, ...over], 'true', [attribute('exec')])
      expect(await failureIn(ops, { privilege })).toMatchObject({ syscall: 'write', detail: 'exec' })
    })

    test.each(['../comm', '../../sys/kernel/hostname', '/etc/passwd'])('never leaves attr: %s', async (name) => {
      expect(await failure(attribute(name))).toMatchObject({ op: 'setSecurityAttribute', syscall: 'openat2' })
    })
  })

  describe('findHome', () => {
    const homeOf = async (passwd: string, uid = 0) => {
      const folder = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
      try {
        writeFileSync(join(folder, 'passwd'), passwd)
        const etc = [openTree({ path: folder, directory: true }), bindMount({ target: '/etc' })]
        return await outputOf(container(etc, 'echo "$HOME"', [{ op: 'findHome', uid }]), { privilege })
      } finally {
        rmSync(folder, { recursive: true })
      }
    }
    const many = Array.from({ length: 300 }, (_, i) => `user${i}:x:${i + 1}:0:words:/home/user${i}:/bin/sh\n`).join('')

    test.each([
      ['the line of the user id', 'root:x:0:0:root:/root:/bin/sh\n', 0, '/root'],
      ['the first of two', 'a:x:5:0::/one:\nb:x:5:0::/two:\n', 5, '/one'],
      ['one far behind', many, 300, '/home/user299'],
      ['the last, with no newline after it', 'a:x:1:0::/a:\nb:x:2:0::/b', 2, '/b'],
      ['not one whose number only begins alike', 'a:x:77:0::/a:\nb:x:7:0::/b:\n', 7, '/b'],
      ['/ when it is empty', 'a:x:7:0:::\n', 7, '/'],
      ['/ for a user that is not there', 'root:x:0:0:root:/root:/bin/sh\n', 7, '/'],
      ['/ where nothing is there', '', 0, '/'],
      ['/ where the id is none', 'a:x::0::/a:\nb:x:0x0:0::/b:\nc:x:4294967296:0::/c:\n', 0, '/'],
      ['/ where the line ends early', 'a:x:0\n', 0, '/'],
      ['/ where it is too long', `a:x:0:0::${'/x'.repeat(5000)}`, 0, expect.stringMatching(/^(\/x){2000}/)],
    ])('takes %s', async (_, passwd, uid, home) => {
      expect(await homeOf(passwd, uid)).toEqual(home)
    })

    test('is / without the file, and waits for none that is no file', async () => {
      const home = (ops: readonly Op[]) =>
        outputOf(container(ops, 'echo "$HOME"', [{ op: 'findHome', uid: 0 }]), { privilege })
      expect(await home([])).toBe('/')
      expect(await home([makeDirectory('/etc/passwd')])).toBe('/')
      expect(await home([makeDirectory('/etc'), makeSymlink('/etc/passwd', 'passwd')])).toBe('/')
      expect(await home([makeDirectory('/etc'), makeSymlink('/etc/passwd', '/proc/self/fd/0')])).toBe('/')
    })
  })
})

describe.runIf(isRoot)('rights', () => {
  test('an ordinary user may not have the real-time policies', async () => {
    const user = setUser({ uid: 1000, gid: 1000, setGroups: true })
    const none: Op = { op: 'setCapabilities', effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n }
    expect(await failureIn([user, none, setScheduler({ policy: SCHED_FIFO, priority: 1 })])).toMatchObject({
      syscall: 'sched_setattr',
      errno: EPERM,
    })
    expect(await failureIn([user, none, setIoPriority(1, 0)])).toMatchObject({ syscall: 'ioprio_set', errno: EPERM })
  })
})
