// Runs the hooks that belong to the host: programs of the document, and functions of the program that uses the library.
import type { Hook, Hooks, State } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import { isSystemError } from '../failures.ts'
import { type ProgramResult, runProgram } from '../program.ts'
import { signalName } from '../signals.ts'
import { hookArguments, hookName, hookTimeout } from './plan.ts'

/** Hooks that are functions of this program. Each is awaited, and gets the state as programs get it on their input. */
export interface HookFunctions {
  /** The container's namespaces exist and are mounted; its root has not been entered. Failing fails the creation. */
  readonly createRuntime?: (state: State) => unknown
  /** The program runs. Failing ends the container. */
  readonly poststart?: (state: State) => unknown
  /** This object has deleted the container, or creating it has failed. Failing is a warning. */
  readonly poststop?: (state: State) => unknown
}

/** On whose behalf hooks are run. */
export interface HookCall {
  readonly operation: string
  readonly state: State
  /** Aborting it kills the hook. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs hooks of one kind in order, up to the first that fails.
 * @throws ContainerError ERR_HOOK
 */
export async function runHooks(kind: keyof Hooks, hooks: readonly Hook[] | undefined, call: HookCall): Promise<void> {
  for (const [index, hook] of (hooks ?? []).entries()) await runOne(hookName(kind, index, hook), hook, call)
}

/** Runs all, whether or not one fails. @returns the failures */
export async function tryHooks(
  kind: keyof Hooks,
  hooks: readonly Hook[] | undefined,
  call: HookCall,
): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const [index, hook] of (hooks ?? []).entries()) {
    await runOne(hookName(kind, index, hook), hook, call).catch((cause: unknown) => failures.push(cause))
  }
  return failures
}

/** @throws ContainerError ERR_HOOK, with what the function threw as its cause */
export async function runHookFunction(
  kind: keyof HookFunctions,
  functions: HookFunctions | undefined,
  call: HookCall,
): Promise<void> {
  try {
    await functions?.[kind]?.(call.state)
  } catch (cause) {
    throw failure(`the function ${kind}`, call, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

async function runOne(name: string, hook: Hook, call: HookCall): Promise<void> {
  const result = await runProgram({
    path: hook.path,
    args: hookArguments(hook),
    env: hook.env ?? [],
    input: Buffer.from(JSON.stringify(call.state)),
    timeout: hookTimeout(hook),
    signal: call.signal,
  }).catch((cause: unknown) => {
    if (call.signal?.aborted || !isSystemError(cause)) throw cause
    throw failure(name, call, `${cause.syscall}: ${cause.code}`, cause)
  })
  call.signal?.throwIfAborted()
  const fault = faultOf(result, hook)
  if (fault !== undefined) throw failure(name, call, fault)
}

function faultOf({ exit, timedOut, output }: ProgramResult, { timeout }: Hook): string | undefined {
  if (!timedOut && exit?.exitCode === 0) return undefined
  const how =
    exit?.signal == null ? `it exited with ${exit?.exitCode}` : `it was ended by signal ${signalName(exit.signal)}`
  const what = timedOut ? `it was killed, having run for ${timeout} s` : how
  return output === '' ? what : `${what}: ${output}`
}

function failure(name: string, { operation, state }: HookCall, why: string, cause?: unknown): ContainerError {
  return new ContainerError({ code: 'ERR_HOOK', operation, id: state.id, message: `${name}: ${why}`, cause })
}
