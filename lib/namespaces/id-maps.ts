// Maps ids of a user namespace through newuidmap and newgidmap, for users who may not do it themselves. Effects.
import { ContainerError } from '../errors.ts'
import { runProgram } from '../program.ts'

/** They look up a user, which may take a directory service, and write one file. Milliseconds. */
const TIME_LIMIT = 30_000

/**
 * Runs the set-uid helpers of package uidmap on a process that waits for its maps.
 * @param signal aborting it rejects with its reason
 * @throws ContainerError ERR_SYSTEM, ERR_TIMEOUT
 */
export async function mapIdsByHelper(
  pid: number,
  helper: { readonly uid: readonly string[]; readonly gid: readonly string[] },
  operation: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [program = '', ...ranges] of [helper.uid, helper.gid]) {
    await runMapper(program, [String(pid), ...ranges], operation, id, signal)
  }
}

async function runMapper(
  path: string,
  args: readonly string[],
  operation: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { exit, timedOut, output } = await runProgram({
    path,
    args: [path, ...args],
    env: [],
    timeout: TIME_LIMIT,
    signal,
  })
  signal?.throwIfAborted()
  if (exit?.exitCode === 0) return
  const command = `${path} ${args.join(' ')}`
  if (timedOut) {
    const message = `${command} did not end within ${TIME_LIMIT / 1000} s`
    throw new ContainerError({ code: 'ERR_TIMEOUT', operation, id, message })
  }
  throw new ContainerError({
    code: 'ERR_SYSTEM',
    operation,
    id,
    message: `${command}: ${output}`,
    hint: 'the ranges must lie within this user’s entries in /etc/subuid and /etc/subgid, and the program be set-uid root',
  })
}
