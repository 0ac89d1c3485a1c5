// What init says on the control socket, as typed messages. The layout is FrameHeader of native/wire.h.
import { ByteReader } from './bytes.ts'

/** A message of init. `index` is the operation's place in the plan, from 0. */
export type Frame =
  /** Waiting in the sync operation until Node proceeds. */
  | { readonly kind: 'sync'; readonly index: number }
  /** The operation failed; init is exiting. `errno` is 0 when no system call is at fault. */
  | {
      readonly kind: 'failed'
      readonly index: number
      readonly syscall: string
      readonly errno: number
      readonly detail: string
    }
  /** Set up: waiting at the start gate, or about to execute. Sent once. */
  | { readonly kind: 'done' }
  | { readonly kind: 'log'; readonly text: string }
  /** The operation took this long. */
  | { readonly kind: 'traced'; readonly index: number; readonly nanoseconds: bigint }
  /** The operation hands over the descriptor that came with the frame. */
  | { readonly kind: 'descriptor'; readonly index: number }
  /** The number of a seccomp listener among init's descriptors; init waits for proceed. */
  | { readonly kind: 'listener'; readonly index: number; readonly fd: number }

/**
 * Reads one packet of the control socket.
 * @throws RangeError for a frame that init cannot have sent
 */
export function decodeFrame(frame: Uint8Array): Frame {
  const reader = new ByteReader(frame)
  const kind = reader.u32()
  const index = reader.u32()
  const errno = reader.i32()
  const [syscallLength, detailLength] = [reader.u16(), reader.u16()]
  const value = reader.u64()
  const [syscall, detail] = [reader.text(syscallLength), reader.text(detailLength)]
  if (reader.offset !== frame.length) throw new RangeError(`a frame has ${frame.length - reader.offset} bytes too many`)
  switch (kind) {
    case 1:
      return { kind: 'sync', index }
    case 2:
      return { kind: 'failed', index, syscall, errno, detail }
    case 3:
      return { kind: 'done' }
    case 4:
      return { kind: 'log', text: detail }
    case 5:
      return { kind: 'traced', index, nanoseconds: value }
    case 7:
      return { kind: 'descriptor', index }
    case 8:
      return { kind: 'listener', index, fd: Number(value) }
    default:
      throw new RangeError(`there is no frame of kind ${kind}`)
  }
}
