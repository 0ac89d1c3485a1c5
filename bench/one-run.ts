// One container after a warm-up, between two marks: what syscalls.ts traces. Everything but stdio is as it is by default.
import { existsSync } from 'node:fs'
import { Config, Container } from './library.ts'
import type { Stage } from './peers/contestant.ts'
import { freshId } from './peers/contestant.ts'
import type { CountedStdio } from './syscalls.ts'
import { BEGIN_MARK, END_MARK } from './syscalls.ts'

const { bundle, stateDir } = JSON.parse(process.argv[2] ?? '') as Stage
const stdio = process.argv[3] as CountedStdio
const config = await Config.load(bundle)

async function once(): Promise<void> {
  const container = await Container.run(freshId('counted'), config, { bundle, stateDir, stdio })
  await container.wait()
  await container.delete()
}

await once()
existsSync(BEGIN_MARK)
await once()
existsSync(END_MARK)
