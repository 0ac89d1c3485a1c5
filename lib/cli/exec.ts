// exec.
import { readFile } from 'node:fs/promises'
import { Config, type Container, type ExecConfig, type ExecOptions } from '../index.ts'
import { loadContainer, refuseStatus } from './container.ts'
import { checkTerminal, follow } from './create.ts'
import { CommandFailure, failingAs } from './failure.ts'
import { handingSignals, passFds, sockets, writePidFile } from './io.ts'
import type { Context } from './program.ts'
import { withOurSize } from './terminal.ts'

interface ExecutingOptions {
  readonly process?: string
  readonly cwd?: string
  readonly env?: readonly string[]
  readonly tty?: boolean
  readonly user?: string
  readonly additionalGids?: readonly string[]
  readonly processLabel?: string
  readonly apparmor?: string
  /** commander's reading of `--no-new-privs`. */
  readonly newPrivs: boolean
  readonly cap?: readonly string[]
  readonly consoleSocket?: string
  readonly detach?: boolean
  readonly pidFile?: string
  readonly pidfdSocket?: string
  readonly preserveFds: number
  readonly ignorePaused?: boolean
}

/** What runc's exec exits with when it could not execute the process. */
const EXEC_FAILED = 255

export async function exec(
  id: string,
  words: readonly string[],
  options: ExecutingOptions,
  { globals, outcome }: Context,
): Promise<void> {
  await failingAs('exec failed', EXEC_FAILED, async () => {
    const container = await loadContainer(id, globals)
    await refuseStatus(container, {
      stopped: 'cannot exec in a stopped container',
      ...(options.ignorePaused
        ? {}
        : { paused: 'cannot exec in a paused container (use --ignore-paused to override)' }),
    })
    const wanted = withOurSize(await readProcess(container, words, options))
    const terminal = wanted.terminal === true
    checkTerminal(terminal, options.consoleSocket, options.detach === true)
    const start = async () => {
      const process = await container.exec(wanted, execOptions(terminal, options))
      writePidFile(options.pidFile, process.pid)
      return process
    }
    if (options.detach) {
      await start()
      return
    }
    await handingSignals(async (handTo) => {
      const process = await start()
      handTo(process)
      outcome.exitCode = await follow(process, terminal)
    })
  })
}

function execOptions(terminal: boolean, options: ExecutingOptions): ExecOptions {
  return {
    detached: options.detach === true,
    ...passFds(options.preserveFds),
    ...(terminal ? {} : { stdio: 'inherit' as const }),
    ...sockets(options),
  }
}

async function readProcess(
  container: Container,
  words: readonly string[],
  options: ExecutingOptions,
): Promise<ExecConfig> {
  if (options.process !== undefined) {
    // The reader of configurations keeps large integers.
    return Config.parse(await readFile(options.process, 'utf8')) as unknown as ExecConfig
  }
  if (words.length === 0) throw new CommandFailure('process args cannot be empty')
  return describeProcess(container.config, words, options)
}

/** The container's own process with what the options change. Pure. */
export function describeProcess(config: Config, args: readonly string[], options: ExecutingOptions): ExecConfig {
  const own = config.process
  return {
    args: [...args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: [...(own?.env ?? []), ...options.env] }),
    ...(options.tty ? { terminal: true } : {}),
    ...describeUser(own?.user, options),
    ...(options.processLabel === undefined ? {} : { selinuxLabel: options.processLabel }),
    ...(options.apparmor === undefined ? {} : { apparmorProfile: options.apparmor }),
    ...(options.newPrivs ? {} : { noNewPrivileges: true }),
    ...(options.cap === undefined ? {} : { capabilities: withCapabilities(own?.capabilities, options.cap) }),
  }
}

type ProcessConfig = NonNullable<Config['process']>

function describeUser(own: ProcessConfig['user'], options: ExecutingOptions): Pick<ExecConfig, 'user'> {
  const { user, additionalGids } = options
  if (user === undefined && additionalGids === undefined) return {}
  const [uid = 0, gid = 0] = user === undefined ? [own?.uid, own?.gid] : parseUser(user, own?.gid)
  const added = (additionalGids ?? []).map((each) => parseNumber(each, 'additional gid'))
  return { user: { uid, gid, additionalGids: [...(own?.additionalGids ?? []), ...added] } }
}

function parseUser(text: string, gid: number | undefined): [number, number | undefined] {
  const colon = text.indexOf(':')
  if (colon === -1) return [parseNumber(text, 'uid'), gid]
  return [parseNumber(text.slice(0, colon), 'uid'), parseNumber(text.slice(colon + 1), 'gid')]
}

function parseNumber(text: string, what: string): number {
  if (!/^\d+$/.test(text))
    throw new CommandFailure(`parsing ${JSON.stringify(text)} as ${what} failed: it must be a number`)
  return Number(text)
}

type Capabilities = NonNullable<ProcessConfig['capabilities']>

function withCapabilities(own: Capabilities | undefined, added: readonly string[]): Capabilities {
  const names = added.map((name) => name.toUpperCase()).map((name) => (name.startsWith('CAP_') ? name : `CAP_${name}`))
  const extended = (set: readonly string[] = []) => [...new Set([...set, ...names])]
  return {
    ...own,
    bounding: extended(own?.bounding),
    effective: extended(own?.effective),
    permitted: extended(own?.permitted),
  }
}
