// node --import tsx examples/exec/exec-bundle.ts DIR COMMAND…: runs each shell command in one container of the bundle, all at once. The bundle's own program is never started.
import { Config, Container, isContainerError } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

async function main(bundle: string, commands: readonly string[]): Promise<number> {
  const config = await Config.load(bundle)
  const signal = endSignal()
  const options = { bundle, signal, stdio: 'ignore' } as const
  await using container = await Container.create(`exec-${process.pid}`, config, options)
  killOnAbort(container, signal)
  const ends = await Promise.all(commands.map((command) => run(container, command)))
  return ends.every(({ exitCode }) => exitCode === 0) ? 0 : 1
}

/** Executes one command; its output is copied as it comes. */
async function run(container: Container, command: string) {
  const stdio = ['ignore', process.stdout, process.stderr] as const
  const child = await container.exec({ args: ['sh', '-c', command] }, { stdio })
  const end = await child.wait()
  console.log(`${command}: ${end.signal ?? `exit code ${end.exitCode}`}`)
  return end
}

const [bundle, ...commands] = process.argv.slice(2)
if (bundle === undefined || commands.length === 0) {
  console.error('usage: node --import tsx examples/exec/exec-bundle.ts DIR COMMAND…')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle, commands)
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}
