// Everything about one more process that is decided before its first effect. Pure.
import { validateConfig } from '../config/validate.ts'
import type { Host } from '../host.ts'
import { encodePlan } from '../plan/codec.ts'
import {
  type ContainerFacts,
  type ExecConfig,
  type ExecPlan,
  type Passing,
  planExec,
  withProcess,
} from '../plan/exec.ts'
import type { StateRecord } from './state.ts'

export interface ExecQuestion {
  readonly record: Pick<StateRecord, 'config'>
  readonly process: ExecConfig
  readonly host: Host
  readonly facts: ContainerFacts
  readonly passing: Passing
  readonly failAt: number | undefined
  /** Whether init tells how long each operation took. */
  readonly trace: boolean
}

export interface ExecDecision extends ExecPlan {
  /** The plan as it is sent. */
  readonly bytes: Uint8Array
}

/**
 * Validates, plans and encodes.
 * @throws ContainerError ERR_INVALID_CONFIG or ERR_UNSUPPORTED; problems are named as parts of the whole document
 */
export function decideExec({ record, process, host, facts, passing, failAt, trace }: ExecQuestion): ExecDecision {
  const { config } = validateConfig(withProcess(record.config, process), host)
  const planned = planExec(config, host, facts, passing)
  return { ...planned, bytes: encodePlan(planned.plan, { trace, ...(failAt === undefined ? {} : { failAt }) }) }
}
