// Asks the kernel rather than its settings: starts init in new namespaces with a few operations, and sees what fails.
import { type Exit, type Fd, type IdMaps, native } from '../addon.ts'
import { errnoName, isSystemError } from '../failures.ts'
import type { Host } from '../host.ts'
import { encodePlan } from '../plan/codec.ts'
import { decodeFrame, type Frame } from '../plan/frames.ts'
import type { Op } from '../plan/ops.ts'

/** sched.h */
const CLONE_NEWNS = 0x00020000
const CLONE_NEWCGROUP = 0x02000000
const CLONE_NEWUTS = 0x04000000
const CLONE_NEWIPC = 0x08000000
const CLONE_NEWUSER = 0x10000000
const CLONE_NEWPID = 0x20000000
const CLONE_NEWNET = 0x40000000

export type TrialName =
  | 'user'
  | 'mount'
  | 'pid'
  | 'network'
  | 'uts'
  | 'ipc'
  | 'cgroup'
  | 'proc'
  | 'sysfs'
  | 'overlay'
  | 'overlayInUserNamespace'

/** What came of a trial: null when it went well. */
export type TrialFailure = {
  /** Operation of the plan; unset when the process could not be started. */
  readonly op?: string
  readonly syscall: string
  /** Symbolic; empty when no system call is at fault. */
  readonly errno: string
  readonly detail: string
} | null

/** A trial that was not made, since one that it builds on failed, is missing. */
export type Trials = { readonly [N in TrialName]?: TrialFailure }

interface Trial {
  readonly flags: number
  readonly ops: readonly Op[]
}

const createFilesystem = (type: string, tree: string): Op => ({
  op: 'createFilesystem',
  tree,
  type,
  source: '',
  data: [],
  attributes: 0,
  directory: '',
})
const makeDirectory = (base: string, path: string): Op => ({ op: 'makeDirectory', base, path, mode: 0o755 })

/** An overlay with all its layers on a tmpfs, as a container with a throw-away root has. */
const overlay: readonly Op[] = [
  createFilesystem('tmpfs', 'scratch'),
  ...['lower', 'upper', 'work'].map((path) => makeDirectory('scratch', path)),
  {
    op: 'createFilesystem',
    tree: 'overlay',
    type: 'overlay',
    source: 'overlay',
    data: ['lowerdir', 'lower', 'upperdir', 'upper', 'workdir', 'work'],
    attributes: 0,
    directory: 'scratch',
  },
]

const TRIALS: Readonly<Record<TrialName, Trial>> = {
  // AppArmor lets the namespace be made and takes its rights away, so one of them is used.
  user: { flags: CLONE_NEWUSER | CLONE_NEWUTS, ops: [{ op: 'setHostname', name: 'trial' }] },
  mount: { flags: CLONE_NEWNS, ops: [createFilesystem('tmpfs', 'scratch')] },
  pid: { flags: CLONE_NEWPID, ops: [] },
  network: { flags: CLONE_NEWNET, ops: [{ op: 'linkUp', name: 'lo' }] },
  uts: { flags: CLONE_NEWUTS, ops: [{ op: 'setHostname', name: 'trial' }] },
  ipc: { flags: CLONE_NEWIPC, ops: [] },
  cgroup: { flags: 0, ops: [{ op: 'unshare', namespaces: CLONE_NEWCGROUP }] },
  proc: { flags: CLONE_NEWNS | CLONE_NEWPID, ops: [createFilesystem('proc', 'proc')] },
  sysfs: { flags: CLONE_NEWNS | CLONE_NEWNET, ops: [createFilesystem('sysfs', 'sysfs')] },
  overlay: { flags: CLONE_NEWNS, ops: overlay },
  overlayInUserNamespace: { flags: CLONE_NEWNS | CLONE_NEWUSER, ops: overlay },
}

const CAP_SYS_ADMIN = 1n << 21n

/**
 * Tries what a container needs, each in processes and namespaces that end at once. Nothing is left behind.
 * @throws Error when the native addon cannot be loaded
 */
export async function tryHost(host: Host): Promise<Trials> {
  const isPrivileged = (host.capabilities & CAP_SYS_ADMIN) !== 0n
  const user = await run(TRIALS.user, host)
  const found: Record<string, TrialFailure> = { user }
  for (const [name, { flags, ops }] of Object.entries(TRIALS)) {
    const needsUser = !isPrivileged || (flags & CLONE_NEWUSER) !== 0
    if (name === 'user' || (needsUser && user !== null)) continue
    found[name] = await run({ flags: needsUser ? flags | CLONE_NEWUSER : flags, ops }, host)
  }
  return found
}

async function run({ flags, ops }: Trial, host: Host): Promise<TrialFailure> {
  const plan = encodePlan({ cloneFlags: flags, given: [], ops })
  const idMaps = (flags & CLONE_NEWUSER) === 0 ? {} : { idMaps: mapSelf(host) }
  try {
    const launched = await native().launch({ cloneFlags: flags, cgroup: -1, ...idMaps, plan, fds: [], name: 'trial' })
    const [frames, exit] = await Promise.all([readFrames(launched.control), waitExit(launched.pidfd)])
    return judge(frames, exit, ops)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return { syscall: error.syscall, errno: error.code, detail: error.path ?? '' }
  }
}

const mapSelf = ({ euid, egid }: Host): IdMaps => ({ uid: `0 ${euid} 1\n`, gid: `0 ${egid} 1\n`, setgroups: 'deny' })

/** A plan that ends without an exec ends init with code 0. */
function judge(frames: readonly Frame[], exit: Exit | null, ops: readonly Op[]): TrialFailure {
  const failed = frames.find((frame) => frame.kind === 'failed')
  if (failed !== undefined) {
    const op = ops[failed.index]?.op
    const errno = failed.errno === 0 ? '' : errnoName(failed.errno)
    return { ...(op === undefined ? {} : { op }), syscall: failed.syscall, errno, detail: failed.detail }
  }
  if (exit?.exitCode === 0) return null
  const end = exit?.signal == null ? `exit code ${exit?.exitCode}` : `signal ${exit.signal}`
  return { syscall: 'init', errno: '', detail: `ended with ${end}` }
}

function readFrames(control: Fd): Promise<Frame[]> {
  return new Promise((resolve) => {
    const frames: Frame[] = []
    const unwatch = native().watchControl(control, (frame) => {
      if (frame !== null) return void frames.push(decodeFrame(frame))
      unwatch()
      native().close(control)
      resolve(frames)
    })
  })
}

function waitExit(pidfd: Fd): Promise<Exit | null> {
  return new Promise((resolve) => {
    native().watchExit(pidfd, (exit) => {
      native().close(pidfd)
      resolve(exit)
    })
  })
}
