// The plan as text for people: documentation, debugging aid, test snapshot and bug report in one.
import type { Host } from '../host.ts'
import { flagWords, RLIM_INFINITY, S_IFIFO } from './flags.ts'
import type { FlagSet, Op, OpName, OpOf, Plan } from './ops.ts'

export interface PrintOptions {
  /** The container's id. */
  readonly id: string
  /** Shown in the first line. */
  readonly host?: Host
  /** Lines between the head and the operations: a word and what it stands for. */
  readonly facts?: ReadonlyArray<readonly [word: string, text: string]>
}

/**
 * One line an operation, numbered from 1 as error messages number them. Values of the environment are left out: plans
 * end up in bug reports.
 */
export function printPlan(plan: Plan, { id, host, facts = [] }: PrintOptions): string {
  const rows = plan.ops.map((op, index) => [`${index + 1}`.padStart(4), op.op, ...describe(op)] as const)
  const nameWidth = Math.max(...rows.map(([, name]) => name.length))
  const subjectWidth = Math.min(28, Math.max(...rows.map(([, , subject]) => subject.length)))
  const lines = rows.map(([number, name, subject, details]) =>
    `${number} ${name.padEnd(nameWidth)}  ${subject.padEnd(subjectWidth)}  ${details}`.trimEnd(),
  )
  const head = [
    ['plan', `${id}${host === undefined ? '' : `  (${hostWords(host)})`}`],
    ['clone', flagWords('namespaces', plan.cloneFlags)],
    ['given', plan.given.join(' ')],
    ...facts,
  ] as const
  return `${[...head.map(([word, text]) => `${word.padEnd(7)} ${text}`.trimEnd()), ...lines].join('\n')}\n`
}

function hostWords({ euid, cgroup2, kernel }: Host): string {
  const user = euid === 0 ? 'root' : `uid ${euid}`
  const hybrid = cgroup2 !== null && cgroup2.v1Controllers.length > 0
  const cgroup = cgroup2 === null ? 'no cgroup2' : hybrid ? 'cgroup hybrid' : 'cgroup v2'
  return `${user} · ${cgroup} · kernel ${kernel.major}.${kernel.minor}`
}

/** What an operation acts on, and how. */
type Description = readonly [subject: string, details: string]

type Describers = { readonly [N in OpName]: (op: OpOf<N>) => Description }

const DESCRIBE: Describers = {
  unshare: (op) => [flagWords('namespaces', op.namespaces), ''],
  joinNamespace: (op) => [fd(op.namespace), flagWords('namespaces', op.type)],
  joinNamespaces: (op) => [`of ${fd(op.process)}`, flagWords('namespaces', op.namespaces)],
  setTimeOffsets: (op) => [op.offsets.replaceAll('\n', ', '), ''],
  enterTimeNamespace: () => ['', ''],
  linkUp: (op) => [op.name, ''],
  setHostname: (op) => [quote(op.name), ''],
  setDomainname: (op) => [quote(op.name), ''],
  sysctl: (op) => [op.name, `= ${quote(op.value)}`],

  openTree: (op) => [
    `${quote(op.path)} → ${fd(op.tree)}`,
    words(op.recursive && 'recursive', op.directory && 'directory'),
  ],
  createFilesystem: (op) => [
    `${op.type} → ${fd(op.tree)}`,
    words(attributes(op), parameters(op.data), op.directory !== '' && `from ${fd(op.directory)}`),
  ],
  setPropagation: (op) => [
    quote(op.path),
    words(flagWords('propagation', op.propagation), op.recursive && 'recursive'),
  ],
  attachRoot: (op) => [fd(op.tree), words(op.onto !== '' && `onto ${fd(op.onto)}`)],
  openDirectory: (op) => [`${quote(op.path)} → ${fd(op.tree)}`, ''],
  mount: (op) => [
    `${op.type} → ${quote(op.target)}`,
    words(
      attributes(op),
      parameters(op.data),
      flagWords('propagation', op.propagation),
      op.noSymlinks && 'nosymlinks',
      op.source !== '' && op.source !== op.type && `source=${quote(op.source)}`,
    ),
  ],
  bindMount: (op) => [
    `${fd(op.tree)} → ${quote(op.target)}`,
    words(changes(op), op.recursive && 'recursive', flagWords('propagation', op.propagation)),
  ],
  setMountAttributes: (op) => [quote(op.path), words(changes(op), op.recursive && 'recursive')],
  readonlyPath: (op) => [quote(op.path), ''],
  maskPath: (op) => [quote(op.path), ''],
  makeDirectory: (op) => [quote(op.path), words(number('octal', op.mode), `in ${fd(op.base)}`)],
  makeDevice: (op) => [
    quote(op.path),
    words(
      flagWords('fileType', op.type),
      op.type !== S_IFIFO && `${op.major}:${op.minor}`,
      number('octal', op.mode),
      (op.uid !== 0 || op.gid !== 0) && `owner ${op.uid}:${op.gid}`,
    ),
  ],
  makeSymlink: (op) => [quote(op.path), `→ ${quote(op.target)}`],
  openRoot: (op) => [`${quote(op.path)} → ${fd(op.root)}`, ''],
  changeRoot: (op) => [fd(op.root), ''],
  pivotRoot: (op) => [fd(op.root), '← no host path from here on'],

  setTreeAttributes: (op) => [fd(op.tree), changes(op)],
  copyUp: (op) => [`${quote(op.path)} → ${fd(op.tree)}`, op.root ? 'with mode and owner' : ''],
  reconfigure: (op) => [quote(op.path), parameters(op.data)],
  openDevice: (op) => [
    `${quote(op.path)} → ${fd(op.tree)}`,
    words(flagWords('fileType', op.type), `${op.major}:${op.minor}`),
  ],
  moveRoot: (op) => [fd(op.root), '← no host path from here on'],
  reopenNull: (op) => [[op.stdin, op.stdout, op.stderr].map(fd).join(' '), ''],

  newSession: () => ['', ''],
  setStdio: (op) => [[op.stdin, op.stdout, op.stderr].map(fd).join(' '), ''],
  ownStdio: (op) => [`${op.uid}`, ''],
  setRlimit: (op) => [flagWords('rlimit', op.resource), `${limit(op.soft)} ${limit(op.hard)}`],
  setOomScoreAdj: (op) => [`${op.value}`, ''],
  setNoNewPrivileges: () => ['', ''],
  setParentDeathSignal: (op) => [`${op.signal}`, ''],
  dropBounding: (op) => [`all but ${set(op.keep)}`, ''],
  setUser: (op) => [
    `${op.uid}:${op.gid}`,
    words(op.setGroups ? `groups=[${op.groups.join(' ')}]` : 'groups kept', op.keepCapabilities && 'capabilities kept'),
  ],
  setCapabilities: (op) => ['', capabilitySets(op)],
  setUmask: (op) => [number('octal', op.mask), ''],
  changeDirectory: (op) => [quote(op.path), ''],
  findExecutable: (op) => [quote(op.name), op.name.includes('/') ? '' : `in ${quote(op.path)}`],
  findHome: (op) => [`${op.uid}`, '→ HOME'],
  findListenPid: () => ['', '→ LISTEN_PID'],

  newSessionKeyring: (op) => ['', words(op.optional && 'where it may')],
  openProcfs: () => ['', ''],
  setSecurityAttribute: (op) => [
    quote(op.name),
    words(quote(op.value), op.fallback !== '' && `else ${quote(op.fallback)}`),
  ],
  setScheduler: (op) => [flagWords('schedulerPolicy', op.policy), schedulerWords(op)],
  setIoPriority: (op) => [flagWords('ioClass', op.class), `${op.priority}`],
  setCpuAffinity: (op) => [`cpus=[${op.cpus.join(' ')}]`, ''],
  setMemoryPolicy: (op) => [
    flagWords('memoryPolicy', op.mode),
    op.nodes.length > 0 ? `nodes=[${op.nodes.join(' ')}]` : '',
  ],
  setPersonality: (op) => [flagWords('personality', op.persona), ''],

  seccomp: (op) => [`${op.program.length / 2} instructions`, flagWords('seccompFlags', op.flags)],
  settleDescriptors: (op) => ['', op.passedFds > 0 ? `fds=${op.passedFds}` : ''],

  supervise: () => ['', '← the rest is done by a child'],
  runHook: (op) => [
    op.name,
    words(
      op.args.map(quote).join(' '),
      op.timeout > 0 && `within ${op.timeout / 1000} s`,
      op.directory !== '' && `in ${fd(op.directory)}`,
    ),
  ],

  openTerminal: (op) => [
    `${fd(op.master)} ${fd(op.terminal)}`,
    words(op.columns !== 0 && `${op.columns} columns`, op.rows !== 0 && `${op.rows} rows`),
  ],
  ownTerminal: (op) => [`${fd(op.terminal)} → ${op.uid}`, ''],
  bindTerminal: (op) => [`${fd(op.terminal)} → ${quote(op.target)}`, words(!op.create && 'if it is there')],
  sendTerminal: (op) => [fd(op.master), op.socket === '' ? 'to Node' : `to ${fd(op.socket)}`],
  setControllingTerminal: () => ['', ''],

  sync: (op) => [op.point, words(op.announce && 'announced', SYNC_NOTES[op.point] ?? '← Node proceeds')],
  closeDescriptors: (op) => ['', words(op.keep !== '' && `all but ${fd(op.keep)}`)],
  fork: (op) => [flagWords('namespaces', op.namespaces), '← the child goes on'],
  waitStart: (op) => [fd(op.gate), '← start'],
  exec: (op) => [
    op.args.map(quote).join(' '),
    words(
      `env=[${op.env.map((entry) => entry.split('=', 1)[0]).join(' ')}]`,
      op.passedFds > 0 && `fds=${op.passedFds}`,
    ),
  ],
}

const schedulerWords = (op: OpOf<'setScheduler'>): string =>
  words(
    op.nice !== 0 && `nice=${op.nice}`,
    op.priority !== 0 && `priority=${op.priority}`,
    op.runtime !== 0n && `runtime=${op.runtime} deadline=${op.deadline} period=${op.period}`,
    flagWords('schedulerFlags', op.flags),
  )

/** What Node does while init waits. */
const SYNC_NOTES: Readonly<Record<string, string>> = {
  createRuntime: '← hooks on the host, then the state for those of the container',
  startContainer: '← the state for hooks behind the gate',
}

function describe(op: Op): Description {
  const describer = DESCRIBE[op.op] as (op: Op) => Description
  return describer(op)
}

const fd = (slot: string): string => (slot === '' ? 'fd:none' : `fd:${slot}`)

/** As it is where no reader can mistake it, else as a JSON string. */
const quote = (text: string): string => (/^[\p{L}\p{N}_@%+=:,./~-]+$/u.test(text) ? text : JSON.stringify(text))

const words = (...parts: ReadonlyArray<string | false>): string => parts.filter(Boolean).join(' ')

const number = (unit: FlagSet, value: number): string => flagWords(unit, value)

const attributes = ({ attributes }: { readonly attributes: number }): string => flagWords('mountAttributes', attributes)

function changes({ set, clear }: { readonly set: number; readonly clear: number }): string {
  const cleared = flagWords('mountAttributes', clear)
  return words(flagWords('mountAttributes', set), cleared !== '' && `-(${cleared})`)
}

function parameters(data: readonly string[]): string {
  const pairs: string[] = []
  for (let i = 0; i < data.length; i += 2) {
    const [key = '', value = ''] = data.slice(i, i + 2)
    pairs.push(value === '' ? key : `${key}=${quote(value)}`)
  }
  return pairs.join(',')
}

const limit = (value: bigint): string => (value === RLIM_INFINITY ? 'unlimited' : `${value}`)

const set = (bits: bigint): string => flagWords('capabilities', bits) || 'none'

function capabilitySets(op: OpOf<'setCapabilities'>): string {
  const names = ['effective', 'permitted', 'inheritable', 'ambient'] as const
  const groups = new Map<bigint, string[]>()
  for (const name of names) groups.set(op[name], [...(groups.get(op[name]) ?? []), name])
  return [...groups].map(([bits, sets]) => `${sets.join('+')}: ${set(bits)}`).join('; ')
}
