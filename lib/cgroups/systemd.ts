// The systemd driver: transient scopes, made, changed and stopped over D-Bus. Effects.

import { ContainerError, isContainerError } from '../errors.ts'
import { DbusConnection, DbusError } from './dbus.ts'
import { type DbusValue, type Message, Variant } from './dbus-message.ts'
import type { UnitProperty } from './unit-properties.ts'
import type { ManagerKind, Unit } from './units.ts'

/** On whose behalf, for errors. */
interface Context {
  readonly operation: string
  readonly id: string
}

/** Properties may depend on the version of systemd that is asked. */
export type PropertiesFor = (version: number) => readonly UnitProperty[]

const SERVICE = 'org.freedesktop.systemd1'
const OBJECT = '/org/freedesktop/systemd1'
const MANAGER = `${SERVICE}.Manager`
const PROPERTIES = 'org.freedesktop.DBus.Properties'

/**
 * Makes a scope of a process, which it moves into it, and waits until it is there. One of the name that has failed before
 * is forgotten.
 * @returns the scope's cgroup below the mount point
 * @throws ContainerError ERR_EXISTS, ERR_SYSTEM
 */
export async function startUnit(unit: Unit, pid: number, properties: PropertiesFor, context: Context): Promise<string> {
  return withManager(unit.manager, context, async (manager) => {
    const all: UnitProperty[] = [
      ['Description', new Variant('s', `libcontainer container ${context.id}`)],
      ['Slice', new Variant('s', unit.slice)],
      ['PIDs', new Variant('au', [pid])],
      ['Delegate', new Variant('b', true)],
      ['DefaultDependencies', new Variant('b', false)],
      // Or a scope that has failed would keep its name until somebody resets it.
      ['CollectMode', new Variant('s', 'inactive-or-failed')],
      ...ACCOUNTING.map((name): UnitProperty => [name, new Variant('b', true)]),
      ...properties(await manager.version()),
    ]
    const start = () => manager.job('StartTransientUnit', 'ssa(sv)a(sa(sv))', [unit.name, 'fail', all, []])
    await start().catch(async (cause: unknown) => {
      if (!isNamed(cause, 'UnitExists')) throw cause
      await manager.call(MANAGER, 'ResetFailedUnit', 's', [unit.name]).catch(ignore('NoSuchUnit'))
      await start()
    })
    return manager.cgroupOf(unit.name)
  })
}

const ACCOUNTING = ['MemoryAccounting', 'CPUAccounting', 'IOAccounting', 'TasksAccounting']

/** Stops a scope and waits until systemd has forgotten it. Nothing happens when there is none. */
export async function stopUnit(unit: Unit, context: Context): Promise<void> {
  await withManager(unit.manager, context, async (manager) => {
    await manager.job('StopUnit', 'ss', [unit.name, 'replace']).catch(ignore('NoSuchUnit'))
    await manager.call(MANAGER, 'ResetFailedUnit', 's', [unit.name]).catch(ignore('NoSuchUnit'))
  })
}

/** Changes properties of a scope until the machine is booted again. */
export async function setUnitProperties(unit: Unit, properties: PropertiesFor, context: Context): Promise<void> {
  await withManager(unit.manager, context, async (manager) => {
    const all = properties(await manager.version())
    if (all.length === 0) return
    await manager.call(MANAGER, 'SetUnitProperties', 'sba(sv)', [unit.name, true, all])
  })
}

/** Moves a process into a scope, which this user may not be allowed to do himself. */
export async function attachToUnit(unit: Unit, pid: number, context: Context): Promise<void> {
  await withManager(unit.manager, context, (manager) =>
    manager.call(MANAGER, 'AttachProcessesToUnit', 'ssau', [unit.name, '', [pid]]),
  )
}

const isNamed = (cause: unknown, name: string): boolean =>
  cause instanceof DbusError && cause.errorName === `${SERVICE}.${name}`

function ignore(name: string): (cause: unknown) => undefined {
  return (cause) => {
    if (!isNamed(cause, name)) throw cause
  }
}

/** Where a manager listens: on a bus, or where there is none by itself. In the order to try. */
export function managerAddresses(
  kind: ManagerKind,
  uid: number,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyArray<{ readonly path: string; readonly bus: boolean }> {
  const runtime = env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`
  const [named, usual, own] =
    kind === 'system'
      ? [env['DBUS_SYSTEM_BUS_ADDRESS'], '/run/dbus/system_bus_socket', '/run/systemd/private']
      : [env['DBUS_SESSION_BUS_ADDRESS'], `${runtime}/bus`, `${runtime}/systemd/private`]
  const buses = [...pathsOf(named ?? ''), usual].map((path) => ({ path, bus: true }))
  return [...buses, { path: own, bus: false }]
}

/** D-Bus specification, "Server Addresses": `unix:path=/run/bus,guid=…;unix:abstract=name`. */
function pathsOf(addresses: string): string[] {
  return addresses.split(';').flatMap((address) => {
    const [, transport, text = ''] = /^(\w+):(.*)$/.exec(address) ?? []
    if (transport !== 'unix') return []
    const pairs = new Map(text.split(',').map((pair) => pair.split('=') as [string, string]))
    const value = decodeURIComponent(pairs.get('path') ?? '')
    if (value !== '') return [value]
    const abstract = pairs.get('abstract')
    return abstract === undefined ? [] : [`\0${decodeURIComponent(abstract)}`]
  })
}

async function withManager<T>(kind: ManagerKind, context: Context, act: (manager: Manager) => Promise<T>): Promise<T> {
  const manager = await connect(kind, context)
  try {
    return await Promise.race([act(manager), manager.lost])
  } catch (cause) {
    throw managerFailure(cause, kind, context)
  } finally {
    manager.close()
  }
}

async function connect(kind: ManagerKind, context: Context): Promise<Manager> {
  const uid = process.geteuid?.() ?? 0
  const reasons: unknown[] = []
  for (const { path, bus } of managerAddresses(kind, uid, process.env)) {
    try {
      return await Manager.open(path, bus, uid)
    } catch (cause) {
      reasons.push(cause)
    }
  }
  throw new ContainerError({
    code: 'ERR_SYSTEM',
    ...context,
    message: `the ${kind} manager of systemd cannot be reached: ${String(reasons[0])}`,
    hint:
      kind === 'user'
        ? 'set XDG_RUNTIME_DIR to the user’s (loginctl enable-linger starts the manager), or choose the driver fs'
        : 'is systemd running, and its bus? Else choose the driver fs',
    cause: new AggregateError(reasons),
  })
}

function managerFailure(cause: unknown, kind: ManagerKind, context: Context): unknown {
  if (isContainerError(cause)) return cause
  const message = `systemd (${kind}): ${cause instanceof Error ? cause.message : String(cause)}`
  if (isNamed(cause, 'UnitExists')) {
    const hint = 'another container has this unit: choose another id, or another name in linux.cgroupsPath'
    return new ContainerError({ code: 'ERR_EXISTS', ...context, message, hint, cause })
  }
  const denied = cause instanceof DbusError && /AccessDenied|InteractiveAuthorizationRequired/.test(cause.errorName)
  const hint = denied ? 'an ordinary user may ask his own manager alone: choose no slice of the machine' : undefined
  return new ContainerError({ code: 'ERR_SYSTEM', ...context, message, hint, cause })
}

/** systemd as it is spoken to. */
class Manager {
  readonly #connection: DbusConnection
  readonly #jobs: Jobs

  private constructor(connection: DbusConnection, jobs: Jobs) {
    this.#connection = connection
    this.#jobs = jobs
  }

  static async open(path: string, bus: boolean, uid: number): Promise<Manager> {
    const jobs = new Jobs()
    const connection = await DbusConnection.open(path, uid, (signal) => jobs.hear(signal))
    const manager = new Manager(connection, jobs)
    try {
      if (bus) {
        const own = {
          destination: 'org.freedesktop.DBus',
          path: '/org/freedesktop/DBus',
          interface: 'org.freedesktop.DBus',
        }
        await connection.call({ ...own, member: 'Hello' })
        const rule = `type='signal',sender='${SERVICE}',path='${OBJECT}',interface='${MANAGER}',member='JobRemoved'`
        await connection.call({ ...own, member: 'AddMatch', signature: 's', body: [rule] })
      }
      await manager.call(MANAGER, 'Subscribe', '', [])
      return manager
    } catch (cause) {
      connection.close()
      throw cause
    }
  }

  get lost(): Promise<never> {
    return this.#connection.lost
  }

  close(): void {
    this.#connection.close()
  }

  call(
    target: string,
    member: string,
    signature: string,
    body: readonly DbusValue[],
    path = OBJECT,
  ): Promise<readonly DbusValue[]> {
    return this.#connection.call({ destination: SERVICE, path, interface: target, member, signature, body })
  }

  /** Asks for a job and waits until it is done. */
  async job(member: string, signature: string, body: readonly DbusValue[]): Promise<void> {
    const [job] = await this.call(MANAGER, member, signature, body)
    const result = await this.#jobs.result(String(job))
    if (result === 'done') return
    throw new Error(`${member} of ${String(body[0])} ended as “${result}”: see journalctl -u ${String(body[0])}`)
  }

  /** e.g. 252 of `252.39-1~deb12u1` or `v254`. */
  async version(): Promise<number> {
    const text = await this.#property(MANAGER, 'Version', OBJECT)
    return Number(/\d+/.exec(String(text))?.[0] ?? 0)
  }

  async cgroupOf(unit: string): Promise<string> {
    const [object] = await this.call(MANAGER, 'GetUnit', 's', [unit])
    return String(await this.#property(`${SERVICE}.Scope`, 'ControlGroup', String(object)))
  }

  async #property(target: string, name: string, path: string): Promise<DbusValue> {
    const [variant] = await this.call(PROPERTIES, 'Get', 'ss', [target, name], path)
    return (variant as Variant).value
  }
}

/** Jobs may be done before who has asked for one is told its name. */
class Jobs {
  readonly #results = new Map<string, string>()
  readonly #waiting = new Map<string, (result: string) => void>()

  hear({ member, body }: Message): void {
    if (member !== 'JobRemoved') return
    const [, job, , result] = body.map(String)
    if (job === undefined || result === undefined) return
    this.#waiting.get(job)?.(result)
    this.#results.set(job, result)
  }

  /** How a job has ended: `done`, `failed`, `canceled`, `timeout` … */
  async result(job: string): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<string>((resolve) => {
        const known = this.#results.get(job)
        if (known !== undefined) resolve(known)
        this.#waiting.set(job, resolve)
        timer = setTimeout(resolve, JOB_TIMEOUT, `not within ${JOB_TIMEOUT / 1000} s`)
      })
    } finally {
      clearTimeout(timer)
    }
  }
}

const JOB_TIMEOUT = 30_000
