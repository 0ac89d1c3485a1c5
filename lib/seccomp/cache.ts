// Compiled profiles, remembered by their content.
import type { Seccomp } from '../config/types.ts'
import type { ArchName } from './arch.ts'
import { compileSeccomp, type Filter } from './compile.ts'

/** Programs start many containers with few profiles. */
const MOST_REMEMBERED = 16
const remembered = new Map<string, Filter>()

/**
 * {@link compileSeccomp}, or what it said of an equal profile before.
 * @throws ContainerError as it does
 */
export function compileOnce(profile: Seccomp, native: ArchName): Filter {
  const key = profileKey(profile, native)
  const known = remembered.get(key)
  if (known !== undefined) return known
  const filter = compileSeccomp(profile, native)
  if (remembered.size === MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
  remembered.set(key, filter)
  return filter
}

/** All that the program depends on. Names come from a document and may hold anything, separators too. */
function profileKey(profile: Seccomp, native: ArchName): string {
  const { defaultAction, defaultErrnoRet, architectures = [], syscalls = [] } = profile
  let key = `${native} ${defaultAction} ${defaultErrnoRet} ${architectures}`
  for (const { names, action, errnoRet, args = [] } of syscalls) {
    key += `\n${action} ${errnoRet} ${JSON.stringify(names)}`
    for (const { index, op, value, valueTwo } of args) key += ` ${index} ${op} ${value} ${valueTwo}`
  }
  return key
}
