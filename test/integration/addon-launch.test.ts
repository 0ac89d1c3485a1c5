// launch: init in new namespaces with mapped ids and its plan, and nothing left when that fails.
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { native } from '../../lib/addon.ts'
import { encodePlan } from '../../lib/plan/codec.ts'
import type { Op } from '../../lib/plan/ops.ts'
import {
  CLONE_NEWCGROUP,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  childrenOf,
  EMPTY_PLAN,
  exitOf,
  finish,
  framesOf,
  isRoot,
  launch,
  NAMESPACES,
  namespacesOf,
  openFds,
  root,
  runScript,
  selfMaps,
  statusOf,
  WAITING_PLAN,
  whileWaiting,
} from './addon-support.ts'

const inUserNamespace = { cloneFlags: NAMESPACES | CLONE_NEWUSER, idMaps: selfMaps() }
/** What every launch needs as this user. */
const base = isRoot ? {} : inUserNamespace

/** A plan that is too long for a packet: many ops that do little, then one that tells that all were read. */
function longPlan(bytes: number, ...last: Op[]): Uint8Array {
  const op: Op = { op: 'sync', point: 'x'.repeat(8000), announce: false }
  const ops = Array.from({ length: Math.ceil(bytes / 8000) }, () => op)
  return encodePlan({ cloneFlags: 0, given: [], ops: [...last, ...ops] })
}

describe('launch', () => {
  let before: string[]
  beforeEach(async () => {
    await finish(await launch(base)) // whatever is made once is made now
    before = openFds()
  })
  afterEach(() => {
    expect(openFds()).toEqual(before)
    expect(childrenOf(process.pid)).toEqual([])
  })

  describe('namespaces', () => {
    it('runs an empty plan in all of them', async () => {
      const { exit, frames } = await finish(await launch(base))
      expect(exit).toMatchObject({ exitCode: 0, signal: null })
      expect(frames).toEqual([])
    })

    it('makes those that were asked for, and only those', async () => {
      const ours = namespacesOf('self')
      const theirs = await whileWaiting(base, ({ pid }) => namespacesOf(pid))
      for (const type of ['ipc', 'mnt', 'net', 'pid', 'uts']) expect(theirs[type], type).not.toBe(ours[type])
      for (const type of ['cgroup', 'time']) expect(theirs[type], type).toBe(ours[type])
      if (isRoot) expect(theirs['user']).toBe(ours['user'])
      if (isRoot) expect(await whileWaiting({ cloneFlags: 0 }, ({ pid }) => namespacesOf(pid))).toEqual(ours)
    })

    it('shows init under its name, without environment', async () => {
      const seen = await whileWaiting({ ...base, name: 'libcontainer: test' }, ({ pid }) => ({
        line: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
        environment: isRoot ? readFileSync(`/proc/${pid}/environ`, 'utf8') : '',
      }))
      expect(seen).toEqual({ line: 'libcontainer: test\0', environment: '' })
    })

    it.runIf(isRoot)('gives init the control socket and nothing else', async () => {
      const stray = openSync('/dev/null', 'r')
      const fds = await whileWaiting(base, ({ pid }) => readdirSync(`/proc/${pid}/fd`))
      closeSync(stray)
      expect(fds).toEqual(['0', '1', '2', '3'])
    })

    it('refuses every other flag before anything happens', () => {
      for (const flag of [0x100, 0x200, 0x400, 0x4000, CLONE_NEWTIME, 0x80000000, 1]) {
        expect(() => launch({ cloneFlags: flag }), flag.toString(16)).toThrow(/cloneFlags may hold only/)
      }
      expect(() => launch({ cloneFlags: CLONE_NEWCGROUP })).toThrow(/init unshares it/)
      for (const wrong of [-1, 2 ** 32, 1.5, Number.NaN]) {
        expect(() => launch({ cloneFlags: wrong }), String(wrong)).toThrow(TypeError)
      }
    })

    it('names the argument that is wrong', () => {
      const options = { cloneFlags: 0, cgroup: -1, plan: EMPTY_PLAN, fds: [], name: 'init' }
      const wrong = (change: object) => () => native().launch({ ...options, ...change })
      expect(wrong({ name: 'a\0b' })).toThrow(/name must be a string without NUL/)
      expect(wrong({ plan: 'text' })).toThrow(/plan must be a Uint8Array/)
      expect(wrong({ fds: [0, 'a'] })).toThrow(/fds must be a whole number/)
      expect(wrong({ cgroup: undefined })).toThrow(/cgroup must be a whole number/)
      expect(wrong({ idMaps: { uid: 1, gid: '' } })).toThrow(/idMaps.uid must be a string/)
    })
  })

  describe('id maps', () => {
    it('maps, and leaves init its capabilities', async () => {
      const seen = await whileWaiting(inUserNamespace, ({ pid }) => ({
        uid: readFileSync(`/proc/${pid}/uid_map`, 'utf8').trim().split(/\s+/),
        setgroups: readFileSync(`/proc/${pid}/setgroups`, 'utf8').trim(),
        ...statusOf(pid, ['CapEff', 'CapPrm']),
      }))
      expect(seen).toMatchObject({ uid: ['0', String(process.geteuid?.()), '1'], setgroups: 'deny' })
      const all = (2n ** BigInt(Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8')) + 1) - 1n)
        .toString(16)
        .padStart(16, '0')
      expect(seen).toMatchObject({ CapEff: all, CapPrm: all })
    })

    it('reports which of them the kernel did not take, and leaves nothing', async () => {
      const maps = selfMaps()
      const overlapping = `${maps.uid}\n0 ${Number(process.geteuid?.()) + 5} 1\n`
      await expect(launch({ ...inUserNamespace, idMaps: { ...maps, uid: overlapping } })).rejects.toMatchObject({
        syscall: 'write uid_map',
        code: 'EINVAL',
        errno: 22,
        path: expect.stringMatching(/^\/proc\/\d+\/uid_map$/),
      })
      await expect(launch({ ...inUserNamespace, idMaps: { ...maps, gid: 'x' } })).rejects.toMatchObject({
        syscall: 'write gid_map',
        code: 'EINVAL',
      })
      const deny = { ...maps, setgroups: 'perhaps' as 'deny' }
      await expect(launch({ ...inUserNamespace, idMaps: deny })).rejects.toMatchObject({ syscall: 'write setgroups' })
    })

    it('cannot write maps without a user namespace', async () => {
      // Root's own maps are set: EPERM. An ordinary user does not even get as far.
      const flags = isRoot ? 0 : NAMESPACES & ~CLONE_NEWUSER
      await expect(launch({ cloneFlags: flags, idMaps: selfMaps() })).rejects.toMatchObject({
        syscall: isRoot ? 'write setgroups' : 'clone3',
        code: 'EPERM',
      })
    })

    it.runIf(isRoot)(
      'refuses an ordinary user ids that are not theirs, and lets them run after process.setuid',
      async () => {
        const result = await runScript('addon-as-user.cjs')
        expect(result).toEqual({
          foreign: { syscall: 'write uid_map', code: 'EPERM' },
          withoutUserNamespace: { syscall: 'clone3', code: 'EPERM' },
          exit: 0,
          threads: ['65534 65534 65534 65534'],
          left: 0,
        })
      },
    )
  })

  describe('plan', () => {
    it('travels in a memfd when it is long', async () => {
      for (const bytes of [70_000, 1_000_000]) {
        const plan = longPlan(bytes)
        const init = await launch({ ...base, plan })
        for (let i = 0; i < Math.ceil(bytes / 8000); i++) native().proceed(init.control)
        expect((await finish(init)).exit, `${bytes} bytes`).toMatchObject({ exitCode: 0 })
      }
    })

    it('takes the descriptors of its slots along, in either way', async () => {
      const fds = [openSync('/dev/null', 'r'), openSync('/dev/zero', 'r')]
      for (const ops of [[], [{ op: 'sync', point: 'x'.repeat(70_000), announce: false }]] satisfies Op[][]) {
        const right = encodePlan({ cloneFlags: 0, given: ['a', 'b'], ops })
        const init = await launch({ ...base, plan: right, fds })
        if (ops.length > 0) native().proceed(init.control)
        expect(await finish(init)).toMatchObject({ exit: { exitCode: 0 }, frames: [] })
        const { frames } = await finish(await launch({ ...base, plan: right, fds: fds.slice(1) }))
        expect(frames).toMatchObject([{ kind: 'failed', detail: expect.stringContaining('number of descriptors') }])
      }
      for (const fd of fds) closeSync(fd)
    })

    it('refuses more descriptors than a message carries, and ones that are not open', async () => {
      const fd = openSync('/dev/null', 'r')
      await expect(launch({ ...base, fds: Array.from({ length: 253 }, () => fd) })).rejects.toMatchObject({
        syscall: 'sendmsg with more than 252 descriptors',
        code: 'EINVAL',
      })
      closeSync(fd)
      await expect(launch({ ...base, fds: [fd] })).rejects.toMatchObject({
        syscall: 'fcntl F_DUPFD_CLOEXEC',
        code: 'EBADF',
      })
    })

    it('can be sent later', async () => {
      const { plan: _, ...unplanned } = { cloneFlags: NAMESPACES, cgroup: -1, fds: [], name: 'init', plan: 0, ...base }
      const init = await native().launch(unplanned)
      native().sendPlan(init.control, WAITING_PLAN, [])
      const { frames, exit } = await finish(init, () => native().proceed(init.control))
      expect(frames).toEqual([{ kind: 'sync', index: 0 }])
      expect(exit).toMatchObject({ exitCode: 0 })
    })

    it('ends init when this side goes away', async () => {
      const init = await launch({ ...base, plan: WAITING_PLAN })
      native().close(init.control)
      expect(await exitOf(init.pidfd)).toMatchObject({ exitCode: 1 })
      native().close(init.pidfd)
    })

    it('still hears what init said last when init left something unread', async () => {
      const { plan: _, ...unplanned } = { cloneFlags: NAMESPACES, cgroup: -1, fds: [], name: 'init', plan: 0, ...base }
      const failing = encodePlan(
        { cloneFlags: 0, given: [], ops: [{ op: 'sync', point: 'test', announce: true }] },
        { failAt: 0 },
      )
      for (let i = 0; i < 10; i++) {
        const init = await native().launch(unplanned)
        // It reads the plan and no more; now and then it is gone before the second.
        native().sendPlan(init.control, failing, [])
        try {
          native().proceed(init.control)
        } catch (error) {
          expect(error).toMatchObject({ syscall: 'sendmsg', code: 'EPIPE' })
        }
        const exit = await exitOf(init.pidfd)
        expect(exit).toMatchObject({ exitCode: 1 })
        expect(await framesOf(init.control)).toMatchObject([{ kind: 'failed', index: 0, syscall: 'injected' }])
        native().close(init.pidfd)
        native().close(init.control)
      }
    })

    it('says so when init is gone', async () => {
      const init = await launch({ ...base, plan: WAITING_PLAN })
      await new Promise<void>((resolve) => {
        const unwatch = native().watchControl(init.control, () => {
          unwatch()
          resolve()
        })
      })
      native().pidfdSendSignal(init.pidfd, 9)
      await exitOf(init.pidfd)
      expect(() => native().proceed(init.control)).toThrow(
        expect.objectContaining({ code: 'EPIPE', message: 'sendmsg: EPIPE (Broken pipe)' }),
      )
      native().close(init.control)
      native().close(init.pidfd)
    })
  })

  it.runIf(isRoot && existsSync('/proc/sys/vm/memfd_noexec'))('says which setting forbids it to run init', () => {
    // In a pid namespace of its own: the setting is that of the namespace.
    const command = [process.execPath, `${root}test/integration/addon-memfd.cjs`]
    const output = execFileSync('unshare', ['--pid', '--fork', '--mount-proc', ...command], { encoding: 'utf8' })
    expect(JSON.parse(output)).toEqual({
      syscall: 'memfd_create',
      code: 'EACCES',
      path: '/proc/sys/vm/memfd_noexec',
    })
  })

  it('starts init although standard descriptors are closed', async () => {
    expect(await runScript('addon-closed-stdio.cjs', JSON.stringify(base))).toEqual({ exits: [0, 0] })
  })
})
