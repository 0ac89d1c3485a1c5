// Maps ids of a user namespace through newuidmap and newgidmap, for users who may not do it themselves. Effects.
import { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Exit, type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'

/** Runs the set-uid helpers of package uidmap on a process that waits for its maps. */
export async function mapIdsByHelper(
  pid: number,
  helper: { readonly uid: readonly string[]; readonly gid: readonly string[] },
  operation: string,
  id: string,
): Promise<void> {
  for (const [program = '', ...ranges] of [helper.uid, helper.gid]) {
    await runMapper(program, [String(pid), ...ranges], operation, id)
  }
}

async function runMapper(program: string, args: readonly string[], operation: string, id: string): Promise<void> {
  const [readEnd, writeEnd] = native().pipe()
  const output = text(new Socket({ fd: readEnd, readable: true, writable: false }))
  const spawned = native().spawn({ path: program, args: [program, ...args], env: [], fds: [-1, writeEnd, writeEnd] })
  const exit = await spawned.then(({ pidfd }) => untilExit(pidfd)).finally(() => native().close(writeEnd))
  const said = await output
  if (exit?.exitCode === 0) return
  throw new ContainerError({
    code: 'ERR_SYSTEM',
    operation,
    id,
    message: `${program} ${args.join(' ')}: ${said.trim()}`,
    hint: 'the ranges must lie within this user’s entries in /etc/subuid and /etc/subgid, and the program be set-uid root',
  })
}

function untilExit(pidfd: Fd): Promise<Exit | null> {
  return new Promise((resolve) => {
    native().watchExit(pidfd, (exit) => {
      native().close(pidfd)
      resolve(exit)
    })
  })
}
