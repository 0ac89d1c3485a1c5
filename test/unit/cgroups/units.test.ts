// A container's unit of systemd: its name and its cgroup.
import { describe, expect, it } from 'vitest'
import { isUnitPath, unitCgroup, unitOf, unitPathFault } from '../../../lib/cgroups/units.ts'

describe('isUnitPath', () => {
  it.each([
    ['machine.slice:libpod:web', true],
    ['::web', true],
    ['a:b:c:d', false],
    ['a:b', false],
    ['/a:b:c', false],
    ['a:b:c/d', false],
  ])('%s: %s', (path, is) => {
    expect(isUnitPath(path)).toBe(is)
  })
})

describe('unitPathFault', () => {
  it.each([
    ['machine.slice:libpod:web', undefined],
    ['-.slice::web', undefined],
    ['a-b-c.slice:p:web', undefined],
    ['machine.slice:libpod:', /must not be empty/],
    ['machine:libpod:web', /no name of a slice/],
    ['a--b.slice::web', /no name of a slice/],
    ['.slice::web', /no name of a slice/],
    ['machine.slice:p:web.slice', /a slice holds units/],
    [`machine.slice:p:${'w'.repeat(250)}`, /longer than/],
  ])('%s', (path, fault) => {
    if (fault === undefined) expect(unitPathFault(path)).toBeUndefined()
    else expect(unitPathFault(path)).toMatch(fault)
  })
})

describe('unitOf', () => {
  it.each([
    [undefined, 'system', 'libcontainer-web.scope', 'system.slice'],
    [undefined, 'user', 'libcontainer-web.scope', 'user.slice'],
    ['machine.slice:libpod:x', 'system', 'libpod-x.scope', 'machine.slice'],
    ['::x', 'user', 'x.scope', 'user.slice'],
    [':pod:a+b c', 'system', 'pod-a\\x2bb\\x20c.scope', 'system.slice'],
  ] as const)('%s of the %s manager', (path, manager, name, slice) => {
    expect(unitOf(path, manager, 'web')).toEqual({ manager, name, slice })
  })
})

describe('unitCgroup', () => {
  it.each([
    ['system.slice', '/', '/system.slice/x.scope'],
    ['-.slice', '/', '/x.scope'],
    ['a-b-c.slice', '/', '/a.slice/a-b.slice/a-b-c.slice/x.scope'],
    ['user.slice', '/user.slice/user@5.service', '/user.slice/user@5.service/user.slice/x.scope'],
  ])('%s below %s', (slice, manager, path) => {
    expect(unitCgroup({ manager: 'system', name: 'x.scope', slice }, manager)).toBe(path)
  })
})
