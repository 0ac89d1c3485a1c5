// Runs a command as an ordinary user when we are root, whatever the modes of the folders above the checkout and Node.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const isRoot = process.geteuid?.() === 0

/** LIBCONTAINER_TEST_USER, else the first person with subordinate ids, else nobody. */
function chooseUser(): User {
  const wanted = process.env['LIBCONTAINER_TEST_USER']
  const users = readLines('/etc/passwd').map(parseUser)
  if (wanted !== undefined) {
    const user = users.find(({ name }) => name === wanted)
    if (user === undefined) throw new Error(`LIBCONTAINER_TEST_USER=${wanted}: no such user in /etc/passwd`)
    return user
  }
  const mapped = new Set(readLines('/etc/subuid').map((line) => line.split(':')[0]))
  const person = users.find(({ name, uid }) => uid >= 1000 && uid < 65534 && mapped.has(name))
  return person ?? { name: 'nobody', uid: 65534, gid: 65534 }
}

function parseUser(line: string): User {
  const [name = '', , uid, gid] = line.split(':')
  return { name, uid: Number(uid), gid: Number(gid) }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/**
 * Folders above the checkout (or Node) may be closed to the user, /root for one: then it is bind-mounted below the
 * scratch folder, in a mount namespace that ends with the command.
 */
function reachable(folder: string, user: User): boolean {
  return spawnSync('ls', [folder], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0
}

/** Home, temporary files and XDG_RUNTIME_DIR of the user for one run. */
function makeScratch(user: User): string {
  const scratch = mkdtempSync(join(tmpdir(), 'libcontainer-as-user-'))
  for (const name of ['.', 'home', 'tmp', 'run', 'checkout', 'node']) {
    const path = join(scratch, name)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chownSync(path, user.uid, user.gid)
  }
  return scratch
}

function environment(user: User, scratch: string, nodeFolder: string): NodeJS.ProcessEnv {
  return {
    PATH: `${join(nodeFolder, 'bin')}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    USER: user.name,
    LOGNAME: user.name,
    HOME: join(scratch, 'home'),
    TMPDIR: join(scratch, 'tmp'),
    XDG_RUNTIME_DIR: join(scratch, 'run'),
    ...(process.env['CI'] === undefined ? {} : { CI: process.env['CI'] }),
  }
}

const script = `
set -e
while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done
cd "$2"; uid=$3; gid=$4; shift 4
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups -- "$@"
`

/** Runs Node in a folder, with our own identity. @returns the exit code */
export function runNode(cwd: string, args: readonly string[]): Promise<number> {
  return exitCode(spawn(process.execPath, args, { cwd, stdio: 'inherit' }))
}

/**
 * @param args arguments for Node, paths relative to the checkout
 * @returns the exit code
 */
export async function runNodeAsUser(checkout: string, args: readonly string[]): Promise<number> {
  if (!isRoot) return runNode(checkout, args)
  const user = chooseUser()
  const scratch = makeScratch(user)
  const prefix = dirname(dirname(process.execPath))
  const binds: string[] = []
  const place = (folder: string, name: string): string => {
    if (reachable(folder, user)) return folder
    binds.push(folder, join(scratch, name))
    return join(scratch, name)
  }
  const cwd = place(checkout, 'checkout')
  const nodeFolder = place(prefix, 'node')
  const command = [join(nodeFolder, 'bin', 'node'), ...args]
  const shell = ['sh', '-c', script, 'as-user', ...binds, '--', cwd, String(user.uid), String(user.gid), ...command]
  const enter = binds.length > 0 ? ['unshare', '--mount', '--propagation', 'slave', ...shell] : shell
  const [program = 'sh', ...rest] = enter
  try {
    const env = environment(user, scratch, nodeFolder)
    return await exitCode(spawn(program, rest, { cwd: '/', env, stdio: 'inherit' }))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function exitCode(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
