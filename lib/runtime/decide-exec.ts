// Everything about one more process that is decided before its first effect. Pure but for remembering its answers.
import { parseJson } from '../config/json.ts'
import { type ValidConfig, validateConfig } from '../config/validate.ts'
import type { Host } from '../host.ts'
import { type Joined, withJoined } from '../namespaces/joined.ts'
import { encodePlan } from '../plan/codec.ts'
import {
  type ContainerFacts,
  type ExecConfig,
  type ExecPlan,
  type Passing,
  planExec,
  withProcess,
} from '../plan/exec.ts'
import { writeDocument } from './decide.ts'
import { Remembered } from './remembered.ts'
import type { StateRecord } from './state.ts'

export interface ExecQuestion {
  readonly record: Pick<StateRecord, 'config'>
  readonly process: ExecConfig
  readonly host: Host
  readonly facts: ContainerFacts
  /** What of the container's namespaces its document does not say. */
  readonly joined?: Joined | undefined
  readonly passing: Passing
  readonly failAt: number | undefined
  /** Whether init tells how long each operation took. */
  readonly trace: boolean
}

export interface ExecDecision extends ExecPlan {
  /** The plan as it is sent. */
  readonly bytes: Uint8Array
}

const remembered = new Remembered<ExecDecision>()

/**
 * Validates, plans and encodes, or finds that this has been done for an equal question.
 * @throws ContainerError ERR_INVALID_CONFIG or ERR_UNSUPPORTED; problems are named as parts of the whole document
 */
export function decideExec(question: ExecQuestion): ExecDecision {
  const { record, process, host, facts, joined, passing, failAt, trace } = question
  const whole = joined === undefined ? record.config : withJoined(record.config, joined)
  const document = withProcess(whole, process)
  const text = writeDocument(document, host)
  const key = `${text}${JSON.stringify([facts, passing, failAt, trace])}`
  const known = remembered.get(host, key)
  if (known !== undefined) return known
  validateConfig(document, host)
  // Its caller may change the document afterwards; the answer has to stay what it is.
  const planned = planExec(parseJson(text) as ValidConfig, host, facts, passing)
  const bytes = encodePlan(planned.plan, { trace, ...(failAt === undefined ? {} : { failAt }) })
  const answer = { ...planned, bytes }
  remembered.set(host, key, answer)
  return answer
}
