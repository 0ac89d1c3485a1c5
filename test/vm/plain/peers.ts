// The same document carried out by this library, by crun and by runc.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Container, type Mount, type Resources } from 'libcontainer'
import { MOUNT_POINT, newId, output, PARENT, PIPED, ROOTFS, stateDir } from '../support.ts'

export const RUNTIMES = ['crun', 'runc'] as const
export type Runtime = (typeof RUNTIMES)[number]

/** What the files of a cgroup say, by name; what was said when the document was refused. */
export type Outcome = ReadonlyMap<string, string> | { readonly refused: string }

export const isRefused = (outcome: Outcome): outcome is { readonly refused: string } => 'refused' in outcome

/** JSON with all digits of what is a bigint here. */
export const stringify = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `#${each}#` : each)).replace(
    /"#(\d+)#"/g,
    '$1',
  )

/** Says where processes are, or is there for a moment. */
const NO_LIMIT =
  /^cgroup\.(procs|threads|type|kill|subtree_control|pressure|freeze)$|\.pressure$|^memory\.(reclaim|peak)$/

/** Every file that a limit can be written to, so that none is forgotten. */
function look(cgroup: string): ReadonlyMap<string, string> {
  const directory = join(MOUNT_POINT, cgroup)
  const isLimit = (name: string) => !NO_LIMIT.test(name) && (statSync(join(directory, name)).mode & 0o600) === 0o600
  const names = readdirSync(directory).filter(isLimit).sort()
  return new Map(names.map((name) => [name, readFileSync(join(directory, name), 'utf8').trim()]))
}

/** The same for all three. */
function makeDocument(id: string, resources: Resources, { args = ['probe', 'exit', '0'], mounts = [] }: Extras) {
  return {
    ociVersion: '1.0.2',
    root: { path: ROOTFS, readonly: true },
    process: {
      cwd: '/',
      args: [...args],
      env: ['PATH=/bin'],
      user: { uid: 0, gid: 0 },
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
    },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }, ...mounts],
    linux: {
      namespaces: [{ type: 'mount' as const }, { type: 'pid' as const }],
      cgroupsPath: `${PARENT}/${id}`,
      resources,
    },
  }
}

const CAPABILITIES = ['CAP_MKNOD']

/** What a document has beyond its resources. */
export interface Extras {
  readonly args?: readonly string[]
  readonly mounts?: Mount[]
}

/** The files of a container that is created by this library, not started. */
export async function lookAtOurs(resources: Resources): Promise<Outcome> {
  const id = newId()
  try {
    await using _ = await Container.create(id, makeDocument(id, resources, {}), { stateDir })
    return look(`${PARENT}/${id}`)
  } catch (failure) {
    return { refused: String(failure) }
  }
}

/** The files of a container that is created by another runtime, not started. */
export async function lookAt(runtime: Runtime, resources: Resources): Promise<Outcome> {
  const { id, bundle } = makeBundle(runtime, resources, {})
  const { code, log } = await call(runtime, bundle, 'ignore', 'create', '--bundle', bundle, id)
  try {
    return code === 0 ? look(`${PARENT}/${id}`) : { refused: log }
  } finally {
    await removePeer(runtime, id)
  }
}

/** Without the runtime, whose start would cost as much again. */
async function removePeer(runtime: Runtime, id: string): Promise<void> {
  const cgroup = join(MOUNT_POINT, PARENT, id)
  rmSync(`/run/${runtime}/${id}`, { recursive: true, force: true })
  if (!existsSync(cgroup)) return
  writeFileSync(join(cgroup, 'cgroup.kill'), '1')
  while (!readFileSync(join(cgroup, 'cgroup.events'), 'utf8').includes('populated 0')) await delay(5)
  rmdirSync(cgroup)
}

/** What a program writes in a container of this library, or why there is none. */
export async function outputOfOurs(resources: Resources, extras: Extras): Promise<string> {
  const id = newId()
  try {
    await using container = await Container.run(id, makeDocument(id, resources, extras), { stateDir, ...PIPED })
    return (await output(container.process)).trim()
  } catch (failure) {
    return String(failure)
  }
}

/** What the program writes in a container of another runtime, or what that says. */
export async function outputOf(runtime: Runtime, resources: Resources, extras: Extras): Promise<string> {
  const { id, bundle } = makeBundle(runtime, resources, extras)
  const file = join(bundle, 'output')
  const { code, log } = await call(runtime, bundle, openSync(file, 'w'), 'run', '--bundle', bundle, id)
  return code === 0 ? readFileSync(file, 'utf8').trim() : log
}

function makeBundle(runtime: Runtime, resources: Resources, extras: Extras): { id: string; bundle: string } {
  const id = `${newId()}-${runtime}`
  const bundle = mkdtempSync('/run/peers-')
  writeFileSync(join(bundle, 'config.json'), stringify(makeDocument(id, resources, extras)))
  return { id, bundle }
}

/** Without pipes, which the container would keep. */
async function call(
  runtime: Runtime,
  bundle: string,
  stdout: number | 'ignore',
  ...args: string[]
): Promise<{ code: number | null; log: string }> {
  const log = join(bundle, 'log')
  const words = ['--root', `/run/${runtime}`, '--log', log, ...args]
  const child = spawn(runtime, words, { stdio: ['ignore', stdout, 'ignore'], timeout: 60_000 })
  if (stdout !== 'ignore') closeSync(stdout)
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, log: code === 0 ? '' : readFileSync(log, 'utf8') }
}
