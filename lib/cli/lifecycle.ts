// start, kill, delete, pause, resume.
import { Container, isContainerError } from '../index.ts'
import { loadContainer, located, refuseStatus } from './container.ts'
import { CommandFailure } from './failure.ts'
import type { Context } from './program.ts'
import { logMessage } from './report.ts'

const NOT_RUNNING = 'container not running'

export async function start(id: string, { globals }: Context): Promise<void> {
  const container = await loadContainer(id, globals)
  await refuseStatus(container, {
    running: 'cannot start an already running container',
    paused: 'cannot start an already running container',
    stopped: 'cannot start a container that has stopped',
  })
  await container.start()
}

export async function kill(
  id: string,
  signal: string | undefined,
  { all = false }: { readonly all?: boolean },
  { globals }: Context,
): Promise<void> {
  const container = await loadContainer(id, globals)
  const wanted = parseSignal(signal ?? 'SIGTERM')
  // With --all it is no failure when nobody is left.
  if ((await container.status()) === 'stopped') {
    if (all) return
    throw new CommandFailure(NOT_RUNNING)
  }
  // SIGKILL for the first process of a pid namespace takes all others; the library sees to those without one.
  if (all || wanted === 'SIGKILL' || wanted === 9) await container.kill(wanted as 'SIGKILL')
  else await container.signal(wanted as 'SIGTERM')
}

/** `9`, `KILL`, `SIGKILL`, `kill`. */
function parseSignal(text: string): number | string {
  if (/^\d+$/.test(text)) return Number(text)
  const name = text.toUpperCase()
  return name.startsWith('SIG') ? name : `SIG${name}`
}

export async function remove(
  id: string,
  { force = false }: { readonly force?: boolean },
  { globals }: Context,
): Promise<void> {
  try {
    const warnings = await Container.delete(id, { ...located(globals), force })
    for (const warning of warnings) logMessage('warning', warning, globals)
  } catch (error) {
    if (!isContainerError(error)) throw error
    if (force && error.code === 'ERR_NOT_FOUND') return
    if (error.code === 'ERR_WRONG_STATUS') {
      const status = /is (created|running|paused)/.exec(error.message)?.[1] ?? 'running'
      throw new CommandFailure(`cannot delete container ${id} that is not stopped: ${status}`, 1, error)
    }
    throw error
  }
}

export async function pause(id: string, { globals }: Context): Promise<void> {
  const container = await loadContainer(id, globals)
  await refuseStatus(container, { stopped: NOT_RUNNING })
  await container.pause()
}

export async function resume(id: string, { globals }: Context): Promise<void> {
  const container = await loadContainer(id, globals)
  await refuseStatus(container, {
    stopped: NOT_RUNNING,
    running: 'container not paused',
    created: 'container not paused',
  })
  await container.resume()
}

export function refuse(command: string): never {
  throw new CommandFailure(`${command} is not implemented: containers cannot be saved to disk and brought back yet`)
}
