// How init waits, and what ends it: sync points, the start gate, the end of its parent, injected failures, traces.
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type Fd, type Launched, native } from '../../lib/addon.ts'
import type { Op } from '../../lib/plan/ops.ts'
import { CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, EBADF, ECANCELED, EINVAL, ENXIO, EPIPE, SIGKILL } from './kernel.ts'
import { container, execute, makeDirectory, openTree, setStdio } from './plan-parts.ts'
import { cloneFlagsFor, failureIn, isRoot, launchInit, privileges, runPlan } from './run-plan.ts'

const sync = (point: string, announce = true): Op => ({ op: 'sync', point, announce })
const waitStart: Op = { op: 'waitStart', gate: 'gate' }
const NEVER = 0xffffffff

let folder: string
let gatePath: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
  gatePath = join(folder, 'gate')
  execFileSync('mkfifo', [gatePath])
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

const openGate = (): Fd => openSync(gatePath, constants.O_RDWR)
/** What `start` does. */
const start = (): Fd => {
  const fd = openSync(gatePath, constants.O_WRONLY | constants.O_NONBLOCK)
  writeSync(fd, '0')
  return fd
}
const nameOf = ({ pid }: Launched): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()

describe.each(privileges)('fork as %s', (privilege) => {
  const fork: Op = { op: 'fork', namespaces: 0 }

  test('another process goes on: a child of this one, in the pid namespace that was joined', async () => {
    const holder = await launchInit([sync('hold', false)], { privilege, given: {} })
    const fds = { holder: holder.pidfd }
    const user = privilege === 'root' ? 0 : CLONE_NEWUSER
    const join: Op = { op: 'joinNamespaces', process: 'holder', namespaces: user | CLONE_NEWPID }
    const script = "echo $$; exec awk '/^NSpid|^PPid/' /proc/self/status"
    const options = { privilege: 'root', cloneFlags: 0, fds, trace: true } as const
    try {
      const { frames, output, exit } = await runPlan([join, fork, setStdio, ...execute('sh', '-c', script)], options)
      expect(exit.exitCode, output).toBe(0)
      const [pid, ...status] = output.trim().split('\n')
      expect(Number(pid)).toBeGreaterThan(1)
      expect(status.join(' ')).toMatch(`PPid:\t${process.pid} NSpid:`)
      expect(frames.flatMap((frame) => (frame.kind === 'traced' ? frame.index : []))).toEqual([0, 1, 2, 3])
    } finally {
      for (const fd of [holder.control, holder.pidfd]) closeSync(fd)
    }
  })

  test('a failure before it, in it and after it is told', async () => {
    // The first process of a pid namespace has no parent to give a child to.
    const cloneFlags = cloneFlagsFor(privilege, CLONE_NEWNS)
    const ops: Op[] = [fork, { op: 'newSession' }]
    const fails = (failAt?: number, flags = cloneFlags) =>
      failureIn(ops, { privilege, cloneFlags: flags, ...(failAt === undefined ? {} : { failAt }) })
    expect(await fails(undefined, cloneFlagsFor(privilege))).toMatchObject({
      op: 'fork',
      syscall: 'clone',
      errno: EINVAL,
    })
    expect(await fails(0)).toMatchObject({ op: 'fork', errno: ECANCELED })
    expect(await fails(1)).toMatchObject({ op: 'newSession', errno: ECANCELED })
    const closed: Op = { op: 'setStdio', stdin: 'none', stdout: 'none', stderr: 'none' }
    expect(await failureIn([closed, fork], { privilege })).toMatchObject({ op: 'setStdio', errno: EBADF })
  })
})

describe.each(privileges)('as %s', (privilege) => {
  describe('sync', () => {
    test('waits for proceed, says where it is, and shows it to ps', async () => {
      const names: string[] = []
      const { frames, exit } = await runPlan([sync('one'), sync('two')], {
        privilege,
        onFrame: (frame, init) => {
          if (frame.kind !== 'sync') return
          names.push(nameOf(init))
          native().proceed(init.control)
        },
      })
      expect(frames).toEqual([
        { kind: 'sync', index: 0 },
        { kind: 'sync', index: 1 },
      ])
      expect(names).toEqual(['sync:one', 'sync:two'])
      expect(exit.exitCode).toBe(0)
    })

    test('a proceed that came before costs nothing; one not announced says nothing', async () => {
      const { frames, exit } = await runPlan([sync('a', false), sync('b', false)], {
        privilege,
        onLaunched: ({ control }) => {
          native().proceed(control)
          native().proceed(control)
        },
      })
      expect(frames).toEqual([])
      expect(exit.exitCode).toBe(0)
    })
  })

  describe('the end of the parent', () => {
    const launch = (ops: readonly Op[] | undefined) => launchInit(ops, { privilege, given: {} })
    const endOf = (init: Launched) =>
      new Promise<number | null | undefined>((resolve) => {
        native().watchExit(init.pidfd, (exit) => resolve(exit?.exitCode))
        closeSync(init.control)
      }).finally(() => closeSync(init.pidfd))

    test('while init waits for a plan, it leaves', async () => {
      expect(await endOf(await launch(undefined))).toBe(1)
    })

    test('while init waits in sync, it leaves', async () => {
      expect(await endOf(await launch([sync('one', false)]))).toBe(1)
    })
  })

  describe('waitStart', () => {
    test('says done, waits for a byte, and runs the program', async () => {
      const gate = openGate()
      const order: string[] = []
      const { frames, output } = await runPlan(container([], 'cat /proc/1/comm', [waitStart]), {
        privilege,
        fds: { gate },
        onFrame: (frame, init) => {
          order.push(`${frame.kind} ${nameOf(init)}`)
          closeSync(gate)
          closeSync(start())
        },
      })
      expect(order).toEqual(['done waitStart'])
      expect(frames).toEqual([{ kind: 'done' }])
      expect(output).toBe('sh\n')
    })

    test('a parked init holds nothing of the host', async () => {
      const gate = openGate()
      const extra = openSync('/', 'r')
      let links: string[] = []
      const before = [openTree({ tree: 'null', path: '/dev/null' }), makeDirectory('/a')]
      await runPlan(container(before, 'true', [waitStart]), {
        privilege,
        fds: { extra, gate },
        onFrame: (_frame, { pid }) => {
          links = readdirSync(`/proc/${pid}/fd`).map((fd) => `${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`)
          closeSync(start())
        },
      })
      closeSync(gate)
      closeSync(extra)
      const expected = [/^0 \/dev\/null$/, /^1 pipe:/, /^2 pipe:/, /^3 socket:/, /^\d+ .*\/gate$/]
      expect(links).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
    })

    test('nobody can start it before it waits, nor after it has run', async () => {
      expect(() => start()).toThrow(expect.objectContaining({ code: 'ENXIO' }))
      const gate = openGate()
      await runPlan(container([], 'true', [waitStart]), {
        privilege,
        fds: { gate },
        onFrame: () => {
          closeSync(gate)
          closeSync(start())
        },
      })
      expect(() => start()).toThrow(expect.objectContaining({ errno: -ENXIO }))
    })

    test('it outlives its creator', async () => {
      const gate = openGate()
      const result = join(folder, 'result')
      const log = openSync(result, 'w')
      const ops = container([], 'echo ran', [
        { op: 'setStdio', stdin: 'stdin', stdout: 'log', stderr: 'log' },
        waitStart,
      ])
      const given = { stdin: openSync('/dev/null', 'r'), stdout: log, stderr: log, log, gate }
      const init = await launchInit(ops, { privilege, given })
      await new Promise<void>((resolve) => {
        native().watchControl(init.control, (frame) => frame !== null && resolve())
      })
      closeSync(init.control)
      for (const fd of new Set([given.stdin, gate])) closeSync(fd)
      const exited = new Promise((resolve) => native().watchExit(init.pidfd, (exit) => resolve(exit?.exitCode)))
      closeSync(start())
      expect(await exited).toBe(0)
      expect(fstatSync(log).size).toBe(4)
      closeSync(log)
      closeSync(init.pidfd)
    })

    test('a failure behind the gate is still told', async () => {
      const gate = openGate()
      const missing = execute('/bin/sh').map((op) => (op.op === 'exec' ? { ...op, args: ['x'] } : op))
      const fail: Op = { op: 'changeDirectory', path: '/gone' }
      const { frames } = await runPlan([setStdio, waitStart, fail, ...missing], {
        privilege,
        fds: { gate },
        onFrame: (frame) => {
          if (frame.kind === 'done') closeSync(start())
        },
      })
      closeSync(gate)
      expect(frames.map(({ kind }) => kind)).toEqual(['done', 'failed'])
    })

    test('descriptors of the plan are gone behind it', async () => {
      const gate = openGate()
      const failure = await failureIn([waitStart, setStdio], {
        privilege,
        fds: { gate },
        onFrame: (frame) => {
          if (frame.kind === 'done') closeSync(start())
        },
      })
      closeSync(gate)
      expect(failure).toMatchObject({ op: 'setStdio', errno: EBADF })
    })

    test('a gate that ends is refused', async () => {
      const [reading, writing] = native().pipe()
      closeSync(writing)
      const failure = await failureIn([waitStart], { privilege, fds: { gate: reading } })
      closeSync(reading)
      expect(failure).toMatchObject({ op: 'waitStart', syscall: 'read', errno: EPIPE })
    })
  })

  test('a failure can be injected at every operation', async () => {
    const ops = container([makeDirectory('/a')], 'true')
    for (let index = 0; index < ops.length; index++) {
      expect(await failureIn(ops, { privilege, failAt: index })).toEqual({
        index,
        op: ops[index]?.op,
        syscall: 'injected',
        errno: ECANCELED,
        detail: '',
      })
    }
  })

  test('a trace has a time for every operation but the last, which does not return', async () => {
    const ops = container([], 'true')
    const { frames } = await runPlan(ops, { privilege, trace: true })
    const traced = frames.flatMap((frame) => (frame.kind === 'traced' ? [frame] : []))
    expect(traced.map(({ index }) => index)).toEqual(ops.slice(0, -1).map((_, index) => index))
    expect(traced.every(({ nanoseconds }) => nanoseconds > 0n && nanoseconds < 10_000_000_000n)).toBe(true)
  })
})

test.runIf(!isRoot)('init cannot be looked into by the user it runs as', async () => {
  let owner = Number.NaN
  // In a user namespace the files belong to its root, who is this user.
  await runPlan([sync('look')], {
    cloneFlags: 0,
    onFrame: (_frame, init) => {
      // The files of a process that cannot be dumped belong to root.
      owner = statSync(`/proc/${init.pid}/environ`).uid
      native().proceed(init.control)
    },
  })
  expect(owner).toBe(0)
})

test('killed, it says nothing', async () => {
  const { frames, exit } = await runPlan([sync('one')], {
    onFrame: (_frame, init) => native().pidfdSendSignal(init.pidfd, SIGKILL),
  })
  expect(frames).toEqual([{ kind: 'sync', index: 0 }])
  expect(exit).toMatchObject({ exitCode: null, signal: SIGKILL })
})

test('no operation is at fault when the plan is', async () => {
  expect(await failureIn([], { spoil: () => new Uint8Array(4) })).toMatchObject({ index: NEVER })
})
