// node --import tsx examples/bundle/run-bundle.ts DIR: runs a bundle (config.json and a root filesystem) on this terminal, and ends with its exit code.
import { constants } from 'node:os'
import { Config, Container, isContainerError } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

async function main(bundle: string): Promise<number> {
  const config = await Config.load(bundle)
  const signal = endSignal()
  const options = { bundle, signal, stdio: 'inherit' } as const
  await using container = await Container.run(`bundle-${process.pid}`, config, options)
  killOnAbort(container, signal)
  const { exitCode, signal: endedBy } = await container.wait()
  await container.delete({ force: true })
  return exitCode ?? 128 + (constants.signals[endedBy as NodeJS.Signals] ?? 0)
}

const [bundle] = process.argv.slice(2)
if (bundle === undefined) {
  console.error('usage: node --import tsx examples/bundle/run-bundle.ts DIR')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle)
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}
