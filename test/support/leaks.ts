// What a test must leave as it was: everything of ours on the machine, and the process that runs the test.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Bundle } from './bundle.ts'

export interface Snapshot {
  /** `pid command` of every process that bears the marker, and of every child of this one, zombies too. */
  readonly processes: readonly string[]
  readonly mounts: string
  readonly cgroups: readonly string[]
  readonly stateDirectories: readonly string[]
  readonly links: readonly string[]
  readonly fds: readonly string[]
  readonly host: Readonly<Record<string, unknown>>
}

/** Whose traces are looked for: a bundle's, or those of several whose markers begin with one. */
export type Watched =
  | Pick<Bundle, 'marker' | 'stateDir'>
  | { readonly marker: string; readonly stateDirs: readonly string[] }

export function snapshot(watched: Watched): Snapshot {
  const { marker } = watched
  const stateDirs = 'stateDirs' in watched ? watched.stateDirs : [watched.stateDir]
  return {
    processes: findProcesses(marker),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    cgroups: findCgroups(marker),
    stateDirectories: stateDirs.flatMap(list),
    links: list('/sys/class/net'),
    fds: openFds(),
    host: hostFacts(),
  }
}

/** Asserts that everything is as it was. Sockets close, and ended processes go, in their own time: it waits for that. */
export async function expectNothingLeft(before: Snapshot, watched: Watched): Promise<void> {
  const deadline = performance.now() + 5_000
  const as = JSON.stringify(before)
  while (JSON.stringify(snapshot(watched)) !== as && performance.now() < deadline) await delay(5)
  const now = snapshot(watched)
  expect(now, JSON.stringify(now) === as ? '' : `left behind; threads of this process:\n${threads()}`).toEqual(before)
}

/** What each thread waits for: tells a leak from a thread that hangs. */
function threads(): string {
  const lines = list('/proc/self/task').map((thread) => {
    const [comm, wchan, call] = ['comm', 'wchan', 'syscall'].map((name) =>
      read(`/proc/self/task/${thread}/${name}`).trim(),
    )
    return `  ${thread} ${comm}: ${wchan} ${call}`
  })
  return lines.join('\n')
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // ended since it was listed, or not ours to look at
  }
}

/** @param besides whose children count as well */
export function findProcesses(marker: string, besides: number = process.pid): string[] {
  return list('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    const stat = read(`/proc/${name}/stat`)
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ')
    const ours = parent === besides || `${command}\0${read(`/proc/${name}/environ`)}`.includes(marker)
    return ours ? [`${name} ${command}`] : []
  })
}

export function findCgroups(marker: string): string[] {
  const mount = read('/proc/self/mountinfo')
    .split('\n')
    .find((line) => line.includes(' - cgroup2 '))
    ?.split(' ')[4]
  if (mount === undefined) return []
  const found = [mount]
  for (const directory of found) {
    try {
      const entries = readdirSync(directory, { withFileTypes: true })
      for (const entry of entries) if (entry.isDirectory()) found.push(join(directory, entry.name))
    } catch {
      // Removed since it was listed.
    }
  }
  return found.filter((directory) => directory.slice(mount.length).includes(marker))
}

/** Not the device programs: the addon keeps the last few, which is tested where limits are. */
function openFds(): string[] {
  return list('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`)
      return file === 'anon_inode:bpf-prog' ? [] : [`${fd} ${file}`]
    } catch {
      return [] // the one that read the directory
    }
  })
}

/** What of this process the library has no business to change. */
function hostFacts(): Record<string, unknown> {
  const status = read('/proc/self/status')
  const kept = /^(Umask|Uid|Gid|Groups|SigBlk|SigIgn|SigCgt|Cap\w+|NoNewPrivs|Seccomp|NStgid|NSsid):/
  const namespaces = list('/proc/self/ns').map((name) => readlinkSync(`/proc/self/ns/${name}`))
  return {
    status: status.split('\n').filter((line) => kept.test(line)),
    namespaces,
    cwd: process.cwd(),
    root: readlinkSync('/proc/self/root'),
    env: { ...process.env },
    limits: read('/proc/self/limits'),
    oomScoreAdj: read('/proc/self/oom_score_adj'),
    cgroup: read('/proc/self/cgroup'),
    listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
  }
}
