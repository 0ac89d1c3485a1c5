// Init from a decision: born in one native call, its ids mapped and its plan sent there or once others are done.
import { type Fd, type Launched, native } from '../addon.ts'
import { mapIdsByHelper } from '../namespaces/id-maps.ts'
import type { Plan } from '../plan/ops.ts'
import type { Decision } from './decide.ts'
import type { InitProcess } from './init-process.ts'
import type { Reservation, Reserved } from './reserve.ts'

export type Slots = Readonly<Record<string, Fd | undefined>>

/** One native call: the reservation, clone3, who was born written down, ids mapped, the plan sent. */
export function launchInit(id: string, decision: Decision, reservation: Reservation, slots: Slots): Promise<Launched> {
  const { plan, bytes, idMaps, forks } = decision
  const { calls, cgroup, identityFile, gate } = reservation
  const common = {
    first: calls,
    cloneFlags: plan.cloneFlags,
    cgroup,
    identityFile,
    fds: givenFds(plan, { ...slots, execFifo: gate }),
    name: `libcontainer-init ${id}`,
    ...(forks ? { forks } : {}),
  }
  if (idMaps.kind === 'helper') return native().launch(common)
  const withheld = withholdsPlan(decision) ? {} : { plan: bytes }
  return native().launch({ ...common, ...withheld, ...(idMaps.kind === 'direct' ? { idMaps: idMaps.maps } : {}) })
}

/** Descriptors for the plan's given slots, in sending order. */
export function givenFds(plan: Plan, slots: Slots): Fd[] {
  return plan.given.map((slot) => {
    const fd = slots[slot]
    if (fd === undefined) throw new Error(`the plan needs a descriptor for ${slot}, and there is none`)
    return fd
  })
}

/** Init that others have yet to map the ids of, or to put into its cgroup, gets its plan once they have: if it is itself who goes on. */
const withholdsPlan = ({ idMaps, cgroup, forks }: Decision): boolean =>
  idMaps.kind === 'helper' || (cgroup?.unit !== undefined && !forks)

export async function mapIds(
  init: InitProcess,
  { launched, gate }: Reserved,
  operation: string,
  id: string,
  decision: Decision,
  slots: Slots,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { plan, bytes, idMaps } = decision
  if (idMaps.kind === 'helper') await mapIdsByHelper(init.pid, idMaps, operation, id, signal)
  if (!withholdsPlan(decision)) return
  native().sendPlan(launched.control, bytes, givenFds(plan, { ...slots, execFifo: gate }))
}
