// explain() needs no right at all, and says what create would do.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Config, explain, isContainerError, probeHost } from '../../lib/index.ts'
import { decide } from '../../lib/runtime/decide.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()

describe('explain', () => {
  it.skipIf(isRoot)('is asked here by somebody without any right', () => {
    expect(/^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]).toBe('0000000000000000')
  })

  it('reads a bundle', async () => {
    writeFileSync(
      join(bundle.directory, 'config.json'),
      JSON.stringify({ ...probeConfig(bundle, ['x']), root: { path: 'rootfs' } }),
    )
    const text = await explain(await Config.load(bundle.directory), { bundle: bundle.directory })
    expect(text).toMatch(`openTree            ${bundle.rootfs}`)
    expect(text).toMatch(/exec +probe x/)
  })

  it('numbers every operation of the plan that create carries out', async () => {
    const config = probeConfig(bundle, ['exit', '0'])
    const question = { id: 'web', document: config, host: await probeHost(), bundle: '/', rootfs: undefined }
    const { plan } = decide({
      ...question,
      gate: true,
      newKeyring: undefined,
      failAt: undefined,
      init: false,
      hostHooks: false,
    })
    const lines = (await explain(config, { id: 'web', bundle: '/' })).split('\n')
    expect(lines[0]).toMatch(/^plan +web /)
    const numbered = lines.flatMap((line) => /^ *(\d+) (\w+)/.exec(line)?.slice(1, 3).join(' ') ?? [])
    expect(numbered).toEqual(plan.ops.map(({ op }, index) => `${index + 1} ${op}`))
  })

  it('has no effect', async () => {
    const config = probeConfig(bundle, ['exit', '0'])
    const before = readdirSync(bundle.directory, { recursive: true }).sort()
    await explain(config, { rootfs: { overlay: { lower: ['/no/such/layer'] } } })
    expect(readdirSync(bundle.directory, { recursive: true }).sort()).toEqual(before)
  })

  it('refuses what create refuses', async () => {
    const config = Config.template({ args: [] })
    const error = await explain(config).catch((cause: unknown) => cause)
    expect(isContainerError(error) && [error.code, ...error.problems.map(({ path }) => path)]).toEqual([
      'ERR_INVALID_CONFIG',
      '/process/args',
    ])
    await expect(explain(Config.template(), { id: '../x' })).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
  })

  it('speaks of another machine when it is given one', async () => {
    const host = { ...(await probeHost()), cgroup2: null }
    const { mounts = [], ...config } = probeConfig(bundle, ['exit', '0'])
    const without = { ...config, mounts: mounts.filter(({ type }) => type !== 'cgroup') }
    const text = await explain(without, { host })
    expect(text).toMatch('none: this machine has no cgroup2')
    expect(text).not.toMatch(/into +fd:cgroup/)
  })
})
