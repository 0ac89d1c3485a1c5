// Where networks are recorded: `<directory>/<name>/` with network.json, and the hosts and resolv.conf that the containers
// of the network see. One lock for all. Effects.
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BatchCall, native, result } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { AT_FDCWD, LOCK_EX, LOCK_NB, O_CREAT, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../kernel.ts'
import type { NetworkContext } from './host.ts'
import { hostsText, type NetworkState, resolverText } from './leases.ts'

export const DEFAULT_DIRECTORY = '/run/libcontainer-networks'

const NETWORK_FILE = 'network.json'
export const hostsFile = (directory: string, name: string): string => path.join(directory, name, 'hosts')
export const resolverFile = (directory: string, name: string): string => path.join(directory, name, 'resolv.conf')

/** Many containers may be created at once, and each holds the lock for some milliseconds. */
const LOCK_TIMEOUT = 60_000

/** Who of this process is in line, by directory: only the first asks the kernel for the lock. */
const lines = new Map<string, Promise<unknown>>()

/**
 * Runs `action` while nobody else on this machine changes networks.
 * @throws ContainerError ERR_BUSY
 */
export async function withNetworks<T>(
  directory: string,
  context: NetworkContext,
  action: () => Promise<T>,
): Promise<T> {
  const before = lines.get(directory) ?? Promise.resolve()
  const turn = before.then(() => lockAndRun(directory, context, action))
  const settled = turn.catch(() => {})
  lines.set(directory, settled)
  void settled.then(() => {
    if (lines.get(directory) === settled) lines.delete(directory)
  })
  return turn
}

async function lockAndRun<T>(directory: string, context: NetworkContext, action: () => Promise<T>): Promise<T> {
  const lock = await takeLock(directory, context)
  try {
    return await action()
  } finally {
    native().close(lock)
  }
}

async function takeLock(directory: string, context: NetworkContext): Promise<number> {
  const deadline = performance.now() + LOCK_TIMEOUT
  const file = path.join(directory, 'lock')
  for (let wait = 1; ; wait = Math.min(2 * wait, 20)) {
    try {
      const [fd] = await native().batch([
        {
          call: 'openat2',
          dir: AT_FDCWD,
          path: file,
          flags: O_CREAT | O_RDWR | O_NOFOLLOW,
          mode: 0o600,
          resolve: 0,
        },
        { call: 'flock', fd: result(0), operation: LOCK_EX | LOCK_NB },
      ])
      return Number(fd)
    } catch (cause) {
      if (performance.now() > deadline) throw busy(directory, context, cause)
      if (hasErrno(cause, 'ENOENT')) await mkdir(directory, { recursive: true, mode: 0o755 })
      else if (hasErrno(cause, 'EAGAIN', 'EWOULDBLOCK')) await delay(wait)
      else throw systemFailure(cause, { ...context, path: file })
    }
  }
}

function busy(directory: string, context: NetworkContext, cause: unknown): ContainerError {
  const message = `another process has been changing the networks of ${directory} for ${LOCK_TIMEOUT / 1000} s`
  return new ContainerError({ code: 'ERR_BUSY', ...context, message, cause })
}

/** Null when there is no such network. With the lock held. */
export async function readNetwork(
  directory: string,
  name: string,
  context: NetworkContext,
): Promise<NetworkState | null> {
  const file = path.join(directory, name, NETWORK_FILE)
  const text = await readWhole(file, context)
  if (text === null) return null
  try {
    const state = JSON.parse(text) as NetworkState
    if (state.version !== 1 || state.settings.name !== name || !Array.isArray(state.leases))
      throw new Error('it is not ours')
    return state
  } catch (cause) {
    throw new ContainerError({
      code: 'ERR_STATE_CORRUPT',
      ...context,
      message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: `delete the containers of the network, then ${path.dirname(file)}`,
      cause,
    })
  }
}

/** Room for the record of a network with 65 536 containers. */
const LONGEST_RECORD = 64 << 20

/** One hop, where node:fs takes four. Null when there is no such file. */
async function readWhole(path: string, context: NetworkContext): Promise<string | null> {
  const calls: BatchCall[] = [
    { call: 'openat2', dir: AT_FDCWD, path, flags: O_RDONLY | O_NOFOLLOW, mode: 0, resolve: 0 },
    { call: 'read', fd: result(0), limit: LONGEST_RECORD },
    { call: 'close', fd: result(0) },
  ]
  return native()
    .batch(calls)
    .then(
      ([, text]) => String(text),
      (cause: unknown) => {
        if (hasErrno(cause, 'ENOENT', 'ENOTDIR')) return null
        throw systemFailure(cause, { ...context, path })
      },
    )
}

/** Names of all networks. With the lock held. */
export async function listNetworks(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

/** Makes what containers mount before there is one. With the lock held. */
export async function makeNetworkFiles(directory: string, state: NetworkState): Promise<void> {
  const { name, dns } = state.settings
  await mkdir(path.join(directory, name), { recursive: true, mode: 0o755 })
  // What a removal that was cut short has left could be longer.
  await rm(hostsFile(directory, name), { force: true })
  const host = await readFile('/etc/resolv.conf', 'utf8').catch(() => '')
  await writeFile(resolverFile(directory, name), resolverText(host, dns), { mode: 0o644 })
  await writeNetwork(directory, state)
}

/** Replaces the record whole, and writes the names into the file that containers have mounted. With the lock held. */
export async function writeNetwork(directory: string, state: NetworkState, before?: NetworkState): Promise<void> {
  const hosts = Buffer.from(hostsText(state))
  const grows = before === undefined || Buffer.byteLength(hostsText(before)) <= hosts.length
  const calls = writeRecordCalls(directory, state)
  if (grows) calls.push(...writeHostsCalls(directory, state, hosts, calls.length))
  // Before the record: whoever is killed in between must not leave a file that is longer than the record says.
  else await writeHosts(directory, state, hosts)
  await native().batch(calls)
}

function writeRecordCalls(directory: string, state: NetworkState): BatchCall[] {
  const file = path.join(directory, state.settings.name, NETWORK_FILE)
  const flags = O_CREAT | O_WRONLY | O_TRUNC | O_NOFOLLOW
  return [
    { call: 'openat2', dir: AT_FDCWD, path: `${file}.new`, flags, mode: 0o600, resolve: 0 },
    { call: 'write', fd: result(0), data: `${JSON.stringify(state)}\n` },
    { call: 'close', fd: result(0) },
    { call: 'renameat', dir: AT_FDCWD, path: `${file}.new`, newDir: AT_FDCWD, newPath: file },
  ]
}

/** Over what is there, which is no longer. */
function writeHostsCalls(directory: string, { settings }: NetworkState, text: Buffer, base: number): BatchCall[] {
  const flags = O_CREAT | O_WRONLY | O_NOFOLLOW
  return [
    { call: 'openat2', dir: AT_FDCWD, path: hostsFile(directory, settings.name), flags, mode: 0o644, resolve: 0 },
    { call: 'write', fd: result(base), data: text },
    { call: 'close', fd: result(base) },
  ]
}

/** A mount is of the file, not of its name: it must stay the same file. One write, so that nobody reads half a line. */
async function writeHosts(directory: string, state: NetworkState, text: Buffer): Promise<void> {
  const hosts = await open(
    hostsFile(directory, state.settings.name),
    constants.O_RDWR | constants.O_CREAT | O_NOFOLLOW,
    0o644,
  )
  try {
    await hosts.write(text, 0, text.length, 0)
    await hosts.truncate(text.length)
  } finally {
    await hosts.close()
  }
}

/** With the lock held. */
export async function removeNetworkFiles(directory: string, name: string): Promise<void> {
  await rm(path.join(directory, name), { recursive: true, force: true })
}
