// When which hooks are run, and with which state: the runtime's side of the document's hooks and of the functions.
import type { State } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import { type HookCall, type HookFunctions, runHookFunction, runHooks, tryHooks } from '../hooks/host.ts'
import type { Plan } from '../plan/ops.ts'
import type { InitProcess } from './init-process.ts'
import { type Described, describeState } from './oci-state.ts'
import type { StateRecord } from './state.ts'

type Hooked = Described & Pick<StateRecord, 'config'>

/** What proceed carries (wire.h: a packet). */
const LONGEST_STATE = 60 << 10

/**
 * Answers the sync operations of a plan: the network is set up by now; the host's hooks are run, and init is told the
 * state that its own hooks get.
 * @throws ContainerError ERR_HOOK; the step that failed when init does not get so far
 */
export async function answerSyncs(
  operation: string,
  init: InitProcess,
  plan: Plan,
  record: Hooked,
  functions: HookFunctions | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const op of plan.ops) {
    // By then it has been moved.
    if (op.op !== 'sync' || op.point === 'joinCgroup') continue
    if (op.point === 'network') {
      init.proceed()
      continue
    }
    const early = op.point === 'createRuntime'
    const state = describeState(record, early ? 'creating' : 'created', init.pid)
    const text = encodeState(operation, state)
    if (early) {
      await init.synced
      const call = { operation, state, signal }
      await runHooks('prestart', record.config.hooks?.prestart, call)
      await runHooks('createRuntime', record.config.hooks?.createRuntime, call)
      await runHookFunction('createRuntime', functions, call)
    }
    init.proceed(text)
  }
}

function encodeState(operation: string, state: State): Buffer {
  const text = Buffer.from(JSON.stringify(state))
  if (text.length <= LONGEST_STATE) return text
  throw new ContainerError({
    code: 'ERR_UNSUPPORTED',
    operation,
    id: state.id,
    message: `the state for hooks has ${text.length} bytes, and ${LONGEST_STATE} can be handed to them`,
    hint: 'shorten annotations',
  })
}

/** @throws ContainerError ERR_HOOK */
export async function runPoststart(
  operation: string,
  record: StateRecord,
  pid: number,
  functions: HookFunctions | undefined,
): Promise<void> {
  const call = { operation, state: describeState(record, 'running', pid) }
  await runHooks('poststart', record.config.hooks?.poststart, call)
  await runHookFunction('poststart', functions, call)
}

/** @returns what failed: the container is gone all the same */
export async function runPoststop(
  operation: string,
  record: Hooked,
  functions: HookFunctions | undefined,
): Promise<unknown[]> {
  const call: HookCall = { operation, state: describeState(record, 'stopped') }
  const failures = await tryHooks('poststop', record.config.hooks?.poststop, call)
  await runHookFunction('poststop', functions, call).catch((cause: unknown) => failures.push(cause))
  return failures
}
