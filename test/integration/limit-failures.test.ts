// Failures at each step of placing and limiting a cgroup: named, and with nothing left behind.
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Resources } from '../../lib/config/types.ts'
import { Container, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()

/** A parent that the test makes, for containers to be put below. */
async function inParent(act: (parent: string, path: string) => Promise<void>): Promise<void> {
  const { cgroup2 } = await probeHost()
  const path = join(cgroup2?.own ?? '', `libcontainer-${bundle.marker}-parent`)
  const parent = join(cgroup2?.mountPoint ?? '', path)
  mkdirSync(parent)
  try {
    await act(parent, path)
  } finally {
    rmdirSync(parent)
  }
}

async function failureBelow(cgroupsPath: string, resources: Resources = {}): Promise<unknown> {
  const config = probeConfig(bundle, ['wait'])
  const placed = { ...config, linux: { ...config.linux, cgroupsPath, resources } }
  const attempt = Container.run(bundle.newId(), placed, { stateDir: bundle.stateDir, stdio: 'ignore' })
  return attempt.then(
    (container) => container.delete({ force: true }).then(() => expect.fail('nothing failed')),
    (failure: unknown) => failure,
  )
}

const below = (parent: string) => readdirSync(parent, { withFileTypes: true }).filter((each) => each.isDirectory())

describe.runIf(isRoot)('a container that cannot have its cgroup', () => {
  it('since there may be no more', async () => {
    await inParent(async (parent, path) => {
      writeFileSync(join(parent, 'cgroup.max.descendants'), '0')
      expect(await failureBelow(`${path}/inner`)).toMatchObject({ code: 'ERR_SYSTEM', errno: 'EAGAIN' })
      expect(below(parent)).toEqual([])
    })
  })

  it('since it is too deep, takes back the parents it has made', async () => {
    await inParent(async (parent, path) => {
      writeFileSync(join(parent, 'cgroup.max.depth'), '2')
      expect(await failureBelow(`${path}/a/b/c`)).toMatchObject({ code: 'ERR_SYSTEM', errno: 'EAGAIN' })
      expect(below(parent)).toEqual([])
    })
  })

  it('since it is there', async () => {
    await inParent(async (parent, path) => {
      const inner = join(parent, 'inner')
      mkdirSync(inner)
      expect(await failureBelow(`${path}/inner`)).toMatchObject({ code: 'ERR_EXISTS' })
      rmdirSync(inner)
    })
  })

  it('since processes may not be beside threads', async () => {
    await inParent(async (parent, path) => {
      const threaded = join(parent, 'threaded')
      mkdirSync(threaded)
      writeFileSync(join(threaded, 'cgroup.type'), 'threaded')
      const failure = await failureBelow(`${path}/inner`)
      expect(failure).toMatchObject({ syscall: 'clone3', errno: 'EOPNOTSUPP', hint: expect.stringMatching(/threaded/) })
      rmdirSync(threaded)
      expect(below(parent)).toEqual([])
    })
  })

  it('since the controllers of a limit cannot be passed on', async ({ skip }) => {
    const { cgroup2 } = await probeHost()
    if (!cgroup2?.controllers.includes('hugetlb')) skip('cgroup2 has no hugetlb controller here')
    // Below one that has a process: a container without limits.
    const outer = probeConfig(bundle, ['wait'])
    await using container = await Container.run(bundle.newId(), outer, { stateDir: bundle.stateDir, stdio: 'ignore' })
    const inside = join(cgroup2?.own ?? '', `libcontainer-${container.id}/inner`)
    const failure = await failureBelow(inside, { hugepageLimits: [{ pageSize: '2MB', limit: 0 }] })
    expect(failure).toMatchObject({ errno: 'EBUSY', hint: expect.stringMatching(/has processes of its own/) })
  })

  it.each([0, 1, 2])('since the kernel refuses limit %i of three', async (refused) => {
    await inParent(async (parent, path) => {
      const files = ['cgroup.max.depth', 'cgroup.max.descendants', 'cgroup.pressure']
      const unified = Object.fromEntries(files.map((file, index) => [file, index === refused ? 'many' : '0']))
      const failure = await failureBelow(`${path}/a/b`, { unified })
      expect(failure).toMatchObject({ code: 'ERR_SYSTEM', errno: 'EINVAL' })
      expect(String(failure)).toContain(files[refused])
      expect(below(parent)).toEqual([])
    })
  })
})
