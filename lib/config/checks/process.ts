// The process: program, environment, working directory, identity (config.md, Process).
import { type Findings, quote } from '../findings.ts'
import { pathFault } from '../paths.ts'
import { findNamespace, isMapped } from '../queries.ts'
import type { Config } from '../types.ts'
import type { Area } from './area.ts'

/** To the kernel an id of 2^32 − 1 means "leave as it is" (setresuid(2)). */
const NO_ID = 0xffff_ffff

function checkArguments({ process }: Config, findings: Findings): void {
  if (process === undefined) return
  const { args = [] } = process
  if (args.length === 0) findings.problem('/process/args', 'must have at least the program to run')
  else if (args[0] === '') findings.problem('/process/args/0', 'must be the program to run, is empty')
}

function checkDirectory({ process }: Config, findings: Findings): void {
  const fault = process === undefined ? undefined : pathFault(process.cwd)
  if (fault !== undefined) findings.problem('/process/cwd', fault)
}

function checkNumbers({ process }: Config, findings: Findings): void {
  const { oomScoreAdj = 0, consoleSize } = process ?? {}
  if (oomScoreAdj < -1000 || oomScoreAdj > 1000) {
    findings.problem('/process/oomScoreAdj', `must be from -1000 to 1000, is ${oomScoreAdj}`)
  }
  for (const key of ['height', 'width'] as const) {
    if ((consoleSize?.[key] ?? 0) > 0xffff) findings.problem(`/process/consoleSize/${key}`, 'must be at most 65535')
  }
}

/** The environment of a process or hook (environ(7)). */
export function checkEnvironment(env: readonly string[], at: string, findings: Findings): void {
  env.forEach((entry, index) => {
    const equals = entry.indexOf('=')
    if (equals > 0) return
    const wrong = equals === 0 ? 'has no name' : 'has no "="'
    findings.problem(`${at}/${index}`, `must be NAME=value; ${quote(entry)} ${wrong}`)
  })
}

function checkUser(config: Config, findings: Findings): void {
  const user = config.process?.user
  if (user === undefined) return
  const at = '/process/user'
  const { uidMappings = [], gidMappings = [] } = config.linux ?? {}
  const mapped = findNamespace(config, 'user') !== undefined
  const check = (id: number, key: 'uid' | 'gid', path: string): void => {
    const mappings = key === 'uid' ? uidMappings : gidMappings
    if (id === NO_ID) findings.problem(path, `must be at most ${NO_ID - 1}: the kernel takes ${NO_ID} for none`)
    else if (mapped && mappings.length > 0 && !isMapped(mappings, id)) {
      findings.problem(path, `must be an id that /linux/${key}Mappings has, is ${id}`)
    }
  }
  check(user.uid ?? 0, 'uid', `${at}/uid`)
  check(user.gid ?? 0, 'gid', `${at}/gid`)
  for (const [index, gid] of (user.additionalGids ?? []).entries()) check(gid, 'gid', `${at}/additionalGids/${index}`)
  if ((user.umask ?? 0) > 0o777) findings.problem(`${at}/umask`, 'must be at most 511 (0o777)')
}

export const PROCESS_AREAS: readonly Area[] = [
  { reads: ['/process/args'], check: checkArguments },
  { reads: ['/process/cwd'], check: checkDirectory },
  {
    reads: ['/process/env'],
    check: ({ process }, findings) => checkEnvironment(process?.env ?? [], '/process/env', findings),
  },
  { reads: ['/process/oomScoreAdj', '/process/consoleSize'], check: checkNumbers },
  {
    reads: ['/process/user', '/linux/namespaces', '/linux/uidMappings', '/linux/gidMappings'],
    check: checkUser,
  },
]
