// Counts the system calls of one container's life with strace(1), the portable measure of the work a launch is.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Stage } from './peers/contestant.ts'

/** Paths that do not exist: looking one up is a mark in the trace. */
export const BEGIN_MARK = '/libcontainer-bench-begin'
export const END_MARK = '/libcontainer-bench-end'

export interface SyscallCount {
  /** By the container's process, from its birth to its end: init and the program. */
  readonly container: number
  /** By the addon's thread that launched it, from making the control socket to handing back the result. */
  readonly launch: number
  /** By the same thread before that: state directory, record, cgroup. */
  readonly reserve: number
  /** By Node otherwise, meanwhile: event loop, waiting, removal. Depends on timing. */
  readonly host: number
  /** Calls of `container` and `launch` by name. */
  readonly byName: Readonly<Record<string, number>>
}

/** What the counted container gets as standard streams. */
export type CountedStdio = 'pipe' | 'ignore'

/** Traces a process that runs one warm-up container and then one between the marks. Null without strace. */
export function countSyscalls(stage: Stage, stdio: CountedStdio): SyscallCount | null {
  if (spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) return null
  const trace = `${stage.stateDir}-trace`
  const strace = ['-f', '-qq', '-s', '64', '-o', trace]
  const program = join(import.meta.dirname, 'one-run.ts')
  const node = [process.execPath, '--import', 'tsx', program, JSON.stringify(stage), stdio]
  const { status, stderr } = spawnSync('strace', [...strace, ...node], { encoding: 'utf8', cwd: import.meta.dirname })
  try {
    if (status !== 0) throw new Error(`strace ended with ${status}: ${stderr}`)
    return parseTrace(readFileSync(trace, 'utf8'))
  } finally {
    rmSync(trace, { force: true })
  }
}

interface Call {
  readonly pid: string
  readonly name: string
  readonly text: string
}

function callsBetweenMarks(trace: string): Call[] {
  const calls: Call[] = []
  let counting = false
  for (const line of trace.split('\n')) {
    if (line.includes(END_MARK)) break
    const [, pid, name] = /^(\d+)\s+(\w+)\(/.exec(line) ?? []
    if (counting && pid !== undefined && name !== undefined) calls.push({ pid, name, text: line })
    if (line.includes(BEGIN_MARK)) counting = true
  }
  return calls
}

/** The calls of one thread around its clone3, up to where it waits for jobs on either side. */
function launchJob(calls: readonly Call[], clone: Call): Call[] {
  const own = calls.filter(({ pid }) => pid === clone.pid)
  const waits = own.map(({ name }, index) => (name === 'futex' ? index : -1)).filter((index) => index >= 0)
  const at = own.indexOf(clone)
  const before = waits.findLast((index) => index < at) ?? -1
  const after = waits.find((index) => index > at) ?? own.length
  return own.slice(before + 1, after)
}

/** The container is the first process to execute something after the begin mark. */
export function parseTrace(trace: string): SyscallCount {
  const calls = callsBetweenMarks(trace)
  const clone = calls.find(({ name, text }) => name === 'clone3' && text.includes('CLONE_PIDFD'))
  const born = calls.find(({ name }) => name === 'execveat' || name === 'execve')
  if (!clone || !born) throw new Error('the trace shows no container between its marks')
  const container = calls.filter(({ pid }) => pid === born.pid)
  const job = launchJob(calls, clone)
  const socketAt = job.findIndex(({ name }) => name === 'socketpair')
  const [reserve, launch] = [job.slice(0, socketAt), job.slice(socketAt)]
  const byName: Record<string, number> = {}
  for (const { name } of [...container, ...launch]) byName[name] = (byName[name] ?? 0) + 1
  return {
    container: container.length,
    launch: launch.length,
    reserve: reserve.length,
    host: calls.length - container.length - job.length,
    byName,
  }
}
