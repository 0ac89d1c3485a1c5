// A command and its options, from what was given to what is meant: all mistakes at once. Pure.
import { resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { checkInside } from './check-files.ts'
import { asObject, checkCwd, checkEnv, oneOf } from './check-sandbox.ts'
import { checkDuration } from './durations.ts'
import { Faults, pointer, show } from './faults.ts'
import { checkNames, OF_COMMAND, type Place } from './names.ts'
import type { RunOptions } from './options.ts'
import { checkSize } from './sizes.ts'

export interface Command {
  readonly args: readonly string[]
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly timeout: number | undefined
  readonly idle: number | undefined
  readonly cpuTime: number | undefined
  readonly input: Uint8Array | Readable | undefined
  readonly output: NonNullable<RunOptions['output']>
  /** Bytes. */
  readonly maxOutput: number
  readonly encoding: 'utf8' | 'buffer'
  readonly tty: { readonly columns: number; readonly rows: number } | null
  readonly signal: AbortSignal | undefined
  readonly onStdout: ((line: string) => void) | undefined
  readonly onStderr: ((line: string) => void) | undefined
  readonly changes: 'none' | 'list' | 'tar'
  readonly copyOut: ReadonlyArray<{ readonly inside: string; readonly to: string }>
  /** Its input is a stream that the caller writes to. */
  readonly asksForInput: boolean
  readonly trace: boolean
}

const DEFAULT_OUTPUT = 16 * 2 ** 20
const OUTPUTS = ['buffer', 'inherit', 'ignore', 'stream'] as const

/**
 * @param streams the caller gets streams to read from
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function checkCommand(
  command: unknown,
  args: unknown,
  given: unknown,
  streams: boolean,
  place: Place = OF_COMMAND,
): Command {
  const faults = new Faults()
  const options = asObject(faults, given)
  checkNames(faults, options, place)
  const output = checkOutput(faults, options['output'], streams)
  const tty = checkTty(faults, options['tty'])
  const checked: Command = {
    args: [checkProgram(faults, command), ...checkArgs(faults, args)],
    cwd: checkCwd(faults, options['cwd']),
    env: checkEnv(faults, options['env']),
    timeout: checkDuration(faults, 'timeout', options['timeout'], 1),
    idle: checkDuration(faults, 'idle', options['idle'], 1),
    // The kernel counts in seconds (RLIMIT_CPU, setrlimit(2)).
    cpuTime: checkDuration(faults, 'cpuTime', options['cpuTime'], 1000),
    input: checkInput(faults, options['input']),
    output,
    maxOutput: checkSize(faults, 'maxOutput', options['maxOutput'], [0, '0']) ?? DEFAULT_OUTPUT,
    encoding: oneOf(faults, 'encoding', options['encoding'], ['utf8', 'buffer'], 'utf8'),
    tty,
    signal: checkSignal(faults, options['signal']),
    onStdout: checkFunction(faults, 'onStdout', options['onStdout']),
    onStderr: checkFunction(faults, 'onStderr', options['onStderr']),
    changes: checkChanges(faults, options['changes']),
    copyOut: checkCopyOut(faults, options['copyOut']),
    asksForInput: streams && options['input'] === undefined,
    trace: options['trace'] === true,
  }
  checkTogether(faults, checked)
  faults.throwIfAny()
  return checked
}

function checkProgram(faults: Faults, command: unknown): string {
  if (typeof command === 'string' && command !== '' && !command.includes('\0')) {
    if (/\s/.test(command.trim()) && !command.includes('/')) {
      faults.add(
        'command',
        `${show(command)} has spaces in it, and there is no shell to part it`,
        `give the arguments as a list, or run('sh', ['-c', ${show(command)}])`,
      )
    }
    return command
  }
  faults.add('command', `${show(command)} is no program`, "give its name or its path inside: run('node', ['job.js'])")
  return ''
}

function checkArgs(faults: Faults, args: unknown): readonly string[] {
  if (args === undefined) return []
  if (!Array.isArray(args)) {
    faults.add('args', `${show(args)} is no list`, "give an array of text: ['-c', 'echo hello']")
    return []
  }
  for (const [index, each] of args.entries()) {
    if (typeof each === 'string' && !each.includes('\0')) continue
    faults.add(`args/${index}`, `${show(each)} is no argument`, 'give text without zero bytes: String(value)')
  }
  return args as string[]
}

function checkInput(faults: Faults, value: unknown): Command['input'] {
  if (value === undefined || value instanceof Readable) return value
  if (typeof value === 'string') return Buffer.from(value)
  if (value instanceof Uint8Array) return value
  return faults.add(
    'input',
    `${show(value)} is no input`,
    'give text, bytes or a Readable; JSON.stringify what is to be JSON',
  )
}

function checkOutput(faults: Faults, value: unknown, streams: boolean): Command['output'] {
  const normal = streams ? 'stream' : 'buffer'
  if (value === undefined) return normal
  if (value === 'stream' && !streams) {
    faults.add(
      'output',
      'a result is there when the command has ended, and has no streams',
      'use start(), or { stdout: writable }, or onStdout',
    )
    return normal
  }
  if (OUTPUTS.includes(value as 'buffer')) return value as 'buffer'
  const { stdout, stderr } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const fits = (each: unknown) => each === undefined || each instanceof Writable
  if ((stdout ?? stderr) !== undefined && fits(stdout) && fits(stderr)) return value as Command['output']
  faults.add(
    'output',
    `${show(value)} is no place for output`,
    "give 'buffer', 'inherit', 'ignore', or { stdout, stderr } with Writable streams",
  )
  return normal
}

function checkTty(faults: Faults, value: unknown): Command['tty'] {
  if (value === undefined || value === false) return null
  if (value === true) return { columns: 80, rows: 24 }
  const { columns, rows } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const isSize = (each: unknown) => Number.isInteger(each) && (each as number) >= 1 && (each as number) <= 65_535
  if (isSize(columns) && isSize(rows)) return { columns: columns as number, rows: rows as number }
  faults.add('tty', `${show(value)} is no terminal`, 'give true, or { columns: 80, rows: 24 }')
  return null
}

function checkSignal(faults: Faults, value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value
  return faults.add('signal', `${show(value)} is no AbortSignal`, 'give controller.signal; to limit time use timeout')
}

function checkFunction(faults: Faults, option: string, value: unknown): ((line: string) => void) | undefined {
  if (value === undefined || typeof value === 'function') return value as ((line: string) => void) | undefined
  return faults.add(option, `${show(value)} is no function`, `give ${option}: (line) => …`)
}

function checkChanges(faults: Faults, value: unknown): Command['changes'] {
  if (value === undefined || value === false) return 'none'
  if (value === true) return 'list'
  if (value === 'tar') return 'tar'
  faults.add('changes', `${show(value)} is none of them`, "give true for a list, or 'tar' for the contents too")
  return 'none'
}

function checkCopyOut(faults: Faults, value: unknown): Command['copyOut'] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add('copyOut', `${show(value)} is no object`, "give { '/path/inside': '/path/outside' }")
    return []
  }
  return Object.entries(value).flatMap(([path, to]) => {
    const option = `copyOut/${pointer(path)}`
    const inside = checkInside(faults, option, path)
    if (typeof to === 'string' && to !== '' && !to.includes('\0'))
      return inside === undefined ? [] : [{ inside, to: resolve(to) }]
    faults.add(option, `${show(to)} is no path of this machine`, 'give one, absolute or from the current directory')
    return []
  })
}

/** Whether this program sees the output. */
export const readsOutput = ({ output }: Pick<Command, 'output'>): boolean => output === 'buffer' || output === 'stream'

function checkTogether(faults: Faults, command: Command): void {
  const { output, tty, idle, onStdout, onStderr, input } = command
  const unseen = !readsOutput(command)
  const where = typeof output === 'string' ? `output is '${output}'` : 'output goes to streams'
  if (unseen && idle !== undefined) faults.add('idle', `cannot be told: ${where}`, "leave output at 'buffer'")
  if (output !== 'buffer') {
    for (const [name, listener] of Object.entries({ onStdout, onStderr })) {
      if (listener !== undefined) faults.add(name, `gets nothing: ${where}`, "leave output at 'buffer'")
    }
  }
  if (tty === null) return
  if (unseen) faults.add('tty', `goes with output 'buffer' or 'stream' alone: ${where}`, 'leave output out, or tty')
  if (onStderr !== undefined)
    faults.add('onStderr', 'gets nothing: a terminal has both kinds of output', 'use onStdout')
  if (input instanceof Readable)
    faults.add('input', 'a stream cannot be typed into a terminal', 'use start() and write to its stdin')
}
