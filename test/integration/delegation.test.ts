// A container that owns its cgroup: it divides it, and more processes find their way into the parts.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Config, Mount } from '../../lib/config/types.ts'
import { Container, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
const options = () => ({ stateDir: bundle.stateDir, stdio: 'ignore' as const })
const run = (config: Config) => Container.run(bundle.newId(), config, options())

async function directoryOf(id: string): Promise<string> {
  const { cgroup2 } = await probeHost()
  return join(cgroup2?.mountPoint ?? '', cgroup2?.own ?? '', `libcontainer-${id}`)
}

const membership = (pid: number) => /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'latin1'))?.[1] ?? ''

/** With a user namespace, and its cgroup mounted for writing. */
function divided(args: readonly string[], mountOptions: readonly string[] = ['nosuid', 'noexec', 'nodev']): Config {
  const config = probeConfig(bundle, args)
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
  const mount: Mount = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...mountOptions] }
  const others = (config.mounts ?? []).filter(({ destination }) => destination !== '/sys/fs/cgroup')
  return {
    ...config,
    mounts: [...others, mount],
    linux: {
      ...config.linux,
      namespaces: [...(config.linux?.namespaces ?? []), { type: 'user' }],
      uidMappings: map,
      gidMappings: map,
    },
  }
}

describe.runIf(isRoot)('a container that mounts its cgroup for writing', () => {
  it('owns what the kernel says is to be given away, and no limit', async () => {
    await using container = await run(divided(['wait']))
    const directory = await directoryOf(container.id)
    const given = readFileSync('/sys/kernel/cgroup/delegate', 'latin1').split('\n').filter(Boolean)
    const there = given.filter((file) => existsSync(join(directory, file)))
    expect(there).toContain('cgroup.procs')
    for (const file of ['.', ...there]) expect(statSync(join(directory, file)).uid, file).toBe(100_000)
    for (const file of ['cgroup.freeze', 'cgroup.max.depth']) expect(statSync(join(directory, file)).uid, file).toBe(0)
  })

  it('owns nothing when it is mounted read-only', async () => {
    await using container = await run(divided(['wait'], ['ro']))
    expect(statSync(await directoryOf(container.id)).uid).toBe(0)
  })
})

describe.runIf(isRoot)('one more process', () => {
  it('runs in a cgroup below the container’s when it is told to', async () => {
    await using container = await run(probeConfig(bundle, ['wait']))
    const directory = await directoryOf(container.id)
    mkdirSync(join(directory, 'workers'))
    const worker = await container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore', cgroup: 'workers' })
    expect(membership(worker.pid)).toBe(`${membership(container.process.pid)}/workers`)
    for (const cgroup of ['', '..', '/workers', 'workers/../..', 'workers/'])
      await expect(container.exec({ args: ['probe', 'wait'] }, { cgroup })).rejects.toMatchObject({
        code: 'ERR_INVALID_CONFIG',
      })
    const nowhere = container.exec({ args: ['probe', 'wait'] }, { cgroup: 'nowhere' })
    await expect(nowhere).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', operation: 'exec' })
  })

  it('follows the container into a part of its cgroup when it is divided', async ({ skip }) => {
    const { cgroup2 } = await probeHost()
    if (!cgroup2?.passedOn.includes('hugetlb')) skip('this process’s cgroup passes no controller on')
    await using container = await run(probeConfig(bundle, ['wait']))
    const directory = await directoryOf(container.id)
    mkdirSync(join(directory, 'init'))
    writeFileSync(join(directory, 'init/cgroup.procs'), String(container.process.pid))
    writeFileSync(join(directory, 'cgroup.subtree_control'), '+hugetlb')
    const worker = await container.exec({ args: ['probe', 'wait'] }, { stdio: 'ignore' })
    expect(membership(worker.pid)).toBe(membership(container.process.pid))
    expect(membership(worker.pid)).toMatch(/\/init$/)
  })
})
