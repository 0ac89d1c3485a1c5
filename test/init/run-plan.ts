// Runs one plan with the real init and collects everything that can be seen of it from outside.
import { closeSync, openSync, read } from 'node:fs'
import { type Exit, type Fd, type IdMaps, type Launched, native } from '../../lib/addon.ts'
import { decodeFrame, encodePlan, type Frame } from '../../lib/plan/codec.ts'
import type { Op } from '../../lib/plan/ops.ts'
import { CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS } from './kernel.ts'

/** Who the plan runs as: root of this machine, or root of a user namespace that has nothing else. */
export type Privilege = 'root' | 'user namespace'

export const isRoot = process.geteuid?.() === 0
/** An ordinary user cannot run the first. */
export const privileges: readonly Privilege[] = isRoot ? ['root', 'user namespace'] : ['user namespace']

const NAMESPACES = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET
const TIME_LIMIT = 20_000

export interface RunOptions {
  /** Default: root's when we are root. */
  readonly privilege?: Privilege
  /** CLONE_NEW* flags; default: all that clone3 can make, and a user namespace if the privilege says so. */
  readonly cloneFlags?: number
  /** Descriptors for slots beside stdin, stdout and stderr. They stay open. */
  readonly fds?: Readonly<Record<string, Fd>>
  /** Descriptors for the first slots, which are those a program can inherit. They stay open. */
  readonly passed?: Readonly<Record<string, Fd>>
  readonly failAt?: number
  readonly trace?: boolean
  /** The plan as it is sent, from the plan as it should be. */
  readonly spoil?: (plan: Uint8Array) => Uint8Array
  /** Called for each frame but the last; the init is alive. */
  readonly onFrame?: (frame: Frame, init: Launched) => void
  /** Takes the descriptors that init hands over. Default: none is expected. */
  readonly onDescriptor?: (fd: Fd) => void
  /** Called once the plan is sent. */
  readonly onLaunched?: (init: Launched) => void
}

export interface Failure {
  /** The operation's index; 2^32-1 when none is at fault. */
  readonly index: number
  readonly op: Op['op'] | undefined
  readonly syscall: string
  readonly errno: number
  readonly detail: string
}

export interface Run {
  readonly frames: readonly Frame[]
  readonly failure: Failure | undefined
  /** What the program wrote. */
  readonly output: string
  readonly exit: Exit
}

/** Root is mapped to whoever we are, and nobody else is. */
export function idMaps(): IdMaps {
  const line = (id: number | undefined): string => `0 ${id} 1`
  return { uid: line(process.geteuid?.()), gid: line(process.getegid?.()), setgroups: 'deny' }
}

export function cloneFlagsFor(privilege: Privilege, flags: number = NAMESPACES): number {
  // The bitwise operators of JavaScript are signed.
  return (privilege === 'root' ? flags : flags | CLONE_NEWUSER) >>> 0
}

/** Runs the operations and waits for the process's end. Slots `stdin`, `stdout` and `stderr` are given. */
export async function runPlan(ops: readonly Op[], options: RunOptions = {}): Promise<Run> {
  const { privilege = isRoot ? 'root' : 'user namespace', fds = {}, passed = {} } = options
  const stdin = openSync('/dev/null', 'r')
  const [reading, writing] = native().pipe()
  const given = { ...passed, stdin, stdout: writing, stderr: writing, ...fds }
  const init = await launchInit(ops, { ...options, privilege, given })
  closeSync(stdin)
  closeSync(writing)
  options.onLaunched?.(init)
  const deadline = setTimeout(() => native().pidfdSendSignal(init.pidfd, 9), TIME_LIMIT)
  const [frames, output, exit] = await Promise.all([collectFrames(init, options), readAll(reading), exitOf(init.pidfd)])
  clearTimeout(deadline)
  for (const fd of [reading, init.pidfd, init.control]) closeSync(fd)
  return { frames, failure: failureOf(frames, ops), output, exit }
}

export interface LaunchOptions extends Pick<RunOptions, 'cloneFlags' | 'failAt' | 'trace' | 'spoil'> {
  readonly privilege: Privilege
  readonly given: Readonly<Record<string, Fd>>
}

/** Starts an init and sends it a plan, if there is one. Whoever calls closes both descriptors. */
export function launchInit(ops: readonly Op[] | undefined, options: LaunchOptions): Promise<Launched> {
  const { privilege, given, spoil = (plan) => plan } = options
  const cloneFlags = options.cloneFlags ?? cloneFlagsFor(privilege)
  const plan = ops && spoil(encodePlan({ cloneFlags, given: Object.keys(given), ops }, options))
  // Of a plan that forks they would be the child's: for a namespace that this one makes.
  const forks = ops?.some(({ op }) => op === 'fork') ?? false
  return native().launch({
    cloneFlags,
    cgroup: -1,
    ...((cloneFlags & CLONE_NEWUSER) === 0 || forks ? {} : { idMaps: idMaps() }),
    ...(plan === undefined ? {} : { plan }),
    fds: Object.values(given),
    name: 'init-under-test',
    forks,
  })
}

/** Runs operations of which one must fail. */
export async function failureIn(ops: readonly Op[], options: RunOptions = {}): Promise<Failure> {
  const { failure, output, exit } = await runPlan(ops, options)
  if (failure === undefined) throw new Error(`nothing failed; exit ${JSON.stringify(exit)}, output: ${output}`)
  if (exit.exitCode !== 1) throw new Error(`init reported a failure and ended with ${JSON.stringify(exit)}`)
  return failure
}

/** Runs operations that must succeed, program included. @returns what it wrote */
export async function outputOf(ops: readonly Op[], options: RunOptions = {}): Promise<string> {
  const { failure, output, exit } = await runPlan(ops, options)
  if (failure !== undefined) throw new Error(`init failed: ${JSON.stringify(failure)}`)
  if (exit.exitCode !== 0) throw new Error(`the program ended with ${JSON.stringify(exit)}: ${output}`)
  return output.trim()
}

function failureOf(frames: readonly Frame[], ops: readonly Op[]): Failure | undefined {
  const failed = frames.find((frame) => frame.kind === 'failed')
  if (failed === undefined) return undefined
  const { index, syscall, errno, detail } = failed
  return { index, op: ops[index]?.op, syscall, errno, detail }
}

function collectFrames(init: Launched, { onFrame, onDescriptor }: RunOptions): Promise<Frame[]> {
  const frames: Frame[] = (init.frames ?? []).map(decodeFrame)
  return new Promise((resolve) => {
    native().watchControl(init.control, (bytes, descriptor) => {
      if (bytes === null) return resolve(frames)
      if (descriptor !== undefined) onDescriptor?.(descriptor)
      const frame = decodeFrame(bytes)
      frames.push(frame)
      onFrame?.(frame, init)
    })
  })
}

function exitOf(pidfd: Fd): Promise<Exit> {
  return new Promise((resolve, reject) => {
    native().watchExit(pidfd, (exit) => (exit === null ? reject(new Error('not our child')) : resolve(exit)))
  })
}

async function readAll(fd: Fd): Promise<string> {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = await readSome(fd)
    if (chunk.length === 0) return Buffer.concat(chunks).toString()
    chunks.push(chunk)
  }
}

function readSome(fd: Fd): Promise<Buffer> {
  const buffer = Buffer.alloc(64 << 10)
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, null, (error, length) =>
      error === null ? resolve(buffer.subarray(0, length)) : reject(error),
    )
  })
}
