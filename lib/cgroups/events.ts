// Watches what happens in a cgroup: the kernel tells (poll), nothing looks again and again. Effects.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { native, type Unwatch } from '../addon.ts'
import { hasErrno } from '../failures.ts'
import type { Cgroup } from './calls.ts'
import {
  type CgroupEvent,
  changesOf,
  EVENT_FILES,
  type EventCounts,
  type EventFile,
  oomKillsOf,
  parseEvents,
} from './event-counts.ts'

/** A cgroup that is watched. */
export interface EventWatch {
  /** Tells at once what has happened up to now: the kernel may be late, and a cgroup that is removed tells no more. */
  look(): void
  /** Idempotent. */
  close(): void
}

/**
 * Tells of everything that happens from now on, each thing once.
 * @param onEnd no process is left in the cgroup, so nothing can happen any more; called once, unless closed before, and
 *   perhaps before this returns. (That a cgroup is removed the kernel tells nobody who polls its files.)
 * @throws NativeError when it cannot be watched, ENOENT when it is gone already
 */
export function watchCgroupEvents(
  cgroup: Cgroup,
  onEvent: (event: CgroupEvent) => void,
  onEnd: () => void,
): EventWatch {
  const files: WatchedFile[] = []
  const close = () => {
    for (const file of files.splice(0)) file.close()
  }
  const end = () => {
    if (files.length === 0) return
    close()
    onEnd()
  }
  const look = () => {
    // What has happened comes before the news that no process is left, which ends it.
    for (const file of [...files].reverse()) file.look()
  }
  const changed = (event: CgroupEvent) => {
    const isEnd = event.type === 'populated' && !event.populated
    if (isEnd) for (const file of files.slice(1)) file.look()
    onEvent(event)
    if (isEnd) end()
  }
  try {
    for (const name of EVENT_FILES) {
      const fd = openEvents(cgroup, name)
      if (fd !== undefined) files.push(new WatchedFile(name, fd, changed, end))
    }
  } catch (cause) {
    close()
    throw cause
  }
  look()
  return { look, close }
}

/** Undefined without the controller; files of the core are there as long as the cgroup is. */
function openEvents(cgroup: Cgroup, name: EventFile): number | undefined {
  try {
    return openSync(path.join(cgroup.root, cgroup.path, name), 'r')
  } catch (cause) {
    if (name !== 'cgroup.events' && hasErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}

class WatchedFile {
  readonly #name: EventFile
  readonly #fd: number
  readonly #onEvent: (event: CgroupEvent) => void
  readonly #onEnd: () => void
  readonly #unwatch: Unwatch
  #counts: EventCounts
  #open = true

  constructor(name: EventFile, fd: number, onEvent: (event: CgroupEvent) => void, onEnd: () => void) {
    this.#name = name
    this.#fd = fd
    this.#onEvent = onEvent
    this.#onEnd = onEnd
    try {
      const counts = parseEvents(this.#read() ?? '')
      // That there are no processes is told even if it was so before.
      this.#counts = name === 'cgroup.events' ? new Map([...counts, ['populated', 1]]) : counts
      // What the thread has read is not used: it may be older than what a look has told since.
      this.#unwatch = native().watchFile(fd, (text) => (text === null ? onEnd() : this.look()))
    } catch (cause) {
      closeSync(fd)
      throw cause
    }
  }

  look(): void {
    if (!this.#open) return
    const text = this.#read()
    if (text === undefined) {
      this.#onEnd()
      return
    }
    const before = this.#counts
    this.#counts = parseEvents(text)
    for (const event of changesOf(this.#name, before, this.#counts)) this.#onEvent(event)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#unwatch()
    closeSync(this.#fd)
  }

  /** Undefined when the cgroup is gone. */
  #read(): string | undefined {
    const buffer = Buffer.alloc(4096)
    try {
      return buffer.toString('latin1', 0, readSync(this.#fd, buffer, 0, buffer.length, 0))
    } catch (cause) {
      if (hasErrno(cause, 'ENODEV')) return undefined
      throw cause
    }
  }
}

/** How many processes of the cgroup the kernel has killed for want of memory; 0 where it does not count. */
export function countOomKills(cgroup: Cgroup | null): number {
  if (cgroup === null) return 0
  try {
    return oomKillsOf(readFileSync(path.join(cgroup.root, cgroup.path, 'memory.events'), 'latin1'))
  } catch {
    return 0
  }
}
