// Which process a pid means: a pid is reused, a pid with its start time within one boot is not. Effects: reads /proc.
import { readFileSync } from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc_pid_stat(5)). */
  readonly startTime: number
}

/** State letter and start time out of the text of /proc/PID/stat. The name in parentheses may contain anything. */
export function parseProcessStat(text: string): { readonly state: string; readonly startTime: number } {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', startTime: Number(fields[19]) }
}

/** @throws when there is no such process */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startTime: parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1')).startTime }
}

/** Whether that very process still lives. A zombie does not. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  try {
    const { state, startTime } = parseProcessStat(readFileSync(`/proc/${identity.pid}/stat`, 'latin1'))
    return startTime === identity.startTime && state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}

/** Whether the pid is still that process's, though it be a zombie. */
export function isStillThere(identity: ProcessIdentity): boolean {
  try {
    return identifyProcess(identity.pid).startTime === identity.startTime
  } catch {
    return false
  }
}

let self: ProcessIdentity | undefined

/** This process. */
export function ownIdentity(): ProcessIdentity {
  self ??= identifyProcess(process.pid)
  return self
}

let boot: string | undefined

/** Changes with every boot (random(4)): pids of another boot mean nothing. */
export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  return boot
}
