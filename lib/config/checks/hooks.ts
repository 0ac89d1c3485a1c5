// Hooks (config.md, POSIX-platform hooks).
import type { Findings } from '../findings.ts'
import { pathFault } from '../paths.ts'
import type { Config, Hooks } from '../types.ts'
import type { Area } from './area.ts'
import { checkEnvironment } from './process.ts'

const KINDS: ReadonlyArray<keyof Hooks> = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
]

function checkHooks({ hooks }: Config, findings: Findings): void {
  if (hooks === undefined) return
  for (const kind of KINDS) {
    hooks[kind]?.forEach(({ path, env = [] }, index) => {
      const at = `/hooks/${kind}/${index}`
      const fault = pathFault(path)
      if (fault !== undefined) findings.problem(`${at}/path`, fault)
      checkEnvironment(env, `${at}/env`, findings)
    })
  }
}

export const HOOK_AREAS: readonly Area[] = [{ reads: ['/hooks'], check: checkHooks }]
