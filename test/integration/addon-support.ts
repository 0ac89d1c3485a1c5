// What the tests of the addon share: small launches, and everything of this process that must stay as it is.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { type Exit, type Fd, type Launched, type LaunchOptions, native } from '../../lib/addon.ts'
import { decodeFrame, encodePlan, type Frame } from '../../lib/plan/codec.ts'

// Machines that run tests are often busy with something else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

export const CLONE_NEWNS = 0x20000
export const CLONE_NEWTIME = 0x80
export const CLONE_NEWCGROUP = 0x2000000
export const CLONE_NEWUTS = 0x4000000
export const CLONE_NEWIPC = 0x8000000
export const CLONE_NEWUSER = 0x10000000
export const CLONE_NEWPID = 0x20000000
export const CLONE_NEWNET = 0x40000000

export const isRoot = process.geteuid?.() === 0
/** All that clone3 makes; an ordinary user needs the user namespace for the others. */
export const NAMESPACES =
  CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | (isRoot ? 0 : CLONE_NEWUSER)

/** Does nothing: init takes it and exits with 0. */
export const EMPTY_PLAN = encodePlan({ cloneFlags: 0, given: [], ops: [] })
/** Init says that it is there, and stays until it is told to proceed. */
export const WAITING_PLAN = encodePlan({
  cloneFlags: 0,
  given: [],
  ops: [{ op: 'sync', point: 'test', announce: true }],
})

export function launch(options: Partial<LaunchOptions> = {}): Promise<Launched> {
  return native().launch({ cloneFlags: NAMESPACES, cgroup: -1, plan: EMPTY_PLAN, fds: [], name: 'init', ...options })
}

export interface Ended {
  readonly exit: Exit | null
  readonly frames: readonly Frame[]
}

export function exitOf(pidfd: Fd): Promise<Exit | null> {
  return new Promise((resolve) => {
    native().watchExit(pidfd, resolve)
  })
}

/** Frames until end of file. */
export function framesOf(control: Fd, onFrame: (frame: Frame) => void = () => {}): Promise<Frame[]> {
  const frames: Frame[] = []
  return new Promise((resolve) => {
    native().watchControl(control, (bytes) => {
      if (bytes === null) return resolve(frames)
      const frame = decodeFrame(bytes)
      frames.push(frame)
      onFrame(frame)
    })
  })
}

/** Waits until it has ended, and closes its descriptors. */
export async function finish({ pidfd, control }: Launched, onFrame?: (frame: Frame) => void): Promise<Ended> {
  const [exit, frames] = await Promise.all([exitOf(pidfd), framesOf(control, onFrame)])
  native().close(pidfd)
  native().close(control)
  return { exit, frames }
}

/** An init that waits, while `look` looks at it. */
export async function whileWaiting<T>(options: Partial<LaunchOptions>, look: (init: Launched) => T): Promise<T> {
  const init = await launch({ plan: WAITING_PLAN, ...options })
  let seen: { value: T } | { error: unknown } | undefined
  await finish(init, () => {
    try {
      seen = { value: look(init) }
    } catch (error) {
      seen = { error }
    }
    native().proceed(init.control)
  })
  if (seen === undefined) throw new Error('init never waited')
  if ('error' in seen) throw seen.error
  return seen.value
}

/** Text for a new user namespace whose root is whoever we are. */
export function selfMaps(): { uid: string; gid: string; setgroups: 'deny' } {
  return { uid: `0 ${process.geteuid?.()} 1`, gid: `0 ${process.getegid?.()} 1`, setgroups: 'deny' }
}

export function openFds(): string[] {
  const listed = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`]
    } catch {
      return [] // the one that read the folder
    }
  })
  return listed.sort()
}

export function statusOf(pid: number | 'self', names: readonly string[]): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [name = '', value = ''] = line.split(/:\s*/)
      return names.includes(name) ? [[name, value]] : []
    }),
  )
}

export function namespacesOf(pid: number | 'self'): Record<string, string> {
  const types = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'time', 'user', 'uts']
  return Object.fromEntries(types.map((type) => [type, readlinkSync(`/proc/${pid}/ns/${type}`)]))
}

/** Children of this process that nobody has reaped, ended ones included. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid ? [Number(name)] : []
      } catch {
        return []
      }
    })
}

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a script of this folder in a Node of its own. @returns what it printed as JSON */
export function runScript(name: string, ...args: string[]): Promise<unknown> {
  const child = spawn(process.execPath, [`${root}test/integration/${name}`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code !== 0) reject(new Error(`${name} ended with ${signal ?? code}: ${output}`))
      else resolve(output === '' ? undefined : JSON.parse(output))
    })
  })
}

/** Where the only or the unified hierarchy of cgroup v2 is mounted. */
export function findCgroup2(): string | undefined {
  const line = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((text) => text.includes(' - cgroup2 '))
  return line?.split(' ')[4]
}

/** The path node-gyp-build takes, for worker threads and scripts, which have no TypeScript. */
export const addonPath = (createRequire(import.meta.url)('node-gyp-build') as { path(dir: string): string }).path(root)
