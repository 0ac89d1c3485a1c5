// Namespaces of others, joined by path: verified from inside, in every combination that changes how they are joined.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Config, Namespace, NamespaceType } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'
import { HOST_STEPS } from '../../lib/runtime/create-options.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { probeExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { expectNothingLeft, snapshot } from '../support/leaks.ts'
import { inUserNamespace, linkOf, pathOf, runWaiting, seen, withNamespaces } from '../support/namespaces.ts'
import { probe, statusLine } from '../support/report.ts'

const bundle = useBundle()
const TIME: Namespace = { type: 'time' }

const at = (pid: number, ...types: NamespaceType[]): Namespace[] =>
  types.map((type) => ({ type, path: pathOf(pid, type) }))

/** What joins these; an ordinary user joins the user namespace as well, which gives the right. */
function joining(pid: number, args: string[], ...types: NamespaceType[]): Config {
  return withNamespaces(probeConfig(bundle, args), ...at(pid, ...(isRoot ? types : (['user', ...types] as const))))
}

const sharing = () => withNamespaces(probeConfig(bundle, ['wait']), TIME)

describe.each(['network', 'ipc', 'uts', 'pid', 'cgroup', 'time'] as const)('a %s namespace by path', (type) => {
  it('is joined, and no other', async () => {
    await using other = await runWaiting(bundle, sharing())
    const { pid } = other.process
    const { namespaces } = await probe(bundle, joining(pid, ['report'], type))
    expect(seen(namespaces, type)).toBe(linkOf(pid, type))
    for (const each of ['mount', 'network', 'ipc', 'uts', 'pid', 'cgroup'] as const) {
      if (each !== type) expect(seen(namespaces, each), each).not.toBe(linkOf(pid, each))
    }
    expect(seen(namespaces, 'user')).toBe(linkOf(pid, 'user'))
  })

  it('is joined by exec into who has joined it', async () => {
    await using other = await runWaiting(bundle, sharing())
    await using container = await runWaiting(bundle, joining(other.process.pid, ['wait'], type))
    const { namespaces } = await probeExec(container)
    for (const each of ['mount', 'network', 'ipc', 'uts', 'pid', 'cgroup', 'user', 'time'] as const) {
      expect(seen(namespaces, each), each).toBe(linkOf(container.process.pid, each))
    }
    expect(seen(namespaces, type)).toBe(linkOf(other.process.pid, type))
  })
})

describe('a pid namespace by path', () => {
  it('is that of the first process, which is not its first', async () => {
    await using other = await runWaiting(bundle)
    const report = await probe(bundle, joining(other.process.pid, ['report'], 'pid'))
    expect(report.pid).toBeGreaterThan(1)
    expect(report.proc).toContain('1')
    expect(statusLine(report, 'NSpid')?.split('\t')).toHaveLength(1)
  })

  it('is left as it was when the container goes', async () => {
    await using other = await runWaiting(bundle)
    const container = await runWaiting(bundle, joining(other.process.pid, ['wait'], 'pid'))
    expect(await container.status()).toBe('running')
    await container.kill()
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
    await container.delete()
    expect(await other.status()).toBe('running')
  })

  it('takes its containers along when its first process ends', async () => {
    await using other = await runWaiting(bundle)
    await using container = await runWaiting(bundle, joining(other.process.pid, ['wait'], 'pid'))
    await other.kill()
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL' })
  })
})

describe('a user namespace by path', () => {
  it('has its own ids, which the document need not say', async () => {
    await using other = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    const { pid } = other.process
    const config = withNamespaces(probeConfig(bundle, ['report']), ...at(pid, 'user'))
    const theirs = await probeExec(other)
    const report = await probe(bundle, config)
    expect(seen(report.namespaces, 'user')).toBe(linkOf(pid, 'user'))
    expect(report).toMatchObject({ uids: [0, 0, 0], gids: [0, 0, 0], uidMap: theirs.uidMap, gidMap: theirs.gidMap })
    for (const each of ['mount', 'network', 'ipc', 'uts', 'pid'] as const) {
      expect(seen(report.namespaces, each), each).not.toBe(linkOf(pid, each))
    }
    expect(report.loopbackUp).toBe(true)
    expect(report.hostname).toBe('probed')
  })

  it('may be said to have the ids it has, and no others', async () => {
    await using other = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    const config = withNamespaces(probeConfig(bundle, ['exit', '0']), ...at(other.process.pid, 'user'))
    const { uidMappings, gidMappings } = other.config.linux ?? {}
    const same = { ...config, linux: { ...config.linux, uidMappings, gidMappings } } as Config
    await using container = await runWaiting(bundle, same)
    expect((await container.wait()).exitCode).toBe(0)
    const others = [{ containerID: 0, hostID: 200_000, size: 1 }]
    const different: Config = { ...same, linux: { ...same.linux, uidMappings: others } }
    await expect(runWaiting(bundle, different)).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: [
        { path: '/linux/uidMappings', message: expect.stringMatching(/^must be those of the user namespace/) },
      ],
    })
  })

  it('decides which users there are', async () => {
    await using other = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    const config = withNamespaces(probeConfig(bundle, ['report']), ...at(other.process.pid, 'user'))
    const user = (uid: number): Config => ({
      ...config,
      process: { cwd: '/', ...config.process, user: { uid, gid: uid } },
    })
    await expect(probe(bundle, user(1000))).rejects.toMatchObject({
      problems: [{ path: '/process/user/uid' }, { path: '/process/user/gid' }],
    })
    if (isRoot) expect(await probe(bundle, user(999))).toMatchObject({ uids: [999, 999, 999], gids: [999, 999, 999] })
  })

  it('has an id-mapped mount take its ids', { skip: !isRoot }, async () => {
    await using other = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    const source = join(bundle.directory, 'mapped')
    mkdirSync(source, { recursive: true })
    writeFileSync(join(source, 'file'), '')
    const config = withNamespaces(probeConfig(bundle, ['report', '/data/file']), ...at(other.process.pid, 'user'))
    config.mounts?.push({ destination: '/data', source, options: ['bind', 'idmap'] })
    const { stats, writes } = await probe(bundle, config)
    expect(stats['/data/file']).toMatchObject({ uid: 0, gid: 0 })
    expect(writes['/data/file']).toBeNull()
  })

  it('is joined with all that belongs to it', async () => {
    const own = inUserNamespace(sharing())
    await using other = await runWaiting(bundle, own)
    const types = ['user', 'network', 'ipc', 'uts', 'pid', 'cgroup', 'time'] as const
    const config = withNamespaces(probeConfig(bundle, ['report']), ...at(other.process.pid, ...types))
    delete config.hostname
    const { namespaces, links, hostname } = await probe(bundle, config)
    for (const each of types) expect(seen(namespaces, each), each).toBe(linkOf(other.process.pid, each))
    expect(seen(namespaces, 'mount')).not.toBe(linkOf(other.process.pid, 'mount'))
    expect(links).toEqual(['lo'])
    expect(hostname).toBe('probed')
  })

  it.runIf(isRoot)('is joined beside what belongs to the host, and exec joins both', async () => {
    await using other = await runWaiting(bundle)
    await using user = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    const entries = [...at(other.process.pid, 'network', 'ipc'), ...at(user.process.pid, 'user')]
    const config = withNamespaces(probeConfig(bundle, ['wait']), ...entries)
    // Filesystems that show what belongs to another user namespace.
    config.mounts = (config.mounts ?? []).filter(({ destination }) => !/^\/(sys|dev\/mqueue)/.test(destination))
    await using container = await runWaiting(bundle, config)
    const { namespaces } = await probeExec(container)
    for (const type of ['network', 'ipc'] as const) expect(seen(namespaces, type)).toBe(linkOf(other.process.pid, type))
    expect(seen(namespaces, 'user')).toBe(linkOf(user.process.pid, 'user'))
  })

  it.runIf(isRoot)('may be new, and what the host gave be joined', async () => {
    await using other = await runWaiting(bundle)
    const { pid } = other.process
    const config = withNamespaces(inUserNamespace(probeConfig(bundle, ['report'])), ...at(pid, 'network', 'uts'))
    await expect(probe(bundle, config)).rejects.toMatchObject({
      op: 'setHostname',
      errno: 'EPERM',
      hint: expect.stringMatching(/leave it out/),
    })
    delete config.hostname
    const report = await probe(bundle, config)
    expect(seen(report.namespaces, 'network')).toBe(linkOf(pid, 'network'))
    expect(seen(report.namespaces, 'uts')).toBe(linkOf(pid, 'uts'))
    expect(seen(report.namespaces, 'user')).not.toBe(linkOf('self', 'user'))
    expect(report.uidMap.trim().split(/\s+/)).toEqual(['0', '100000', '1000'])
    expect(report).toMatchObject({ pid: 1, uids: [0, 0, 0] })
  })
})

/** What can be asked for in a mount namespace that is somebody else's. */
function inMounts(config: Config, root: string, ...entries: Namespace[]): Config {
  const { maskedPaths: _, readonlyPaths: __, ...linux } = config.linux ?? {}
  const bare: Config = { ...config, mounts: [], root: { path: root }, linux }
  return withNamespaces(bare, ...entries)
}

describe('a mount namespace by path', () => {
  // What is mounted there shows its pid and cgroup namespaces.
  const types: NamespaceType[] = [...(isRoot ? [] : (['user'] as const)), 'mount', 'pid', 'cgroup']

  it('has the root of whoever is there, and his mounts', async () => {
    await using other = await runWaiting(bundle)
    const { pid } = other.process
    await using container = await runWaiting(bundle, inMounts(probeConfig(bundle, ['wait']), '/', ...at(pid, ...types)))
    const [theirs, ours] = [await probeExec(other), await probeExec(container)]
    expect(seen(ours.namespaces, 'mount')).toBe(linkOf(pid, 'mount'))
    expect(ours.mountinfo).toBe(theirs.mountinfo)
    expect(ours.root).toEqual(theirs.root)
    expect(seen(ours.namespaces, 'uts')).not.toBe(linkOf(pid, 'uts'))
  })

  it('or a directory in it for a root', async () => {
    mkdirSync(join(bundle.rootfs, 'inner/bin'), { recursive: true })
    mkdirSync(join(bundle.rootfs, 'inner/proc'), { recursive: true })
    execFileSync('cp', [join(bundle.rootfs, 'bin/probe'), join(bundle.rootfs, 'inner/bin/probe')])
    await using other = await runWaiting(bundle)
    const before = (await probeExec(other)).mountinfo
    const config = inMounts(probeConfig(bundle, ['wait']), '/inner', ...at(other.process.pid, ...types))
    await using container = await runWaiting(bundle, config)
    const report = await probeExec(container)
    expect([...report.root].sort()).toEqual(['bin', 'proc'])
    expect((await probeExec(other)).mountinfo).toBe(before)
    await container.delete({ force: true })
    expect((await probeExec(other)).root).toContain('data')
    rmSync(join(bundle.rootfs, 'inner'), { recursive: true })
  })

  it('takes nothing that would be there for others too', async () => {
    await using other = await runWaiting(bundle)
    const config = withNamespaces(probeConfig(bundle, ['report']), ...at(other.process.pid, ...types))
    await expect(probe(bundle, config)).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: [
        { path: '/mounts', message: expect.stringMatching(/^needs a new mount namespace/) },
        { path: '/root/readonly' },
        { path: '/linux/maskedPaths' },
        { path: '/linux/readonlyPaths' },
      ],
    })
    const bare = inMounts(probeConfig(bundle, ['report']), '/', ...at(other.process.pid, ...types))
    const overlay = { rootfs: { overlay: { lower: [bundle.rootfs] } } }
    await expect(probe(bundle, bare, overlay)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
  })
})

describe('without a mount namespace', () => {
  it('the root is a directory of the host, and nothing is mounted', async () => {
    const config = inMounts(probeConfig(bundle, ['wait']), bundle.rootfs)
    const namespaces = config.linux?.namespaces?.filter(({ type }) => type !== 'mount' && type !== 'pid') ?? []
    await using container = await runWaiting(bundle, { ...config, linux: { ...config.linux, namespaces } })
    const report = await probeExec(container)
    expect(report.root).toContain('data')
    expect(report.root).not.toContain('home')
    expect(report.proc).toEqual([])
    const refused = runWaiting(bundle, { ...config, root: { path: '/' }, linux: { ...config.linux, namespaces } })
    await expect(refused).rejects.toMatchObject({ problems: [{ path: '/root/path' }] })
  })
})

describe('a path', () => {
  it.each([
    ['of a file that is no namespace', () => '/dev/null', /must be a network namespace, is another file: \/dev\/null/],
    ['of another namespace', () => '/proc/self/ns/uts', /must be a network namespace, is a uts namespace/],
    ['of a directory', () => bundle.directory, /is another file/],
  ])('%s is refused', async (_, path, message) => {
    const config = withNamespaces(probeConfig(bundle, ['exit', '0']), { type: 'network', path: path() })
    await expect(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: [
        { path: expect.stringMatching(/^\/linux\/namespaces\/\d\/path$/), message: expect.stringMatching(message) },
      ],
    })
  })

  it('that is not there is an error with what it may have been', async () => {
    const config = withNamespaces(probeConfig(bundle, ['exit', '0']), { type: 'network', path: '/proc/4194305/ns/net' })
    await expect(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      path: '/proc/4194305/ns/net',
      hint: expect.stringMatching(/still there/),
    })
  })

  it('of this process’s own namespace is as none: it is shared', async () => {
    const config = withNamespaces(probeConfig(bundle, ['report'], { network: 'host' }), {
      type: 'network',
      path: '/proc/self/ns/net',
    })
    expect(seen((await probe(bundle, config)).namespaces, 'network')).toBe(linkOf('self', 'network'))
    const sysctl = { 'net.ipv4.ip_forward': '1' }
    await expect(probe(bundle, { ...config, linux: { ...config.linux, sysctl } })).rejects.toMatchObject({
      problems: [
        { path: '/linux/sysctl/net.ipv4.ip_forward', message: expect.stringMatching(/it would change the host/) },
      ],
    })
    const name = withNamespaces(probeConfig(bundle, ['report']), { type: 'uts', path: '/proc/self/ns/uts' })
    await expect(probe(bundle, name)).rejects.toMatchObject({ problems: [{ path: '/hostname' }] })
  })

  it.skipIf(isRoot)(
    'of another namespace than those of the user namespace is refused to an ordinary user',
    async () => {
      await using other = await runWaiting(bundle)
      const config = withNamespaces(probeConfig(bundle, ['exit', '0']), ...at(other.process.pid, 'network'))
      await expect(runWaiting(bundle, config)).rejects.toMatchObject({
        code: 'ERR_UNSUPPORTED',
        hint: expect.stringMatching(/join the user namespace/),
      })
    },
  )
})

describe.each(['create', 'run'] as const)('%s of a container that joins', (operation) => {
  it('can fail at every step, and leaves nothing', { timeout: 120_000 }, async () => {
    await using other = await runWaiting(bundle, inUserNamespace(sharing()))
    const types = ['user', 'network', 'pid', 'time'] as const
    const config = withNamespaces(probeConfig(bundle, ['exit', '0']), ...at(other.process.pid, ...types))
    const before = snapshot(bundle)
    const steps: string[] = []
    const last = operation === 'run' ? 'exec' : 'waitStart'
    for (let failAt = 0; steps.at(-1) !== last; failAt++) {
      const id = bundle.newId()
      const error = await Container[operation](id, config, { stateDir: bundle.stateDir, failAt }).then(
        () => expect.fail('nothing failed'),
        (cause: unknown) => cause,
      )
      expect(error).toMatchObject({ code: 'ERR_SYSTEM', operation, id, step: failAt + 1 })
      steps.push((error as { op: string }).op)
      await expectNothingLeft(before, bundle)
    }
    expect(steps.slice(0, 7)).toEqual([...types.map(() => 'joinNamespace'), 'fork', 'unshare', 'setPropagation'])
  })

  it.each(HOST_STEPS)('is undone when the host fails at step %s', async (step) => {
    await using other = await runWaiting(bundle, inUserNamespace(sharing()))
    const before = snapshot(bundle)
    const config = withNamespaces(probeConfig(bundle, ['wait']), ...at(other.process.pid, 'user', 'pid'))
    const reason = new Error(`injected at ${step}`)
    const onStep = (name: string) => {
      if (name === step) throw reason
    }
    await expect(Container[operation](bundle.newId(), config, { stateDir: bundle.stateDir, onStep })).rejects.toBe(
      reason,
    )
    await expectNothingLeft(before, bundle)
  })
})
