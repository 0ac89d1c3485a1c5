// What was done to set a sandbox up.
import { explain } from '../index.ts'
import { DEATH_SIGNAL, type Holder } from './holder.ts'
import type { SandboxTrace } from './options.ts'

/** @param isNew it was made for this command */
export async function tellTrace(
  { plan, view, container, createMs }: Holder,
  isNew: boolean,
): Promise<Pick<SandboxTrace, 'plan' | 'createMs'>> {
  const text = await explain(plan.config, {
    id: container.id,
    rootfs: plan.rootfs,
    host: view.host,
    parentDeathSignal: DEATH_SIGNAL,
  })
  return { plan: text, createMs: isNew ? createMs : 0 }
}
