// The operations that make a tree the root: attachRoot, pivotRoot, and overlays composed of other operations.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { EBADF, EINVAL, ENOTDIR } from './kernel.ts'
import { mountAt, parseMountinfo } from './mountinfo.ts'
import {
  container,
  createFilesystem,
  emptyRoot,
  enterAndRun,
  hostPrograms,
  makeDirectory,
  makePrivate,
  openTree,
  pivotRoot,
} from './plan-parts.ts'
import { failureIn, outputOf, privileges } from './run-plan.ts'

describe.each(privileges)('as %s', (privilege) => {
  test('the new root is all there is: no mount, no way up, no working directory of the host', async () => {
    const script = 'cat /proc/self/mountinfo; echo; pwd; ls -d /.. /../..; stat -c %i / /.. .'
    const output = await outputOf(container([], script), { privilege })
    const [mountinfo = '', rest = ''] = output.split('\n\n')
    const mounts = parseMountinfo(mountinfo)
    const points = mounts.map(({ point }) => point)
    expect(mounts[0]).toMatchObject({ point: '/', type: 'tmpfs', source: 'root' })
    const allowed = /^\/$|^\/(bin|sbin|usr|lib|lib64|proc)(\/|$)/
    expect(points.filter((point) => !allowed.test(point))).toEqual([])
    const [directory, , , ...inodes] = rest.split('\n')
    expect(directory).toBe('/')
    expect(new Set(inodes).size).toBe(1)
  })

  test('a bound directory becomes the root with everything below it', async () => {
    const ops = [
      makePrivate,
      openTree({ tree: 'root', path: '/', recursive: true, directory: true }),
      { op: 'attachRoot', tree: 'root', onto: '' } as const,
      ...enterAndRun('cat /proc/self/mountinfo | wc -l; test -d /proc/1 && echo proc'),
    ]
    const output = await outputOf(ops, { privilege })
    expect(output).toContain('proc')
  })

  test('roots stack: a second one on top leaves nothing of the first', async () => {
    const ops = [
      ...emptyRoot,
      createFilesystem({ tree: 'root2', source: 'second', data: ['mode', '755'] }),
      { op: 'attachRoot', tree: 'root2', onto: '' } as const,
      ...hostPrograms,
      { op: 'pivotRoot', root: 'root2' } as const,
      ...enterAndRun('cat /proc/self/mountinfo').slice(1),
    ]
    const mounts = parseMountinfo(await outputOf(ops, { privilege }))
    expect(mountAt(mounts, '/')).toMatchObject({ type: 'tmpfs', source: 'second' })
    expect(mounts.filter(({ point }) => point === '/')).toHaveLength(1)
    expect(mounts.filter(({ source }) => source === 'root')).toEqual([])
  })

  test('an overlay is composed of scratch tmpfs, directories and a filesystem that names them relatively', async () => {
    const ops = overlayOn(privilege === 'root' ? '/' : '/usr')
    const script = 'test -d /bin && touch /made && ls /made; cat /proc/self/mountinfo'
    const output = await outputOf([...ops, ...hostPrograms.slice(-1), ...enterAndRun(script)], { privilege })
    expect(output).toMatch(/^\/made$/m)
    expect(output).toMatch(/ \/ \/ rw\S* - overlay .*upperdir=upper,workdir=work/)
    expect(output).not.toContain('scratch')
  })

  test.runIf(privilege === 'user namespace')(
    'a user namespace cannot uncover what the host has mounted over',
    async () => {
      // The kernel clones the lower layer's mount alone; the mounts below it would no longer cover anything.
      const failure = await failureIn(overlayOn('/'), { privilege })
      expect(failure).toMatchObject({ op: 'createFilesystem', syscall: 'fsconfig', errno: EINVAL })
    },
  )

  test('what happens in the new root stays out of the host', async () => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8')
    await outputOf(container([], 'true'), { privilege })
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before)
  })

  test('pivotRoot takes only the root attached last', async () => {
    const ops = [...emptyRoot, createFilesystem({ tree: 'other' }), { op: 'pivotRoot', root: 'other' } as const]
    expect(await failureIn(ops, { privilege })).toMatchObject({ op: 'pivotRoot', errno: EINVAL })
  })

  test('attachRoot and pivotRoot need a descriptor in their slot', async () => {
    expect(await failureIn([{ op: 'attachRoot', tree: 'nothing', onto: '' }], { privilege })).toMatchObject({
      op: 'attachRoot',
      errno: EBADF,
      detail: 'the slot holds no descriptor',
    })
    expect(await failureIn([pivotRoot], { privilege })).toMatchObject({ op: 'pivotRoot', errno: EBADF })
  })

  test('a file cannot be the root', async () => {
    const ops = [
      makePrivate,
      openTree({ tree: 'root', path: '/dev/null' }),
      { op: 'attachRoot', tree: 'root', onto: '' } as const,
    ]
    const failure = await failureIn(ops, { privilege })
    expect(failure).toMatchObject({ op: 'attachRoot', syscall: 'move_mount' })
    expect([EINVAL, ENOTDIR]).toContain(failure.errno)
  })
})

function overlayOn(lower: string): Op[] {
  return [
    makePrivate,
    createFilesystem({ tree: 'scratch', source: 'scratch', data: ['mode', '755'] }),
    { op: 'attachRoot', tree: 'scratch', onto: '' },
    makeDirectory('/upper', 0o755, 'scratch'),
    makeDirectory('/work', 0o755, 'scratch'),
    createFilesystem({
      tree: 'root',
      type: 'overlay',
      source: 'overlay',
      data: ['lowerdir', lower, 'upperdir', 'upper', 'workdir', 'work'],
      directory: 'scratch',
    }),
    { op: 'attachRoot', tree: 'root', onto: '' },
  ]
}
