// update: new limits, from a document or from options.
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Resources } from '../index.ts'
import { Config } from '../index.ts'
import { loadContainer, refuseStatus } from './container.ts'
import { CommandFailure } from './failure.ts'
import type { Context } from './program.ts'

/** Each a decimal number, but for the two lists. */
export interface UpdatingOptions {
  readonly resources?: string
  readonly blkioWeight?: string
  readonly cpuPeriod?: string
  readonly cpuQuota?: string
  readonly cpuBurst?: string
  readonly cpuShare?: string
  readonly cpuIdle?: string
  readonly cpusetCpus?: string
  readonly cpusetMems?: string
  readonly memory?: string
  readonly memoryReservation?: string
  readonly memorySwap?: string
  readonly pidsLimit?: string
}

export async function update(id: string, options: UpdatingOptions, { globals }: Context): Promise<void> {
  const container = await loadContainer(id, globals)
  await refuseStatus(container, { stopped: 'container not running' })
  const { resources } = options
  const wanted = resources === undefined ? describeResources(options) : await readResources(resources)
  await container.update(wanted)
}

async function readResources(file: string): Promise<Resources> {
  const document = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  return withoutZeros(Config.parse(document)) as Resources
}

/** Zero stands for "unchanged" in what engines send. Pure. */
export function withoutZeros(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const kept = Object.entries(value)
    .map(([key, each]) => [key, withoutZeros(each)] as const)
    .filter(([, each]) => each !== 0 && each !== '' && each !== null && !isEmpty(each))
  return Object.fromEntries(kept)
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

/** Pure. */
export function describeResources(options: UpdatingOptions): Resources {
  const number = (name: keyof UpdatingOptions) => parseNumber(name, options[name])
  const memory = compact({
    limit: number('memory'),
    reservation: number('memoryReservation'),
    swap: number('memorySwap'),
  })
  const cpu = compact({
    shares: number('cpuShare'),
    quota: number('cpuQuota'),
    period: number('cpuPeriod'),
    burst: number('cpuBurst'),
    idle: number('cpuIdle'),
    cpus: options.cpusetCpus,
    mems: options.cpusetMems,
  })
  const blockIO = compact({ weight: number('blkioWeight') })
  const pids = compact({ limit: number('pidsLimit') })
  return compact({ memory, cpu, blockIO, pids }) ?? {}
}

function parseNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^-?\d+$/.test(value))
    throw new CommandFailure(`invalid value ${JSON.stringify(value)} for ${name}: it must be a number`)
  return Number(value)
}

/** Without what is undefined; undefined when nothing is left. */
function compact<T extends object>(object: T): { [K in keyof T]: NonNullable<T[K]> } | undefined {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined)
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as { [K in keyof T]: NonNullable<T[K]> })
}
