// Descriptors by the slot of a plan that they go to, held until the plan is sent. Effects.
import { type Fd, native } from './addon.ts'

/** Whoever opens something puts it in here; whoever has sent it closes all of them. */
export interface OpenSlots {
  readonly fds: Readonly<Record<string, Fd>>
  /** @returns the descriptor */
  put(slot: string, fd: Fd): Fd
  /** Idempotent. */
  close(): void
}

export function holdSlots(): OpenSlots {
  const fds: Record<string, Fd> = {}
  return {
    fds,
    put(slot, fd) {
      fds[slot] = fd
      return fd
    },
    close() {
      for (const [slot, fd] of Object.entries(fds)) {
        native().close(fd)
        delete fds[slot]
      }
    },
  }
}
