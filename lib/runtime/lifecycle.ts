// What is done with a container that goes on: start, pause, resume. Each under its lock, so two programs may share one.
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BatchCall, type Fd, native, result } from '../addon.ts'
import { setFrozen } from '../cgroups/freezer.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_NOFOLLOW, O_NONBLOCK, O_WRONLY } from '../kernel.ts'
import { isAnother, notFound, type Target, withLock } from './lock.ts'
import { requireSetUp } from './set-up.ts'
import { cgroupOf, readRecord, readStatus, type StateRecord } from './state.ts'
import { GATE_FILE } from './state-directory.ts'
import { wrongStatus } from './status.ts'

/**
 * The record of a container whose creation is over: its creator holds the lock until then.
 * @throws ContainerError ERR_WRONG_STATUS when it was cut short
 */
export async function readMade(operation: string, target: Target): Promise<StateRecord> {
  return withLock(operation, target, async () => {
    const record = await readRecord(operation, target.stateDir, target.id)
    if (isAnother(target, record)) throw notFound(operation, target)
    requireSetUp(operation, record)
    return record
  })
}

/**
 * Opens the start gate and waits until init has let go of it: the program runs, or init died trying.
 * @param executed settles when the program runs, where init is this process's child
 */
export async function startContainer(target: Target, executed: Promise<void> | undefined): Promise<void> {
  await withLock('start', target, async (dir) => {
    const record = await readRecord('start', target.stateDir, target.id)
    if (isAnother(target, record)) throw notFound('start', target)
    const status = readStatus(target.stateDir, record)
    if (status !== 'created') throw wrongStatus('start', target.id, status, 'created')
    if (executed === undefined) requireSetUp('start', record)
    await openGate(target.id, dir)
    await (executed ?? gateReleased(target))
    await native()
      .batch([{ call: 'unlinkat', dir, path: GATE_FILE, flags: 0 }])
      .catch((cause: unknown) => {
        throw systemFailure(cause, { operation: 'start', id: target.id })
      })
  })
}

async function openGate(id: string, dir: Fd): Promise<void> {
  const flags = O_WRONLY | O_NONBLOCK | O_NOFOLLOW
  const calls: BatchCall[] = [
    { call: 'openat2', dir, path: GATE_FILE, flags, mode: 0, resolve: 0 },
    { call: 'write', fd: result(0), data: '0' },
    { call: 'close', fd: result(0) },
  ]
  await native()
    .batch(calls)
    .catch((cause: unknown) => {
      // Nobody reads it: init was killed since its status was asked for.
      if (hasErrno(cause, 'ENXIO', 'EPIPE')) throw wrongStatus('start', id, 'stopped', 'created')
      throw systemFailure(cause, { operation: 'start', id })
    })
}

/** Waits until nobody has the FIFO open for reading any more: init has executed the program, or is gone. */
async function gateReleased({ id, stateDir }: Target): Promise<void> {
  const gate = path.join(stateDir, id, GATE_FILE)
  for (let wait = 0.5; ; wait = Math.min(2 * wait, 20)) {
    try {
      native().close(native().open(gate, O_WRONLY | O_NONBLOCK))
    } catch (cause) {
      if (hasErrno(cause, 'ENXIO')) return
      throw systemFailure(cause, { operation: 'start', id })
    }
    await delay(wait)
  }
}

/**
 * Freezes all processes of the container, or lets them go on.
 * @throws ContainerError ERR_WRONG_STATUS, ERR_UNSUPPORTED without a cgroup of its own, ERR_TIMEOUT
 */
export async function pauseContainer(operation: 'pause' | 'resume', target: Target): Promise<void> {
  await withLock(operation, target, async () => {
    const record = await readRecord(operation, target.stateDir, target.id)
    if (isAnother(target, record)) throw notFound(operation, target)
    const status = readStatus(target.stateDir, record)
    const allowed = operation === 'pause' ? ['created', 'running'] : ['paused']
    if (!allowed.includes(status)) throw wrongStatus(operation, target.id, status, allowed.join(' or '))
    const cgroup = cgroupOf(record)
    if (cgroup === null) throw withoutCgroup(operation, target.id)
    await setFrozen(cgroup, operation === 'pause', operation, target.id, target.signal)
  })
}

function withoutCgroup(operation: string, id: string): ContainerError {
  return new ContainerError({
    code: 'ERR_UNSUPPORTED',
    operation,
    id,
    message: 'the container has no cgroup of its own',
    hint: 'have a cgroup delegated to this user (systemd-run --user --scope -p Delegate=yes), or set linux.cgroupsPath',
  })
}
