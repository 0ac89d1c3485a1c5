// Gathers what the doctor judges: loads the addon, asks the kernel, looks for what compiles.
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { addonPath, native, packageRoot } from '../addon.ts'
import { type Check, diagnose, type Examination, isHealthy } from '../doctor.ts'
import { tryHost } from '../host/trials.ts'
import { type Host, probeHost } from '../host.ts'

/** What {@link inspectHost} finds. */
export interface Inspection {
  /** Every requirement holds, as far as could be found out: containers can run here. */
  readonly healthy: boolean
  /** Each with yes or no and what to do: requirements first. */
  readonly checks: readonly Check[]
  /** The facts behind them: ids, cgroup and its controllers, system calls that are missing, ranges of ids. */
  readonly host: Host
}

/**
 * Tries out what the library needs of this machine and what it can use: processor, kernel, system calls, namespaces,
 * filesystems, cgroups, seccomp, security modules, subordinate ids. What can be tried is tried, in processes that end at
 * once, and nothing is left. It takes some tenths of a second. A missing addon is found and reported as well.
 *
 * ```ts
 * const { healthy, checks } = await inspectHost()
 * if (!healthy) console.error(printDiagnosis(checks))
 * const limits = checks.find(({ name }) => name === 'memory limits')
 * if (limits?.ok === false) console.warn(limits.found, limits.remedy)
 * ```
 */
export async function inspectHost(): Promise<Inspection> {
  const examination = await examine()
  const checks = diagnose(examination)
  return { healthy: isHealthy(checks), checks, host: examination.host }
}

async function examine(): Promise<Examination> {
  const addon = findAddon()
  const isLoaded = 'path' in addon
  const host = await probeHost(isLoaded ? { fresh: true } : { addon: null })
  return {
    host,
    addon,
    nodeVersion: process.versions.node,
    nodePath: process.execPath,
    arch: process.arch,
    trials: isLoaded ? await tryHost(host) : null,
    missingTools: findMissingTools(),
  }
}

function findAddon(): Examination['addon'] {
  try {
    native()
    return { path: relative(packageRoot(), addonPath()) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { failure: String(cause instanceof Error ? cause.message : cause).split('\n')[0] ?? '' }
  }
}

/** The build's own word, since it is what would miss them. */
function findMissingTools(): Examination['missingTools'] {
  const toolchain = createRequire(import.meta.url)(join(packageRoot(), 'scripts/native-toolchain.cjs')) as {
    missingTools(): string[]
    packages: Readonly<Record<string, string>>
  }
  return toolchain.missingTools().map((name) => ({ name, install: toolchain.packages[name] ?? '' }))
}
