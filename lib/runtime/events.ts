// What happens to a container, as an iteration tells it: the events, and how those of this program reach who iterates.
import type { Exit } from '../addon.ts'
import type { LimitEvent } from '../cgroups/event-counts.ts'
import { signalName } from '../signals.ts'

/**
 * One thing that happened.
 *
 * - `created`, `started`, `exited`, `destroyed`: once each at most, in this order. `started` is missing when it never was,
 *   or when it ended and was deleted before that could be seen. Of `exited`, both values are null when the kernel does
 *   not tell: see {@link Container.wait}
 * - `emptied`: after `exited`, no process is left in its cgroup. Told of containers that share a pid namespace, for there
 *   the end of the first process ends no other; not told without a cgroup of its own
 * - `paused`, `resumed`: whoever did it, and whichever cgroup above was frozen. Not told without a cgroup of its own
 * - `memoryHigh`, `memoryMax`, `oom`, `oomKill`, `pidsMax` …: limits that were met, by count: see {@link CgroupEvent}. No kill
 *   is told twice. Not told where the controller does not count for the container
 * - `execStarted`, `execExited`: processes that this object executed in it; of others nobody tells
 * - `networkLost`: the program (pasta, slirp4netns) that gives the container its network has ended before it; nothing gets
 *   through any more
 * - `warning`: see {@link Container.warnings}; and what this iteration cannot see
 * - `dropped`: the reader was too slow for so many events, which are gone. Never those that come once
 */
export type Happening =
  | { readonly type: 'created' | 'started' | 'paused' | 'resumed' | 'emptied' | 'destroyed' }
  | ({ readonly type: 'exited' } & Ending)
  | { readonly type: 'execStarted'; readonly pid: number; readonly args: readonly string[] }
  | ({ readonly type: 'execExited'; readonly pid: number } & Ending)
  | LimitEvent
  | { readonly type: 'networkLost'; readonly message: string }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'dropped'; readonly count: number }

/** How a process ended; both null when that is not known. */
export interface Ending {
  /** 0–255; null when a signal ended it. */
  readonly exitCode: number | null
  /** Its name, e.g. `SIGKILL`; null when it exited. */
  readonly signal: string | null
}

export const endingOf = ({ exitCode, signal }: Exit): Ending => ({
  exitCode,
  signal: signal === null ? null : signalName(signal),
})

/** A {@link Happening} and when this program heard of it; `created`: when it was. */
export type ContainerEvent = Happening & { readonly time: Date }

/** How to follow a container. */
export interface EventOptions {
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal
}

/** Tells what it sees. `look` says that the container's files may have changed. */
export interface Listener {
  readonly tell: (happening: Happening) => void
  readonly look: () => void
}

/**
 * Something to watch for as long as somebody iterates.
 * @returns what ends watching
 * @throws when it cannot be watched: the iteration then has a warning instead
 */
export type Source = (listener: Listener) => () => void

/** Hands what the operations of one Container object do to everybody who iterates over its events. */
export class Events {
  readonly #listeners = new Set<Listener>()
  #deleting = false

  /** @returns what ends it */
  add(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Something has happened that no file tells of. */
  tell(happening: Happening): void {
    for (const { tell } of this.#listeners) tell(happening)
  }

  /** An operation has changed something of the container. */
  changed(): void {
    for (const { look } of this.#listeners) look()
  }

  /** This object is deleting the container: `destroyed` comes when it is done with that, after all warnings. */
  get deleting(): boolean {
    return this.#deleting
  }

  async whileDeleting<T>(action: () => Promise<T>): Promise<T> {
    this.#deleting = true
    this.changed()
    try {
      return await action()
    } finally {
      this.#deleting = false
      this.changed()
    }
  }
}
