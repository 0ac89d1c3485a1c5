// Reads and changes the cgroup of a container that exists: one native trip each. Effects.
import { readdir } from 'node:fs/promises'
import { type BatchCall, type NativeError, native, result } from '../addon.ts'
import type { Resources } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import { systemFailure } from '../failures.ts'
import {
  type Cgroup,
  type CgroupOrder,
  CONFINED,
  deviceCall,
  enableControllersCalls,
  limitCalls,
  OPENED,
  openCgroupCalls,
  writeCall,
} from './calls.ts'
import { compileDevices, DEFAULT_RULES } from './devices.ts'
import { limitFailure } from './failures.ts'
import { type CgroupValues, type CgroupWrite, planResources, READ_FOR_UPDATE } from './resources.ts'
import { planRestore } from './restore.ts'
import { pageSizeOf, parseStats, type Stats, statFiles } from './stats.ts'

/** On whose behalf, for errors. */
interface Context {
  readonly operation: string
  readonly id: string
}

export async function readStats(cgroup: Cgroup, context: Context): Promise<Stats> {
  return parseStats(await readFiles(cgroup, statFiles(await pageSizes()), context))
}

let sizes: Promise<readonly string[]> | undefined

/** Sizes of huge pages of this machine; the kernel adds none while it runs. */
function pageSizes(): Promise<readonly string[]> {
  sizes ??= readdir('/sys/kernel/mm/hugepages').then(
    (names) => names.flatMap((name) => pageSizeOf(name) ?? []),
    () => [],
  )
  return sizes
}

/** Contents by name; of files that do not exist there are none. */
async function readFiles(cgroup: Cgroup, files: readonly string[], context: Context): Promise<CgroupValues> {
  const opening = openCgroupCalls(cgroup, 0)
  const dir = result(OPENED)
  const reading = files.map((path): BatchCall => ({ call: 'readFile', dir, path, resolve: CONFINED }))
  const results = await native()
    .batch([...opening, ...reading, { call: 'close', fd: dir }])
    .catch((cause: unknown) => {
      throw systemFailure(cause, context)
    })
  const texts = files.flatMap((file, index) => {
    const text = results[opening.length + index]
    return Buffer.isBuffer(text) ? [[file, text.toString('latin1')] as const] : []
  })
  return new Map(texts)
}

/**
 * Sets the limits of a cgroup that somebody else has made, and gives it away if it is to be.
 * @throws ContainerError naming the file and the value
 */
export async function limitCgroup(cgroup: Cgroup, order: CgroupOrder, context: Context): Promise<void> {
  const calls = openCgroupCalls(cgroup, 0)
  const dir = result(OPENED)
  calls.push(...limitCalls(dir, order))
  calls.push({ call: 'close', fd: dir })
  await carryOut(cgroup, calls, context)
}

async function carryOut(cgroup: Cgroup, calls: readonly BatchCall[], context: Context): Promise<void> {
  await native()
    .batch(calls)
    .catch((cause: unknown) => {
      const { index = 0 } = cause as NativeError
      throw limitFailure(calls[index], cause, { ...context, cgroup: cgroup.path }) ?? systemFailure(cause, context)
    })
}

/**
 * Changes limits, all or none: when one is refused those before it get back what they were.
 * @param mirror is told first of all that will be written, and again of what is written to take that back: systemd has to
 *   know, or it would undo it
 * @throws ContainerError naming the file and the value
 */
export async function updateCgroup(
  cgroup: Cgroup,
  resources: Resources,
  order: CgroupOrder,
  context: Context,
  mirror?: (writes: readonly CgroupWrite[]) => Promise<void>,
): Promise<void> {
  if (mirror === undefined && order.limits.controllers.length > 0) await enableControllers(cgroup, order, context)
  // Which files will be written does not depend on what they hold; what is written to them does.
  const files = planResources(resources).flatMap(({ file, otherwise }) => [
    file,
    ...(otherwise ? [otherwise.file] : []),
  ])
  const old = await readFiles(cgroup, [...new Set([...files, ...READ_FOR_UPDATE])], context)
  checkUse(resources, old, context)
  const writes = planResources(resources, old)
  const calls = openCgroupCalls(cgroup, 0)
  const first = calls.length
  const dir = result(OPENED)
  calls.push(...writes.map((write) => writeCall(dir, write)))
  // Last, since it is the one thing that cannot be read back; it replaces what is there in one act.
  if (resources.devices !== undefined) {
    const rules = [{ allow: false }, ...resources.devices, ...DEFAULT_RULES]
    calls.push(deviceCall(dir, compileDevices(rules), true))
  }
  calls.push({ call: 'close', fd: dir })
  try {
    await mirror?.(writes)
    await native().batch(calls)
  } catch (cause) {
    const { index = mirror === undefined ? 0 : calls.length } = cause as NativeError
    const place = { ...context, cgroup: cgroup.path }
    const failure = limitFailure(calls[index], cause, place) ?? systemFailure(cause, context)
    // systemd writes as well: then everything may have changed.
    const done = mirror === undefined ? writes.slice(0, Math.max(0, index - first)) : writes
    const back = planRestore(done, old)
    await restore(cgroup, back, failure, context, mirror)
    throw failure
  }
}

async function enableControllers(cgroup: Cgroup, order: CgroupOrder, context: Context): Promise<void> {
  await carryOut(cgroup, enableControllersCalls(cgroup, order), context)
}

async function restore(
  cgroup: Cgroup,
  back: readonly CgroupWrite[],
  failure: unknown,
  { operation, id }: Context,
  mirror: ((writes: readonly CgroupWrite[]) => Promise<void>) | undefined,
): Promise<void> {
  const opening = openCgroupCalls(cgroup, 0)
  const dir = result(OPENED)
  const writes = back.map((write) => writeCall(dir, write))
  await (mirror?.(back) ?? Promise.resolve())
    .then(() => native().batch([...opening, ...writes, { call: 'close', fd: dir }]))
    .catch((cause: unknown) => {
      const message = `${String(failure)}; and the old limits could not be restored: ${String(cause)}`
      throw new ContainerError({ code: 'ERR_SYSTEM', operation, id, message, cause: failure })
    })
}

/** config-linux.md, Memory: `checkBeforeUpdate`. The kernel itself would kill. */
function checkUse({ memory = {} }: Resources, old: CgroupValues, { operation, id }: Context): void {
  const { checkBeforeUpdate = false, limit = 0 } = memory
  const used = Number(old.get('memory.current') ?? 0)
  if (!checkBeforeUpdate || limit <= 0 || used <= limit) return
  const message = `must be at least the ${used} bytes that are in use, is ${limit}`
  const problems = [{ path: '/memory/limit', message }]
  throw new ContainerError({ code: 'ERR_INVALID_CONFIG', operation, id, problems })
}
