// One of several programs that work on the same container; tells how often each operation came to which outcome.
import { Container, isContainerError } from '../../lib/index.ts'

const { id, stateDir, rounds, pauses } = JSON.parse(process.argv.at(-1) ?? '') as {
  id: string
  stateDir: string
  rounds: number
  pauses: boolean
}
const counts: Record<string, Record<string, number>> = {}

async function attempt(operation: string, action: () => Promise<unknown>): Promise<void> {
  const outcome = await action().then(
    () => 'ok',
    (error: unknown) => {
      if (!isContainerError(error)) throw error
      return error.code
    },
  )
  counts[operation] = { ...counts[operation], [outcome]: (counts[operation]?.[outcome] ?? 0) + 1 }
}

const container = await Container.load(id, { stateDir })
// All begin together.
console.log('ready')
for await (const _ of process.stdin);
await attempt('start', () => container.start())
for (let round = 0; round < rounds; round++) {
  await attempt('exec', async () => {
    const executed = await container.exec({ args: ['probe', 'exit', '0'] }, { stdio: 'ignore' })
    await executed.wait()
  })
  if (!pauses) continue
  await attempt('pause', () => container.pause())
  await attempt('resume', () => container.resume())
}
await attempt('delete', () => Container.delete(id, { stateDir, force: true }))
console.log(JSON.stringify(counts))
