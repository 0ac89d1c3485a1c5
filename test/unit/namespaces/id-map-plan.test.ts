// Who maps the ids of a user namespace, by the rules of user_namespaces(7), newuidmap(1) and newgidmap(1).
import { describe, expect, it } from 'vitest'
import type { IdMapping } from '../../../lib/config/types.ts'
import type { ContainerError } from '../../../lib/errors.ts'
import type { Host } from '../../../lib/host.ts'
import { planIdMaps } from '../../../lib/namespaces/plan.ts'
import { CAP_SETFCAP, CAP_SETGID, CAP_SETUID } from '../../../lib/plan/flags.ts'
import { rootConfig, rootHost, thrownBy, userConfig, userHost } from '../plan/fixtures.ts'

const range = (containerID: number, hostID: number, size = 1): IdMapping => ({ containerID, hostID, size })

const plan = (uid: IdMapping[], gid: IdMapping[], host: Host) =>
  planIdMaps(
    userConfig(({ linux }) => {
      linux.uidMappings = uid
      linux.gidMappings = gid
    }),
    host,
  )

const without = (host: Host, ...capabilities: number[]): Host => ({
  ...host,
  capabilities: capabilities.reduce((set, number) => set & ~(1n << BigInt(number)), host.capabilities),
})

describe('planIdMaps', () => {
  it('has nothing to do without a new user namespace', () => {
    expect(planIdMaps(rootConfig(), rootHost)).toEqual({ kind: 'none' })
  })

  it('writes any map with the capabilities for it, and leaves setgroups allowed', () => {
    expect(plan([range(0, 100000, 1000), range(1000, 0)], [range(0, 5, 7)], rootHost)).toEqual({
      kind: 'direct',
      maps: { uid: '0 100000 1000\n1000 0 1\n', gid: '0 5 7\n' },
    })
  })

  it('writes a map of the own ids without any capability, and denies setgroups', () => {
    expect(plan([range(0, 1000)], [range(0, 1001)], userHost)).toEqual({
      kind: 'direct',
      maps: { uid: '0 1000 1\n', gid: '0 1001 1\n', setgroups: 'deny' },
    })
  })

  it('takes the helpers for ranges, whose grant of a group allows setgroups', () => {
    const ids = [range(0, 1000), range(1, 100000, 65536)]
    expect(plan(ids, [range(0, 1001), range(1, 200000, 10)], userHost)).toEqual({
      kind: 'helper',
      uid: ['/usr/bin/newuidmap', '0', '1000', '1', '1', '100000', '65536'],
      gid: ['/usr/bin/newgidmap', '0', '1001', '1', '1', '200000', '10'],
      setGroups: true,
    })
  })

  it('knows that newgidmap denies setgroups when it maps the own group alone', () => {
    expect(plan([range(0, 100000, 10)], [range(0, 1001)], userHost)).toMatchObject({ kind: 'helper', setGroups: false })
  })

  it('maps the outer root only with CAP_SETFCAP', () => {
    const gid = [range(0, 0)]
    expect(plan([range(0, 0, 2)], gid, rootHost).kind).toBe('direct')
    expect(() => plan([range(0, 0, 2)], gid, without(rootHost, CAP_SETFCAP))).toThrow(/may not map/)
    expect(plan([range(0, 1, 2)], gid, without(rootHost, CAP_SETFCAP)).kind).toBe('direct')
  })

  it('denies setgroups for an own group without CAP_SETGID, whatever the uids are', () => {
    expect(plan([range(0, 5, 5)], [range(0, 0)], without(rootHost, CAP_SETGID))).toMatchObject({
      kind: 'direct',
      maps: { setgroups: 'deny' },
    })
    expect(() => plan([range(0, 5, 5)], [range(0, 0)], without(rootHost, CAP_SETUID))).toThrow(/may not map/)
  })

  it('denies setgroups where the user namespace around us does', () => {
    const denied = { setgroupsAllowed: false }
    expect(plan([range(0, 5)], [range(0, 5)], { ...rootHost, ...denied })).toMatchObject({
      maps: { setgroups: 'deny' },
    })
    const gid = [range(0, 1001), range(1, 200000, 10)]
    const helper = plan([range(0, 1000), range(1, 100000)], gid, { ...userHost, ...denied })
    expect(helper).toMatchObject({ kind: 'helper', setGroups: false })
  })

  it('lets a range span grants that adjoin', () => {
    const host: Host = {
      ...userHost,
      subIds: {
        uid: [
          { start: 150, count: 50 },
          { start: 100, count: 50 },
        ],
        gid: [{ start: 100, count: 100 }],
      },
    }
    expect(plan([range(0, 100, 100)], [range(0, 100, 100)], host).kind).toBe('helper')
    expect(() => plan([range(0, 100, 101)], [range(0, 100, 100)], host)).toThrow(/may not map/)
    expect(() => plan([range(0, 99, 2)], [range(0, 100, 100)], host)).toThrow(/may not map/)
  })

  it.each([
    ['somebody else’s id', [range(0, 1002)], [range(0, 1001)], userHost, /uid 1000 and gid 1001/],
    ['more than the own id', [range(0, 1000, 2)], [range(0, 1001)], userHost, /\/etc\/subuid/],
    ['beyond the grant', [range(0, 165535, 2)], [range(0, 200000)], userHost, /\/etc\/subuid/],
    [
      'ranges without the helpers',
      [range(0, 100000, 2)],
      [range(0, 200000)],
      (({ newuidmap: _, ...rest }) => rest)(userHost) as Host,
      /package uidmap/,
    ],
    [
      'ranges without a grant',
      [range(0, 100000, 2)],
      [range(0, 200000)],
      { ...userHost, subIds: { uid: [], gid: [] } },
      /add ranges to \/etc\/subuid and \/etc\/subgid/,
    ],
  ])('refuses %s and says what would do', (_, uid, gid, host, hint) => {
    const error = thrownBy(() => plan(uid, gid, host)) as ContainerError
    expect(error.code).toBe('ERR_UNSUPPORTED')
    expect(error.hint).toMatch(hint)
  })

  it.each([
    [[], [range(0, 1001)], '/linux/uidMappings'],
    [[range(0, 1000)], [], '/linux/gidMappings'],
  ])('refuses a namespace without mappings', (uid, gid, path) => {
    const error = thrownBy(() => plan(uid, gid, userHost)) as ContainerError
    expect(error.problems.map((problem) => problem.path)).toEqual([path])
  })
})
