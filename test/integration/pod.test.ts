// Containers that share namespaces: namespacesOf.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { native } from '../../lib/addon.ts'
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { isMarkedTraced } from '../../lib/runtime/tracing.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { probeExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { inUserNamespace, linkOf, runWaiting, seen, withNamespaces } from '../support/namespaces.ts'
import { probe, statusLine } from '../support/report.ts'

const bundle = useBundle()

/** A container that does not name itself takes its pod's name. */
function member(args: string[]): Config {
  const { hostname: _, ...config } = probeConfig(bundle, args)
  return config
}

const USUAL = ['network', 'ipc', 'uts'] as const

describe.each([
  ['as whoever runs this makes them', (config: Config) => config],
  ['in a user namespace', inUserNamespace],
])('containers %s', (_, make) => {
  it('share network, ipc and uts, and are else on their own', async () => {
    await using pod = await runWaiting(bundle, make(probeConfig(bundle, ['wait'], { hostname: 'pod' })))
    const report = await probe(bundle, member(['report']), { namespacesOf: pod.id })
    const { pid } = pod.process
    for (const type of [...USUAL, 'user'] as const) expect(seen(report.namespaces, type), type).toBe(linkOf(pid, type))
    for (const type of ['mount', 'pid', 'cgroup'] as const) {
      expect(seen(report.namespaces, type), type).not.toBe(linkOf(pid, type))
    }
    expect(report).toMatchObject({ hostname: 'pod', pid: 1, uids: [0, 0, 0], loopbackUp: true })
    expect(report.uidMap).toBe(readFileSync(`/proc/${pid}/uid_map`, 'latin1'))
  })

  it('see each other’s processes where they share pid', async () => {
    await using pod = await runWaiting(bundle, make(probeConfig(bundle, ['wait'])))
    const options: CreateOptions = { namespacesOf: { container: pod.id, types: ['pid'] } }
    await using container = await runWaiting(bundle, member(['wait']), options)
    const report = await probeExec(container)
    expect(seen(report.namespaces, 'pid')).toBe(linkOf(pod.process.pid, 'pid'))
    expect(seen(report.namespaces, 'network')).not.toBe(linkOf(pod.process.pid, 'network'))
    const inside =
      readFileSync(`/proc/${container.process.pid}/status`, 'latin1').match(/^NSpid:.*\t(\d+)$/m)?.[1] ?? ''
    expect(report.proc).toEqual(expect.arrayContaining(['1', inside]))
    // An ordinary user’s is told from its neighbours by nothing but a cgroup, which he may not have.
    if (isRoot) expect(await container.ps()).toHaveLength(1)
  })

  it('of which the first has a pid namespace of its own, until it shares that', async () => {
    await using pod = await runWaiting(bundle, make(probeConfig(bundle, ['wait'])))
    await using alone = await runWaiting(bundle, make(probeConfig(bundle, ['wait'])))
    const at = (id: string) => ({ id, stateDir: bundle.stateDir })
    await using _network = await runWaiting(bundle, member(['wait']), { namespacesOf: pod.id })
    expect(isMarkedTraced(at(pod.id))).toBe(false)
    await using _pids = await runWaiting(bundle, member(['wait']), {
      namespacesOf: { container: pod.id, types: ['pid'] },
    })
    expect(isMarkedTraced(at(pod.id))).toBe(true)
    expect(isMarkedTraced(at(alone.id))).toBe(false)
    // Whoever is executed there appears inside when it has nothing of this program any more.
    const report = await probeExec(pod)
    expect(seen(report.namespaces, 'pid')).toBe(linkOf(pod.process.pid, 'pid'))
  })

  it('share clocks', async () => {
    const config = withNamespaces(probeConfig(bundle, ['wait']), { type: 'time' })
    config.linux = { ...config.linux, timeOffsets: { boottime: { secs: 4_000_000_000 } } }
    await using pod = await runWaiting(bundle, make(config))
    const options: CreateOptions = { namespacesOf: { container: pod.id, types: ['time'] } }
    const report = await probe(bundle, member(['report']), options)
    expect(seen(report.namespaces, 'time')).toBe(linkOf(pod.process.pid, 'time'))
    expect(report.clocks.boottime).toBeGreaterThan(4_000_000_000)
  })

  it('are loaded, executed in and deleted like any other', async () => {
    await using pod = await runWaiting(bundle, make(probeConfig(bundle, ['wait'], { hostname: 'pod' })))
    const container = await runWaiting(bundle, member(['wait']), { namespacesOf: pod.id })
    const loaded = await Container.load(container.id, { stateDir: bundle.stateDir })
    const report = await probeExec(loaded)
    for (const type of USUAL) expect(seen(report.namespaces, type), type).toBe(linkOf(pod.process.pid, type))
    expect(report).toMatchObject({ hostname: 'pod', uids: [0, 0, 0] })
    await container.delete({ force: true })
    expect(await pod.status()).toBe('running')
  })

  it('outlive the one they share with, but for its pid namespace', async () => {
    const pod = await runWaiting(bundle, make(probeConfig(bundle, ['wait'], { hostname: 'pod' })))
    await using container = await runWaiting(bundle, member(['wait']), { namespacesOf: pod.id })
    await pod.delete({ force: true })
    expect(await probeExec(container)).toMatchObject({ hostname: 'pod', loopbackUp: true })
  })
})

describe('namespacesOf', () => {
  it('takes a pidfd of any process', async () => {
    await using pod = await runWaiting(bundle)
    const pidfd = native().pidfdOpen(pod.process.pid)
    const attempt = probe(bundle, member(['report']), { namespacesOf: { pidfd, types: ['ipc'] } })
    native().close(pidfd) // ours is not needed once the call has returned
    const { namespaces } = await attempt
    expect(seen(namespaces, 'ipc')).toBe(linkOf(pod.process.pid, 'ipc'))
    expect(seen(namespaces, 'network')).not.toBe(linkOf(pod.process.pid, 'network'))
  })

  it('never takes a process that has got the pid of one that ended', async () => {
    await using pod = await runWaiting(bundle)
    await pod.kill()
    await pod.wait()
    await expect(runWaiting(bundle, member(['wait']), { namespacesOf: pod.id })).rejects.toMatchObject({
      code: 'ERR_WRONG_STATUS',
      message: expect.stringMatching(`the container ${pod.id}, whose namespaces are to be shared, has ended`),
    })
  })

  it('never takes a process that was there before under this pid', async () => {
    const pod = await runWaiting(bundle)
    const pidfd = native().pidfdOpen(pod.process.pid)
    try {
      await pod.delete({ force: true })
      await expect(runWaiting(bundle, member(['wait']), { namespacesOf: { pidfd } })).rejects.toMatchObject({
        code: 'ERR_WRONG_STATUS',
        message: expect.stringMatching(/the process, whose namespaces are to be shared, has ended/),
      })
    } finally {
      native().close(pidfd)
    }
  })

  it.each([
    ['a container that is not there', { namespacesOf: 'nobody' }, { code: 'ERR_NOT_FOUND' }],
    ['what is no id', { namespacesOf: '../x' }, { code: 'ERR_INVALID_CONFIG' }],
    ['what is no pidfd', { namespacesOf: { pidfd: 0 } }, { problems: [{ path: '/namespacesOf/pidfd' }] }],
    ['what is no descriptor', { namespacesOf: { pidfd: 9999 } }, { code: 'ERR_SYSTEM', errno: 'EBADF' }],
    [
      'namespaces that cannot be shared',
      { namespacesOf: { container: 'x', types: ['mount' as 'ipc'] } },
      { problems: [{ path: '/namespacesOf/types/0', message: expect.stringMatching(/must be one of network, ipc/) }] },
    ],
  ] as ReadonlyArray<readonly [string, CreateOptions, object]>)('refuses %s', async (_, options, error) => {
    await expect(runWaiting(bundle, member(['wait']), options)).rejects.toMatchObject(error)
  })

  it('does not go together with a path for the same', async () => {
    await using pod = await runWaiting(bundle)
    const config = withNamespaces(member(['wait']), { type: 'ipc', path: '/proc/self/ns/ipc' })
    await expect(runWaiting(bundle, config, { namespacesOf: pod.id })).rejects.toMatchObject({
      problems: [{ path: expect.stringMatching(/^\/linux\/namespaces\/\d\/path$/) }],
    })
  })

  it('joins before anybody is born in what is new', { skip: !isRoot }, async () => {
    await using pod = await runWaiting(bundle, inUserNamespace(probeConfig(bundle, ['wait'])))
    await using container = await runWaiting(bundle, member(['wait']), { namespacesOf: pod.id })
    const report = await probeExec(container)
    expect(statusLine(report, 'CapEff')).toBe(statusLine(await probeExec(pod), 'CapEff'))
    expect(await container.state()).toMatchObject({ status: 'running', pid: container.process.pid })
  })
})
