// Starts pasta and slirp4netns, and tells when they have connected a container. Effects.
import { once } from 'node:events'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { createConnection, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Exit, type Fd, NULL_DEVICE, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { isSystemError, systemFailure } from '../failures.ts'
import { runProgram } from '../program.ts'
import type { NetworkContext } from './host.ts'
import {
  type NamespacePaths,
  pastaArguments,
  slirpArguments,
  slirpRefusal,
  slirpRequests,
  type UserModeFiles,
  type UserModePlan,
} from './user-mode-plan.ts'

export interface HelperStart {
  readonly file: string
  readonly plan: UserModePlan
  readonly paths: NamespacePaths
  readonly files: UserModeFiles
  /** The container's first process. */
  readonly pid: number
  readonly context: NetworkContext
  readonly signal: AbortSignal | undefined
}

/** Milliseconds for connecting a container. */
const START_TIMEOUT = 30_000

/** @returns its pid: what goes on is a child of what was started */
export async function startPasta({ file, plan, paths, files, context, signal }: HelperStart): Promise<number> {
  const isRoot = process.geteuid?.() === 0
  const { exit, timedOut, output } = await runProgram({
    path: file,
    args: pastaArguments(plan, paths, files, isRoot),
    env: [],
    timeout: START_TIMEOUT,
    signal,
  })
  signal?.throwIfAborted()
  if (timedOut) throw overdue(plan, context)
  if (exit?.exitCode !== 0) throw refusal(plan, output || (await endOf(files.log)) || endingOf(exit), context)
  return Number(await readFile(files.pid, 'latin1'))
}

const overdue = ({ program }: UserModePlan, context: NetworkContext): ContainerError =>
  new ContainerError({
    code: 'ERR_TIMEOUT',
    ...context,
    op: program,
    message: `the container was not connected within ${START_TIMEOUT / 1000} s`,
  })

function refusal({ program }: UserModePlan, message: string, context: NetworkContext): ContainerError {
  const [, hint] = HINTS.find(([words]) => words.test(message)) ?? []
  return new ContainerError({ code: 'ERR_SYSTEM', ...context, op: program, message, hint })
}

const HINTS: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /routable interface/i,
    'pasta takes its addresses from an interface of the host with a default route: there is none',
  ],
  [/bind|add_hostfwd|port/i, 'a port of the host is in use, or below net.ipv4.ip_unprivileged_port_start'],
  [/tun/i, 'it needs /dev/net/tun'],
]

const endingOf = (exit: Exit | null): string => `it ended with ${JSON.stringify(exit && { ...exit, usage: undefined })}`

async function endOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).slice(-1024).trim()
}

/** @returns its pid; it ends by itself when the container has ended, where a pidfd says so (Linux 6.9) */
export async function startSlirp(start: HelperStart): Promise<number> {
  const { plan, files, context, signal } = start
  // sun_path of struct sockaddr_un has room for so many bytes.
  if (plan.ports.length > 0 && Buffer.byteLength(files.socket) > 107) {
    const message = `the path of its socket is too long: ${files.socket}`
    throw new ContainerError({
      code: 'ERR_INVALID_CONFIG',
      ...context,
      op: plan.program,
      message,
      hint: 'name a directory with a shorter path',
    })
  }
  signal?.throwIfAborted()
  const log = await open(files.log, 'w', 0o600)
  try {
    const helper = await spawnSlirp(start, log)
    try {
      await untilReady(helper, start)
      for (const request of slirpRequests(plan)) await ask(request, start)
      return helper.pid
    } catch (cause) {
      kill(helper)
      throw cause
    } finally {
      helper.ready.destroy()
      // Its end is seen whenever it comes; nobody's event loop is kept alive for it.
      helper.unwatch(false)
    }
  } catch (cause) {
    throw isSystemError(cause) ? systemFailure(cause, { ...context, op: plan.program }) : cause
  } finally {
    await log.close()
  }
}

interface Spawned {
  readonly pid: number
  readonly pidfd: Fd
  readonly ready: Socket
  readonly ended: Promise<Exit | null>
  readonly isEnded: () => boolean
  readonly unwatch: (holdsLoop?: boolean) => void
}

async function spawnSlirp({ file, plan, paths, files, pid }: HelperStart, log: FileHandle): Promise<Spawned> {
  const held: Fd[] = []
  try {
    const container = native().pidfdOpen(pid)
    held.push(container)
    const [reading, writing] = native().pipe()
    held.push(reading, writing)
    const args = slirpArguments(plan, paths, files)
    const fds = [NULL_DEVICE, log.fd, log.fd, writing, container]
    const spawned = await native().spawn({ path: file, args, env: [], fds, session: true })
    held.splice(held.indexOf(reading), 1)
    return { ...spawned, ready: new Socket({ fd: reading, readable: true, writable: false }), ...watch(spawned.pidfd) }
  } finally {
    for (const fd of held) native().close(fd)
  }
}

function watch(pidfd: Fd): Pick<Spawned, 'ended' | 'isEnded' | 'unwatch'> {
  let over = false
  let unwatch: Spawned['unwatch'] = () => {}
  const ended = new Promise<Exit | null>((resolve) => {
    unwatch = native().watchExit(pidfd, (exit) => {
      over = true
      native().close(pidfd)
      resolve(exit)
    })
  })
  return { ended, unwatch, isEnded: () => over }
}

/** It writes once, or closes what it would write to as it ends. */
async function untilReady({ ready, ended }: Spawned, { plan, files, context, signal }: HelperStart): Promise<void> {
  const aborting = signal === undefined ? {} : { signal }
  const limit = setTimeout(() => ready.destroy(overdue(plan, context)), START_TIMEOUT)
  try {
    const said = await Promise.race([once(ready, 'data', aborting), once(ready, 'end', aborting)])
    if (said.length > 0) return
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause
  } finally {
    clearTimeout(limit)
  }
  const exit = await ended
  throw refusal(plan, (await endOf(files.log)) || endingOf(exit), context)
}

/** One request a connection: it answers when the end of it is there. */
async function ask(request: string, { plan, files, context, signal }: HelperStart): Promise<void> {
  const socket = createConnection({ path: files.socket, ...(signal === undefined ? {} : { signal }) })
  socket.setTimeout(START_TIMEOUT, () => socket.destroy(overdue(plan, context)))
  socket.end(request)
  const refused = slirpRefusal(await text(socket))
  signal?.throwIfAborted()
  if (refused !== undefined) throw refusal(plan, `${refused}: ${request}`, context)
}

function kill({ pidfd, isEnded }: Spawned): void {
  if (!isEnded()) native().pidfdSendSignal(pidfd, 9)
}
