// node --import tsx examples/pod/run-pod.ts DIR COMMAND…: runs each shell command in a container of its own, all of one pod. The first holds the namespaces that they share.
import { Config, Container, isContainerError } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

async function main(bundle: string, commands: readonly string[]): Promise<number> {
  const { hostname, ...config } = await Config.load(bundle)
  const signal = endSignal()
  const pod = `pod-${process.pid}`
  // It never runs a program: its namespaces are there from its creation on.
  await using sandbox = await Container.create(
    pod,
    { ...config, hostname: hostname ?? 'pod' },
    { bundle, signal, stdio: 'ignore' },
  )
  killOnAbort(sandbox, signal)
  const ends = await Promise.all(commands.map((command, index) => run(`${pod}.${index}`, command)))
  return ends.every(({ exitCode }) => exitCode === 0) ? 0 : 1

  /** One more container: network, ipc and uts of the pod; processes, files and cgroup of its own. */
  async function run(id: string, command: string) {
    const process = { cwd: '/', ...config.process, args: ['sh', '-c', command] }
    const options = { bundle, signal, stdio: ['ignore', 'inherit', 'inherit'] as const, namespacesOf: pod }
    await using container = await Container.run(id, { ...config, process }, options)
    killOnAbort(container, signal)
    const end = await container.wait()
    console.log(`${command}: ${end.signal ?? `exit code ${end.exitCode}`}`)
    return end
  }
}

const [bundle, ...commands] = process.argv.slice(2)
if (bundle === undefined || commands.length === 0) {
  console.error('usage: node --import tsx examples/pod/run-pod.ts DIR COMMAND…')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle, commands)
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}
