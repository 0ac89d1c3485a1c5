// The SELinux label of mounts (linux.mountLabel).
import { expect, it } from 'vitest'
import { withMountLabel } from '../../../lib/mounts/label.ts'
import { planContainer } from '../../../lib/plan/plan.ts'
import { opsOf, options, overlayOptions, rootConfig, rootHost } from '../plan/fixtures.ts'

const mountLabel = 'system_u:object_r:container_file_t:s0'
const labelled = (change?: Parameters<typeof rootConfig>[0], given = options) => {
  const config = rootConfig((config) => {
    config.linux.mountLabel = mountLabel
    change?.(config)
  })
  return planContainer(config, rootHost, given)
}

it('is the context of each new filesystem that has files of the container’s own', () => {
  const byTarget = Object.fromEntries(opsOf(labelled(), 'mount').map(({ target, data }) => [target, data]))
  for (const target of ['/dev', '/dev/pts', '/dev/shm']) {
    expect(byTarget[target]?.slice(-2), target).toEqual(['context', mountLabel])
  }
  for (const target of ['/proc', '/sys', '/dev/mqueue', '/sys/fs/cgroup']) {
    expect(byTarget[target], target).not.toContain('context')
  }
})

it('is that of an overlay’s root too', () => {
  const overlay = opsOf(labelled(undefined, overlayOptions), 'createFilesystem').find(({ type }) => type === 'overlay')
  expect(overlay?.data.slice(-2)).toEqual(['context', mountLabel])
})

it('yields to a context among the options of a mount', () => {
  const plan = labelled(({ mounts }) => {
    mounts.push({ destination: '/x', type: 'tmpfs', source: 'tmpfs', options: ['rootcontext=a:b:c'] })
  })
  expect(opsOf(plan, 'mount').find(({ target }) => target === '/x')?.data).toEqual(['rootcontext', 'a:b:c'])
})

it('changes nothing where there is none', () => {
  const { ops } = planContainer(rootConfig(), rootHost, options)
  expect(withMountLabel(ops, undefined)).toBe(ops)
  expect(withMountLabel(ops, '')).toBe(ops)
})
