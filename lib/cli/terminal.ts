// The terminal of a process that this program stays with: ours is made that of the process meanwhile.
import type { Process } from '../index.ts'

/** Until the process has ended. Nothing happens for one without a terminal. */
export async function serveTerminal(target: Process, terminal: boolean): Promise<void> {
  if (!terminal) return
  await target.attachTerminal(process.stdin, process.stdout)
  process.stdin.pause()
}
