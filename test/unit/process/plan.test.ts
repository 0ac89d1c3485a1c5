// The tail of a plan: from set up to the user's program.
import { describe, expect, it } from 'vitest'
import type { ContainerError } from '../../../lib/errors.ts'
import { type ProcessFacts, planOomScoreAdj, planProcess, processSlots } from '../../../lib/process/plan.ts'
import { opsOf, thrownBy } from '../plan/fixtures.ts'

const facts: ProcessFacts = {
  lastCapability: 40,
  setGroups: true,
  ownsStdio: false,
  gate: true,
  passedFds: 0,
  beforeGate: [],
  afterGate: [],
  supervise: false,
}
const least = { cwd: '/', args: ['true'] }

describe('planProcess', () => {
  it('puts hooks on both sides of the gate, and init’s child behind all of them', () => {
    const sync = { op: 'sync', point: 'here', announce: false } as const
    const ops = planProcess(least, { ...facts, beforeGate: [sync], afterGate: [{ op: 'newSession' }], supervise: true })
    expect(ops.slice(-5).map(({ op }) => op)).toEqual(['sync', 'waitStart', 'newSession', 'supervise', 'exec'])
  })

  it('loads a filter that asks behind the word for hooks, which comes first', () => {
    const sync = { op: 'sync', point: 'startContainer', announce: false } as const
    const filter = { op: 'seccomp', program: [6, 0], flags: 8, dumpable: false } as const
    const order = (noNewPrivileges: boolean) =>
      planProcess({ ...least, noNewPrivileges }, { ...facts, beforeGate: [sync], filter })
        .map(({ op }) => op)
        .filter((op) => ['sync', 'seccomp', 'dropBounding', 'waitStart'].includes(op))
    expect(order(true)).toEqual(['dropBounding', 'sync', 'seccomp', 'waitStart'])
    expect(order(false)).toEqual(['sync', 'seccomp', 'dropBounding', 'waitStart'])
  })

  it('takes the spec’s defaults for what the document leaves out', () => {
    expect(planProcess(least, facts)).toEqual([
      { op: 'newSession' },
      { op: 'setStdio', stdin: 'stdin', stdout: 'stdout', stderr: 'stderr' },
      { op: 'ownStdio', uid: 0 },
      { op: 'dropBounding', keep: 0n },
      { op: 'setUser', uid: 0, gid: 0, groups: [], setGroups: true, keepCapabilities: false },
      { op: 'setCapabilities', effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n },
      { op: 'setUmask', mask: 0o022 },
      { op: 'changeDirectory', path: '/' },
      { op: 'findHome', uid: 0 },
      { op: 'findExecutable', name: 'true', path: '' },
      { op: 'waitStart', gate: 'execFifo' },
      { op: 'exec', args: ['true'], env: [], passedFds: 0 },
    ])
  })

  it('has no gate when the program is to run at once', () => {
    expect(opsOf(planProcess(least, { ...facts, gate: false }), 'waitStart')).toEqual([])
  })

  it('leaves stdio alone when it is the user’s already', () => {
    expect(opsOf(planProcess(least, { ...facts, ownsStdio: true }), 'ownStdio')).toEqual([])
  })

  it.each([
    [true, 1],
    [false, 0],
    [undefined, 0],
  ])('with noNewPrivileges %s has %i operations for it', (noNewPrivileges, count) => {
    const process = noNewPrivileges === undefined ? least : { ...least, noNewPrivileges }
    expect(opsOf(planProcess(process, facts), 'setNoNewPrivileges')).toHaveLength(count)
  })

  it.each([
    ['root keeps them anyway', 0, ['CAP_KILL'], false],
    ['another user keeps them when there are any', 1, ['CAP_KILL'], true],
    ['another user without any', 1, [], false],
  ])('capabilities across the change of user: %s', (_, uid, permitted, keepCapabilities) => {
    const [op] = opsOf(planProcess({ ...least, user: { uid }, capabilities: { permitted } }, facts), 'setUser')
    expect(op).toMatchObject({ uid, keepCapabilities })
  })

  it('keeps capabilities across the change of user for the inheritable set too', () => {
    const process = { ...least, user: { uid: 1 }, capabilities: { inheritable: ['CAP_KILL'] } }
    expect(opsOf(planProcess(process, facts), 'setUser')[0]).toMatchObject({ keepCapabilities: true })
  })

  it('takes umask 0 as said, and not as left out', () => {
    expect(opsOf(planProcess({ ...least, user: { umask: 0 } }, facts), 'setUmask')).toEqual([
      { op: 'setUmask', mask: 0 },
    ])
  })

  it('refuses groups where setgroups is denied, and sets none there', () => {
    const denied = { ...facts, setGroups: false }
    const error = thrownBy(() => planProcess({ ...least, user: { additionalGids: [5] } }, denied)) as ContainerError
    expect(error.code).toBe('ERR_UNSUPPORTED')
    expect(error.hint).toMatch(/additionalGids/)
    expect(opsOf(planProcess(least, denied), 'setUser')[0]).toMatchObject({ setGroups: false })
  })
})

describe('the session keyring', () => {
  it('is new while the process is root still, where one is asked for', () => {
    expect(planProcess(least, { ...facts, newKeyring: true })[0]).toEqual({ op: 'newSessionKeyring', optional: false })
    expect(opsOf(planProcess(least, { ...facts, newKeyring: false }), 'newSessionKeyring')).toEqual([])
  })

  it('may stay where a filter around all this forbids keyctl', () => {
    const [op] = planProcess(least, { ...facts, newKeyring: 'if-allowed' })
    expect(op).toEqual({ op: 'newSessionKeyring', optional: true })
  })
})

describe('execCPUAffinity', () => {
  const process = { ...least, execCPUAffinity: { initial: '0', final: '1' } }

  it('is for processes that join a container, not for its first', () => {
    expect(opsOf(planProcess(process, facts), 'setCpuAffinity')).toEqual([])
    expect(opsOf(planProcess(process, { ...facts, joins: true }), 'setCpuAffinity')).toEqual([
      { op: 'setCpuAffinity', cpus: [1] },
    ])
  })
})

describe('the home directory', () => {
  it.each([
    ['is looked for where env has none', ['A=1'], ['A=1'], 1],
    ['is looked for where it is empty', ['HOME=', 'A=1'], ['A=1'], 1],
    ['is what env says', ['HOME=/x', 'A=1'], ['HOME=/x', 'A=1'], 0],
    ['is the last that env says', ['HOME=/x', 'HOME='], [], 1],
  ])('%s', (_, env, kept, searches) => {
    const plan = planProcess({ ...least, env, user: { uid: 7 } }, facts)
    expect(opsOf(plan, 'exec')[0]?.env).toEqual(kept)
    expect(opsOf(plan, 'findHome')).toEqual(Array.from({ length: searches }, () => ({ op: 'findHome', uid: 7 })))
  })
})

describe('the environment', () => {
  const planned = (env: string[]) => {
    const plan = planProcess({ ...least, env }, facts)
    return { env: opsOf(plan, 'exec')[0]?.env, path: opsOf(plan, 'findExecutable')[0]?.path }
  }

  it.each([
    ['nothing', [], [], ''],
    ['as it is', ['B=2', 'A=1', 'PATH=/bin'], ['B=2', 'A=1', 'PATH=/bin'], '/bin'],
    ['the last of each name', ['A=1', 'B=2', 'A=3'], ['B=2', 'A=3'], ''],
    ['the last PATH, for the search too', ['PATH=/evil', 'PATH=/bin'], ['PATH=/bin'], '/bin'],
    ['equal entries once', ['A=1', 'A=1'], ['A=1'], ''],
    ['an empty PATH', ['PATH='], ['PATH='], ''],
    ['values with =', ['A=b=c', 'A=d=e'], ['A=d=e'], ''],
    ['names that only begin alike', ['PATHEXT=x', 'PATH=/bin'], ['PATHEXT=x', 'PATH=/bin'], '/bin'],
  ])('has %s', (_, env, kept, path) => {
    expect(planned(env)).toEqual({ env: kept, path })
  })
})

describe('passed descriptors', () => {
  const env = ['LISTEN_FDS=9', 'A=1', 'LISTEN_PID=1', 'LISTEN_FDNAMES=x', 'LISTEN_FDSTORE=1']
  const planned = (listenFds?: readonly string[]) => {
    const plan = planProcess({ ...least, env }, { ...facts, passedFds: 2, listenFds })
    return { env: opsOf(plan, 'exec')[0]?.env, finds: opsOf(plan, 'findListenPid').length }
  }

  it('are told of where that is asked for, in the place of what env says', () => {
    expect(planned()).toEqual({ env, finds: 0 })
    expect(planned([])).toEqual({ env: ['A=1', 'LISTEN_FDSTORE=1', 'LISTEN_FDS=2'], finds: 1 })
    const named = ['A=1', 'LISTEN_FDSTORE=1', 'LISTEN_FDS=2', 'LISTEN_FDNAMES=http:log']
    expect(planned(['http', 'log'])).toEqual({ env: named, finds: 1 })
  })
})

describe('planOomScoreAdj', () => {
  it('plans nothing for nothing, and something for 0', () => {
    expect(planOomScoreAdj(least)).toEqual([])
    expect(planOomScoreAdj({ ...least, oomScoreAdj: 0 })).toEqual([{ op: 'setOomScoreAdj', value: 0 }])
    expect(planOomScoreAdj({ ...least, oomScoreAdj: -1000 })).toEqual([{ op: 'setOomScoreAdj', value: -1000 }])
  })
})

describe('processSlots', () => {
  it.each([
    [
      { gate: true, passedFds: 0 },
      { passed: [], given: ['stdin', 'stdout', 'stderr', 'execFifo'] },
    ],
    [
      { gate: false, passedFds: 2 },
      { passed: ['fd3', 'fd4'], given: ['stdin', 'stdout', 'stderr'] },
    ],
  ])('%o', (options, slots) => {
    expect(processSlots({}, options)).toEqual(slots)
  })
})
