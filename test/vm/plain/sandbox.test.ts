// Limits of sandboxes that are the kernel's, for all processes together: for root, and for an ordinary user with a cgroup.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isContainerError } from 'libcontainer'
import { HELD, Limits, leftIn } from '../sandboxed.ts'
import { MiB, MOUNT_POINT } from '../support.ts'

const USER = 1000
const CONTROLLERS = '+memory +pids +cpu +io'
const stateDir = mkdtempSync('/tmp/sandbox-vm-')

/** As systemd does for a user's manager: cgroup-v2.rst, Delegation Containment. */
function makeParent(path: string, owner: number): void {
  const directory = join(MOUNT_POINT, path)
  mkdirSync(join(directory, 'program'), { recursive: true })
  writeFileSync(join(directory, 'cgroup.subtree_control'), CONTROLLERS)
  const files = readFileSync('/sys/kernel/cgroup/delegate', 'utf8').split('\n').filter(Boolean)
  for (const each of [directory, join(directory, 'program')]) {
    for (const file of ['.', ...files]) if (existsSync(join(each, file))) chownSync(join(each, file), owner, owner)
  }
}

function makeDisk(directory: string, owner: number): void {
  mkdirSync(directory)
  writeFileSync(join(directory, 'written'), Buffer.alloc(4 * MiB))
  for (const each of [directory, join(directory, 'written')]) chownSync(each, owner, owner)
}

/** @param cgroup where it runs */
function asUser(cgroup: string, args: readonly string[]): Record<string, unknown> {
  const enter = `echo $$ > ${MOUNT_POINT}${cgroup}/cgroup.procs && exec setpriv --reuid=${USER} --regid=${USER} --clear-groups "$@"`
  const command = ['/work/node', '/work/tests/sandbox-as-user.mjs', ...args]
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/tmp', XDG_RUNTIME_DIR: '' }
  const { stdout, stderr } = spawnSync('sh', ['-c', enter, 'sh', ...command], { encoding: 'utf8', env, cwd: '/' })
  assert.equal(stderr, '')
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('a sandbox of root', () => {
  makeParent('/sandboxes', 0)
  const limits = new Limits('/sandboxes', stateDir)

  it('is held to its memory: more is the end', async () => assert.deepEqual(await limits.memory(), HELD.memory))
  it('is held to its processes', async () => assert.deepEqual(await limits.pids(), HELD.pids))
  it('outlives nobody’s fork bomb', async () => assert.deepEqual(await limits.bomb(), HELD.bomb))
  it('is held to its share of processors', async () => assert.deepEqual(await limits.cpus(), HELD.cpus))
  it('is ended when all together have used their time', async () =>
    assert.deepEqual(await limits.cpuTime(), HELD.cpuTime))

  it('has what it wrote to disks counted', async () => {
    makeDisk('/work/of-root', 0)
    assert.deepEqual(await limits.io('/work/of-root'), { stdout: 'done\n', isWritten: true })
  })

  it('leaves nothing', () => assert.deepEqual(leftIn('/sandboxes', stateDir), ['program']))

  it('is refused limits that cannot be had, unless others are good enough', async () => {
    // This program is in its cgroup, which so has none to pass on.
    const own = new Limits(undefined, stateDir)
    const refused = await own.run(['spin'], { memory: '64M', pids: 5 }).catch((error: unknown) => error)
    assert.ok(isContainerError(refused))
    assert.equal(refused.code, 'ERR_UNSUPPORTED')
    assert.deepEqual(refused.problems.map(({ path }) => path).sort(), ['/memory', '/pids'])
    assert.match(refused.message, /cgroup/)
    const options = { memory: '64M', limits: 'best-effort' } as const
    const { stdout, exitCode, enforced } = await own.run(['memory', String(200 * MiB)], options)
    assert.deepEqual({ stdout, exitCode, enforced }, NEAREST)
    assert.deepEqual(leftIn('/sandboxes', stateDir), ['program'])
  })
})

/** RLIMIT_DATA: the program is told that there is no more. */
const NEAREST = { stdout: 'Cannot allocate memory\n', exitCode: 1, enforced: { memory: 'process' } }

describe('a sandbox of an ordinary user', () => {
  it('is held to the same in a cgroup that is delegated to him', () => {
    makeParent('/of-user', USER)
    makeDisk('/work/of-user', USER)
    const io = { stdout: 'done\n', isWritten: true }
    assert.deepEqual(asUser('/of-user/program', ['/of-user']), { ...HELD, io, left: [] })
  })

  it('is refused limits without one, unless others are good enough', () => {
    makeParent('/of-others', 0)
    assert.deepEqual(asUser('/of-others/program', []), {
      code: 'ERR_UNSUPPORTED',
      problems: ['/memory'],
      nearest: NEAREST,
    })
  })
})
