// What a process of the command line gets: descriptors, a pid file, signals.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import type { CreateOptions, ExitStatus, Process, Signal } from '../index.ts'

/** From 3 on: those that a service manager passed (sd_listen_fds(3)), which the program is told of, then `preserved` ones. */
export function passFds(preserved: number): Pick<CreateOptions, 'fds' | 'listenFds'> {
  const listening = process.env['LISTEN_PID'] === String(process.pid) ? Number(process.env['LISTEN_FDS'] ?? 0) : 0
  const fds = Array.from({ length: listening + preserved }, (_, index) => 3 + index)
  return listening > 0 ? { fds, listenFds: true } : { fds }
}

/** Where the terminal and the pidfd of the process go. */
export interface SocketOptions {
  readonly consoleSocket?: string
  readonly pidfdSocket?: string
}

export function sockets({ consoleSocket, pidfdSocket }: SocketOptions): SocketOptions {
  return {
    ...(consoleSocket === undefined ? {} : { consoleSocket: resolve(consoleSocket) }),
    ...(pidfdSocket === undefined ? {} : { pidfdSocket: resolve(pidfdSocket) }),
  }
}

/** Written whole or not at all: engines read it as soon as it is there. */
export function writePidFile(file: string | undefined, pid: number): void {
  if (file === undefined) return
  const temporary = `${file}.${process.pid}`
  try {
    writeFileSync(temporary, String(pid), { flag: 'wx', mode: 0o644 })
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Those that are about this process itself, or cannot be caught. */
const OWN = new Set([
  'SIGKILL',
  'SIGSTOP',
  'SIGCHLD',
  'SIGPIPE',
  'SIGURG',
  'SIGWINCH',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGPROF',
  'SIGVTALRM',
])

/** Tells for whom signals are from now on. */
type HandTo = (target: Process) => void

/** Every signal that this program gets meanwhile is for the process that the work starts, and waits for it. */
export async function handingSignals(work: (handTo: HandTo) => Promise<void>): Promise<void> {
  const early: Signal[] = []
  let target: Process | undefined
  const hand = (signal: Signal) => (target === undefined ? early.push(signal) : target.signal(signal))
  const names = Object.keys(constants.signals).filter((name) => !OWN.has(name)) as NodeJS.Signals[]
  const listeners = names.map((name) => [name, () => hand(name as Signal)] as const)
  for (const [name, listener] of listeners) process.on(name, listener)
  try {
    await work((started) => {
      target = started
      for (const signal of early.splice(0)) started.signal(signal)
    })
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener)
  }
}

/** As a shell tells it: 128 + signal when one ended it. */
export function exitCodeOf({ exitCode, signal }: ExitStatus): number {
  if (exitCode !== null) return exitCode
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)
}
