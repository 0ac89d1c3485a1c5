// An ordinary user to whom a cgroup was delegated limits containers in it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { MOUNT_POINT } from '../support.ts'

const USER = 1000
const DELEGATED = join(MOUNT_POINT, 'delegated')

/** As systemd does for a user's manager: cgroup-v2.rst, Delegation Containment. */
function delegate(): void {
  mkdirSync(join(DELEGATED, 'program'), { recursive: true })
  writeFileSync(join(DELEGATED, 'cgroup.subtree_control'), '+memory +pids +cpu')
  const files = readFileSync('/sys/kernel/cgroup/delegate', 'utf8').split('\n').filter(Boolean)
  for (const directory of [DELEGATED, join(DELEGATED, 'program')]) {
    for (const file of ['.', ...files]) {
      if (existsSync(join(directory, file))) chownSync(join(directory, file), USER, USER)
    }
  }
}

it('an ordinary user has limits in a cgroup that is delegated', () => {
  delegate()
  const script = `echo $$ > ${DELEGATED}/program/cgroup.procs && exec setpriv --reuid=${USER} --regid=${USER} --clear-groups "$@"`
  const command = ['/work/node', '/work/tests/as-user.mjs', '/delegated']
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/tmp', XDG_RUNTIME_DIR: '' }
  const { stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', ...command], { encoding: 'utf8', env, cwd: '/' })
  assert.deepEqual(stdout === '' ? stderr : JSON.parse(stdout), {
    files: { 'memory.max': '20971520', 'pids.max': '20', 'cpu.max': '50000 100000' },
    updated: '30',
    end: { signal: 'SIGKILL', oomKilled: true },
  })
  assert.deepEqual(
    readdirSync(DELEGATED, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
    ['program'],
  )
})
