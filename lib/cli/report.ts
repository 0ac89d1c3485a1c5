// Where messages go: the log file or stderr, in the two formats that engines read.
import { appendFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { CommandFailure, describeFailure } from './failure.ts'

export type Level = 'debug' | 'info' | 'warning' | 'error'

/** Options that stand before the command. */
export interface Globals {
  readonly root?: string
  readonly log?: string
  readonly logFormat: string
  readonly debug?: boolean
  readonly systemdCgroup?: boolean
}

/** One message. Debugging messages are for `--debug`. */
export function logMessage(level: Level, message: string, globals: Globals): void {
  if (level === 'debug' && globals.debug !== true) return
  const line = `${format(level, message, globals.logFormat)}\n`
  if (globals.log === undefined) process.stderr.write(line)
  else appendFileSync(globals.log, line, { mode: 0o644 })
}

function format(level: Level, msg: string, logFormat: string): string {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  if (logFormat === 'json') return JSON.stringify({ level, msg, time })
  return `time="${time}" level=${level} msg=${JSON.stringify(msg)}`
}

/** Says what failed, in the log, and on stderr when the log is elsewhere. Returns the exit code. */
export function reportFailure(error: unknown, globals: Globals): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const message = error instanceof CommanderError ? error.message.replace(/^error: /, '') : describeFailure(error)
  try {
    logMessage('error', message, globals)
  } catch (cause) {
    process.stderr.write(`cannot write to the log ${globals.log}: ${describeFailure(cause)}\n`)
  }
  if (globals.log !== undefined) process.stderr.write(`${message}\n`)
  if (globals.debug && error instanceof Error && error.stack !== undefined) logMessage('debug', error.stack, globals)
  return error instanceof CommandFailure ? error.exitCode : 1
}
