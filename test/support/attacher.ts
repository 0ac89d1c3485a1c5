// A program that attaches its terminal to that of a container, and ends in one of several ways.
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'

interface Message {
  readonly id: string
  readonly config: Config
  readonly options: CreateOptions
  /** `end`: with the process; else while it is attached: a signal to this program, or `throw`. */
  readonly how: string
}

const { id, config, options, how } = JSON.parse(process.argv.at(-1) ?? '') as Message
const counts = () => [process.listenerCount('SIGWINCH'), process.stdout.listenerCount('resize')]
const container = await Container.run(id, config, options)
const [signals = 0, resizes = 0] = counts()
const attaching = container.process.attachTerminal(process.stdin, process.stdout)
if (how !== 'end') {
  console.log('attached')
  if (how === 'throw')
    setImmediate(() => {
      throw new Error('not caught')
    })
  else process.kill(process.pid, how)
}
await attaching
const [signalsAfter = 0, resizesAfter = 0] = counts()
console.log(`listeners: ${signalsAfter - signals} ${resizesAfter - resizes}`)
const { exitCode } = await container.wait()
await container.delete()
process.exitCode = exitCode ?? 1
