// What a container reserves before its first process exists: made by several at once, or by one that fails on the way.
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { probeHost } from '../../lib/host.ts'
import { Container } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
const { cgroup2 } = await probeHost()
const mountPoint = cgroup2?.mountPoint ?? ''

function inCgroup(cgroupsPath: string, args: readonly string[]): Config {
  const config = probeConfig(bundle, args)
  return { ...config, linux: { ...config.linux, cgroupsPath } }
}

const create = (config: Config) =>
  Container.create(bundle.newId(), config, { stateDir: bundle.stateDir, stdio: 'ignore' })

describe.runIf(isRoot && cgroup2?.writable)('cgroups', () => {
  it('two containers make the same parents at once', async () => {
    for (let round = 0; round < 5; round++) {
      const top = `/${bundle.marker}-shared${round}`
      const names = ['a', 'b', 'c', 'd']
      const all = await Promise.all(names.map((name) => create(inCgroup(`${top}/middle/${name}`, ['wait']))))
      expect(readdirSync(join(mountPoint, top, 'middle'))).toEqual(expect.arrayContaining(names))
      await Promise.all(all.map((each) => each.delete({ force: true })))
      // Whose they are is not always whose deletion comes last.
      for (const parent of [`${top}/middle`, top]) {
        if (existsSync(join(mountPoint, parent))) rmdirSync(join(mountPoint, parent))
      }
    }
  })

  it('the parents go again when the cgroup itself cannot be made', async () => {
    const full = join(mountPoint, `${bundle.marker}-full`)
    mkdirSync(full)
    writeFileSync(join(full, 'cgroup.max.descendants'), '1')
    const path = `/${bundle.marker}-full/parent/own`
    await expect(create(inCgroup(path, ['wait']))).rejects.toMatchObject({ code: 'ERR_SYSTEM', path: path })
    expect(existsSync(join(full, 'parent'))).toBe(false)
    rmdirSync(full)
  })

  it('what a program has started by the time its start is undone is ended with it', async () => {
    const config = probeConfig(bundle, ['tree'])
    const namespaces = config.linux?.namespaces?.filter(({ type }) => type !== 'pid') ?? []
    const mounts = config.mounts?.filter(({ type }) => type !== 'proc') ?? []
    const failing = Container.run(
      bundle.newId(),
      { ...config, mounts, linux: { namespaces } },
      {
        stateDir: bundle.stateDir,
        stdio: 'ignore',
        onStep(step) {
          if (step !== 'settle') return
          // Long enough for it to have forked.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
          throw new Error('told to fail')
        },
      },
    )
    await expect(failing).rejects.toThrow(/^told to fail$/)
  })
})
