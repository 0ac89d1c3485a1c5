// The operations that decide what the program may do: no_new_privs, capabilities, user and groups.
import { describe, expect, test } from 'vitest'
import type { Op, OpOf } from '../../lib/plan/ops.ts'
import { CAP_CHOWN, CAP_MKNOD, CAP_NET_BIND_SERVICE, EINVAL, EPERM } from './kernel.ts'
import { container, setUser } from './plan-parts.ts'
import { failureIn, isRoot, outputOf, privileges } from './run-plan.ts'

const bit = (capability: bigint): bigint => 1n << capability
const two = bit(CAP_CHOWN) | bit(CAP_NET_BIND_SERVICE)

const setCapabilities = (fields: Partial<Omit<OpOf<'setCapabilities'>, 'op'>>): Op => ({
  op: 'setCapabilities',
  effective: 0n,
  permitted: 0n,
  inheritable: 0n,
  ambient: 0n,
  ...fields,
})
const dropBounding = (keep: bigint): Op => ({ op: 'dropBounding', keep })
const showCapabilities = "grep -E '^Cap' /proc/self/status | cut -f2"
const mask = (bits: bigint): string => bits.toString(16).padStart(16, '0')

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container([], script, ops), { privilege })
  const failure = (...ops: Op[]) => failureIn(ops, { privilege })
  /** Inheritable, permitted, effective, bounding, ambient of a program. */
  const capabilitiesAfter = async (...ops: Op[]): Promise<string[]> => (await output(ops, showCapabilities)).split('\n')

  test('setNoNewPrivileges', async () => {
    const script = 'grep NoNewPrivs /proc/self/status'
    expect(await output([], script)).toBe('NoNewPrivs:\t0')
    expect(await output([{ op: 'setNoNewPrivileges' }], script)).toBe('NoNewPrivs:\t1')
  })

  test('dropBounding keeps what it is told, up to the last capability of the kernel', async () => {
    // Root gets at exec what the bounding set has, and nothing that init was born with.
    expect(await capabilitiesAfter(dropBounding(two))).toEqual([0n, two, two, two, 0n].map(mask))
    expect(await capabilitiesAfter(dropBounding(0n))).toEqual([0n, 0n, 0n, 0n, 0n].map(mask))
  })

  test('setCapabilities sets exactly these', async () => {
    const sets = { effective: bit(CAP_CHOWN), permitted: two, inheritable: two, ambient: two }
    const ops = [dropBounding(two), setCapabilities(sets)]
    expect(await capabilitiesAfter(...ops)).toEqual([two, two, two, two, two].map(mask))
  })

  test('none at all is none at all', async () => {
    expect(await capabilitiesAfter(dropBounding(0n), setCapabilities({}))).toEqual([0n, 0n, 0n, 0n, 0n].map(mask))
  })

  test('ambient capabilities that init was born with do not reach the program', async () => {
    const sets = { effective: two, permitted: two }
    const [inheritable, , , , ambient] = await capabilitiesAfter(dropBounding(two), setCapabilities(sets))
    expect([inheritable, ambient]).toEqual([mask(0n), mask(0n)])
  })

  test('setCapabilities refuses what it cannot give', async () => {
    const more = { permitted: bit(CAP_CHOWN), effective: two }
    expect(await failure(setCapabilities(more))).toMatchObject({
      op: 'setCapabilities',
      syscall: 'capset',
      errno: EPERM,
    })
    // Ambient needs inheritable.
    const ambient = { permitted: two, ambient: bit(CAP_CHOWN) }
    expect(await failure(setCapabilities(ambient))).toMatchObject({
      syscall: 'prctl',
      errno: EPERM,
      detail: 'PR_CAP_AMBIENT_RAISE',
    })
    const gone = [setCapabilities({}), setCapabilities({ permitted: bit(CAP_MKNOD) })]
    expect(await failure(...gone)).toMatchObject({ syscall: 'capset', errno: EPERM })
    // A number no kernel has: the set it would read back differs.
    expect(await failure(setCapabilities({ permitted: bit(63n) }))).toMatchObject({
      op: 'setCapabilities',
      errno: EPERM,
    })
  })

  test('setUser to the root of the namespace', async () => {
    expect(await output([setUser({})], 'id -u; id -g')).toBe('0\n0')
  })
})

describe.runIf(isRoot)('as root only', () => {
  const output = (ops: readonly Op[], script: string) => outputOf(container([], script, ops))
  const show = "grep -E '^(Uid|Gid|Groups)' /proc/self/status"

  test('setUser sets all ids and the groups, and capabilities are gone', async () => {
    const user = setUser({ uid: 1000, gid: 1001, groups: [7, 8, 9], setGroups: true })
    const lines = (await output([user], `${show}; ${showCapabilities}`)).split('\n')
    expect(lines.slice(0, 3)).toEqual([
      'Uid:\t1000\t1000\t1000\t1000',
      'Gid:\t1001\t1001\t1001\t1001',
      'Groups:\t7 8 9 ',
    ])
    expect(lines.slice(3, 6)).toEqual([0n, 0n, 0n].map(mask))
  })

  test('capabilities survive the change when told to, and reach the program only by setCapabilities', async () => {
    const user = setUser({ uid: 1000, gid: 1000, setGroups: true, keepCapabilities: true })
    const sets = { effective: two, permitted: two, inheritable: two, ambient: two }
    const capabilities = (await output([dropBounding(two), user, setCapabilities(sets)], showCapabilities)).split('\n')
    expect(capabilities).toEqual([two, two, two, two, two].map(mask))
    expect((await output([dropBounding(two), user], showCapabilities)).split('\n').slice(1, 3)).toEqual(
      [0n, 0n].map(mask),
    )
  })

  test('groups are emptied too', async () => {
    expect(await output([setUser({ uid: 5, gid: 5, setGroups: true })], show)).toMatch(/Groups:$/)
  })

  test('ids that cannot be are refused', async () => {
    const none = 0xffffffff
    expect(await failureIn([setUser({ uid: none })])).toMatchObject({ op: 'setUser', errno: EPERM })
    expect(await failureIn([setUser({ gid: none })])).toMatchObject({ op: 'setUser', errno: EPERM })
    const groups = setUser({ groups: [none], setGroups: true })
    expect(await failureIn([groups])).toMatchObject({ op: 'setUser', syscall: 'setgroups', errno: EINVAL })
  })
})

describe('in a user namespace', () => {
  test('an id that is not mapped is refused', async () => {
    const options = { privilege: 'user namespace' } as const
    expect(await failureIn([setUser({ uid: 1000 })], options)).toMatchObject({
      op: 'setUser',
      syscall: 'setresuid',
      errno: EINVAL,
    })
    expect(await failureIn([setUser({ setGroups: true })], options)).toMatchObject({
      op: 'setUser',
      syscall: 'setgroups',
      errno: EPERM,
    })
  })
})
