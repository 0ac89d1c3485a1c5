// A systemd that knows scopes alone: speaks D-Bus on a unix socket, makes cgroups and moves processes as the real one.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type DbusValue, decodeMessage, encodeMessage, type Message, Variant } from '../../lib/cgroups/dbus-message.ts'

/** What a call is answered with: values, an error by its name, or nothing. */
export type Answer = readonly [signature: string, ...body: DbusValue[]] | { readonly error: string } | null

/** Overrides what a method does; undefined leaves it as it is. */
export type Override = (message: Message) => Answer | undefined

export interface FakeSystemd {
  readonly path: string
  /** Calls to the manager, in order: the method, then its arguments. */
  readonly calls: Array<readonly [member: string, ...body: DbusValue[]]>
  /** Properties that a unit was started with or has been given since. */
  readonly units: Map<string, Map<string, DbusValue>>
  override: Override
  /** How jobs end. */
  result: string
  /** Forgets everybody who is connected. */
  hangUp(): void
  close(): Promise<void>
}

/** @param root directory of the cgroup in which its slices are; null: no cgroups are made */
export async function startFakeSystemd(path: string, root: string | null, mountPoint = ''): Promise<FakeSystemd> {
  const sockets = new Set<net.Socket>()
  const fake: FakeSystemd = {
    path,
    calls: [],
    units: new Map(),
    override: () => undefined,
    result: 'done',
    hangUp: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        fake.hangUp()
        server.close(() => resolve())
      }),
  }
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    serve(socket, fake, { root, mountPoint })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return fake
}

interface Place {
  readonly root: string | null
  readonly mountPoint: string
}

function serve(socket: net.Socket, fake: FakeSystemd, place: Place): void {
  let received = Buffer.alloc(0)
  let begun = false
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    if (!begun) {
      const text = received.toString('latin1')
      if (/^\0AUTH EXTERNAL [\da-f]+\r\n$/.test(text)) socket.write('OK 0123456789abcdef\r\n')
      const start = text.indexOf('BEGIN\r\n')
      if (start < 0) return
      begun = true
      received = received.subarray(start + 7)
    }
    for (let next = decodeMessage(received); next !== null; next = decodeMessage(received)) {
      received = received.subarray(next.length)
      answer(socket, fake, place, next.message)
    }
  })
}

let serial = 0

function answer(socket: net.Socket, fake: FakeSystemd, place: Place, message: Message): void {
  const { member = '', body, serial: replySerial } = message
  if (message.interface === 'org.freedesktop.systemd1.Manager') fake.calls.push([member, ...body])
  const send = (rest: Partial<Message> & Pick<Message, 'type'>) =>
    socket.write(encodeMessage({ serial: ++serial, body: [], ...rest }))
  const given = fake.override(message) ?? carryOut(fake, place, message)
  if (given === null) return
  if ('error' in given) {
    const text = { signature: 's', body: [`${member} of ${String(body[0])}`] }
    send({ type: 'error', replySerial, errorName: given.error, ...text })
    return
  }
  const [signature, ...values] = given
  const job = { path: '/org/freedesktop/systemd1', interface: 'org.freedesktop.systemd1.Manager', member: 'JobRemoved' }
  const isJob = member === 'StartTransientUnit' || member === 'StopUnit'
  const [name] = body
  // A job may be done before its name is told, and others' jobs are told of as well.
  if (isJob) {
    send({ type: 'signal', ...job, signature: 'uoss', body: [8, '/job/other', 'other.scope', 'failed'] })
    send({ type: 'signal', ...job, signature: 'uoss', body: [7, String(values[0]), String(name), fake.result] })
  }
  send({ type: 'return', replySerial, signature, body: values })
}

const SYSTEMD = 'org.freedesktop.systemd1'

function carryOut(fake: FakeSystemd, place: Place, { member, body }: Message): Answer {
  const [first, second, third] = body
  const name = String(first)
  switch (member) {
    case 'Hello':
      return ['s', ':1.7']
    case 'AddMatch':
    case 'Subscribe':
    case 'ResetFailedUnit':
      return ['']
    case 'AttachProcessesToUnit':
      move(directoryOf(fake, place), third as number[])
      return ['']
    case 'StartTransientUnit':
      if (fake.units.has(name)) return { error: `${SYSTEMD}.UnitExists` }
      fake.units.set(name, new Map(pairs(third)))
      enter(fake, place, name)
      return ['o', `/job/${name}`]
    case 'SetUnitProperties':
      for (const [key, value] of pairs(third)) fake.units.get(name)?.set(key, value)
      return ['']
    case 'StopUnit':
      if (!fake.units.delete(name)) return { error: `${SYSTEMD}.NoSuchUnit` }
      return ['o', `/job/stop/${name}`]
    case 'GetUnit':
      return ['o', `/unit/${name}`]
    case 'Get':
      if (second === 'Version') return ['v', new Variant('s', '252.39-1~deb12u1')]
      return ['v', new Variant('s', controlGroup(fake, place))]
    default:
      return { error: 'org.freedesktop.DBus.Error.UnknownMethod' }
  }
}

const pairs = (value: DbusValue | undefined): Array<[string, DbusValue]> =>
  (value as ReadonlyArray<readonly [string, Variant]>).map(([name, variant]) => [name, variant.value])

/** Of the unit that was started last. */
function directoryOf(fake: FakeSystemd, { root }: Place): string {
  const [name, properties] = [...fake.units].at(-1) ?? []
  return join(root ?? '', String(properties?.get('Slice')), String(name))
}

const controlGroup = (fake: FakeSystemd, place: Place): string =>
  directoryOf(fake, place).slice(place.mountPoint.length)

function enter(fake: FakeSystemd, place: Place, name: string): void {
  if (place.root === null) return
  const directory = directoryOf(fake, place)
  mkdirSync(directory, { recursive: true })
  const pids = fake.units.get(name)?.get('PIDs') ?? []
  move(directory, pids as number[])
}

function move(directory: string, pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(join(directory, 'cgroup.procs'), String(pid))
}

/** Removes a slice that systemd would remove: once its scopes are gone. */
export async function removeSlice(directory: string): Promise<void> {
  while (existsSync(directory) && /^populated 1$/m.test(readFileSync(join(directory, 'cgroup.events'), 'latin1'))) {
    await delay(5)
  }
  if (existsSync(directory)) rmdirSync(directory)
}
