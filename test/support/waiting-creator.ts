// A process that runs a container to its end and passes its exit code on.
import { Container } from '../../lib/index.ts'
import type { CreatorMessage } from './creator-message.ts'

const { operation, id, config, options } = JSON.parse(process.argv[2] ?? '') as CreatorMessage
await using container = await Container[operation](id, config, options)
const { exitCode } = await container.wait()
process.exitCode = exitCode ?? 1
