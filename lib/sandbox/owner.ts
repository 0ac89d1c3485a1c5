// Names that say which program made a thing, so that another can tell whether that program is still there. Effects: reads /proc.
import { readFileSync, readlinkSync } from 'node:fs'

let own: string | undefined
let made = 0

/** `sandbox-PIDNAMESPACE.PID.STARTTIME.NUMBER`: never the same again on this machine while it is up. */
export function newName(): string {
  own ??= `sandbox-${pidNamespace()}.${process.pid}.${startTime(process.pid)}`
  return `${own}.${made++}`
}

/** Whether what bears this name was made by a program that has ended. False for names that are not ours to judge. */
export function isOrphan(name: string): boolean {
  const match = /^sandbox-(\d+)\.(\d+)\.(\d+)\.\d+$/.exec(name)
  if (match === null || match[1] !== pidNamespace()) return false
  return startTime(Number(match[2])) !== match[3]
}

/** Pids mean nothing in another pid namespace that shares the directory. */
const pidNamespace = (): string => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); undefined when there is no such process. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
