// What one iteration has not taken yet: bounded, since nothing is awaited on the side that tells.
import { Queue } from '../queue.ts'
import type { ContainerEvent, Happening } from './events.ts'

/** How many events wait for a slow reader before they are dropped and only counted. */
export const MOST_WAITING = 256

/** There is one of each at most, so that they need no bound. */
const ONCE: ReadonlySet<Happening['type']> = new Set([
  'created',
  'started',
  'networkLost',
  'exited',
  'emptied',
  'destroyed',
])

export class EventFeed extends Queue<ContainerEvent> {
  /** The last of the queue, while events are being dropped. */
  #dropped: { readonly type: 'dropped'; count: number; readonly time: Date } | undefined

  tell(happening: Happening, time = new Date()): void {
    if (this.size < MOST_WAITING || ONCE.has(happening.type)) {
      this.#dropped = undefined
      this.push({ ...happening, time })
    } else if (this.#dropped === undefined) {
      this.#dropped = { type: 'dropped', count: 1, time }
      this.push(this.#dropped)
    } else this.#dropped.count++
  }
}
