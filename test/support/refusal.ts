// A configuration that must be refused: by create and run alike.
import { expect } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions, isContainerError } from '../../lib/index.ts'
import { type Bundle, probeConfig } from './bundle.ts'

export type Loose = Record<string, unknown>

export interface Expected {
  readonly code: string
  /** JSON Pointer of the problem. */
  readonly path?: string
  readonly op?: string
  readonly errno?: string
  readonly text?: string | RegExp
}

/** Both operations must refuse it, and both alike. What is left or damaged is found out after each test. */
export async function expectRefusal(
  bundle: Bundle,
  config: unknown,
  expected: Expected,
  options: CreateOptions = {},
): Promise<void> {
  for (const operation of ['create', 'run'] as const) {
    const id = bundle.newId()
    const error = await Container[operation](id, config as Config, { stateDir: bundle.stateDir, ...options }).then(
      (container) => container.delete({ force: true }).then(() => 'it was accepted'),
      (cause: unknown) => cause,
    )
    if (!isContainerError(error)) expect.fail(`${operation}: ${String(error)}`)
    const { path, text, ...rest } = expected
    expect(error).toMatchObject(rest)
    if (path !== undefined) expect(error.problems.map((problem) => problem.path)).toContain(path)
    if (text !== undefined) expect(error.message).toMatch(text)
  }
}

/** The template, and ways to spoil it. */
export function variants(bundle: Bundle) {
  const template = (args: readonly string[] = ['exit', '0']) => probeConfig(bundle, args)
  const withProcess = (process: Loose) => ({ ...template(), process: { ...template().process, ...process } })
  const withLinux = (linux: Loose) => ({ ...template(), linux: { ...template().linux, ...linux } })
  const withNamespaces = (...more: Loose[]) =>
    withLinux({ namespaces: [...(template().linux?.namespaces ?? []), ...more] })
  return { template, withProcess, withLinux, withNamespaces }
}
