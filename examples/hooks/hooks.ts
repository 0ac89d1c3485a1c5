// node --import tsx examples/hooks/hooks.ts DIR: runs a bundle, with functions of this program as hooks, and tells what happens to the container.
import { Config, Container, isContainerError } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

async function main(bundle: string): Promise<number> {
  const config = await Config.load(bundle)
  const signal = endSignal()
  const hooks = {
    createRuntime: ({ status }: { status: string }) => console.log(`hook createRuntime: ${status}`),
    poststart: ({ status }: { status: string }) => console.log(`hook poststart: ${status}`),
    poststop: ({ status }: { status: string }) => console.log(`hook poststop: ${status}`),
  }
  const options = { bundle, signal, hooks, stdio: ['ignore', process.stdout, process.stderr] } as const
  await using container = await Container.create(`hooks-${process.pid}`, config, options)
  killOnAbort(container, signal)
  const telling = tell(container)
  await container.start()
  const { exitCode } = await container.wait()
  await container.delete()
  await telling
  return exitCode ?? 137
}

async function tell(container: Container): Promise<void> {
  for await (const event of container.events()) console.log(`event ${event.type}`)
}

const [bundle] = process.argv.slice(2)
if (bundle === undefined) {
  console.error('usage: node --import tsx examples/hooks/hooks.ts DIR')
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
