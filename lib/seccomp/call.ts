// One system call that waits for an answer.
import { constants } from 'node:os'
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { hasErrno, systemFailure } from '../failures.ts'
import { type ArchName, AUDIT_ARCH, nameOf, X32_BIT } from './arch.ts'

/** include/uapi/linux/seccomp.h */
const USER_NOTIF_FLAG_CONTINUE = 1
const ADDFD_FLAG_SETFD = 1
const ADDFD_FLAG_SEND = 2
const O_CLOEXEC = 0o2000000

const PAGE = 4096
const OPERATION = 'seccompNotifications'

/** How a descriptor is given to a caller. */
export interface AddFdOptions {
  /** The number it gets; what is there is closed. Default: the lowest free one. */
  readonly target?: number
  /** Close it when the caller executes a program. Default: false. */
  readonly closeOnExec?: boolean
  /** Answer the call with its number. Default: false, the call goes on waiting. */
  readonly answer?: boolean
}

/**
 * A system call that a process of the container makes, and that waits: for {@link SeccompCall.allow}, `deny`, `return`, or
 * `addFd` with `answer`. Each says whether the caller still waited; it may have been killed, or a signal may have
 * interrupted it. Of an unanswered call the caller waits until it is killed.
 */
export class SeccompCall {
  /** The calling thread, as this program sees it. */
  readonly pid: number
  /** Its architecture; undefined for one that is not known. */
  readonly arch: ArchName | undefined
  /** The call's name on it; undefined for a number without one. */
  readonly syscall: string | undefined
  /** The call's number on it. */
  readonly number: number
  /** Six of them, as they are in registers. Pointers: {@link SeccompCall.readMemory}. */
  readonly args: readonly bigint[]
  /** Where in the caller it was made. */
  readonly instructionPointer: bigint
  readonly #id: bigint
  readonly #listener: () => Fd | undefined

  /** @internal @param notification struct seccomp_notif */
  constructor(notification: Buffer, listener: () => Fd | undefined) {
    const view = new DataView(notification.buffer, notification.byteOffset, notification.length)
    this.#id = view.getBigUint64(0, true)
    this.pid = view.getUint32(8, true)
    this.number = view.getUint32(16, true)
    this.arch = archOf(view.getUint32(20, true), this.number)
    this.syscall = this.arch === undefined ? undefined : nameOf(this.arch, this.number)
    this.instructionPointer = view.getBigUint64(24, true)
    this.args = Array.from({ length: 6 }, (_, index) => view.getBigUint64(32 + 8 * index, true))
    this.#listener = listener
  }

  /** Whether the caller still waits. */
  get alive(): boolean {
    const listener = this.#listener()
    return listener !== undefined && native().seccompIsValid(listener, this.#id)
  }

  /**
   * Lets the kernel carry the call out, if nothing else forbids it. No decision about safety can rest on what
   * {@link SeccompCall.readMemory} said before: another thread may have changed it by the time the kernel looks.
   */
  allow(): boolean {
    return this.#answer(0n, 0, USER_NOTIF_FLAG_CONTINUE)
  }

  /**
   * Has the call fail.
   * @param errno its number or name. Default: `EPERM`
   * @throws RangeError for a name that is none, and a number that is not from 1 to 4095
   */
  deny(errno: number | string = 'EPERM'): boolean {
    const number = typeof errno === 'number' ? errno : (constants.errno as Record<string, number>)[errno]
    if (number === undefined || !Number.isInteger(number) || number < 1 || number > 4095) {
      throw new RangeError(`${errno} is no errno`)
    }
    return this.#answer(0n, number, 0)
  }

  /** Has the call return a value without being carried out. Default: 0. */
  return(value: number | bigint = 0): boolean {
    return this.#answer(BigInt.asUintN(64, BigInt(value)), 0, 0)
  }

  /**
   * Gives the caller a copy of an open descriptor.
   * @returns its number there; undefined when the caller did not wait any more
   */
  async addFd(fd: Fd, { target, closeOnExec = false, answer = false }: AddFdOptions = {}): Promise<number | undefined> {
    const listener = this.#listener()
    if (listener === undefined) return undefined
    const flags = (target === undefined ? 0 : ADDFD_FLAG_SETFD) | (answer ? ADDFD_FLAG_SEND : 0)
    try {
      return await native().seccompAddFd(listener, this.#id, fd, flags, target ?? 0, closeOnExec ? O_CLOEXEC : 0)
    } catch (cause) {
      if (hasErrno(cause, 'ENOENT', 'ESRCH') || this.#listener() === undefined) return undefined
      throw systemFailure(cause, { operation: OPERATION })
    }
  }

  /**
   * Reads the caller's memory: what was there while the call waited, since it still did afterwards.
   * @param length in bytes, at most 1 MiB
   * @returns fewer bytes where the rest is not mapped; undefined when the caller did not wait any more
   * @throws ContainerError ERR_SYSTEM: EFAULT when nothing is mapped there, EPERM without the right to trace it
   */
  async readMemory(address: bigint, length: number): Promise<Buffer | undefined> {
    try {
      const bytes = await native().readMemory(this.pid, address, length)
      // Not before: the pid may have become another process's.
      return this.alive ? bytes : undefined
    } catch (cause) {
      if (!this.alive) return undefined
      throw systemFailure(cause, { operation: OPERATION })
    }
  }

  /**
   * Reads a text that ends with a NUL, such as a path, in the caller's memory.
   * @param most bytes. Default: 4096, PATH_MAX
   * @returns undefined when the caller did not wait any more
   * @throws ContainerError ERR_SYSTEM as {@link SeccompCall.readMemory}; ENAMETOOLONG when there is no NUL
   */
  async readString(address: bigint, most = PAGE): Promise<string | undefined> {
    const parts: Buffer[] = []
    for (let at = address, left = most; left > 0; ) {
      // Not across a page in one go: what follows the text need not be mapped.
      const length = Math.min(left, PAGE - Number(at % BigInt(PAGE)))
      const part = await this.readMemory(at, length)
      if (part === undefined) return undefined
      const end = part.indexOf(0)
      parts.push(end === -1 ? part : part.subarray(0, end))
      if (end !== -1) return Buffer.concat(parts).toString()
      at += BigInt(length)
      left -= length
    }
    const message = `there is no end of the text within ${most} bytes`
    throw new ContainerError({ code: 'ERR_SYSTEM', operation: OPERATION, errno: 'ENAMETOOLONG', message })
  }

  #answer(value: bigint, errno: number, flags: number): boolean {
    const listener = this.#listener()
    if (listener === undefined) return false
    try {
      return native().seccompAnswer(listener, this.#id, value, errno, flags)
    } catch (cause) {
      throw systemFailure(cause, { operation: OPERATION })
    }
  }
}

function archOf(value: number, number: number): ArchName | undefined {
  if (value === AUDIT_ARCH.x86_64) return number >= X32_BIT && number !== 0xffffffff ? 'x32' : 'x86_64'
  return (Object.keys(AUDIT_ARCH) as ArchName[]).find((arch) => AUDIT_ARCH[arch] === value)
}
