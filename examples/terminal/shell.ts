// node --import tsx examples/terminal/shell.ts DIR [COMMAND…]: a shell, or a command, on this terminal in a container of the bundle. Ctrl-P Ctrl-Q leaves and ends it.
import { Config, Container, isContainerError } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

async function main(bundle: string, command: readonly string[]): Promise<number> {
  const config = await Config.load(bundle)
  const args = command.length > 0 ? [...command] : ['sh']
  const withTerminal = { ...config, process: { cwd: '/', ...config.process, args, terminal: true } }
  const signal = endSignal()
  await using container = await Container.run(`shell-${process.pid}`, withTerminal, { bundle, signal })
  killOnAbort(container, signal)
  const how = await container.process.attachTerminal(process.stdin, process.stdout, { detachKeys: 'ctrl-p,ctrl-q' })
  if (how === 'detached') return 0
  const { exitCode } = await container.wait()
  return exitCode ?? 137
}

const [bundle, ...command] = process.argv.slice(2)
if (bundle === undefined) {
  console.error('usage: node --import tsx examples/terminal/shell.ts DIR [COMMAND…]')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle, command)
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}
