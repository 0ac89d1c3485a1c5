// What init must do about hooks: wait while the host's are run, and run those of the container itself.
import type { Hook, Hooks, ValidConfig } from '../config/types.ts'
import type { Op } from '../plan/ops.ts'

export interface HookPlan {
  /** Before the root is entered, everything being mounted. */
  readonly beforeRoot: readonly Op[]
  /** Before the start gate: what the hooks behind it are told has to come while the creator is there. */
  readonly beforeGate: readonly Op[]
  /** Behind the start gate, as the program's user. */
  readonly afterGate: readonly Op[]
}

/**
 * A container without hooks gets no operation. Spec: config.md, POSIX-platform hooks; runtime.md, Lifecycle.
 * @param onHost whether the program that creates the container has hooks of its own to run beside the document's
 */
export function planHooks({ hooks = {} }: ValidConfig, onHost: boolean): HookPlan {
  const { prestart = [], createRuntime = [], createContainer = [], startContainer = [] } = hooks
  const early = onHost || prestart.length + createRuntime.length + createContainer.length > 0
  return {
    beforeRoot: [
      ...(early ? [{ op: 'sync', point: 'createRuntime', announce: true } as const] : []),
      // Nothing of the container is below / yet. What is to be there is given as the working directory.
      ...planRuns('createContainer', createContainer, 'rootfs'),
    ],
    beforeGate: startContainer.length > 0 ? [{ op: 'sync', point: 'startContainer', announce: false }] : [],
    afterGate: planRuns('startContainer', startContainer, ''),
  }
}

function planRuns(kind: keyof Hooks, hooks: readonly Hook[], directory: string): Op[] {
  return hooks.map((hook, index) => ({
    op: 'runHook',
    name: hookName(kind, index, hook),
    path: hook.path,
    args: hookArguments(hook),
    env: hook.env ?? [],
    timeout: hookTimeout(hook),
    directory,
  }))
}

/** What messages call it. */
export const hookName = (kind: keyof Hooks, index: number, { path }: Hook): string => `hooks.${kind}[${index}] ${path}`

/** Execv(3) wants a name for the program. */
export const hookArguments = ({ path, args = [] }: Hook): readonly string[] => (args.length > 0 ? args : [path])

const LONGEST = 0x7fffffff

/** Milliseconds; 0: none. */
export const hookTimeout = ({ timeout = 0 }: Hook): number => Math.min(timeout * 1000, LONGEST)
