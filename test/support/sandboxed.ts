// Sandboxes in tests: with the probe in them, and bearing the marks by which leftovers are found.
import { join } from 'node:path'
import { type RunOptions, type SandboxOptions, type SandboxResult, sandbox } from '../../lib/index.ts'
import type { Bundle } from './bundle.ts'
import type { Report } from './report.ts'

export type Options = SandboxOptions & RunOptions

export const PROBE = '/probe'

/** What every sandbox of a test is given beside its own options. */
export const marked = (bundle: Bundle, { env, files, ...options }: Options = {}): Options => ({
  stateDir: bundle.stateDir,
  env: { LIBCONTAINER_TEST: bundle.marker, ...env },
  files: { [PROBE]: { bind: join(bundle.rootfs, 'bin/probe') }, ...files },
  ...options,
})

export const runIn = (bundle: Bundle, args: readonly string[], options?: Options): Promise<SandboxResult> =>
  sandbox.run(args[0] ?? '', args.slice(1), marked(bundle, options))

/** What the probe finds inside. */
export async function lookInside(bundle: Bundle, options?: Options, paths: readonly string[] = []): Promise<Report> {
  const { stdout } = await runIn(bundle, [PROBE, 'report', ...paths], options)
  return JSON.parse(stdout) as Report
}
