// A process that creates a container, and may be killed while it does.
import { Container } from '../../lib/index.ts'
import type { HostStep } from '../../lib/runtime/create-options.ts'
import type { CreatorMessage } from './creator-message.ts'

const { operation, id, config, options, killAt } = JSON.parse(process.argv[2] ?? '') as CreatorMessage
const onStep = (step: HostStep) => {
  if (step === killAt) process.kill(process.pid, 'SIGKILL')
}
const container = await Container[operation](id, config, { ...options, onStep })
console.log(JSON.stringify({ pid: container.process.pid, status: await container.status() }))
process.exit(0)
