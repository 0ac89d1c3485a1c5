// A process that executes another one in a container of its own, tells as JSON how that went, and runs more containers: as
// many as there are threads that start processes, and some.
import { Container, isContainerError } from '../../lib/index.ts'
import type { CreatorMessage } from './creator-message.ts'

const { id, config, options } = JSON.parse(process.argv[2] ?? '') as CreatorMessage
const tryExec = async () => {
  await using container = await Container.run(id, config, options)
  try {
    const { process } = container
    const executed = await container.exec({ args: ['probe', 'exit', '5'] }, { stdio: 'ignore' })
    return { pid: process.pid, ...(await executed.wait()) }
  } catch (error) {
    if (!isContainerError(error)) throw error
    const { syscall, errno, hint } = error
    return { syscall, errno, hint }
  }
}
const executed = await tryExec()
const others: Array<number | null> = []
for (let round = 0; round < 6; round++) {
  const brief = { ...config, process: { cwd: '/', ...config.process, args: ['probe', 'exit', '6'] } }
  await using another = await Container.run(id, brief, options)
  others.push((await another.wait()).exitCode)
}
console.log(JSON.stringify({ executed, others }))
