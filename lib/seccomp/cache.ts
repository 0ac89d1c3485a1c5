// Compiled profiles, remembered by their content; the default one from when the library was built.
import type { Seccomp, SeccompArg, SeccompRule } from '../config/types.ts'
import type { ArchName } from './arch.ts'
import { compileSeccomp, type Filter } from './compile.ts'
import { DEFAULT_FILTERS } from './default-filter.gen.ts'
import { plainDefault } from './default-profile.ts'

export type CompiledFilter = Pick<Filter, 'words' | 'unknown'>

interface Remembered {
  /** A copy, since whose the profile is may change it. */
  readonly profile: Seccomp
  readonly native: ArchName
  readonly filter: CompiledFilter
}

/** Programs start many containers with few profiles. */
const MOST_REMEMBERED = 16
/** The oldest first. */
const remembered: Remembered[] = []

/**
 * {@link compileSeccomp}, or what it said of an equal profile before.
 * @throws ContainerError as it does
 */
export function compileOnce(profile: Seccomp, native: ArchName): CompiledFilter {
  for (const known of remembered) {
    if (known.native === native && isSameProfile(known.profile, profile)) return known.filter
  }
  const filter = compiledAhead(profile, native) ?? compileSeccomp(profile, native)
  if (remembered.length === MOST_REMEMBERED) remembered.shift()
  remembered.push({ profile: structuredClone(profile), native, filter })
  return filter
}

/**
 * The first compilation in a process is of code that the engine has not compiled either, and takes longer than a container
 * to start. Most profiles are the default one.
 */
function compiledAhead(profile: Seccomp, native: ArchName): CompiledFilter | undefined {
  if (native !== 'x86_64' && native !== 'aarch64') return undefined
  const { rules, words, unknown } = DEFAULT_FILTERS[native]
  // Making the profile takes longer than to see that most others are not it.
  if (profile.syscalls?.length !== rules) return undefined
  return isSameProfile(plainDefault(native), profile) ? { words, unknown } : undefined
}

/** Whether one program is for both. Comparing is several times faster than making a key of hundreds of names. */
function isSameProfile(one: Seccomp, other: Seccomp): boolean {
  return (
    one.defaultAction === other.defaultAction &&
    one.defaultErrnoRet === other.defaultErrnoRet &&
    isSameList(one.architectures, other.architectures, isIdentical) &&
    isSameList(one.syscalls, other.syscalls, isSameRule)
  )
}

const isSameRule = (one: SeccompRule, other: SeccompRule): boolean =>
  one.action === other.action &&
  one.errnoRet === other.errnoRet &&
  isSameList(one.names, other.names, isIdentical) &&
  isSameList(one.args, other.args, isSameCondition)

const isSameCondition = (one: SeccompArg, other: SeccompArg): boolean =>
  one.index === other.index && one.op === other.op && one.value === other.value && one.valueTwo === other.valueTwo

const isIdentical = (one: string, other: string): boolean => one === other

/** An empty list says what none says. */
function isSameList<T>(one: readonly T[] = [], other: readonly T[] = [], isSame: (a: T, b: T) => boolean): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (!isSame(one[at] as T, other[at] as T)) return false
  return true
}
