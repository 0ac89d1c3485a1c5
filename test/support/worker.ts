// Runs `cat` in a container, from a worker thread.
import { text } from 'node:stream/consumers'
import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'

const { message } = workerData as { readonly message: string }
const { id, config, stateDir } = JSON.parse(message) as {
  readonly id: string
  readonly config: Config
  readonly stateDir: string
}
const container = await Container.run(id, config, { stateDir })
container.process.stdin?.end('through a worker')
const said = container.process.stdout === null ? '' : await text(container.process.stdout)
const { exitCode } = await container.wait()
await container.delete()
parentPort?.postMessage({ said, exitCode })
