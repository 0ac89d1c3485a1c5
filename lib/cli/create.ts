// create and run.
import { resolve } from 'node:path'
import { Config, Container, type CreateOptions, type Process } from '../index.ts'
import { located } from './container.ts'
import { CommandFailure, failingAs } from './failure.ts'
import { exitCodeOf, handingSignals, passFds, sockets, writePidFile } from './io.ts'
import { withNotifySocket } from './notify-socket.ts'
import type { Context } from './program.ts'
import { logMessage } from './report.ts'
import { serveTerminal, withOurSize } from './terminal.ts'

interface CreatingOptions {
  readonly bundle: string
  readonly consoleSocket?: string
  readonly pidFile?: string
  readonly pidfdSocket?: string
  /** commander's reading of `--no-new-keyring`. */
  readonly newKeyring: boolean
  readonly preserveFds: number
}

interface RunningOptions extends CreatingOptions {
  readonly detach?: boolean
  readonly keep?: boolean
}

export async function create(id: string, options: CreatingOptions, context: Context): Promise<void> {
  await failingAs('libcontainer create failed', 1, async () => {
    const config = await loadConfig(options.bundle)
    checkTerminal(config.process?.terminal === true, options.consoleSocket, true)
    const container = await Container.create(id, config, createOptions(config, true, options, context))
    await settle(container, options, context)
  })
}

export async function run(id: string, options: RunningOptions, context: Context): Promise<void> {
  await failingAs('libcontainer run failed', 1, async () => {
    const config = await loadConfig(options.bundle)
    if (config.process !== undefined) config.process = withOurSize(config.process)
    const terminal = config.process?.terminal === true
    const detach = options.detach === true
    checkTerminal(terminal, options.consoleSocket, detach)
    const start = async () => {
      const container = await Container.run(id, config, createOptions(config, detach, options, context))
      await settle(container, options, context)
      return container
    }
    if (detach) {
      await start()
      return
    }
    await handingSignals(async (handTo) => {
      const container = await start()
      handTo(container.process)
      context.outcome.exitCode = await follow(container.process, terminal)
      if (options.keep !== true) await container.delete({ force: true })
      for (const warning of container.warnings) logMessage('warning', warning, context.globals)
    })
  })
}

async function loadConfig(bundle: string): Promise<Config> {
  return withNotifySocket(await Config.load(bundle), process.env)
}

function createOptions(
  config: Config,
  detached: boolean,
  options: CreatingOptions,
  { globals }: Context,
): CreateOptions {
  const terminal = config.process?.terminal === true
  return {
    ...located(globals),
    bundle: resolve(options.bundle),
    detached,
    newKeyring: options.newKeyring,
    ...passFds(options.preserveFds),
    ...(terminal ? {} : { stdio: 'inherit' as const }),
    ...(globals.systemdCgroup ? { cgroupDriver: 'systemd' as const } : {}),
    ...sockets(options),
  }
}

/** @param detach nobody here serves the terminal */
export function checkTerminal(terminal: boolean, consoleSocket: string | undefined, detach: boolean): void {
  if (terminal && detach && consoleSocket === undefined) {
    throw new CommandFailure('cannot allocate tty if libcontainer will detach without setting console socket')
  }
  if (!(terminal && detach) && consoleSocket !== undefined) {
    throw new CommandFailure('cannot use console socket if libcontainer will not detach or allocate tty')
  }
}

/** What an engine waits for: warnings in the log, the pid in its file. */
async function settle(container: Container, { pidFile }: CreatingOptions, { globals }: Context): Promise<void> {
  try {
    for (const warning of container.warnings) logMessage('warning', warning, globals)
    writePidFile(pidFile, container.process.pid)
  } catch (error) {
    await container.delete({ force: true })
    throw error
  }
}

/** Until it has ended; the terminal is served meanwhile. */
export async function follow(process: Process, terminal: boolean): Promise<number> {
  const [status] = await Promise.all([process.wait(), serveTerminal(process, terminal)])
  return exitCodeOf(status)
}
