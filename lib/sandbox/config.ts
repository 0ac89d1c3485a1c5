// From options and what the machine has to the document of the container. Pure: the same answer for the same arguments.
import path from 'node:path'
import { type Capabilities, Config, defaultSeccomp, type ExecConfig, type Mount, type Rootfs } from '../index.ts'
import { isWithin } from './check-files.ts'
import type { Command } from './check-run.ts'
import type { User, Wanted } from './check-sandbox.ts'
import { Faults, pointer } from './faults.ts'
import { DIRECTORIES, shown } from './host-root.ts'
import { decideIds, type Ids } from './ids.ts'
import { type Limits, planLimits } from './limits.ts'
import type { View } from './view.ts'

export interface SandboxPlan {
  readonly config: Config
  readonly rootfs: Rootfs
  readonly limits: Limits
  readonly ids: Ids
  /** Paths inside at which something is mounted: what is there is no change of the program’s. */
  readonly mounted: readonly string[]
}

/** Its first process never goes on to a program: commands are executed beside it. This one is there in any root. */
const WAITS = '/proc/self/exe'

/**
 * @param stage directory of the host whose contents are put into the layer; null: none are
 * @param missing limits that no cgroup gives here
 * @throws ContainerError ERR_INVALID_CONFIG for what cannot be in this root
 */
export function planSandbox(
  wanted: Wanted,
  view: View,
  stage: string | null,
  missing: ReadonlySet<'memory' | 'cpus' | 'pids'>,
): SandboxPlan {
  const { host, root } = view
  const ids = decideIds(host, wanted.user, root.kind === 'directory' ? root.owner : null)
  const isMachinesRoot = ids.uid.some(({ containerID, hostID }) => hostID + wanted.user.uid - containerID === 0)
  const limits = planLimits(wanted, missing, !isMachinesRoot)
  const template = Config.template({
    rootless: true,
    uid: 0,
    gid: 0,
    hostname: 'sandbox',
    readonlyRoot: false,
    network: wanted.network === 'host' ? 'host' : 'private',
  })
  const cwd = wanted.cwd ?? '/work'
  const mounts = [...showHost(wanted, view), ...template.mounts, ...binds(wanted, view, ids)]
  const config: Config = {
    ...template,
    process: {
      args: [WAITS],
      cwd,
      env: environment(wanted, view),
      user: { uid: 0, gid: 0 },
      capabilities: capabilities(wanted),
      rlimits: limits.rlimits,
      noNewPrivileges: true,
    },
    mounts,
    linux: {
      ...template.linux,
      uidMappings: ids.uid,
      gidMappings: ids.gid,
      resources: limits.resources,
      ...seccomp(wanted, view),
    },
  }
  return {
    config,
    rootfs: rootfs(wanted, view, stage, cwd),
    limits,
    ids,
    mounted: mounts.map(({ destination }) => destination),
  }
}

function showHost({ files }: Wanted, { root, node }: View): Mount[] {
  if (root.kind !== 'host') return []
  const own = [...files.contents, ...files.copies]
  const faults = new Faults()
  for (const { path: inside } of own) {
    const over = [...root.shown, ...Object.keys(root.links)].find((each) => inside !== each && isWithin(each, inside))
    if (over === undefined) continue
    faults.add(
      `files/${pointer(inside)}`,
      `lies in ${over}, which is this machine’s and read-only`,
      'choose another place, or bind a directory of yours over the whole',
    )
  }
  faults.throwIfAny()
  const replaced = new Set(own.map((each) => each.path))
  return [...root.shown.filter((each) => !replaced.has(each)), ...(node === null ? [] : [node])].map(shown)
}

/** Parents before what is in them. Owned inside by the user, whoever owns them outside: only root may be given others’. */
function binds({ files, user }: Wanted, { host, owners }: View, ids: Ids): Mount[] {
  const byDepth = [...files.binds].sort((one, other) => one.path.length - other.path.length)
  return byDepth.map(({ path: destination, source, writable }) => {
    const owner = owners.get(source)
    const mount = {
      destination,
      type: 'bind',
      source,
      options: ['rbind', ...(writable ? [] : ['rro']), 'rnosuid', 'rnodev'],
    }
    const [first] = ids.uid
    if (ids.owner === null || owner === undefined || first === undefined || host.inUserNamespace) return mount
    if (owner.uid === ids.owner.uid && owner.gid === ids.owner.gid) return mount
    return { ...mount, ...mapOwner(owner, user, ids) }
  })
}

function mapOwner(owner: User, user: User, { owner: outside }: Ids): Pick<Mount, 'uidMappings' | 'gidMappings'> {
  const { uid, gid } = outside ?? user
  return {
    uidMappings: [{ containerID: owner.uid, hostID: uid, size: 1 }],
    gidMappings: [{ containerID: owner.gid, hostID: gid, size: 1 }],
  }
}

function rootfs({ disk, user, files }: Wanted, { root }: View, stage: string | null, cwd: string): Rootfs {
  if (root.kind === 'directory') {
    return { overlay: { lower: stage === null ? [root.path] : [stage, root.path], size: disk } }
  }
  // Whoever the program is, it may write where it begins. What is bound there brings its own.
  const isBound = files.binds.some((bind) => isWithin(bind.path, cwd))
  const isNew = !isBound && !(cwd in DIRECTORIES) && !root.shown.some((each) => isWithin(each, cwd))
  const directories = { ...DIRECTORIES, ...(isNew ? { [cwd]: user.uid === 0 ? 0o755 : 0o777 } : {}) }
  return {
    tmpfs: {
      size: disk,
      directories,
      links: { ...root.links, '/var/run': '../run' },
      ...(stage === null ? {} : { copy: stage }),
    },
  }
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function environment({ env, user }: Wanted, { node }: View): string[] {
  const normal = {
    PATH: node === null ? PATH : `${PATH}:${path.dirname(node)}`,
    HOME: user.uid === 0 ? '/root' : '/tmp',
    TERM: 'xterm',
    LANG: 'C.UTF-8',
  }
  return lines({ ...normal, ...env })
}

const lines = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`)

/** Where they are not asked for there are none; a user that is not root has those he is given as ambient ones only. */
function capabilities({ capabilities: given, user }: Wanted): Capabilities {
  const all = () => [...given]
  const ambient = user.uid === 0 ? {} : { inheritable: all(), ambient: all() }
  return { bounding: all(), effective: all(), permitted: all(), ...ambient }
}

function seccomp({ seccomp, capabilities }: Wanted, { host }: View): Pick<NonNullable<Config['linux']>, 'seccomp'> {
  if (seccomp === false || !host.seccomp) return {}
  return { seccomp: seccomp ?? defaultSeccomp(host, capabilities) }
}

/** A command as a process of the container. */
export function planCommand(wanted: Wanted, config: Config, command: Command): ExecConfig {
  const { user } = wanted
  const env = Object.keys(command.env).length === 0 ? {} : { env: merge(config.process?.env ?? [], command.env) }
  return {
    args: [...command.args],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...env,
    user: { uid: user.uid, gid: user.gid },
    ...(command.tty === null
      ? {}
      : { terminal: true, consoleSize: { width: command.tty.columns, height: command.tty.rows } }),
    ...(command.cpuTime === undefined
      ? {}
      : { rlimits: [...(config.process?.rlimits ?? []), cpuLimit(command.cpuTime)] }),
  }
}

const merge = (env: readonly string[], added: Readonly<Record<string, string>>): string[] => [
  ...env.filter((each) => !(each.slice(0, each.indexOf('=')) in added)),
  ...lines(added),
]

/** SIGXCPU at the limit, SIGKILL a second later for who does not mind. */
function cpuLimit(ms: number): NonNullable<NonNullable<Config['process']>['rlimits']>[number] {
  const seconds = Math.ceil(ms / 1000)
  return { type: 'RLIMIT_CPU', soft: seconds, hard: seconds + 1 }
}
