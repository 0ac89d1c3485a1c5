// The processes of a container, as the host and as the container number them. Effects: reads /proc.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { listCgroupProcesses } from '../cgroups/fs.ts'
import { createsNamespace } from '../config/queries.ts'
import { cgroupOf, isInitAlive, type StateRecord } from './state.ts'

/** A process of a container. */
export interface ContainerProcess {
  /** Process id in this process's pid namespace. */
  readonly pid: number
  /** Process id inside the container; null for a process that is not in the container's pid namespace. */
  readonly containerPid: number | null
}

/** What /proc/PID/status says of a process. */
interface Facts {
  readonly pid: number
  readonly parent: number
  /** Its pid in each pid namespace it is in, from that of procfs inwards. */
  readonly pids: readonly number[]
}

/**
 * All processes: those in the container's cgroup; without a cgroup, those in its pid namespace and those that come from
 * its first process. None when it is stopped.
 */
export async function listProcesses(record: StateRecord): Promise<ContainerProcess[]> {
  const cgroup = cgroupOf(record)
  const init = isInitAlive(record) ? await readFacts(record.init.pid) : undefined
  const depth = init === undefined ? 0 : init.pids.length - 1
  const found = cgroup === null ? await findMembers(record, init) : await readAll(await listCgroupProcesses(cgroup))
  return found
    .map(({ pid, pids }) => ({ pid, containerPid: pids[depth] ?? null }))
    .sort((one, other) => one.pid - other.pid)
}

async function findMembers(record: StateRecord, init: Facts | undefined): Promise<Facts[]> {
  if (init === undefined) return []
  const all = await readAll((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number))
  const family = descendants(all, init.pid)
  if (!createsNamespace(record.config, 'pid')) return all.filter(({ pid }) => family.has(pid))
  const own = await pidNamespace(init.pid)
  // Whoever joined from outside descends from another process.
  const members = await Promise.all(
    all.map(async ({ pid }) => family.has(pid) || (own !== undefined && (await pidNamespace(pid)) === own)),
  )
  return all.filter((_, index) => members[index])
}

function descendants(all: readonly Facts[], first: number): ReadonlySet<number> {
  const family = new Set([first])
  // The list is in no order: again until nobody is added.
  for (let before = 0; before < family.size; ) {
    before = family.size
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid)
  }
  return family
}

/** Undefined when it has ended, or is not this user's to ask. */
const pidNamespace = (pid: number): Promise<string | undefined> =>
  readlink(`/proc/${pid}/ns/pid`).catch(() => undefined)

async function readAll(pids: readonly number[]): Promise<Facts[]> {
  const found = await Promise.all(pids.map(readFacts))
  return found.filter((each) => each !== undefined)
}

/** Undefined when it has ended since it was listed. A zombie is still there. */
async function readFacts(pid: number): Promise<Facts | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
  const [, parent] = /^PPid:\t(\d+)$/m.exec(text) ?? []
  const [, pids] = /^NSpid:\t(.+)$/m.exec(text) ?? []
  if (parent === undefined || pids === undefined) return undefined
  return { pid, parent: Number(parent), pids: pids.split('\t').map(Number) }
}
