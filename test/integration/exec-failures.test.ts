// A failure at every step of executing a process in a container: init is told to fail at each operation of each kind of
// plan. The error names the step, the container goes on, and neither on the host nor in the container anything is left.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Capabilities, Config } from '../../lib/config/types.ts'
import { Container, type ExecConfig, isContainerError } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { probeExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { expectNothingLeft, snapshot } from '../support/leaks.ts'

const bundle = useBundle()
const TIMEOUT = 120_000

interface Scenario {
  readonly operation: 'create' | 'run'
  readonly container: () => Config
  readonly process: ExecConfig
  /** Operations among which the plan must have. */
  readonly ops: readonly string[]
}

const waiting = (): Config => probeConfig(bundle, ['wait'])
const args = ['probe', 'wait']
const only = (...names: string[]): Capabilities => ({
  bounding: names,
  permitted: names,
  effective: names,
  inheritable: [],
  ambient: [],
})

/** A process inside may look into the newcomer: it forks last. */
function tracing(): Config {
  const config = waiting()
  return { ...config, process: { cwd: '/', ...config.process, capabilities: only('CAP_SYS_PTRACE') } }
}

function inUserNamespace(): Config {
  const config = waiting()
  const map = [{ containerID: 0, hostID: 100_000, size: 1000 }]
  const namespaces = [...(config.linux?.namespaces ?? []), { type: 'user' as const }]
  return { ...config, linux: { ...config.linux, namespaces, uidMappings: map, gidMappings: map } }
}

const everything: ExecConfig = {
  args,
  cwd: '/data',
  oomScoreAdj: 500,
  noNewPrivileges: true,
  rlimits: [{ type: 'RLIMIT_NOFILE', soft: 99, hard: 100 }],
  scheduler: { policy: 'SCHED_BATCH', nice: 19 },
  ioPriority: { class: 'IOPRIO_CLASS_IDLE' },
  execCPUAffinity: { initial: '0', final: '0' },
  ...(isRoot && { user: { uid: 5, gid: 6, additionalGids: [7] } }),
}

const scenarios: Readonly<Record<string, Scenario>> = {
  plain: { operation: 'run', container: waiting, process: { args }, ops: ['joinNamespaces', 'setStdio'] },
  'in a created container': { operation: 'create', container: waiting, process: { args }, ops: ['joinNamespaces'] },
  'with all that a process can have': {
    operation: 'run',
    container: waiting,
    process: everything,
    ops: ['setOomScoreAdj', 'setScheduler', 'setIoPriority', 'setCpuAffinity', 'setRlimit'],
  },
  'with a terminal': {
    operation: 'run',
    container: waiting,
    process: { args, terminal: true },
    ops: ['openTerminal', 'sendTerminal', 'setControllingTerminal'],
  },
  ...(isRoot && {
    'in a user namespace': { operation: 'run', container: inUserNamespace, process: { args }, ops: ['setUser'] },
    'where it forks last': {
      operation: 'run',
      container: tracing,
      process: { args },
      ops: ['closeDescriptors', 'fork'],
    },
    'where it forks last, with a terminal': {
      operation: 'run',
      container: tracing,
      process: { args, terminal: true },
      ops: ['openTerminal', 'closeDescriptors', 'fork', 'setControllingTerminal'],
    },
  }),
}

describe.each(Object.entries(scenarios))('%s', (_, { operation, container: config, process, ops }) => {
  let container: Container
  beforeAll(async () => {
    container = await Container[operation](bundle.newId(), config(), { stateDir: bundle.stateDir, stdio: 'ignore' })
  })
  afterAll(() => container.delete({ force: true }))

  it('every step can fail', { timeout: TIMEOUT }, async () => {
    const before = snapshot(bundle)
    const inside = await container.ps()
    const steps: string[] = []
    for (let failAt = 0; steps.at(-1) !== 'exec'; failAt++) {
      const error = await container.exec(process, { failAt }).catch((cause: unknown) => cause)
      if (!isContainerError(error)) expect.fail(`step ${failAt + 1} did not fail: ${String(error)}`)
      expect(error).toMatchObject({ code: 'ERR_SYSTEM', operation: 'exec', id: container.id, step: failAt + 1 })
      expect(String(error)).toMatch(`step ${failAt + 1} ${error.op}`)
      steps.push(error.op ?? '')
      await expectNothingLeft(before, bundle)
    }
    expect(steps).toEqual(expect.arrayContaining([...ops, 'exec']))
    expect(await container.ps()).toEqual(inside)
    const report = await probeExec(container, { args: ['probe', 'report', '/dev/pts/0'] })
    expect(report.stats['/dev/pts/0']).toBeNull()
    expect(await container.status()).toBe(operation === 'create' ? 'created' : 'running')
  })
})
