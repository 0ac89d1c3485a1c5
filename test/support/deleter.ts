// A process that deletes a container it did not make.
import { Container } from '../../lib/index.ts'
import type { CreatorMessage } from './creator-message.ts'

const { id, options } = JSON.parse(process.argv[2] ?? '') as CreatorMessage
const container = await Container.load(id, options)
console.log(await container.status())
await container.delete({ force: true })
