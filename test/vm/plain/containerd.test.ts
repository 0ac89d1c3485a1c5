// Containerd, with our command line as the program of its runc shim.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { call, cgroupOf, copyRootfs, RUNTIME, readCgroup, succeed } from '../engines.ts'
import { MiB, MOUNT_POINT } from '../support.ts'

const directory = mkdtempSync('/var/tmp/containerd-')
const socket = `${directory}/socket`
let daemon: ChildProcess

/** What would need a network, or file systems that the guest has not. */
const UNUSED = ['cri', ...['aufs', 'btrfs', 'devmapper', 'overlayfs', 'zfs'].map((name) => `snapshotter.v1.${name}`)]

before(async () => {
  const disabled = UNUSED.map((name) => `"io.containerd.${name === 'cri' ? 'grpc.v1.cri' : name}"`)
  writeFileSync(
    `${directory}/config.toml`,
    `version = 2\nroot = "${directory}/root"\nstate = "/run/containerd"\ndisabled_plugins = [${disabled.join(', ')}]\n[grpc]\naddress = "${socket}"\n`,
  )
  const log = openSync(`${directory}/log`, 'w')
  daemon = spawn('containerd', ['--config', `${directory}/config.toml`], { stdio: ['ignore', log, log] })
  for (let tries = 0; (await call('ctr', ['--address', socket, 'version'])).code !== 0; tries++) {
    if (tries === 100) throw new Error(`containerd does not answer: ${readFileSync(`${directory}/log`, 'utf8')}`)
    await delay(200)
  }
})

after(async () => {
  const ended = once(daemon, 'exit')
  daemon.kill('SIGTERM')
  await ended
})

const ctr = (...args: string[]) => succeed('ctr', ['--address', socket, ...args])

it('runs a container, executes in it, stops it where it is, ends and removes it', async () => {
  const rootfs = copyRootfs(`${directory}/rootfs`)
  // Without an image there is nothing that says where to look for programs.
  const options = ['--rootfs', '--runc-binary', RUNTIME, '--env', 'PATH=/bin', '--cgroup', '/engines/web']
  options.push('--memory-limit', String(32 * MiB))
  const output = await ctr('run', '--rm', ...options, rootfs, 'once', 'sh', '-c', 'echo out; cat /proc/self/cgroup')
  assert.equal(output, 'out\n0::/engines/web')

  await ctr('run', '--detach', ...options, rootfs, 'web', 'probe', 'wait')
  const [, pid = ''] = /^web +(\d+) +RUNNING$/m.exec(await ctr('tasks', 'list')) ?? []
  assert.equal(cgroupOf(pid), '/engines/web')
  assert.equal(readCgroup('/engines/web', 'memory.max'), String(32 * MiB))

  const execute = ['--address', socket, 'tasks', 'exec', '--exec-id']
  assert.deepEqual(await call('ctr', [...execute, 'one', 'web', 'sh', '-c', 'echo in; exit 5']), {
    ...{ code: 5, stdout: 'in\n', stderr: '' },
  })
  const missing = await call('ctr', [...execute, 'two', 'web', 'nosuch'])
  assert.match(missing.stderr, /executable file not found in \$PATH/)
  assert.equal((await call('ctr', [...execute, 'three', 'web', 'load', 'memory', String(200 * MiB)])).code, 137)

  await ctr('tasks', 'pause', 'web')
  assert.match(await ctr('tasks', 'list'), /^web +\d+ +PAUSED$/m)
  await ctr('tasks', 'resume', 'web')
  assert.match(await ctr('tasks', 'ps', 'web'), new RegExp(`^${pid} `, 'm'))

  await ctr('tasks', 'kill', '--signal', 'SIGKILL', 'web')
  await call('ctr', ['--address', socket, 'tasks', 'delete', 'web'])
  await ctr('containers', 'delete', 'web')
  assert.doesNotMatch(await ctr('tasks', 'list'), /web/)
  assert.equal(existsSync(`${MOUNT_POINT}/engines/web`), false)
})
