// What the demo says before and after its container.
import { access } from 'node:fs/promises'
import { release } from 'node:os'
import type { Config } from 'libcontainer'

const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
const bold = (text: string): string => (isColoured ? `\x1b[1m${text}\x1b[0m` : text)
const dim = (text: string): string => (isColoured ? `\x1b[2m${text}\x1b[0m` : text)

export function printStart(config: Config, command: readonly string[]): void {
  const types = config.linux?.namespaces?.map(({ type }) => type) ?? []
  const who = types.includes('user') ? `uid ${process.geteuid?.()}, root inside` : 'root'
  console.log(`${bold('libcontainer demo')}  ${who} · Linux ${release()} · own ${types.join(', ')}`)
  console.log(dim(`$ ${command.length > 0 ? command.join(' ') : 'sh report.sh'}`))
}

interface End {
  readonly exitCode: number | null
  readonly endedBy: string | null
  readonly usage: { readonly userMs: number; readonly systemMs: number; readonly maxRssBytes: number | null } | null
  readonly phases: Readonly<Record<string, number>>
  readonly total: number
}

/** Looks for the file that report.sh wrote to the container's root. */
export async function printTrace(): Promise<void> {
  const isThere = await access('/demo-was-here').then(
    () => true,
    () => false,
  )
  console.log(
    `on the host         /demo-was-here ${isThere ? 'exists: the container wrote through!' : 'does not exist'}`,
  )
}

export function printEnd({ exitCode, endedBy, usage, phases, total }: End): void {
  const end = endedBy === null ? `exit code ${exitCode}` : `ended by ${endedBy}`
  const cpu = usage === null ? '' : `${(usage.userMs + usage.systemMs).toFixed(0)} ms of CPU`
  const memory = usage?.maxRssBytes ? `, ${(usage.maxRssBytes / 2 ** 20).toFixed(1)} MiB at most` : ''
  const times = Object.entries(phases).map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
  console.log(`${bold(end)}  ${cpu}${memory}`)
  console.log(dim(`milliseconds: ${times.join(' · ')} · total ${total.toFixed(1)}`))
}
