// The environment of a process: of two entries of one name the last, and a home directory.
import type { Op } from '../plan/ops.ts'

/** Without the entries that a later one of the same name overrides. Programs differ in which of two they take. */
export function lastOfEach(env: readonly string[]): readonly string[] {
  const byName = new Map<string, string>()
  for (const entry of env) {
    const name = nameOf(entry)
    byName.delete(name)
    byName.set(name, entry)
  }
  return byName.size === env.length ? env : [...byName.values()]
}

function nameOf(entry: string): string {
  const equals = entry.indexOf('=')
  return equals === -1 ? entry : entry.slice(0, equals)
}

/** The value of a name; empty when there is none. */
export function lookUp(env: readonly string[], name: string): string {
  const start = `${name}=`
  return env.find((entry) => entry.startsWith(start))?.slice(start.length) ?? ''
}

/**
 * Socket activation's convention (sd_listen_fds(3)): how many descriptors are passed, whose they are, and what they are
 * called. Whatever the document says of these is about somebody else's.
 */
export function planListenFds(
  env: readonly string[],
  count: number,
  names: readonly string[] | undefined,
): { readonly env: readonly string[]; readonly ops: Op[] } {
  if (names === undefined) return { env, ops: [] }
  const others = env.filter((entry) => !/^LISTEN_(FDS|PID|FDNAMES)(=|$)/.test(entry))
  const called = names.length === 0 ? [] : [`LISTEN_FDNAMES=${names.join(':')}`]
  return { env: [...others, `LISTEN_FDS=${count}`, ...called], ops: [{ op: 'findListenPid' }] }
}

/** HOME is the user's in the container, unless the document says what it is; an empty one says nothing. */
export function planHome(env: readonly string[], uid: number): { readonly env: readonly string[]; readonly ops: Op[] } {
  if (lookUp(env, 'HOME') !== '') return { env, ops: [] }
  return { env: env.filter((entry) => nameOf(entry) !== 'HOME'), ops: [{ op: 'findHome', uid }] }
}
