// Freezes and thaws a container's cgroup, and waits until the kernel says that it is done. Effects.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import { O_RDONLY } from '../kernel.ts'
import type { Cgroup } from './calls.ts'
import { writeCgroupFile } from './fs.ts'

/** How long the kernel may take, in milliseconds: a process in uninterruptible sleep cannot be frozen. */
const FREEZE_TIMEOUT = 10_000

/** What cgroup.events says (cgroups(7)); false when it says nothing of it. */
export const isFrozenText = (events: string): boolean => /^frozen 1$/m.test(events)

/** Whether every process of the cgroup is frozen, by its own doing or a parent's. False when it is not there. */
export function isFrozen(cgroup: Cgroup): boolean {
  try {
    return isFrozenText(readFileSync(eventsFile(cgroup), 'latin1'))
  } catch {
    return false
  }
}

/**
 * Freezes or thaws all processes of the cgroup and waits until they are. Freezing that takes too long, or is aborted, is
 * taken back.
 * @throws ContainerError ERR_TIMEOUT, ERR_WRONG_STATUS when a parent keeps it frozen, ERR_SYSTEM
 */
export async function setFrozen(
  cgroup: Cgroup,
  frozen: boolean,
  operation: string,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await writeCgroupFile(cgroup, 'cgroup.freeze', frozen ? '1' : '0', operation, id)
  if (!frozen) await expectThawingParents(cgroup, operation, id)
  if (await reaches(cgroup, frozen, operation, id, signal)) return
  if (frozen) await writeCgroupFile(cgroup, 'cgroup.freeze', '0', operation, id)
  signal?.throwIfAborted()
  throw new ContainerError({
    code: 'ERR_TIMEOUT',
    operation,
    id,
    message: `the processes of ${cgroup.path} are not ${frozen ? 'frozen' : 'thawed'} after ${FREEZE_TIMEOUT / 1000} s`,
    hint: 'one is in uninterruptible sleep: see /proc/PID/stack and the state of its filesystems',
  })
}

/** Whether it comes to be so within the time limit. The kernel tells of each change. */
async function reaches(
  cgroup: Cgroup,
  frozen: boolean,
  operation: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let events: Fd
  try {
    events = native().open(eventsFile(cgroup), O_RDONLY)
  } catch (cause) {
    throw systemFailure(cause, { operation, id })
  }
  try {
    return await new Promise<boolean>((resolve) => {
      const settle = (reached: boolean) => {
        clearTimeout(limit)
        signal?.removeEventListener('abort', abort)
        unwatch()
        resolve(reached)
      }
      const abort = () => settle(false)
      const limit = setTimeout(settle, FREEZE_TIMEOUT, false)
      signal?.addEventListener('abort', abort)
      const unwatch = native().watchFile(events, (text) => {
        // A cgroup that is gone has nothing left to freeze.
        if (text === null || isFrozenText(text.toString('latin1')) === frozen) settle(true)
      })
    })
  } finally {
    native().close(events)
  }
}

/**
 * Calls back whenever the cgroup may have been frozen or thawed, by whomever.
 * @returns what ends that
 * @throws NativeError when it cannot be watched, ENOENT when it is gone
 */
export function watchFreezing(cgroup: Cgroup, onChange: () => void): () => void {
  const events = native().open(eventsFile(cgroup), O_RDONLY)
  try {
    const unwatch = native().watchFile(events, onChange)
    return () => {
      unwatch()
      native().close(events)
    }
  } catch (cause) {
    native().close(events)
    throw cause
  }
}

async function expectThawingParents(cgroup: Cgroup, operation: string, id: string): Promise<void> {
  const frozen = await frozenParent(cgroup)
  if (frozen === undefined) return
  throw new ContainerError({
    code: 'ERR_WRONG_STATUS',
    operation,
    id,
    message: `the cgroup ${frozen} is frozen, and all below it with it`,
    hint: `thaw it: echo 0 > ${path.join(cgroup.root, frozen, 'cgroup.freeze')}`,
  })
}

/**
 * The outermost parent of the cgroup that is frozen; undefined when none is. Nothing can be started below it: the
 * thread that starts a process would wait until it is thawed.
 */
export async function frozenParent(cgroup: Cgroup): Promise<string | undefined> {
  let frozen: string | undefined
  for (let parent = path.dirname(cgroup.path); parent !== '/'; parent = path.dirname(parent)) {
    const events = await readFile(eventsFile({ root: cgroup.root, path: parent }), 'latin1').catch(() => undefined)
    // One that is not there yet says nothing; above one that is not frozen, none is.
    if (events !== undefined && !isFrozenText(events)) break
    if (events !== undefined) frozen = parent
  }
  return frozen
}

const eventsFile = (cgroup: Cgroup): string => path.join(cgroup.root, cgroup.path, 'cgroup.events')
