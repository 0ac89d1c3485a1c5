// What becomes the root, and how mount events spread from it.
import { describe, expect, it } from 'vitest'
import type { ContainerError } from '../../../lib/errors.ts'
import type { Host } from '../../../lib/host.ts'
import { planIsolation, planRootfs, planRootPropagation } from '../../../lib/mounts/rootfs.ts'
import { MS_PRIVATE, MS_SHARED, MS_SLAVE, MS_UNBINDABLE } from '../../../lib/plan/flags.ts'
import { opsOf, rootConfig, rootHost, thrownBy } from '../plan/fixtures.ts'

const kernel = (major: number, minor: number): Host => ({
  ...rootHost,
  kernel: { release: `${major}.${minor}`, major, minor },
})

describe('a directory', () => {
  it('is cloned with all mounts below it, and must not be a link', () => {
    expect(planRootfs({ directory: '/r' }, rootHost, false)).toEqual({
      open: [{ op: 'openTree', tree: 'rootfs', path: '/r', recursive: true, directory: true }],
      attach: [{ op: 'attachRoot', tree: 'rootfs', onto: '' }],
    })
  })
})

describe('an overlay', () => {
  const overlay = (host: Host, lower: string[], userNamespace = false) =>
    opsOf(planRootfs({ overlay: { lower } }, host, userNamespace).attach, 'createFilesystem').at(-1)

  it('writes to memory unless it has an upper layer', () => {
    expect(planRootfs({ overlay: { lower: ['/b', '/a'], size: 1 << 20 } }, rootHost, false)).toEqual({
      open: [],
      attach: [
        {
          op: 'createFilesystem',
          tree: 'scratch',
          type: 'tmpfs',
          source: '',
          data: ['mode', '755', 'size', '1048576', 'nr_inodes', '1280'],
          attributes: 0,
          directory: '',
        },
        { op: 'attachRoot', tree: 'scratch', onto: '' },
        { op: 'makeDirectory', base: 'scratch', path: 'upper', mode: 0o755 },
        { op: 'makeDirectory', base: 'scratch', path: 'work', mode: 0o755 },
        {
          op: 'createFilesystem',
          tree: 'rootfs',
          type: 'overlay',
          source: 'overlay',
          data: ['lowerdir', '/b:/a', 'upperdir', 'upper', 'workdir', 'work'],
          attributes: 0,
          directory: 'scratch',
        },
        { op: 'attachRoot', tree: 'rootfs', onto: '' },
      ],
    })
  })

  it('writes to the upper layer it has', () => {
    const rootfs = { overlay: { lower: ['/a'], upper: '/u', work: '/w' } }
    expect(planRootfs(rootfs, rootHost, false)).toMatchObject({
      open: [],
      attach: [
        { op: 'createFilesystem', data: ['lowerdir', '/a', 'upperdir', '/u', 'workdir', '/w'], directory: '' },
        { op: 'attachRoot', tree: 'rootfs', onto: '' },
      ],
    })
  })

  it.each([
    ['a new user namespace', rootHost, true, true],
    ['a user namespace around us', { ...rootHost, inUserNamespace: true }, false, true],
    ['neither', rootHost, false, false],
  ])('in %s keeps its notes in user attributes: %s', (_, host, userNamespace, has) => {
    expect(overlay(host, ['/a'], userNamespace)?.data.includes('userxattr')).toBe(has)
  })

  it('escapes what separates layers', () => {
    expect(overlay(rootHost, ['/a:b', '/c\\d'])?.data.slice(0, 2)).toEqual(['lowerdir', '/a\\:b:/c\\\\d'])
  })

  it('passes layers one by one when together they are too long for fsconfig(2)', () => {
    const lower = Array.from({ length: 10 }, (_, i) => `/${`${i}:`.padEnd(40, 'x')}`)
    expect(overlay(rootHost, lower)?.data.slice(0, 20)).toEqual(lower.flatMap((path) => ['lowerdir+', path]))
    expect(overlay(kernel(6, 7), lower)?.data[0]).toBe('lowerdir+')
    expect(overlay(kernel(7, 0), lower)?.data[0]).toBe('lowerdir+')
    const error = thrownBy(() => overlay(kernel(6, 6), lower)) as ContainerError
    expect(error.code).toBe('ERR_UNSUPPORTED')
    expect(error.hint).toMatch(/6\.7 \(this is 6\.6\)/)
  })

  it('takes paths of 255 bytes, and no more', () => {
    const path = (bytes: number) => `/${'é'.repeat((bytes - 2) / 2)}x`
    const upper = (bytes: number) =>
      planRootfs({ overlay: { lower: ['/a'], upper: path(bytes - 1), work: '/w' } }, rootHost, false)
    expect(overlay(rootHost, [`${path(254)}y`])?.data[0]).toBe('lowerdir')
    expect(() => overlay(rootHost, [path(256)])).toThrow(/too long/)
    expect(() => upper(255)).not.toThrow()
    expect(() => upper(257)).toThrow(/upperdir is too long/)
  })
})

describe('propagation', () => {
  const config = (
    rootfsPropagation?:
      | 'private'
      | 'shared'
      | 'slave'
      | 'unbindable'
      | 'rprivate'
      | 'rshared'
      | 'rslave'
      | 'runbindable',
  ) =>
    rootConfig(({ linux }) => {
      if (rootfsPropagation !== undefined) linux.rootfsPropagation = rootfsPropagation
    })

  it.each([
    [undefined, MS_SLAVE, undefined],
    ['private', MS_PRIVATE, undefined],
    ['rprivate', MS_PRIVATE, undefined],
    ['slave', MS_SLAVE, [MS_SLAVE, false]],
    ['rslave', MS_SLAVE, [MS_SLAVE, true]],
    ['shared', MS_SLAVE, [MS_SHARED, false]],
    ['rshared', MS_SLAVE, [MS_SHARED, true]],
    ['unbindable', MS_SLAVE, [MS_UNBINDABLE, false]],
    ['runbindable', MS_SLAVE, [MS_UNBINDABLE, true]],
  ] as const)('%s never leaves the root a peer of the host', (word, first, later) => {
    expect(planIsolation(config(word))).toEqual({
      op: 'setPropagation',
      path: '/',
      propagation: first,
      recursive: true,
    })
    expect(planRootPropagation(config(word))).toEqual(
      later === undefined ? [] : [{ op: 'setPropagation', path: '/', propagation: later[0], recursive: later[1] }],
    )
  })
})

describe('memory', () => {
  it('has what is named, and no more files than fit', () => {
    const rootfs = { tmpfs: { size: 8192, directories: { '/tmp': 0o1777 }, links: { '/bin': 'usr/bin' } } }
    const { open, attach } = planRootfs(rootfs, rootHost, true)
    expect(open).toEqual([])
    expect(attach).toMatchObject([
      { op: 'createFilesystem', type: 'tmpfs', data: ['mode', '755', 'size', '8192', 'nr_inodes', '1026'] },
      { op: 'attachRoot', tree: 'rootfs' },
      { op: 'makeDirectory', base: 'rootfs', path: '/tmp', mode: 0o1777 },
      { op: 'makeSymlink', path: '/bin', target: 'usr/bin' },
    ])
  })

  it('is filled from a directory, which is the root for as long as that takes', () => {
    const { open, attach } = planRootfs({ tmpfs: { copy: '/stage' } }, rootHost, true)
    expect(open).toEqual([{ op: 'openTree', tree: 'template', path: '/stage', recursive: false, directory: true }])
    expect(attach.map(({ op }) => op)).toEqual(['attachRoot', 'createFilesystem', 'copyUp', 'attachRoot'])
  })
})
