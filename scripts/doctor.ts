// npm run doctor [-- --json]: every requirement and feature of this machine, yes or no, and what to do. Exit code 1 when a requirement is missing.
import { inspectHost } from '../lib/doctor/host.ts'
import { printDiagnosis } from '../lib/doctor/print.ts'

if (process.platform === 'linux') {
  const { healthy, checks } = await inspectHost()
  const coloured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  console.log(process.argv.includes('--json') ? JSON.stringify(checks, null, 2) : printDiagnosis(checks, { coloured }))
  process.exitCode = healthy ? 0 : 1
} else {
  console.error(`libcontainer works on Linux alone; this is ${process.platform}`)
  process.exitCode = 1
}
