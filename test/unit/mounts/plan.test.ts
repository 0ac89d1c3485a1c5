// The document's mounts, and what is hidden or made read-only.
import { describe, expect, it } from 'vitest'
import type { Mount } from '../../../lib/config/types.ts'
import type { ContainerError } from '../../../lib/errors.ts'
import { type MountFacts, planHidden, planMounts, planRootSeal } from '../../../lib/mounts/plan.ts'
import { MS_SHARED, MS_SLAVE } from '../../../lib/plan/flags.ts'
import { rootConfig, thrownBy } from '../plan/fixtures.ts'

const facts: MountFacts = {
  bundle: '/bundle',
  cgroup: '/sys/fs/cgroup/web',
  ownCgroup: true,
  cgroupNamespace: true,
  foreignSysfs: false,
}

const withMounts = (...mounts: Mount[]) =>
  rootConfig((config) => {
    config.mounts = mounts
  })

const plan = (mount: Mount, changed: Partial<MountFacts> = {}) =>
  planMounts(withMounts(mount), { ...facts, ...changed })

describe('a new filesystem', () => {
  it('is mounted with its attributes, parameters and propagation', () => {
    const options = ['nosuid', 'size=1m', 'noswap', 'slave']
    expect(plan({ destination: '/x', type: 'tmpfs', source: 'mine', options })).toEqual({
      mapped: [],
      openShared: [],
      open: [],
      mount: [
        {
          op: 'mount',
          type: 'tmpfs',
          source: 'mine',
          target: '/x',
          data: ['size', '1m', 'noswap', ''],
          attributes: 0x2,
          propagation: MS_SLAVE,
          noSymlinks: false,
        },
      ],
      seal: [],
    })
  })

  it.each([
    ['proc', true],
    ['sysfs', true],
    ['tmpfs', false],
    ['mqueue', false],
  ])('%s refuses symbolic links in its target: %s', (type, noSymlinks) => {
    expect(plan({ destination: '/x', type }).mount[0]).toMatchObject({ noSymlinks })
  })

  it.each([
    ['/a//b/', '/a/b'],
    ['/a/./b/../c', '/a/c'],
  ])('goes to %s by its tidy name %s', (destination, target) => {
    expect(plan({ destination, type: 'tmpfs' }).mount[0]).toMatchObject({ target })
  })

  it.each([undefined, '', 'none'])('has no source when the document says %o', (source) => {
    const mount = { destination: '/x', type: 'tmpfs', ...(source === undefined ? {} : { source }) }
    expect(plan(mount).mount[0]).toMatchObject({ source: '' })
  })

  it('has no use for newinstance: devpts is always new', () => {
    const options = ['newinstance', 'ptmxmode=0666', 'newinstance', 'gid=5']
    const [mount] = plan({ destination: '/dev/pts', type: 'devpts', options }).mount
    expect(mount).toMatchObject({ data: ['ptmxmode', '0666', 'gid', '5'] })
  })

  it.each([
    ['ext4', ['ro', '']],
    ['squashfs', ['ro', '']],
    ['overlay', ['ro', '']],
    ['proc', []],
    ['sysfs', []],
    ['mqueue', []],
  ])('%s that is read-only tells its superblock %o', (type, data) => {
    expect(plan({ destination: '/x', type, options: ['ro'] }).mount[0]).toMatchObject({ attributes: 0x1, data })
  })

  it('tells the superblock nothing when a later word took ro back', () => {
    const [mount] = plan({ destination: '/x', type: 'ext4', options: ['ro', 'rw'] }).mount
    expect(mount).toMatchObject({ attributes: 0, data: [] })
  })

  it.each([
    ['a tmpfs', { destination: '/run/', type: 'tmpfs' }, '/run'],
    ['whatever is on /dev', { destination: '/dev/', type: 'devtmpfs' }, '/dev'],
  ])('%s is made read-only late, since more is made in it', (_, mount, path) => {
    const planned = plan({ ...mount, options: ['ro', 'nosuid'] })
    expect(planned.mount[0]).toMatchObject({ attributes: 0x2 })
    expect(planned.seal).toEqual([{ op: 'setMountAttributes', path, set: 0x1, clear: 0, recursive: false }])
    expect(plan({ ...mount, options: ['nosuid'] }).seal).toEqual([])
  })
})

describe('a bind mount', () => {
  it('is opened on the host and attached inside', () => {
    const options = ['bind', 'ro', 'exec', 'noatime', 'rslave']
    expect(plan({ destination: '/x/', source: '/src', options })).toEqual({
      mapped: [],
      openShared: [],
      open: [{ op: 'openTree', tree: 'mount0', path: '/src', recursive: false, directory: false }],
      mount: [
        {
          op: 'bindMount',
          tree: 'mount0',
          target: '/x',
          set: 0x1 | 0x10,
          clear: 0x8 | 0x70,
          recursive: false,
          propagation: MS_SLAVE | 0x4000,
        },
      ],
      seal: [],
    })
  })

  it.each([
    ['type bind', { type: 'bind' }, false],
    ['type rbind', { type: 'rbind' }, true],
    ['option bind', { options: ['bind'] }, false],
    ['option rbind', { options: ['rbind'] }, true],
    ['type bind, option rbind', { type: 'bind', options: ['rbind'] }, true],
    ['any type, option bind', { type: 'none', options: ['bind'] }, false],
    ['type rbind, option bind: the option is nearer', { type: 'rbind', options: ['bind'] }, false],
  ])('%s', (_, mount, recursive) => {
    expect(plan({ destination: '/x', source: '/src', ...mount }).open[0]).toMatchObject({ recursive })
  })

  it.each([
    ['/abs', '/abs'],
    ['rel', '/bundle/rel'],
    ['./rel/../other', '/bundle/other'],
    ['../beside', '/beside'],
  ])('from %s starts at the bundle when it is relative: %s', (source, path) => {
    expect(plan({ destination: '/x', source, options: ['bind'] }).open[0]).toMatchObject({ path })
  })

  it.each([
    ['', '/bundle'],
    ['rel', undefined],
  ])('from %o in bundle %s has no source', (source, bundle) => {
    const error = thrownBy(() => plan({ destination: '/x', source, type: 'bind' }, { bundle })) as ContainerError
    expect(error.code).toBe('ERR_INVALID_CONFIG')
    expect(error.problems[0]?.path).toBe('/mounts/0/source')
  })

  it.each(['shared', 'rshared'])('with %s is opened as a peer of the host’s mount', (word) => {
    const planned = plan({ destination: '/x', source: '/src', options: ['bind', word] })
    expect(planned.open).toEqual([])
    expect(planned.openShared).toHaveLength(1)
    expect(planned.mount[0]).toMatchObject({ propagation: MS_SHARED | (word === 'rshared' ? 0x4000 : 0) })
  })

  it.each(['async', 'nolazytime', 'nomand', 'silent', 'defaults'])('takes %s, which changes nothing', (word) => {
    const [mount] = plan({ destination: '/x', source: '/src', options: ['bind', word] }).mount
    expect(mount).toMatchObject({ set: 0, clear: 0, propagation: 0 })
  })

  it('is named after its place in the document', () => {
    const { open, mount } = planMounts(
      withMounts(
        { destination: '/a', type: 'tmpfs' },
        { destination: '/a/b', type: 'bind', source: '/1' },
        { destination: '/a/c', type: 'bind', source: '/2' },
      ),
      facts,
    )
    expect(open.map((op) => 'tree' in op && op.tree)).toEqual(['mount1', 'mount2'])
    expect(mount.map(({ op }) => op)).toEqual(['mount', 'bindMount', 'bindMount'])
  })
})

describe('a cgroup mount', () => {
  it.each(['cgroup', 'cgroup2'])('of type %s is cgroup2 in a cgroup namespace', (type) => {
    const planned = plan({ destination: '/sys/fs/cgroup', type, source: 'cgroup', options: ['ro', 'nosuid'] })
    expect(planned.open).toEqual([])
    expect(planned.mount[0]).toMatchObject({ op: 'mount', type: 'cgroup2', attributes: 0x3, data: [] })
  })

  it('shows only the own cgroup where there is no namespace to do so', () => {
    const options = ['ro', 'nosuid', 'relatime']
    const planned = plan({ destination: '/sys/fs/cgroup', type: 'cgroup', options }, { cgroupNamespace: false })
    expect(planned.open).toEqual([
      { op: 'openTree', tree: 'mount0', path: '/sys/fs/cgroup/web', recursive: false, directory: true },
    ])
    expect(planned.mount[0]).toMatchObject({ op: 'bindMount', target: '/sys/fs/cgroup', set: 0x3, clear: 0x70 })
  })

  it('shows for lack of its own that of who makes it, read-only whatever the options say', () => {
    const mount = { destination: '/sys/fs/cgroup', type: 'cgroup', options: ['rw', 'nosuid'] }
    const planned = plan(mount, { cgroupNamespace: false, ownCgroup: false })
    expect(planned.open[0]).toMatchObject({ op: 'openTree', path: '/sys/fs/cgroup/web' })
    expect(planned.mount[0]).toMatchObject({ op: 'bindMount', set: 0x3, clear: 0 })
  })

  it('is refused without namespace and without hierarchy', () => {
    const without = { cgroupNamespace: false, cgroup: null }
    const error = thrownBy(() => plan({ destination: '/c', type: 'cgroup' }, without)) as ContainerError
    expect(error.code).toBe('ERR_UNSUPPORTED')
    expect(error.hint).toMatch(/leave the mount out/)
  })
})

describe('recursive attributes', () => {
  const bind = (...options: string[]) =>
    plan({ destination: '/x', source: '/src', options: ['rbind', ...options] }).mount

  it('are set on the whole tree where nothing else is said', () => {
    expect(bind('rro', 'rnosuid')).toMatchObject([{ op: 'bindMount', set: 0x3, clear: 0, recursive: true }])
  })

  it('go first beside others, and win over them', () => {
    expect(bind('rro', 'rw', 'nodev')).toEqual([
      { op: 'setTreeAttributes', tree: 'mount0', set: 0x1, clear: 0 },
      expect.objectContaining({ op: 'bindMount', set: 0x4, clear: 0, recursive: false }),
    ])
  })

  it('of a new filesystem are its own', () => {
    const planned = plan({ destination: '/x', type: 'ext4', source: '/dev/sda', options: ['rro', 'nodev'] })
    expect(planned.mount).toMatchObject([{ op: 'mount', attributes: 0x5, data: ['ro', ''] }])
    expect(plan({ destination: '/x', type: 'tmpfs', options: ['rro'] }).seal).toHaveLength(1)
  })
})

describe('remount', () => {
  const remount = (...options: string[]) => plan({ destination: '/x', options: ['remount', ...options] })

  it('changes what is named, and keeps everything else', () => {
    const change = { op: 'setMountAttributes', path: '/x' }
    expect(remount('ro', 'rnoexec', 'size=1m').mount).toEqual([
      { ...change, set: 0x8, clear: 0, recursive: true },
      { ...change, set: 0x1, clear: 0, recursive: false },
      { op: 'reconfigure', path: '/x', data: ['size', '1m'] },
    ])
    expect(remount('bind').mount).toEqual([])
  })

  it('makes /dev read-only late, since more is made in it', () => {
    const planned = plan({ destination: '/dev', options: ['remount', 'ro', 'noexec'] })
    expect(planned.mount).toMatchObject([{ op: 'setMountAttributes', set: 0x8 }])
    expect(planned.seal).toMatchObject([{ path: '/dev', set: 0x1 }])
  })
})

describe('tmpcopyup', () => {
  it('fills a mount before it covers what it is filled with', () => {
    const planned = plan({ destination: '/etc', type: 'tmpfs', options: ['tmpcopyup', 'ro', 'nodev', 'size=1m'] })
    expect(planned.mount).toMatchObject([
      { op: 'createFilesystem', tree: 'mount0', type: 'tmpfs', data: ['size', '1m'], attributes: 0x4 },
      { op: 'copyUp', tree: 'mount0', path: '/etc', root: true },
      { op: 'bindMount', tree: 'mount0', target: '/etc', set: 0 },
    ])
    expect(planned.seal).toHaveLength(1)
  })

  it.each(['mode=700', 'uid=5', 'gid=5'])('leaves mode and owner alone with %s', (word) => {
    const { mount } = plan({ destination: '/etc', type: 'tmpfs', options: ['tmpcopyup', word] })
    expect(mount[1]).toMatchObject({ op: 'copyUp', root: false })
  })
})

describe('an id-mapped mount', () => {
  const ids = { uid: [{ containerID: 0, hostID: 5, size: 1 }], gid: [{ containerID: 0, hostID: 6, size: 1 }] }
  const own = { uidMappings: ids.uid, gidMappings: ids.gid }

  it.each([
    [[], false, MS_SLAVE],
    [['idmap'], false, MS_SLAVE],
    [['ridmap'], true, MS_SLAVE],
    [['ridmap', 'rshared'], true, 0],
  ] as const)('with %j comes from the host', (words, mapsRecursively, propagation) => {
    const planned = plan({ destination: '/x', source: '/src', options: ['rbind', ...words], ...own })
    expect(planned.open).toEqual([])
    expect(planned.mapped).toEqual([
      { tree: 'mount0', path: '/src', recursive: true, mapsRecursively, propagation, ids },
    ])
    expect(planned.mount).toMatchObject([{ op: 'bindMount', tree: 'mount0', target: '/x' }])
  })

  it('takes the mappings of the container, or the namespace that it joins', () => {
    const mount = { destination: '/x', source: '/src', options: ['bind', 'idmap'] }
    const idsIn = (change: Parameters<typeof rootConfig>[0]) => {
      const config = rootConfig((config) => {
        config.mounts = [mount]
        change?.(config)
      })
      return planMounts(config, facts).mapped[0]?.ids
    }
    const created = idsIn(({ linux }) => Object.assign(linux, own, { namespaces: [{ type: 'user' }] }))
    expect(created).toEqual(ids)
    const joined = idsIn(({ linux }) => Object.assign(linux, { namespaces: [{ type: 'user', path: '/u' }] }))
    expect(joined).toEqual({ namespace: 'ns:user' })
    expect((thrownBy(() => idsIn(() => {})) as ContainerError).code).toBe('ERR_INVALID_CONFIG')
  })
})

describe('sysfs', () => {
  it('of a network namespace that is not the container’s is the host’s, read-only throughout', () => {
    const mount = { destination: '/sys', type: 'sysfs', options: ['nosuid', 'rw'] }
    const planned = plan(mount, { foreignSysfs: true })
    expect(planned.open).toEqual([{ op: 'openTree', tree: 'mount0', path: '/sys', recursive: true, directory: true }])
    expect(planned.mount).toMatchObject([{ op: 'bindMount', target: '/sys', set: 0x3, recursive: true }])
  })
})

describe('read-only and masked paths', () => {
  const hidden = (readonlyPaths: string[], maskedPaths: string[]) =>
    planHidden(rootConfig(({ linux }) => Object.assign(linux, { readonlyPaths, maskedPaths })))

  it('come in this order, each once, by their tidy names', () => {
    const { hide } = hidden(
      ['/proc/sys', '/proc/bus/', '/proc//sys'],
      ['/proc/kcore', '/proc/./kcore', '/sys/firmware'],
    )
    expect(hide.map((op) => [op.op, 'path' in op && op.path])).toEqual([
      ['readonlyPath', '/proc/sys'],
      ['readonlyPath', '/proc/bus'],
      ['maskPath', '/proc/kcore'],
      ['maskPath', '/sys/firmware'],
    ])
  })

  it('are hidden behind the host’s null device, opened only when there is something to hide', () => {
    expect(hidden(['/proc/sys'], []).open).toEqual([])
    const { open, hide } = hidden([], ['/proc/kcore'])
    expect(open).toEqual([{ op: 'openTree', tree: 'null', path: '/dev/null', recursive: false, directory: false }])
    expect(hide).toEqual([{ op: 'maskPath', path: '/proc/kcore', null: 'null' }])
  })
})

describe('a read-only root', () => {
  it.each([
    [true, 1],
    [false, 0],
    [undefined, 0],
  ])('when readonly is %s: %i', (readonly, count) => {
    const config = rootConfig((config) => {
      config.root = { path: '/r', ...(readonly === undefined ? {} : { readonly }) }
    })
    expect(planRootSeal(config)).toHaveLength(count)
  })
})
