// The plan of one more process in a container.
import { describe, expect, it } from 'vitest'
import type { Host } from '../../../lib/host.ts'
import { type ContainerFacts, mayTrace, planExec, presumedFacts, withProcess } from '../../../lib/plan/exec.ts'
import { NAMESPACES } from '../../../lib/plan/flags.ts'
import type { Op, OpName } from '../../../lib/plan/ops.ts'
import { rootConfig, rootHost, userConfig, userHost, valid } from './fixtures.ts'

const ALL: ContainerFacts = {
  namespaces: ['mount', 'pid', 'network', 'ipc', 'uts', 'cgroup'],
  setGroups: true,
  traces: false,
}
const config = valid(withProcess(rootConfig(), { args: ['id'] }))

const plan = (facts: Partial<ContainerFacts> = {}, document = config, host = rootHost) =>
  planExec(document, host, { ...ALL, ...facts })
const filtered = (action: 'SCMP_ACT_ERRNO' | 'SCMP_ACT_NOTIFY', noNewPrivileges: boolean) => {
  const document = rootConfig((draft) => {
    draft.linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['reboot'], action }] }
  })
  return valid(withProcess(document, { args: ['id'], noNewPrivileges }))
}
const names = (ops: readonly Op[]): OpName[] => ops.map(({ op }) => op)

describe('withProcess', () => {
  const own = rootConfig((document) => {
    document.process.terminal = true
    document.process.consoleSize = { height: 1, width: 2 }
    document.process.user = { uid: 5, gid: 6, umask: 0o77 }
  })

  it('takes from the container what is left out, but for its terminal', () => {
    const { process } = withProcess(own, { args: ['id'] })
    const { terminal: _, consoleSize: __, ...rest } = own.process ?? expect.fail('no process')
    expect(process).toEqual({ ...rest, args: ['id'] })
  })

  it('takes a property whole or not at all', () => {
    expect(withProcess(own, { args: ['id'], user: { uid: 7 }, env: [] }).process).toMatchObject({ env: [] })
    expect(withProcess(own, { args: ['id'], user: { uid: 7 } }).process?.user).toEqual({ uid: 7 })
    expect(withProcess(own, { args: ['tty'], terminal: true }).process?.terminal).toBe(true)
  })

  it('does without a process of the container', () => {
    expect(withProcess({ ociVersion: '1.3.0' }, { args: ['id'] }).process).toEqual({ cwd: '/', args: ['id'] })
  })
})

describe('planExec', () => {
  it('is placed on CPUs while it joins, and on others for its program', () => {
    const document = valid(withProcess(config, { args: ['id'], execCPUAffinity: { initial: '0-1', final: '1' } }))
    const { ops } = plan({}, document).plan
    expect(ops[0]).toEqual({ op: 'setCpuAffinity', cpus: [0, 1] })
    expect(ops.filter(({ op }) => op === 'setCpuAffinity').at(-1)).toEqual({ op: 'setCpuAffinity', cpus: [1] })
  })

  it('is born in the pid namespace and joins the others at once, then runs the tail', () => {
    const {
      plan: { ops, given, cloneFlags },
      bornInside,
    } = plan()
    const { mnt, net, ipc, uts, cgroup } = NAMESPACES
    expect(bornInside).toBe(true)
    expect(cloneFlags).toBe(0)
    expect(given).toEqual(['container', 'stdin', 'stdout', 'stderr'])
    expect(ops[0]).toEqual({
      op: 'joinNamespaces',
      process: 'container',
      namespaces: mnt | net | ipc | uts | cgroup,
    })
    expect(names(ops).slice(1, 4)).toEqual(['newSessionKeyring', 'newSession', 'setStdio'])
    expect(names(ops).at(-1)).toBe('exec')
    expect(names(ops)).not.toContain('waitStart')
  })

  it('joins only what differs', () => {
    const shared = plan({ namespaces: ['mount'] })
    expect(shared.bornInside).toBe(false)
    expect(shared.plan.ops[0]).toMatchObject({ namespaces: NAMESPACES.mnt })
    expect(names(plan({ namespaces: [] }).plan.ops)).not.toContain('joinNamespaces')
  })

  it('becomes root of the user namespace it joins, with the groups that one allows', () => {
    const document = valid(withProcess(userConfig(), { args: ['id'] }))
    const { ops } = plan({ namespaces: [...ALL.namespaces, 'user'], setGroups: false }, document).plan
    expect((ops[0] as { namespaces: number }).namespaces & NAMESPACES.user).toBe(NAMESPACES.user)
    expect(ops[1]).toMatchObject({ op: 'setUser', uid: 0, gid: 0, setGroups: false })
    expect(names(ops).filter((op) => op === 'setUser')).toHaveLength(2)
  })

  it('joins what the container has joined with the rights in the host, if it has any', () => {
    const member = userConfig(({ linux }) => {
      linux.namespaces = (linux.namespaces ?? []).map((each) =>
        each.type === 'network' ? { ...each, path: '/proc/7/ns/net' } : each,
      )
    })
    const document = valid(withProcess(member, { args: ['id'] }))
    const namespaces = [...ALL.namespaces, 'user'] as const
    const { ops } = plan({ namespaces }, document).plan
    expect(names(ops).slice(0, 3)).toEqual(['joinNamespaces', 'joinNamespaces', 'setUser'])
    expect((ops[0] as { namespaces: number }).namespaces & NAMESPACES.user).toBe(0)
    expect(ops[1]).toMatchObject({ namespaces: NAMESPACES.user })
    const ordinary = plan({ namespaces }, document, userHost).plan.ops[0]
    expect((ordinary as { namespaces: number }).namespaces & NAMESPACES.user).toBe(NAMESPACES.user)
  })

  it('enters the root of a container that has no mounts of its own', () => {
    const document = valid(withProcess(config, { args: ['id'] }))
    const namespaces = document.linux?.namespaces?.filter(({ type }) => type !== 'mount') ?? []
    const shared = valid({ ...document, linux: { ...document.linux, namespaces } })
    const { ops, given } = plan({ namespaces: ['pid', 'uts'] }, shared).plan
    expect(given).toContain('rootfs')
    expect(names(ops).slice(0, 2)).toEqual(['joinNamespaces', 'changeRoot'])
    expect(plan().plan.given).not.toContain('rootfs')
  })

  it('forks where the pid namespace is that of others too', () => {
    const joined = rootConfig(({ linux }) => {
      linux.namespaces = [{ type: 'mount' }, { type: 'pid', path: '/proc/7/ns/pid' }]
    })
    expect(mayTrace(joined, rootHost, ['pid', 'user'])).toBe(true)
    expect(mayTrace(rootConfig(), rootHost, ['pid', 'user'])).toBe(false)
  })

  it('writes oom_score_adj while the host’s procfs is there', () => {
    const document = valid(withProcess(rootConfig(), { args: ['id'], oomScoreAdj: 5 }))
    expect(names(plan({}, document).plan.ops).slice(0, 2)).toEqual(['setOomScoreAdj', 'joinNamespaces'])
  })

  it('joins first and then forks, where it cannot be born inside or its memory would show there', () => {
    const document = valid(withProcess(userConfig(), { args: ['id'] }))
    const namespaces = [...ALL.namespaces, 'user'] as const
    const ordinary = plan({ namespaces, setGroups: false }, document, userHost)
    expect(ordinary).toMatchObject({ bornInside: false, forks: true })
    expect(names(ordinary.plan.ops).slice(0, 3)).toEqual(['joinNamespaces', 'fork', 'setUser'])
    expect((ordinary.plan.ops[0] as { namespaces: number }).namespaces & NAMESPACES.pid).toBe(NAMESPACES.pid)
    expect(plan({ traces: true })).toMatchObject({ bornInside: false, forks: true })
    expect(plan({ namespaces })).toMatchObject({ bornInside: true, forks: false })
    // Another container's process may be in its pid namespace.
    expect(plan({ traces: true, namespaces })).toMatchObject({ bornInside: false, forks: true })
    expect(plan({ namespaces: ['mount', 'user'] }, document, userHost)).toMatchObject({ forks: false })
  })

  it('forks last where what it has until then would show', () => {
    const ops = names(plan({ traces: true }).plan.ops)
    expect(ops[0]).toBe('joinNamespaces')
    expect(ops.slice(-4)).toEqual(['closeDescriptors', 'fork', 'newSession', 'exec'])
    expect(ops.filter((op) => op === 'newSession')).toHaveLength(1)
  })

  it('forks last under a filter too, which takes rights to load', () => {
    const ops = names(plan({ traces: true }, filtered('SCMP_ACT_ERRNO', false)).plan.ops)
    expect(ops.slice(ops.indexOf('seccomp'))).toEqual([
      ...['seccomp', 'dropBounding', 'setUser', 'setCapabilities', 'setUmask', 'changeDirectory', 'findHome'],
      ...['findExecutable', 'closeDescriptors', 'fork', 'newSession', 'exec'],
    ])
  })

  it('refuses what would have to be done before it forks last', () => {
    const deadline = valid(withProcess(rootConfig(), { args: ['id'], scheduler: { policy: 'SCHED_DEADLINE' } }))
    const notifying = filtered('SCMP_ACT_NOTIFY', false)
    expect(() => plan({ traces: true }, deadline)).toThrow(/SCHED_DEADLINE/)
    expect(() => plan({ traces: true, attached: true })).toThrow(/systemd/)
    expect(() => plan({ traces: true }, notifying)).toThrow(/noNewPrivileges/)
    expect(() => plan({ traces: true }, filtered('SCMP_ACT_NOTIFY', true))).not.toThrow()
    for (const document of [deadline, notifying]) expect(() => plan({}, document)).not.toThrow()
    expect(() => plan({ attached: true })).not.toThrow()
  })

  it('may look into others with the right, or with all that this program has, unless in a user namespace', () => {
    const withCapabilities = (bounding: string[]) =>
      rootConfig((document) => {
        document.process.capabilities = { bounding }
      })
    expect(mayTrace(config, rootHost, [])).toBe(false)
    expect(mayTrace(withCapabilities(['CAP_SYS_PTRACE']), rootHost, ['mount'])).toBe(true)
    expect(mayTrace(withCapabilities(['CAP_SYS_PTRACE']), rootHost, ['user'])).toBe(false)
    const [few, all] = [{ ...rootHost, capabilities: 1n << 21n }, withCapabilities(['CAP_SYS_ADMIN', 'CAP_CHOWN'])]
    expect(mayTrace(all, few, [])).toBe(true)
    expect(mayTrace(withCapabilities(['CAP_CHOWN']), few, [])).toBe(false)
  })

  it('tells of the first that may look into others', () => {
    const process = { args: ['id'], capabilities: { bounding: ['CAP_SYS_PTRACE'] } }
    const document = valid(withProcess(rootConfig(), process))
    expect(plan()).toMatchObject({ tracer: false })
    expect(plan({}, document)).toMatchObject({ tracer: true, bornInside: true })
    expect(plan({ traces: true }, document)).toMatchObject({ tracer: false, bornInside: false })
    expect(plan({ namespaces: ['mount'] }, document)).toMatchObject({ tracer: false })
  })

  it('lets an ordinary user, who may not look into its init, take the listener', () => {
    const namespaces = [...ALL.namespaces, 'user'] as const
    const dumpable = (host: Host, ...names: string[]) => {
      const config = userConfig((draft) => {
        draft.linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names, action: 'SCMP_ACT_NOTIFY' }] }
      })
      const { ops } = plan({ namespaces, setGroups: false }, valid(withProcess(config, { args: ['id'] })), host).plan
      return ops.flatMap((op) => (op.op === 'seccomp' ? [op.dumpable] : []))
    }
    expect(dumpable(userHost, 'reboot')).toEqual([true])
    expect(dumpable(rootHost, 'reboot')).toEqual([false])
    expect(() => dumpable(userHost, 'prctl')).toThrow(/prctl\(PR_SET_DUMPABLE\)/)
    expect(() => dumpable(rootHost, 'prctl')).not.toThrow()
  })

  it('refuses an ordinary user where no user namespace gives the right', () => {
    expect(() => plan({}, config, userHost)).toThrow(/needs CAP_SYS_ADMIN/)
  })

  it('presumes that what the document names is foreign', () => {
    const types = config.linux?.namespaces?.map(({ type }) => type)
    expect(presumedFacts(config, rootHost)).toEqual({ namespaces: types, setGroups: true, traces: false })
  })
})
