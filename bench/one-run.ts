// One container after a warm-up, between two marks: what syscalls.ts traces.
import { existsSync } from 'node:fs'
import { openOurLife } from './ours.ts'
import type { Stage } from './peers/contestant.ts'
import { BEGIN_MARK, END_MARK } from './syscalls.ts'

const stage = JSON.parse(process.argv[2] ?? '') as Stage
const ours = await openOurLife(stage)
await ours.once()
existsSync(BEGIN_MARK)
await ours.once()
existsSync(END_MARK)
await ours.close()
