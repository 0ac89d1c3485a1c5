// A process with few descriptors left: how many a container needs, and what becomes of one that does not get them.
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { Container, isContainerError } from '../../lib/index.ts'
import type { CreatorMessage } from './creator-message.ts'

const { id, config, options } = JSON.parse(process.argv[2] ?? '') as CreatorMessage

const openFds = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`]
    } catch {
      return []
    }
  })

/** Those that could not even be undone: the error says so, and their record stays. */
const toDelete: string[] = []

async function attempt(number: number): Promise<string> {
  try {
    const container = await Container.run(`${id}.${number}`, config, { ...options, stdio: 'ignore' })
    const { exitCode } = await container.wait()
    await container.delete()
    return `exit ${exitCode}`
  } catch (error) {
    if (isContainerError(error) && error.hint?.startsWith('delete the container')) toDelete.push(`${id}.${number}`)
    return isContainerError(error) ? `${error.code} ${error.errno}` : `not a ContainerError: ${String(error)}`
  }
}

function takeAllDescriptors(): number[] {
  const taken: number[] = []
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'))
    } catch {
      return taken
    }
  }
}

const outcomes: string[] = [await attempt(0)] // the library's own descriptors are there from now on
const before = openFds().join()
const left: string[] = []
for (let free = 0; free < 40; free++) {
  const taken = takeAllDescriptors()
  for (const fd of taken.splice(0, free)) closeSync(fd)
  outcomes.push(await attempt(free + 1))
  for (const fd of taken) closeSync(fd)
  for (const each of toDelete.splice(0)) {
    await (await Container.load(each, options)).delete({ force: true })
    outcomes.pop()
  }
  if (openFds().join() !== before) left.push(`with ${free} free: ${openFds().join()} instead of ${before}`)
}
console.log(JSON.stringify({ outcomes, left }))
