// One more process in a container that is there: joining it, then the same end that the container's first process has.
import { hostUid } from '../config/queries.ts'
import type { Config, NamespaceType, ProcessConfig, ValidConfig } from '../config/types.ts'
import type { Host } from '../host.ts'
import { becomeRoot, namedNamespaces, namespaceFlags } from '../namespaces/plan.ts'
import { planOomScoreAdj, planProcess, processSlots } from '../process/plan.ts'
import { CAP_SYS_ADMIN, hasCapability } from './flags.ts'
import type { Op, Plan } from './ops.ts'
import { invalid, unsupported } from './refusal.ts'

/**
 * A process to execute in a container: an OCI process object. What is left out is as in the container's own
 * `config.process`, property by property; `terminal` is not taken from there.
 */
export type ExecConfig = Partial<ProcessConfig> & Pick<ProcessConfig, 'args'>

/** What the kernel says of the container. */
export interface ContainerFacts {
  /** Those of its namespaces that this process is not in itself. */
  readonly namespaces: readonly NamespaceType[]
  /** Whether its user namespace allows setgroups(2). */
  readonly setGroups: boolean
}

/** What is decided before the first effect. */
export interface ExecPlan {
  readonly plan: Plan
  /** Init is born in the container's pid namespace; else it is in that of this process. */
  readonly bornInside: boolean
}

/** The container's document with another process: what validation judges and {@link planExec} plans. */
export function withProcess(config: Config, process: ExecConfig): Config {
  const { terminal: _, consoleSize: __, ...own } = config.process ?? { cwd: '/' }
  return { ...config, process: { ...own, ...process } }
}

/** What the document says of the container, for explaining: all that it names is taken for foreign. */
export function presumedFacts(config: ValidConfig, host: Host): ContainerFacts {
  return { namespaces: namedNamespaces(config), setGroups: host.setgroupsAllowed }
}

/**
 * @param config the container's document with the new process in the place of its own: see {@link withProcess}
 * @throws ContainerError ERR_UNSUPPORTED, ERR_INVALID_CONFIG
 */
export function planExec(config: ValidConfig, host: Host, container: ContainerFacts): ExecPlan {
  const { process } = config
  if (process === undefined) throw invalid('/process', 'there is nothing to execute')
  const joinsUser = container.namespaces.includes('user')
  const joinsPid = container.namespaces.includes('pid')
  if (!hasCapability(host.capabilities, CAP_SYS_ADMIN)) {
    throw unsupported('executing a process in a container needs CAP_SYS_ADMIN')
  }
  const options = { gate: false, passedFds: 0 }
  const slots = processSlots(options)
  const facts = {
    lastCapability: host.lastCapability,
    setGroups: container.setGroups,
    ownsStdio: hostUid(config) === host.euid,
    ...options,
  }
  const joined = namespaceFlags(container.namespaces.filter((type) => type !== 'pid'))
  const ops: Op[] = [
    // Written in the host's procfs: after joining there is only the container's.
    ...planOomScoreAdj(process),
    // All at once, the user namespace first: its capabilities are what the others ask for.
    ...(joined === 0 ? [] : [{ op: 'joinNamespaces', process: 'container', namespaces: joined } as const]),
    ...(joinsUser ? [becomeRoot(container.setGroups)] : []),
    ...planProcess(process, facts),
  ]
  return { plan: { cloneFlags: 0, given: [...slots.passed, 'container', ...slots.given], ops }, bornInside: joinsPid }
}
