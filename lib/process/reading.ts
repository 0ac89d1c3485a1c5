// When output is read: not before its owner has got to listen for its end.
import type { Socket, SocketConstructorOpts } from 'node:net'

/** A socket that is read as soon as it is made may have come to its end before anybody holds it. */
export const readLater = (options: SocketConstructorOpts): SocketConstructorOpts =>
  // Of node:net itself, in no type: an unknown option would do no harm.
  Object.assign(options, { manualStart: true })

/** From the next turn of the event loop on. What nobody listens to comes to its end, and is closed, all the same. */
export function beginReading(...streams: ReadonlyArray<Socket | null>): void {
  setImmediate(() => {
    for (const stream of streams) stream?.read(0)
  })
}
