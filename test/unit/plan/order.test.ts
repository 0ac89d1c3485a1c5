// The order of a plan as constraints, each with its reason, checked on every kind of plan.
import { describe, expect, it } from 'vitest'
import { MS_SHARED } from '../../../lib/plan/flags.ts'
import type { Op, OpName, Plan } from '../../../lib/plan/ops.ts'
import { planContainer } from '../../../lib/plan/plan.ts'
import {
  allPlans,
  fullConfig,
  indexOf,
  opsOf,
  options,
  rootConfig,
  rootHost,
  userConfig,
  userHost,
} from './fixtures.ts'

const MAKES_MOUNTS: readonly OpName[] = ['mount', 'bindMount', 'attachRoot', 'readonlyPath', 'setMountAttributes']
const CREATES_FILES: readonly OpName[] = ['mount', 'bindMount', 'makeDirectory', 'makeDevice', 'makeSymlink']
const TAKES_HOST_PATHS: readonly OpName[] = ['openTree', 'createFilesystem']

/** Indices of all operations with one of these names. */
const indices = (plan: Plan, names: readonly OpName[], fits: (op: Op) => boolean = () => true): number[] =>
  plan.ops.flatMap((op, index) => (names.includes(op.op) && fits(op) ? [index] : []))

function expectBefore(earlier: readonly number[], later: readonly number[]): void {
  if (earlier.length === 0 || later.length === 0) return
  expect(Math.max(...earlier)).toBeLessThan(Math.min(...later))
}

type Names = OpName | readonly OpName[]

/** [what comes first, what comes later, why]. Where a plan lacks one of the two, there is nothing to keep. */
const BEFORE: ReadonlyArray<readonly [earlier: Names, later: Names, why: string]> = [
  ['unshare', 'mount', 'a cgroup mount shows the tree from the namespace’s root down'],
  ['joinNamespace', 'setPropagation', 'who joins a namespace still acts in it as the host’s user'],
  [TAKES_HOST_PATHS, 'pivotRoot', 'host paths cannot be reached afterwards'],
  ['openTree', CREATES_FILES, 'sources are found as the host’s user'],
  ['attachRoot', ['mount', 'bindMount', 'makeDevice', 'makeSymlink'], 'targets are resolved inside the root'],
  ['mount', 'makeSymlink', 'links go onto the mounted /dev'],
  ['mount', 'makeDevice', 'nodes go onto the mounted /dev'],
  [['makeDevice', 'makeSymlink', 'mount', 'bindMount'], 'setMountAttributes', 'read-only comes when all is made'],
  ['makeDirectory', 'setMountAttributes', 'the working directory is made while / is writable'],
  ['sysctl', ['setMountAttributes', 'readonlyPath', 'maskPath'], '/proc/sys becomes read-only'],
  [MAKES_MOUNTS, 'maskPath', 'nothing may cover a mask, or be mounted from what it hides'],
  ['maskPath', 'setStdio', 'the program’s descriptors are not there during set-up'],
  ['setOomScoreAdj', ['attachRoot', 'mount', 'maskPath'], 'memory can run out during set-up; /proc gets masked'],
  ['pivotRoot', 'changeDirectory', 'the working directory is the container’s'],
  ['newSession', 'exec', 'TIOCSTI must reach nobody'],
  [['mount', 'bindMount', 'maskPath'], 'setRlimit', 'a low RLIMIT_NOFILE must not break set-up'],
  ['newSessionKeyring', 'setCapabilities', 'keys are counted among those of whoever makes them'],
  ['openProcfs', 'pivotRoot', 'the host’s procfs is gone afterwards'],
  ['setRlimit', 'setScheduler', 'RLIMIT_NICE and RLIMIT_RTPRIO may allow it'],
  [
    ['setScheduler', 'setIoPriority', 'setMemoryPolicy', 'setPersonality', 'setSecurityAttribute'],
    'dropBounding',
    'they may need the rights of root',
  ],
  ['setSecurityAttribute', 'setNoNewPrivileges', 'a change of profile is decided before it is set'],
  ['pivotRoot', 'findHome', 'the file is the container’s'],
  ['setCapabilities', 'findHome', 'no more rights than the program has'],
  ['setRlimit', 'setCapabilities', 'raising a hard limit needs CAP_SYS_RESOURCE'],
  ['supervise', 'findListenPid', 'the pid is that of the child'],
  ['findListenPid', 'settleDescriptors', 'a filter lets execve alone through'],
  ['setNoNewPrivileges', ['findExecutable', 'exec'], 'it counts at execve'],
  ['ownStdio', 'setCapabilities', 'giving a file away needs CAP_CHOWN'],
  ['dropBounding', 'setCapabilities', 'dropping needs CAP_SETPCAP'],
  [
    'setCapabilities',
    ['setUmask', 'changeDirectory', 'findExecutable', 'waitStart'],
    'no more rights than the program has',
  ],
  ['setNoNewPrivileges', 'seccomp', 'an ordinary program may not load a filter without'],
  ['settleDescriptors', ['seccomp', 'exec'], 'the filter may not allow closing'],
  ['seccomp', 'exec', 'the program is under it'],
  ['changeDirectory', 'findExecutable', 'a relative program starts there'],
  ['findExecutable', 'waitStart', 'a missing program fails create, not start'],
  [['mount', 'bindMount', 'makeDevice'], 'sync', 'hooks find a container that is mounted'],
  ['waitStart', ['supervise', 'exec'], 'start comes last'],
  ['supervise', 'exec', 'the program is the child'],
]

const list = (names: Names): readonly OpName[] => (typeof names === 'string' ? [names] : names)

describe.each(allPlans())('%s', (_, plan) => {
  it.each(BEFORE)('has %s before %s: %s', (earlier, later) => {
    expectBefore(indices(plan, list(earlier)), indices(plan, list(later)))
  })

  it('cuts the host’s mounts off before anything is mounted', () => {
    expectBefore([indexOf(plan, 'setPropagation')], indices(plan, ['attachRoot', 'mount', 'bindMount', 'maskPath']))
  })

  it('sets the user before it takes the capabilities, and right before', () => {
    const last = plan.ops.findLastIndex(({ op }) => op === 'setUser')
    expect(plan.ops[last - 1]?.op).toBe('dropBounding')
    expect(plan.ops[last + 1]?.op).toBe('setCapabilities')
  })

  it('ends in exec', () => {
    expect(indices(plan, ['exec'])).toEqual([plan.ops.length - 1])
  })

  it('fills each slot once before it is used, and uses every given one', () => {
    const filled = new Set(plan.given)
    const used = new Set<string>(plan.given.filter((slot) => slot.startsWith('fd')))
    for (const op of plan.ops) {
      const { tree, ...rest } = op as Op & { readonly tree?: string }
      const fills = ['openTree', 'openDirectory', 'openDevice', 'createFilesystem'].includes(op.op)
      const slots = slotsOf(rest as Op, fills ? [] : [tree])
      for (const slot of slots) {
        expect(filled, `${op.op} uses ${slot}`).toContain(slot)
        used.add(slot)
      }
      if (!fills || tree === undefined) continue
      expect(filled, `${op.op} fills ${tree} again`).not.toContain(tree)
      filled.add(tree)
    }
    expect([...filled].filter((slot) => !used.has(slot))).toEqual([])
  })

  it('gives the passed descriptors first, as init expects them', () => {
    const { passedFds } = plan.ops.at(-1) as Op & { readonly passedFds: number }
    expect(plan.given.slice(0, passedFds)).toEqual(['fd3', 'fd4'].slice(0, passedFds))
  })
})

/** The set slots among an operation's fields. */
function slotsOf(op: Op, more: ReadonlyArray<string | undefined>): string[] {
  const names = ['namespace', 'directory', 'onto', 'base', 'null', 'root', 'stdin', 'stdout', 'stderr', 'gate']
  const values = Object.entries(op).flatMap(([field, value]) => (names.includes(field) ? [value as unknown] : []))
  return [...values, ...more].filter((value): value is string => typeof value === 'string' && value !== '')
}

describe('in a user namespace', () => {
  const plan = planContainer(userConfig(), userHost, options)
  const become = indexOf(plan, 'setUser')

  it('opens sources as the host’s user, who can reach them', () => {
    expectBefore(indices(plan, ['openTree']), [become])
  })

  it('makes nothing before it has become the container’s root, who is to own it', () => {
    expectBefore([become], indices(plan, [...CREATES_FILES, 'createFilesystem', 'attachRoot']))
  })

  it('becomes nobody outside of one', () => {
    expect(opsOf(planContainer(rootConfig(), rootHost, options), 'setUser')).toHaveLength(1)
  })
})

describe('propagation', () => {
  it('lets only what is to be shared be opened before the host’s mounts are cut off', () => {
    const plan = planContainer(fullConfig(), rootHost, options)
    const cut = indexOf(plan, 'setPropagation')
    const shared = opsOf(plan, 'bindMount').filter(({ propagation }) => (propagation & MS_SHARED) !== 0)
    const early = opsOf(plan.ops.slice(0, cut), 'openTree')
    expect(early.map(({ path }) => path)).toEqual(['/mnt/shared'])
    expect(early.map(({ tree }) => tree)).toEqual(shared.map(({ tree }) => tree))
  })

  it('makes the root unbindable only when nothing has to be cloned any more', () => {
    const config = rootConfig((config) => {
      config.linux.rootfsPropagation = 'runbindable'
    })
    const plan = planContainer(config, rootHost, options)
    const last = plan.ops.findLastIndex(({ op }) => op === 'setPropagation')
    expectBefore(indices(plan, ['openTree', 'readonlyPath', 'maskPath']), [last])
    expect(last).toBeLessThan(indexOf(plan, 'newSession'))
  })
})

describe('mounts', () => {
  it('keep the order of the document', () => {
    const targets = planContainer(fullConfig(), rootHost, options).ops.flatMap((op) =>
      op.op === 'mount' || op.op === 'bindMount' ? [op.target] : [],
    )
    expect(targets).toEqual([
      ...['/proc', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue', '/sys', '/sys/fs/cgroup'],
      ...['/data', '/shared', '/run', '/etc', '/tree', '/mapped', '/disk'],
    ])
  })
})
