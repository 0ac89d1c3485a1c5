// The container of a sandbox: made, and its first process waiting; commands are executed beside that.
import { type FileHandle, open } from 'node:fs/promises'
import { Container, ContainerError, isContainerError, type Problem } from '../index.ts'
import { afterwards, attempt } from './attempt.ts'
import type { Wanted } from './check-sandbox.ts'
import { planSandbox, type SandboxPlan } from './config.ts'
import { decideIds } from './ids.ts'
import { LIMIT_AT } from './limits.ts'
import { newName } from './owner.ts'
import { fillStage, isStaged, makeStage, removeStage } from './stage.ts'
import { sweep } from './sweep.ts'
import { look, type View } from './view.ts'

type Limit = 'memory' | 'cpus' | 'pids'

/** However this program ends, what it runs ends with it. */
export const DEATH_SIGNAL = 'SIGKILL'

export interface Holder {
  readonly container: Container
  readonly plan: SandboxPlan
  readonly view: View
  /** Milliseconds that making it took. */
  readonly createMs: number
  /** Its root, to be looked into from outside, even when it has ended. The caller closes it. */
  openRoot(): Promise<FileHandle>
  /** Ends everything in it. */
  kill(): Promise<void>
  /** Ends it, and removes whatever it had on this machine. */
  close(): Promise<void>
}

/**
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED and whatever Container.create throws; nothing is left then
 */
export async function openHolder(wanted: Wanted, signal: AbortSignal | undefined): Promise<Holder> {
  signal?.throwIfAborted()
  const begin = performance.now()
  const [view] = await attempt('look at this machine', () => Promise.all([look(wanted), sweep(wanted.stateDir)]))
  const stage = isStaged(wanted.files) ? await attempt('make a directory for files', makeStage) : null
  const undo: Array<() => Promise<void>> = stage === null ? [] : [() => remove(stage)]
  try {
    if (stage !== null) {
      const owner = decideIds(view.host, wanted.user, view.root.kind === 'directory' ? view.root.owner : null).owner
      await attempt('gather its files', () => fillStage(stage, wanted.files, owner, view.modes))
    }
    const { container, plan } = await create(wanted, view, stage, signal)
    undo.unshift(() => container.delete({ force: true }))
    // Copied by now; as a layer it is looked into for as long as there is the sandbox.
    const lasting = 'overlay' in plan.rootfs ? stage : null
    if (stage !== null && lasting === null) await remove(stage)
    return holderOf(container, plan, view, lasting, performance.now() - begin)
  } catch (error) {
    throw await afterwards(error, undo)
  }
}

const remove = (stage: string): Promise<void> =>
  attempt('remove the files that were gathered', () => removeStage(stage))

function holderOf(container: Container, plan: SandboxPlan, view: View, stage: string | null, createMs: number): Holder {
  return {
    container,
    plan,
    view,
    createMs,
    openRoot: () => attempt('look into it', () => openRoot(container)),
    kill: () => container.kill('SIGKILL').catch(ignoreEnded),
    async close() {
      const acts = [() => container.delete({ force: true }), ...(stage === null ? [] : [() => remove(stage)])]
      const error = await afterwards(undefined, acts)
      if (error !== undefined) throw error
    },
  }
}

async function openRoot(container: Container): Promise<FileHandle> {
  const root = await open(`/proc/${container.process.pid}/root`, 'r')
  // It was there afterwards, so the pid was its own and nobody else’s.
  if ((await container.status()) === 'created') return root
  await root.close()
  throw new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation: 'sandbox',
    id: container.id,
    message: 'it has ended',
  })
}

function ignoreEnded(error: unknown): void {
  if (!isContainerError(error) || !['ERR_WRONG_STATUS', 'ERR_NOT_FOUND'].includes(error.code)) throw error
}

interface Created {
  readonly container: Container
  readonly plan: SandboxPlan
}

/** With all limits in a cgroup; where that cannot be, without those that cannot, if it is allowed. */
async function create(
  wanted: Wanted,
  view: View,
  stage: string | null,
  signal: AbortSignal | undefined,
): Promise<Created> {
  const missing = new Set<Limit>()
  for (;;) {
    const name = newName()
    const plan = place(planSandbox(wanted, view, stage, missing), wanted, name)
    try {
      return { container: await createOnce(name, plan, wanted, view, signal), plan }
    } catch (error) {
      const refused = refusedLimits(error, wanted, missing)
      if (refused.length === 0) throw error
      if (!wanted.bestEffort) throw explainRefusal(error as ContainerError, refused)
      for (const limit of refused) missing.add(limit)
    }
  }
}

/** Below the cgroup that is wanted. */
function place(plan: SandboxPlan, { cgroup }: Wanted, name: string): SandboxPlan {
  if (cgroup === undefined) return plan
  const { config } = plan
  return { ...plan, config: { ...config, linux: { ...config.linux, cgroupsPath: `${cgroup}/${name}` } } }
}

function createOnce(
  name: string,
  { config, rootfs }: SandboxPlan,
  { stateDir }: Wanted,
  { host }: View,
  signal: AbortSignal | undefined,
): Promise<Container> {
  return Container.create(name, config, {
    rootfs,
    host,
    stdio: 'ignore',
    parentDeathSignal: DEATH_SIGNAL,
    ...(stateDir === undefined ? {} : { stateDir }),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Which of the limits that were tried cannot be had: those the error names, or all when it is the cgroup itself. */
function refusedLimits(error: unknown, wanted: Wanted, missing: ReadonlySet<Limit>): Limit[] {
  if (!isContainerError(error)) return []
  const tried = (Object.keys(LIMIT_AT) as Limit[]).filter((limit) => wanted[limit] !== undefined && !missing.has(limit))
  const named = tried.filter((limit) => error.problems.some((problem) => problem.path.startsWith(LIMIT_AT[limit])))
  if (named.length > 0) return error.code === 'ERR_UNSUPPORTED' ? named : []
  return error.path?.includes('cgroup.subtree_control') ? tried : []
}

function explainRefusal(error: ContainerError, refused: readonly Limit[]): ContainerError {
  const problems = refused.map((limit): Problem => {
    const own = error.problems.find(({ path }) => path.startsWith(LIMIT_AT[limit]))
    return { path: `/${limit}`, message: own?.message ?? 'this machine does not give it' }
  })
  const instead =
    "or set limits: 'best-effort', which limits each process as far as that goes and says so in the result"
  return new ContainerError({
    code: 'ERR_UNSUPPORTED',
    operation: 'sandbox',
    message: 'limits that cannot be enforced here',
    problems,
    hint: `${error.hint ?? 'have a cgroup with these controllers delegated to this program'}; ${instead}`,
    cause: error,
  })
}
