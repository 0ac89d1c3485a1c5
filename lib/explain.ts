// explain(): the plan of a configuration as text, without privilege and without effect.
import path from 'node:path'
import { validateId } from './config/id.ts'
import type { Config } from './config/types.ts'
import { validateConfig } from './config/validate.ts'
import { type Host, probeHost } from './host.ts'
import { type ExecConfig, withProcess } from './plan/exec.ts'
import { explainConfig, explainExec } from './plan/explain.ts'
import type { CgroupDriver, Rootfs } from './plan/plan.ts'
import { resolveRootfs } from './runtime/rootfs.ts'
import { parseSignal, type Signal } from './signals.ts'

/** For whom and from where {@link explain} explains. */
export interface ExplainOptions {
  /** Default `container`. */
  readonly id?: string
  /** As in {@link CreateOptions.bundle}. */
  readonly bundle?: string
  /** As in {@link CreateOptions.rootfs}. */
  readonly rootfs?: Rootfs
  /** As in {@link CreateOptions.cgroupDriver}. */
  readonly cgroupDriver?: CgroupDriver
  /** As in {@link CreateOptions.parentDeathSignal}. */
  readonly parentDeathSignal?: Signal
  /** Explain the execution of this process in the container, as {@link Container.exec} takes it, not its creation. */
  readonly exec?: ExecConfig
  /** Explain for this machine instead of the present one. */
  readonly host?: Host
}

/**
 * Every act of creating a container, or of executing a process in it, in order and numbered as errors number them. Needs no privilege.
 *
 * ```ts
 * console.log(await explain(await Config.load('bundle'), { bundle: 'bundle' }))
 * ```
 * @throws ContainerError as {@link Container.create} or {@link Container.exec} would for this document
 */
export async function explain(config: Config, options: ExplainOptions = {}): Promise<string> {
  const id = options.id ?? 'container'
  validateId(id, 'explain')
  const host = options.host ?? (await probeHost())
  if (options.exec !== undefined) {
    return explainExec(validateConfig(withProcess(config, options.exec), host).config, host, id)
  }
  const valid = validateConfig(config, host).config
  const bundle = path.resolve(options.bundle ?? '.')
  const rootfs = resolveRootfs(valid, bundle, options.rootfs)
  const { cgroupDriver = 'auto', parentDeathSignal: signal } = options
  const parentDeathSignal = signal === undefined ? undefined : parseSignal(signal, 'explain')
  return explainConfig(valid, host, { id, gate: true, rootfs, bundle, passedFds: 0, cgroupDriver, parentDeathSignal })
}
