// A connection to a bus of D-Bus, or to a peer that speaks it, over a unix socket. Effects.
//
// No library from npm is used: of those there are none was at once kept up, an ES module without native parts, and able to
// speak to a peer without a bus (systemd's private socket); all bring XML readers for an introspection nobody needs here.
import net from 'node:net'
import { type DbusValue, decodeMessage, encodeMessage, type Message } from './dbus-message.ts'

/** What is called, or has called back. */
export interface Call {
  readonly destination?: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature?: string
  readonly body?: readonly DbusValue[]
}

/** An answer that is an error. */
export class DbusError extends Error {
  /** e.g. `org.freedesktop.systemd1.NoSuchUnit`. */
  readonly errorName: string

  constructor(errorName: string, message: string) {
    super(message)
    this.name = 'DbusError'
    this.errorName = errorName
  }
}

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 30_000

interface Waiting {
  readonly resolve: (message: Message) => void
  readonly reject: (reason: Error) => void
}

/** One conversation: opened, used, closed. While it is open the event loop stays alive. */
export class DbusConnection {
  readonly #socket: net.Socket
  readonly #calls = new Map<number, Waiting>()
  readonly #onSignal: (signal: Message) => void
  readonly #closed: Array<(reason: Error) => void> = []
  #received = Buffer.alloc(0)
  #serial = 0
  #failure: Error | undefined

  private constructor(socket: net.Socket, rest: Buffer, onSignal: (signal: Message) => void) {
    this.#socket = socket
    this.#onSignal = onSignal
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('D-Bus: the other side has hung up')))
    if (rest.length > 0) this.#receive(rest)
  }

  /**
   * Connects and says who this process is (D-Bus specification, "Authentication Protocol", EXTERNAL).
   * @param path of the socket; one that begins with a NUL is abstract
   */
  static async open(path: string, uid: number, onSignal: (signal: Message) => void): Promise<DbusConnection> {
    const socket = net.connect(path)
    try {
      const rest = await withTimeout(authenticate(socket, uid), `${path} does not answer`)
      return new DbusConnection(socket, rest, onSignal)
    } catch (cause) {
      socket.destroy()
      throw cause
    }
  }

  /** @returns what was answered; rejects with a {@link DbusError} when that is an error */
  async call({ body = [], ...call }: Call): Promise<readonly DbusValue[]> {
    if (this.#failure !== undefined) throw this.#failure
    const serial = ++this.#serial
    const answer = new Promise<Message>((resolve, reject) => this.#calls.set(serial, { resolve, reject }))
    this.#socket.write(encodeMessage({ type: 'call', serial, body, ...call }))
    const { type, errorName = '', body: answered } = await withTimeout(answer, `${call.member} is not answered`)
    if (type === 'error') throw new DbusError(errorName, String(answered[0] ?? errorName))
    return answered
  }

  /** Settles, with a rejection, when the connection is lost. */
  get lost(): Promise<never> {
    return new Promise((_, reject) => {
      if (this.#failure === undefined) this.#closed.push(reject)
      else reject(this.#failure)
    })
  }

  close(): void {
    this.#failure = new Error('D-Bus: the connection is closed')
    this.#socket.destroy()
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    try {
      for (let next = decodeMessage(this.#received); next !== null; next = decodeMessage(this.#received)) {
        this.#received = this.#received.subarray(next.length)
        this.#dispatch(next.message)
      }
    } catch (cause) {
      this.#fail(cause as Error)
      this.#socket.destroy()
    }
  }

  #dispatch(message: Message): void {
    if (message.type === 'signal') this.#onSignal(message)
    if (message.replySerial === undefined) return
    this.#calls.get(message.replySerial)?.resolve(message)
    this.#calls.delete(message.replySerial)
  }

  #fail(reason: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = reason
    for (const { reject } of this.#calls.values()) reject(reason)
    for (const reject of this.#closed) reject(reason)
  }
}

/** @returns what came after the last line of it */
function authenticate(socket: net.Socket, uid: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const settle = (act: () => void) => {
      socket.removeAllListeners()
      act()
    }
    socket.on('error', (error) => settle(() => reject(error)))
    socket.on('close', () => settle(() => reject(new Error('D-Bus: the other side has hung up'))))
    socket.on('connect', () => socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`))
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      const end = received.indexOf('\r\n')
      if (end < 0) return
      const line = received.toString('latin1', 0, end)
      const rest = received.subarray(end + 2)
      const accept = () => {
        socket.write('BEGIN\r\n')
        resolve(rest)
      }
      settle(line.startsWith('OK ') ? accept : () => reject(new Error(`D-Bus: this user was refused: ${line}`)))
    })
  })
}

async function withTimeout<T>(promise: Promise<T>, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`D-Bus: ${message} within ${TIMEOUT / 1000} s`)), TIMEOUT)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
