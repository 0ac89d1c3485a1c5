// PSI triggers: the kernel says when processes of a cgroup have waited too long for a resource. Effects.
import path from 'node:path'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { O_NONBLOCK, O_RDWR } from '../kernel.ts'
import type { Cgroup } from './calls.ts'
import { type Pressure, parsePressure } from './stats.ts'

/** When to be told (Documentation/accounting/psi.rst, "Monitoring for pressure thresholds"). */
export interface PressureTrigger {
  /** What is waited for. */
  readonly resource: 'cpu' | 'io' | 'memory'
  /** `some`: a process waited; `full`: all of them did at once. */
  readonly kind: 'full' | 'some'
  /** Microseconds of waiting within a window that are too much. */
  readonly stallUs: number
  /** The window, 500 000 to 10 000 000 microseconds; without CAP_SYS_RESOURCE a multiple of 2 000 000. */
  readonly windowUs: number
}

/** Told at most once in a window. */
export interface PressureEvent extends Pressure {
  /** Always this. */
  readonly type: 'pressure'
  /** As in the trigger. */
  readonly resource: PressureTrigger['resource']
  /** As in the trigger. */
  readonly kind: PressureTrigger['kind']
}

interface Context {
  readonly operation: string
  readonly id: string
}

const MIN_WINDOW = 500_000
const MAX_WINDOW = 10_000_000

/**
 * Sets a trigger.
 * @param onEnd the cgroup is gone
 * @returns what ends it. Idempotent
 * @throws ContainerError ERR_INVALID_CONFIG, ERR_UNSUPPORTED where the kernel has no PSI, ERR_SYSTEM
 */
export async function watchPressure(
  cgroup: Cgroup,
  trigger: PressureTrigger,
  onEvent: (event: PressureEvent) => void,
  onEnd: () => void,
  context: Context,
): Promise<() => void> {
  const { resource, kind } = trigger
  checkTrigger(trigger, context)
  const file = await openTrigger(path.join(cgroup.root, cgroup.path, `${resource}.pressure`), trigger, context)
  // The trigger ends with the descriptor.
  const close = closeOnce(file)
  try {
    const unwatch = native().watchFile(file, (text) => {
      const pressure = text === null ? null : parsePressure(text.toString('latin1'))
      if (pressure !== null) onEvent({ type: 'pressure', resource, kind, ...pressure })
      else onEnd()
    })
    return () => {
      unwatch()
      close()
    }
  } catch (cause) {
    close()
    throw systemFailure(cause, context)
  }
}

async function openTrigger(file: string, trigger: PressureTrigger, context: Context): Promise<Fd> {
  let fd: Fd | undefined
  try {
    fd = native().open(file, O_RDWR | O_NONBLOCK)
    const { kind, stallUs, windowUs } = trigger
    await native().batch([{ call: 'write', fd, data: `${kind} ${stallUs} ${windowUs}` }])
    return fd
  } catch (cause) {
    if (fd !== undefined) native().close(fd)
    throw triggerFailure(cause, file, context)
  }
}

function triggerFailure(cause: unknown, file: string, context: Context): unknown {
  const op = 'set a trigger on'
  if (hasErrno(cause, 'ENOENT', 'EOPNOTSUPP')) {
    const hint = 'the kernel does not measure pressure: it takes CONFIG_PSI, booted with psi=1, and cgroup.pressure 1'
    return systemFailure(cause, { ...context, code: 'ERR_UNSUPPORTED', op, path: file, hint })
  }
  const hint = hasErrno(cause, 'EINVAL')
    ? 'without CAP_SYS_RESOURCE the window must be a multiple of 2 s, and cpu has no full pressure before Linux 5.13'
    : undefined
  return systemFailure(cause, { ...context, op, path: file, hint })
}

function checkTrigger(trigger: PressureTrigger, { operation, id }: Context): void {
  const { resource, kind, stallUs, windowUs } = trigger
  const problems = [
    ...(['cpu', 'io', 'memory'].includes(resource) ? [] : [['resource', 'must be cpu, io or memory'] as const]),
    ...(['full', 'some'].includes(kind) ? [] : [['kind', 'must be some or full'] as const]),
    ...(isWithin(windowUs, MIN_WINDOW, MAX_WINDOW)
      ? []
      : [['windowUs', `must be an integer from ${MIN_WINDOW} to ${MAX_WINDOW}`] as const]),
    ...(isWithin(stallUs, 1, windowUs) ? [] : [['stallUs', 'must be an integer from 1 to windowUs'] as const]),
  ].map(([name, message]) => ({ path: `/${name}`, message }))
  if (problems.length > 0) throw new ContainerError({ code: 'ERR_INVALID_CONFIG', operation, id, problems })
}

const isWithin = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high

function closeOnce(fd: Fd): () => void {
  let open = true
  return () => {
    if (open) native().close(fd)
    open = false
  }
}
