// A process that this one has started in a container, as its owner holds it.
import { untilAborted } from '../abort.ts'
import { exitStatus, type Process } from '../process/process.ts'
import type { OpenStdio } from '../process/stdio.ts'
import { parseSignal } from '../signals.ts'
import type { InitProcess } from './init-process.ts'

export interface Started {
  readonly init: InitProcess
  readonly stdio: OpenStdio
  /** Settles when it has ended: see {@link ExitStatus.oomKilled}. */
  readonly oomKilled: Promise<boolean>
}

export function ownProcess({ init, stdio, oomKilled }: Started): Process {
  const ended = async () => {
    init.watchExit()
    const exit = await init.exited
    await stdio.pumped
    return exitStatus(exit, await oomKilled)
  }
  const hold = (holds: boolean) => {
    init.holdLoop(holds)
    stdio.holdLoop(holds)
  }
  return {
    pid: init.pid,
    stdin: stdio.stdin,
    stdout: stdio.stdout,
    stderr: stdio.stderr,
    signal: (signal) => init.signal(parseSignal(signal, 'signal')),
    resize: (size) => stdio.resize(size),
    attachTerminal: (input, output, options) => stdio.attach(input, output, options),
    wait: async ({ signal } = {}) => untilAborted(ended(), signal),
    ref: () => hold(true),
    unref: () => hold(false),
  }
}
