// Everything about a new container that is decided before its first effect. Pure.
import type { Config } from '../config/types.ts'
import { type ValidConfig, validateConfig } from '../config/validate.ts'
import type { Host } from '../host.ts'
import { encodePlan } from '../plan/codec.ts'
import { type ContainerPlan, planAll, type Rootfs } from '../plan/plan.ts'
import { resolveRootfs } from './rootfs.ts'

export interface Question {
  readonly id: string
  readonly document: Config
  readonly host: Host
  readonly bundle: string
  readonly rootfs: Rootfs | undefined
  /** Whether the program waits for `start`. */
  readonly gate: boolean
  readonly failAt: number | undefined
}

export interface Decision extends ContainerPlan {
  readonly config: ValidConfig
  readonly warnings: readonly string[]
  /** The plan as it is sent. */
  readonly bytes: Uint8Array
}

/** @throws ContainerError ERR_INVALID_CONFIG or ERR_UNSUPPORTED */
export function decide({ id, document, host, bundle, rootfs, gate, failAt }: Question): Decision {
  const { config, warnings } = validateConfig(document, host)
  const options = {
    id,
    gate,
    rootfs: resolveRootfs(config, bundle, rootfs),
    bundle,
    passedFds: 0,
  }
  const plans = planAll(config, host, options)
  const bytes = encodePlan(plans.plan, failAt === undefined ? {} : { failAt })
  return { ...plans, config, warnings, bytes }
}
