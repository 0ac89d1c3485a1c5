// npm run demo [-- CMD ARGS]: runs a command, by default one that reports on itself, in a container made of this machine's own files. As root or not.
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { Container, isContainerError, probeHost } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'
import { demoSetting } from './config.ts'
import { outsideFacts } from './outside.ts'
import { printEnd, printStart, printTrace } from './print.ts'

async function main(command: readonly string[]): Promise<number> {
  const report = new URL('report.sh', import.meta.url)
  const args = command.length > 0 ? command : ['sh', '-c', await readFile(report, 'utf8'), ...(await outsideFacts())]
  const signal = endSignal()
  const started = performance.now()
  const host = await probeHost()
  const probed = performance.now()
  await using setting = await demoSetting(args, host)
  printStart(setting.config, command)

  const made = performance.now()
  await using container = await Container.run(`demo-${process.pid}`, setting.config, {
    host,
    signal,
    rootfs: setting.rootfs,
    // Copied as it comes; a container that is given our own terminal could read and change it.
    stdio: ['inherit', process.stdout, process.stderr],
  })
  const running = performance.now()
  killOnAbort(container, signal)
  const { exitCode, signal: endedBy, usage } = await container.wait()
  const ended = performance.now()
  await container.delete({ force: true })

  const deleted = performance.now()

  const phases = { probe: probed - started, ...container.timings, run: ended - running, delete: deleted - ended }
  if (command.length === 0) await printTrace()
  printEnd({ exitCode, endedBy, usage, phases, total: probed - started + deleted - made })
  return exitCode ?? 128 + (constants.signals[endedBy as NodeJS.Signals] ?? 0)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (isEnding(error)) process.exit(130)
  if (!isContainerError(error)) throw error
  console.error(`${error.message}\n\n\`npm run doctor\` tells what this machine lacks.`)
  process.exitCode = 125
}
