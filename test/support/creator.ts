// A process that creates a container, and may be killed while it does.
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import type { HostStep } from '../../lib/runtime/launch.ts'

export interface CreatorMessage {
  readonly operation: 'create' | 'run'
  readonly id: string
  readonly config: Config
  readonly options: Pick<CreateOptions, 'stateDir' | 'bundle' | 'rootfs' | 'stdio'>
  /** Where SIGKILL hits; unset: not at all, and the container is left as it is. */
  readonly killAt?: HostStep
}

const { operation, id, config, options, killAt } = JSON.parse(process.argv[2] ?? '') as CreatorMessage
const onStep = (step: HostStep) => {
  if (step === killAt) process.kill(process.pid, 'SIGKILL')
}
const container = await Container[operation](id, config, { ...options, onStep })
console.log(JSON.stringify({ pid: container.process.pid, status: await container.status() }))
process.exit(0)
