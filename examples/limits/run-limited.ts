// node --import tsx examples/limits/run-limited.ts DIR [MEMORY_MIB]: runs a bundle with limits, tells when they are met, and gives it twice the memory when it runs short.
import { Config, Container, type ContainerEvent, isContainerError } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

const MIB = 1 << 20

async function main(bundle: string, memory: number): Promise<number> {
  const config = await Config.load(bundle)
  const resources = { memory: { limit: memory * MIB }, cpu: { quota: 50_000, period: 100_000 }, pids: { limit: 64 } }
  const limited = { ...config, linux: { ...config.linux, resources } }
  const signal = endSignal()
  const options = { bundle, signal, stdio: 'inherit' } as const
  await using container = await Container.run(`limited-${process.pid}`, limited, options)
  killOnAbort(container, signal)
  const telling = tell(container, memory)
  const { exitCode, signal: endedBy, oomKilled, usage } = await container.wait()
  await container.delete({ force: true })
  await telling
  console.error(
    `${endedBy ?? `exit code ${exitCode}`}${oomKilled ? ', out of memory' : ''}, ${usage?.userMs} ms of CPU`,
  )
  return exitCode ?? 1
}

/** Until the container is deleted. */
async function tell(container: Container, memory: number): Promise<void> {
  let raised = false
  for await (const event of container.events()) {
    if (!isLimit(event)) continue
    console.error(`${event.type}: ${event.count} times, ${event.total} in all`)
    if (event.type !== 'memoryMax' || raised) continue
    raised = true
    // It may have ended by now.
    await container.update({ memory: { limit: 2 * memory * MIB } }).catch(() => {})
  }
}

const isLimit = (event: ContainerEvent): event is Extract<ContainerEvent, { total: number }> => 'total' in event

const [bundle, memory = '64'] = process.argv.slice(2)
if (bundle === undefined) {
  console.error('usage: node --import tsx examples/limits/run-limited.ts DIR [MEMORY_MIB]')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle, Number(memory))
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}
