// The options of a sandbox, from what was given to what is meant: all mistakes at once. Pure.
import path from 'node:path'
import type { Seccomp } from '../index.ts'
import { checkFiles, type Files } from './check-files.ts'
import { Faults, pointer, show } from './faults.ts'
import { checkNames, OF_SANDBOX, type Place } from './names.ts'
import { checkSize } from './sizes.ts'

export interface User {
  readonly uid: number
  readonly gid: number
}

/** Options that can be carried out, as far as that can be told without looking at the machine. */
export interface Wanted {
  /** `'host'`, or an absolute path. */
  readonly root: string
  readonly files: Files
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | undefined
  readonly user: User
  readonly network: 'none' | 'host'
  /** Bytes. */
  readonly memory: number | undefined
  readonly cpus: number | undefined
  readonly pids: number | undefined
  /** Bytes. */
  readonly disk: number
  readonly bestEffort: boolean
  readonly seccomp: Seccomp | false | undefined
  readonly capabilities: readonly string[]
  readonly cgroup: string | undefined
  readonly stateDir: string | undefined
}

/** Less than this no program can be set up in. */
const LEAST_MEMORY = [2 ** 20, '1M'] as const
const LEAST_DISK = [2 ** 16, '64K'] as const
const DEFAULT_DISK = 2 ** 30

/**
 * @param given what the caller has written: anything
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function checkSandbox(given: unknown, place: Place = OF_SANDBOX): Wanted {
  const faults = new Faults()
  const options = asObject(faults, given)
  checkNames(faults, options, place)
  const wanted: Wanted = {
    root: checkRoot(faults, options['root']),
    files: checkFiles(faults, options['files']),
    env: checkEnv(faults, options['env']),
    cwd: checkCwd(faults, options['cwd']),
    user: checkUser(faults, options['user']),
    network: oneOf(faults, 'network', options['network'], ['none', 'host'], 'none'),
    memory: checkSize(faults, 'memory', options['memory'], LEAST_MEMORY),
    cpus: checkCpus(faults, options['cpus']),
    pids: checkPids(faults, options['pids']),
    disk: checkSize(faults, 'disk', options['disk'], LEAST_DISK) ?? DEFAULT_DISK,
    bestEffort: oneOf(faults, 'limits', options['limits'], ['strict', 'best-effort'], 'strict') === 'best-effort',
    seccomp: checkSeccomp(faults, options['seccomp']),
    capabilities: checkCapabilities(faults, options['capabilities']),
    cgroup: checkCgroup(faults, options['cgroup']),
    stateDir: checkStateDir(faults, options['stateDir']),
  }
  faults.throwIfAny()
  return wanted
}

export function asObject(faults: Faults, given: unknown): Readonly<Record<string, unknown>> {
  if (given === undefined) return {}
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Record<string, unknown>
  faults.add('', `${show(given)} is no object of options`, "give { memory: '256M', timeout: '5s' } or nothing")
  return {}
}

export function oneOf<T extends string>(
  faults: Faults,
  option: string,
  value: unknown,
  all: readonly T[],
  normal: T,
): T {
  if (value === undefined) return normal
  if (all.includes(value as T)) return value as T
  faults.add(option, `${show(value)} is none of them`, `give ${all.map((each) => `'${each}'`).join(' or ')}`)
  return normal
}

function checkRoot(faults: Faults, value: unknown): string {
  if (value === undefined || value === 'host') return 'host'
  const isPath = typeof value === 'string' && value !== '' && !value.includes('\0')
  if (!isPath) faults.add('root', `${show(value)} is no root`, "give 'host', or the path of a directory or bundle")
  else if (path.resolve(value) === '/')
    faults.add('root', 'the whole machine would be inside', "give 'host' for its programs and libraries")
  else return path.resolve(value)
  return 'host'
}

export function checkEnv(faults: Faults, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add('env', `${show(value)} is no object`, "give { NAME: 'value' }")
    return {}
  }
  for (const [name, text] of Object.entries(value)) {
    const option = `env/${pointer(name)}`
    if (name === '' || /[=\0]/.test(name)) faults.add(option, 'is no name of a variable', 'leave out = and zero bytes')
    else if (typeof text !== 'string' || text.includes('\0'))
      faults.add(option, `${show(text)} is no value of a variable`, `give text: '${String(text).replaceAll('\0', '')}'`)
  }
  return value as Record<string, string>
}

export function checkCwd(faults: Faults, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.startsWith('/') && !value.includes('\0')) return path.posix.normalize(value)
  return faults.add(
    'cwd',
    `${show(value)} is no absolute path`,
    "give a directory inside ('/work'); those of this machine come in by files",
  )
}

function checkUser(faults: Faults, value: unknown): User {
  const root = { uid: 0, gid: 0 }
  if (value === undefined) return root
  const isId = (id: unknown) => Number.isInteger(id) && (id as number) >= 0 && (id as number) < 65_536
  if (isId(value)) return { uid: value as number, gid: value as number }
  const { uid, gid } = (typeof value === 'object' && value !== null ? value : {}) as Partial<User>
  if (isId(uid) && isId(gid)) return { uid: uid as number, gid: gid as number }
  faults.add(
    'user',
    `${show(value)} is nobody inside`,
    'give a number from 0 to 65535, or { uid, gid }; names are not looked up',
  )
  return root
}

function checkCpus(faults: Faults, value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0.01) return value
  return faults.add('cpus', `${show(value)} is no number of processors`, 'give a number from 0.01, e.g. 0.5 or 2')
}

function checkPids(faults: Faults, value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 4_194_304) return value as number
  return faults.add('pids', `${show(value)} is no number of processes`, 'give a whole number from 1, e.g. 64')
}

function checkSeccomp(faults: Faults, value: unknown): Seccomp | false | undefined {
  if (value === undefined || value === false) return value
  if (typeof value === 'object' && value !== null && 'defaultAction' in value) return value as Seccomp
  return faults.add(
    'seccomp',
    `${show(value)} is no profile`,
    'give what defaultSeccomp or allowSyscalls returns, or false for no filter',
  )
}

function checkCapabilities(faults: Faults, value: unknown): readonly string[] {
  if (value === undefined) return []
  const isList = Array.isArray(value) && value.every((each) => /^CAP_[A-Z_]+$/.test(String(each)))
  if (isList) return value as string[]
  faults.add(
    'capabilities',
    `${show(value)} is no list of capabilities`,
    "give names as capabilities(7) has them: ['CAP_NET_BIND_SERVICE']",
  )
  return []
}

function checkCgroup(faults: Faults, value: unknown): string | undefined {
  if (value === undefined) return undefined
  const isPath = typeof value === 'string' && /^\/[^/\0]/.test(value) && path.posix.normalize(value) === value
  if (isPath) return value
  return faults.add(
    'cgroup',
    `${show(value)} is no cgroup that another can be in`,
    "give its path from the top of the hierarchy, without what cgroup2 is mounted on: '/sandboxes'",
  )
}

function checkStateDir(faults: Faults, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '') return path.resolve(value)
  return faults.add('stateDir', `${show(value)} is no directory`, 'give a path, or leave it out')
}
