// Follows the life of one container for one iteration over its events, whoever acts on it. Effects: watches its files.
import { existsSync, lstatSync, watch } from 'node:fs'
import path from 'node:path'
import type { Cgroup } from '../cgroups/calls.ts'
import { type EventWatch, watchCgroupEvents } from '../cgroups/events.ts'
import { isFrozen, watchFreezing } from '../cgroups/freezer.ts'
import { createsNamespace } from '../config/queries.ts'
import { failOnAbort } from '../queue.ts'
import { EventFeed } from './event-feed.ts'
import type { ContainerEvent, Ending, EventOptions, Events, Listener, Source } from './events.ts'
import { type Target, withLock } from './lock.ts'
import { watchNetwork } from './network.ts'
import { cgroupOf, isInitAlive, type StateRecord } from './state.ts'
import { GATE_FILE, STATE_FILE } from './state-directory.ts'

/** Whom to follow, and what its owner knows of it. */
export interface Followed {
  readonly target: Target
  /** Of a container whose creation is over. */
  readonly record: StateRecord
  /** It is known to have been started. */
  readonly started: boolean
  readonly events: Events
  /** What there was to warn of up to now. */
  readonly warnings: readonly string[]
  /** Settles when the first process has ended. Never rejects. */
  readonly exited: Promise<Ending>
}

/** Its life up to now, then what happens, until it is destroyed. */
export async function* followLife(
  followed: Followed,
  { signal }: EventOptions,
): AsyncGenerator<ContainerEvent, void, void> {
  signal?.throwIfAborted()
  const feed = new EventFeed()
  const stopAborting = failOnAbort(feed, signal)
  const life = new Life(followed, feed)
  try {
    life.begin()
    yield* feed.values()
  } finally {
    stopAborting()
    life.close()
  }
}

class Life implements Listener {
  readonly #followed: Followed
  readonly #feed: EventFeed
  readonly #stateFile: string
  readonly #gate: string
  /** What tells this container's state file from another's; null when it is gone already. */
  readonly #identity: string | null
  readonly #closes: Array<() => void> = []
  #started = false
  #frozen = false
  #exited = false
  #limits: EventWatch | undefined
  /** Whether processes may be left that the end of the first one has not ended, and are not known to be gone. */
  #mayBeLeft: boolean
  /** No process is in its cgroup. */
  #isEmpty = false

  constructor(followed: Followed, feed: EventFeed) {
    this.#followed = followed
    this.#feed = feed
    const directory = path.join(followed.target.stateDir, followed.target.id)
    this.#stateFile = path.join(directory, STATE_FILE)
    this.#gate = path.join(directory, GATE_FILE)
    this.#identity = identifyFile(this.#stateFile) ?? null
    this.#mayBeLeft = !createsNamespace(followed.record.config, 'pid')
  }

  begin(): void {
    const { record, started, events, warnings, exited } = this.#followed
    this.#feed.tell({ type: 'created' }, new Date(record.created))
    if (started) this.#tellStarted()
    for (const message of warnings) this.tell({ type: 'warning', message })
    // Watched before it is looked at: what happens in between is told twice rather than never, and looking compares.
    this.#closes.push(events.add(this))
    for (const source of this.#sources()) this.#watch(source)
    this.look()
    void exited.then((ending) => this.#end(ending))
  }

  close(): void {
    for (const close of this.#closes.splice(0)) close()
    this.#feed.end()
  }

  readonly tell: Listener['tell'] = (happening) => this.#feed.tell(happening)

  /** Compares what there is with what has been told. */
  readonly look = (): void => {
    if (!this.#exited) this.#lookAtLife()
    if (this.#exited && !this.#followed.events.deleting && identifyFile(this.#stateFile) !== this.#identity) {
      // Of a cgroup that is removed the kernel tells nobody who polls its files.
      this.#limits?.look()
      this.tell({ type: 'destroyed' })
      this.close()
    }
  }

  #lookAtLife(): void {
    const { record } = this.#followed
    // Of a process that has ended, a gate that is gone does not tell: it goes with the container as well.
    if (!this.#started && isInitAlive(record) && !existsSync(this.#gate)) this.#tellStarted()
    const cgroup = cgroupOf(record)
    const frozen = cgroup !== null && isFrozen(cgroup)
    if (frozen !== this.#frozen) this.tell({ type: frozen ? 'paused' : 'resumed' })
    this.#frozen = frozen
  }

  #tellStarted(): void {
    this.#started = true
    this.tell({ type: 'started' })
  }

  async #end(ending: Ending): Promise<void> {
    // The kernel may be late with these, and a cgroup that is removed tells no more.
    this.#limits?.look()
    this.look()
    // Whoever starts or deletes it holds the lock until the gate says which. If that is this object, it has looked.
    if (!this.#started && !this.#followed.events.deleting && (await this.#hasLeftGate())) this.#tellStarted()
    this.#exited = true
    this.tell({ type: 'exited', ...ending })
    this.#tellEmptied()
    this.look()
  }

  #tellEmptied(): void {
    if (!this.#exited || !this.#isEmpty || !this.#mayBeLeft) return
    this.#mayBeLeft = false
    this.tell({ type: 'emptied' })
  }

  /** False as well when it is gone by now, or somebody is at work on it for long. */
  #hasLeftGate(): Promise<boolean> {
    return withLock('events', this.#followed.target, async () => {
      return identifyFile(this.#stateFile) === this.#identity && !existsSync(this.#gate)
    }).catch(() => false)
  }

  #sources(): Source[] {
    const { record, target } = this.#followed
    const cgroup = cgroupOf(record)
    const directory = path.dirname(this.#stateFile)
    if (this.#identity === null) return []
    return [
      ({ look }) => watchDirectory(directory, look),
      ({ tell }) => watchNetwork(target.stateDir, record, (message) => tell({ type: 'networkLost', message })),
      ...(cgroup === null
        ? []
        : [({ look }: Listener) => watchFreezing(cgroup, look), () => this.#watchLimits(cgroup)]),
    ]
  }

  #watchLimits(cgroup: Cgroup): () => void {
    const watched = watchCgroupEvents(
      cgroup,
      (event) => {
        // Freezing is looked at.
        if ('count' in event) this.tell(event)
      },
      () => {
        this.#isEmpty = true
        this.#tellEmptied()
      },
    )
    this.#limits = watched
    return watched.close
  }

  #watch(source: Source): void {
    try {
      this.#closes.push(source(this))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      this.tell({ type: 'warning', message: `not all that other programs do to the container is seen: ${reason}` })
    }
  }
}

/** Undefined when there is none. A file is never changed after it has got this name. */
function identifyFile(file: string): string | undefined {
  const stat = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}:${stat.ctimeNs}`
}

/** @throws when there is no such directory any more, or no watch to be had (inotify(7), max_user_instances) */
function watchDirectory(directory: string, look: () => void): () => void {
  const watcher = watch(directory, look)
  // It ends with the directory, and looking says so.
  watcher.on('error', look)
  return () => watcher.close()
}
