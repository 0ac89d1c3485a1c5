// Copying between a process's pipes and streams that the caller has given. The caller's outlive what happens to ours.
import type { Socket } from 'node:net'
import { finished, type Readable, type Writable } from 'node:stream'

/** Not a pipeline: that would destroy the source, which may be this process's own stdin, when the container ends first. */
export function copyInput(source: Readable, stream: Socket): void {
  const forget = finished(source, { writable: false }, (error) => {
    if (error) stream.destroy()
  })
  stream.once('close', forget)
  source.pipe(stream)
}

/**
 * Ends the target with the output, but for this process's stdout and stderr. Not a pipeline: that would destroy the
 * target when our end is destroyed, and would leave its listeners on stdout and stderr, for each container some.
 * @returns settles when all has been copied and, where it is ended, the target has finished. Never rejects.
 */
export function copyOutput(stream: Readable, target: Writable): Promise<void> {
  const end = target !== process.stdout && target !== process.stderr
  return new Promise((resolve) => {
    // A program may have ended before anybody got to listen to what it writes.
    let ended = stream.readableEnded
    const forget = finished(target, { readable: false }, () => {
      // Nobody takes the rest: the program hears of it as EPIPE.
      stream.destroy()
      resolve()
    })
    stream.on('error', () => {})
    stream.once('end', () => {
      ended = true
    })
    const onClose = () => {
      if (ended && end) return
      forget()
      resolve()
    }
    stream.once('close', onClose)
    stream.pipe(target, { end })
    if (stream.closed) onClose()
  })
}
