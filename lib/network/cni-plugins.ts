// Runs CNI plugins. Effects.
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { ContainerError } from '../errors.ts'
import { hasErrno, isSystemError } from '../failures.ts'
import { type ProgramResult, runProgram } from '../program.ts'
import { signalName } from '../signals.ts'
import {
  type CniAttachment,
  type CniCommand,
  parseVersions,
  pluginEnvironment,
  pluginFailure,
  pluginInput,
  VERSION_ENVIRONMENT,
} from './cni-config.ts'
import type { CniConfigList, CniPluginConfig, CniResult } from './cni-options.ts'
import type { NetworkContext } from './host.ts'

const LONGEST_ANSWER = 4 << 20

/**
 * The file of a plugin.
 * @throws ContainerError ERR_NOT_FOUND
 */
export async function findPlugin(
  type: string,
  directories: readonly string[],
  context: NetworkContext,
): Promise<string> {
  for (const directory of directories) {
    const file = path.resolve(directory, type)
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return file
  }
  throw new ContainerError({
    code: 'ERR_NOT_FOUND',
    ...context,
    message: `the CNI plugin ${type} is not in ${directories.join(', ')}`,
    hint: 'install the package containernetworking-plugins, or name its directory in cni.plugins',
  })
}

/** By file and when it was changed. */
const spoken = new Map<string, Promise<readonly string[]>>()

/** The versions that each plugin of a list speaks. @throws ContainerError ERR_NOT_FOUND, ERR_SYSTEM, ERR_TIMEOUT */
export async function askVersions(
  list: CniConfigList,
  directories: readonly string[],
  timeout: number,
  context: NetworkContext,
): Promise<Map<string, readonly string[]>> {
  const types = [...new Set(list.plugins.map(({ type }) => type))]
  const files = await Promise.all(types.map((type) => findPlugin(type, directories, context)))
  const asked = types.map(
    async (type, index) => [type, await versionsOf(type, files[index] ?? '', timeout, context)] as const,
  )
  return new Map(await Promise.all(asked))
}

async function versionsOf(
  type: string,
  file: string,
  timeout: number,
  context: NetworkContext,
): Promise<readonly string[]> {
  const { mtimeMs, size, ino } = await stat(file)
  const key = `${file}\0${mtimeMs}\0${size}\0${ino}`
  const known = spoken.get(key)
  if (known !== undefined) return known
  const input = JSON.stringify({ cniVersion: '1.1.0' })
  const run = { command: 'VERSION', type, file, env: VERSION_ENVIRONMENT, input, timeout }
  const asking = runPlugin(run, context).then(parseVersions)
  spoken.set(key, asking)
  // The next asks again.
  asking.catch(() => spoken.delete(key))
  return asking
}

interface PluginRun {
  readonly command: string
  readonly type: string
  readonly file: string
  readonly env: readonly string[]
  readonly input: string
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

async function runPlugin(run: PluginRun, context: NetworkContext): Promise<string> {
  const { command, type, file, env, timeout, signal } = run
  const ended = await runProgram({
    path: file,
    args: [file],
    env,
    input: Buffer.from(run.input),
    timeout,
    signal,
    answer: LONGEST_ANSWER,
  }).catch((cause: unknown) => {
    if (signal?.aborted || !isSystemError(cause)) throw cause
    throw pluginFailure(command, type, '', startFailure(cause), { ...context })
  })
  signal?.throwIfAborted()
  if (ended.timedOut) throw overdue(run, context)
  if (ended.exit?.exitCode !== 0) throw pluginFailure(command, type, ended.answer, endingOf(ended), context)
  return ended.answer
}

const startFailure = (cause: unknown): string =>
  hasErrno(cause, 'ENOEXEC', 'EACCES')
    ? 'it cannot be executed'
    : `it cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`

function overdue({ command, type, timeout }: PluginRun, context: NetworkContext): ContainerError {
  const message = `it was killed, having run for ${timeout / 1000} s`
  return new ContainerError({ code: 'ERR_TIMEOUT', ...context, op: `CNI ${command} ${type}`, message })
}

function endingOf({ exit, output, answer }: ProgramResult): string {
  const how = exit?.signal == null ? `it exited with ${exit?.exitCode}` : `it was ended by ${signalName(exit.signal)}`
  const said = output || answer.trim().slice(0, 1024)
  return said === '' ? how : `${how}: ${said}`
}

/** What a command of a plugin is about. */
export interface PluginCall {
  readonly attachment: CniAttachment
  /** Path of the network namespace; empty when it is gone. */
  readonly netns: string
  readonly context: NetworkContext
  readonly signal?: AbortSignal | undefined
}

/** @returns what it answered */
export async function callPlugin(
  command: CniCommand,
  plugin: CniPluginConfig,
  prevResult: CniResult | undefined,
  { attachment, netns, context, signal }: PluginCall,
): Promise<string> {
  const { type } = plugin
  return runPlugin(
    {
      command,
      type,
      file: await findPlugin(type, attachment.plugins, context),
      env: pluginEnvironment(attachment, command, netns),
      input: pluginInput(attachment, plugin, prevResult),
      timeout: attachment.timeout,
      signal,
    },
    context,
  )
}
