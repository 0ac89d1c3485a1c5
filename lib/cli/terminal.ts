// The terminal of a process that this program stays with: ours is made that of the process meanwhile.
import type { Config, Process } from '../index.ts'

type ProcessConfig = NonNullable<Config['process']>

/** The process with the size of our terminal, so that it has that from its first moment on. */
export function withOurSize<T extends Pick<ProcessConfig, 'terminal' | 'consoleSize'>>(wanted: T): T {
  const { columns: width, rows: height } = process.stdout
  if (wanted.terminal !== true || wanted.consoleSize !== undefined || !process.stdout.isTTY) return wanted
  return { ...wanted, consoleSize: { width, height } }
}

/** Until the process has ended. Nothing happens for one without a terminal. */
export async function serveTerminal(target: Process, terminal: boolean): Promise<void> {
  if (!terminal) return
  await target.attachTerminal(process.stdin, process.stdout)
  process.stdin.pause()
}
