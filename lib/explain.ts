// explain(): the plan of a configuration as text, without privilege and without effect.
import path from 'node:path'
import { validateId } from './config/id.ts'
import type { Config } from './config/types.ts'
import { validateConfig } from './config/validate.ts'
import { type Host, probeHost } from './host.ts'
import { explainConfig } from './plan/explain.ts'
import type { Rootfs } from './plan/plan.ts'
import { resolveRootfs } from './runtime/rootfs.ts'

/** For whom and from where {@link explain} explains. */
export interface ExplainOptions {
  /** Default `container`. */
  readonly id?: string
  /** As in {@link CreateOptions.bundle}. */
  readonly bundle?: string
  /** As in {@link CreateOptions.rootfs}. */
  readonly rootfs?: Rootfs
  /** Explain for this machine instead of the present one. */
  readonly host?: Host
}

/**
 * Every act of creating a container, in order and numbered as errors number them. Needs no privilege.
 *
 * ```ts
 * console.log(await explain(await Config.load('bundle'), { bundle: 'bundle' }))
 * ```
 * @throws ContainerError as {@link Container.create} would for this document
 */
export async function explain(config: Config, options: ExplainOptions = {}): Promise<string> {
  const id = options.id ?? 'container'
  validateId(id, 'explain')
  const host = options.host ?? (await probeHost())
  const valid = validateConfig(config, host).config
  const bundle = path.resolve(options.bundle ?? '.')
  const rootfs = resolveRootfs(valid, bundle, options.rootfs)
  return explainConfig(valid, host, { id, gate: true, rootfs, bundle, passedFds: 0 })
}
