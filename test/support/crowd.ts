// Containers in numbers: a thousand in a row, then two hundred at once. Says what this process holds before and after.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Container } from '../../lib/index.ts'
import type { CreatorMessage } from './creator-message.ts'

const IN_A_ROW = 1000
const AT_ONCE = 200

const { id, config, options } = JSON.parse(process.argv[2] ?? '') as CreatorMessage
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

async function one(number: number): Promise<number | null> {
  const container = await Container.run(`${id}.${number}`, config, { ...options, stdio: 'pipe' })
  container.process.stdout?.resume()
  container.process.stderr?.resume()
  const { exitCode } = await container.wait()
  await container.delete()
  return exitCode
}

async function holdings() {
  await delay(50) // streams close in their own time
  collectGarbage()
  const { rss, heapUsed, external } = process.memoryUsage()
  const threads = readdirSync('/proc/self/task')
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    threads: threads.length,
    children: threads.map((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8')).join(''),
    memory: { rss, heapUsed, external },
  }
}

const exitCodes = new Set<number | null>()
let number = 0
const inARow = async (count: number) => {
  for (let each = 0; each < count; each++) exitCodes.add(await one(number++))
}
const atOnce = async (count: number) => {
  const codes = await Promise.all(Array.from({ length: count }, () => one(number++)))
  for (const code of codes) exitCodes.add(code)
}

await inARow(100)
await atOnce(AT_ONCE)
const before = await holdings()
await inARow(IN_A_ROW)
const between = await holdings()
await atOnce(AT_ONCE)
const after = await holdings()
console.log(JSON.stringify({ exitCodes: [...exitCodes], before, between, after }))
