// The fs driver: makes, kills and removes a container's own cgroup by plain files of cgroup2. Effects.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BatchCall, native, result } from '../addon.ts'
import { isContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_WRONLY } from '../kernel.ts'
import { below, type Cgroup, CONFINED, openRootCalls, ROOT_CALLS, removeCgroupCalls } from './calls.ts'

let delegated: Promise<readonly string[]> | undefined

/** Files of a cgroup that go to whoever it is delegated to, as this kernel says. */
export function delegatedFiles(): Promise<readonly string[]> {
  delegated ??= readFile('/sys/kernel/cgroup/delegate', 'latin1').then(
    (text) => text.split('\n').filter(Boolean),
    () => ['cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'],
  )
  return delegated
}

/** Removes what {@link createCgroupCalls} had made before its call number `failed` failed. */
export async function takeBackCgroup(cgroup: Cgroup, parents: readonly string[], failed: number): Promise<void> {
  const made = [...parents, cgroup.path].slice(0, Math.max(0, failed - ROOT_CALLS))
  for (const each of made.toReversed()) {
    await removeOne(cgroup.root, path.join(cgroup.root, each)).catch(ignore('EBUSY', 'ENOTEMPTY'))
  }
}

/** Ends every process in the cgroup and below it, frozen or not, forking or not (cgroup.kill, Linux 5.14). */
export async function killCgroup(cgroup: Cgroup, operation: string, id: string): Promise<void> {
  await writeCgroupFile(cgroup, 'cgroup.kill', '1', operation, id).catch(ignoreMissing)
}

function ignoreMissing(cause: unknown): void {
  if (!(isContainerError(cause) && cause.errno === 'ENOENT')) throw cause
}

/**
 * Writes one of the cgroup's own files.
 * @throws ContainerError ERR_SYSTEM
 */
export async function writeCgroupFile(
  cgroup: Cgroup,
  file: string,
  data: string,
  operation: string,
  id: string,
): Promise<void> {
  const calls: BatchCall[] = [
    ...openRootCalls(cgroup, 0),
    {
      call: 'openat2',
      dir: result(0),
      path: `${below(cgroup.path)}/${file}`,
      flags: O_WRONLY,
      mode: 0,
      resolve: CONFINED,
    },
    { call: 'write', fd: result(2), data },
    { call: 'close', fd: result(2) },
    { call: 'close', fd: result(0) },
  ]
  await native()
    .batch(calls)
    .catch((cause: unknown) => {
      throw systemFailure(cause, { operation, id, path: path.join(cgroup.root, cgroup.path, file) })
    })
}

/** Process ids in the cgroup and below it, as this process sees them. */
export async function listCgroupProcesses(cgroup: Cgroup): Promise<number[]> {
  const pids: number[] = []
  for (const directory of await listCgroupTree(cgroup)) {
    const text = await readFile(path.join(directory, 'cgroup.procs'), 'latin1').catch(ignore('ENOENT', 'ENODEV'))
    // A process that this one's pid namespace does not have reads as 0.
    pids.push(
      ...(text ?? '')
        .split('\n')
        .map(Number)
        .filter((pid) => pid > 0),
    )
  }
  return pids
}

/** Whether no process is in the cgroup or below it. */
export async function isCgroupEmpty(cgroup: Cgroup): Promise<boolean> {
  return (await listCgroupProcesses(cgroup)).length === 0
}

const REMOVE_ATTEMPTS = 12

/**
 * Removes the cgroup, those below it, and those of `parents` that have become empty. Processes that were just killed
 * may take a moment to leave it.
 * @throws ContainerError ERR_SYSTEM, EBUSY when there are processes in it still
 */
export async function removeCgroup(
  cgroup: Cgroup,
  parents: readonly string[],
  operation: string,
  id: string,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      for (const directory of (await listCgroupTree(cgroup)).reverse()) await removeOne(cgroup.root, directory)
      break
    } catch (cause) {
      if (!hasErrno(cause, 'EBUSY', 'ENOTEMPTY') || attempt === REMOVE_ATTEMPTS) throw stillBusy(cause, operation, id)
      await delay(2 ** attempt)
    }
  }
  // A parent that somebody else has come to use stays.
  for (const parent of parents.toReversed()) {
    await removeOne(cgroup.root, path.join(cgroup.root, parent)).catch(ignore('EBUSY', 'ENOTEMPTY'))
  }
}

function stillBusy(cause: unknown, operation: string, id: string): unknown {
  return systemFailure(cause, {
    operation,
    id,
    hint: 'a process in the cgroup does not end, e.g. one in uninterruptible sleep: see its cgroup.procs',
  })
}

async function removeOne(root: string, directory: string): Promise<void> {
  const calls = removeCgroupCalls(root, path.relative(root, directory), 0)
  await native().batch(calls).catch(ignore('ENOENT'))
}

/** The cgroup's directory and all below it, parents first. */
async function listCgroupTree(cgroup: Cgroup): Promise<string[]> {
  const found = [path.join(cgroup.root, cgroup.path)]
  for (const directory of found) {
    const entries = (await readdir(directory, { withFileTypes: true }).catch(ignore('ENOENT', 'ENODEV'))) ?? []
    for (const entry of entries) if (entry.isDirectory()) found.push(path.join(directory, entry.name))
  }
  return found
}

function ignore(...errnos: string[]): (cause: unknown) => undefined {
  return (cause) => {
    if (!hasErrno(cause, ...errnos)) throw cause
  }
}
