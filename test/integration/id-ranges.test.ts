// An ordinary user's container with ranges of subordinate ids, mapped by newuidmap and newgidmap.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Config } from '../../lib/index.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { type Ended, ended } from '../support/node-process.ts'
import type { Report } from '../support/report.ts'

const bundle = useBundle()
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const USER = 12_345
const FIRST = 700_000
const TIMEOUT = 30_000

/** The user, his ranges, the checkout and Node are there in a mount namespace of the command alone. */
const script = `
set -e
mount -t overlay overlay -o "lowerdir=$1/etc:/etc" /etc
mount --bind "$2" "$1/checkout"
mount --bind "$3" "$1/node"
cd "$1/checkout"
bin="$1/node/bin/node"
shift 3
exec setpriv --reuid ${USER} --regid ${USER} --clear-groups -- env -i PATH=/usr/bin:/bin "$bin" --import tsx "$@"
`

function runAsUser(file: string, message: CreatorMessage): Promise<Ended> {
  const place = join(bundle.directory, 'user')
  for (const name of ['etc', 'checkout', 'node', 'data', 'state']) mkdirSync(join(place, name), { recursive: true })
  for (const name of ['data', 'state']) chownSync(join(place, name), USER, USER)
  chmodSync(join(place, 'data'), 0o777)
  const line = `ranged:x:${USER}:${USER}::/:/bin/sh\n`
  writeFileSync(join(place, 'etc/passwd'), readFileSync('/etc/passwd', 'utf8') + line)
  for (const name of ['subuid', 'subgid']) writeFileSync(join(place, 'etc', name), `ranged:${FIRST}:1000\n`)
  const prefix = dirname(dirname(process.execPath))
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', place, checkout, prefix]
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  return ended(spawn('unshare', [...args, file, JSON.stringify(message)], { stdio: [...stdio] }))
}

function rangedConfig(args: readonly string[], from = FIRST): Config {
  const config = Config.template({ rootless: true, uid: USER, gid: USER, args, rootPath: bundle.rootfs })
  const ranges = [
    { containerID: 0, hostID: USER, size: 1 },
    { containerID: 1, hostID: from, size: 999 },
  ]
  const data = { destination: '/data', source: join(bundle.directory, 'user/data'), options: ['bind'] }
  return {
    ...config,
    process: { ...config.process, cwd: '/', user: { uid: 7, gid: 8, additionalGids: [9] } },
    mounts: [...(config.mounts ?? []), data],
    linux: { ...config.linux, uidMappings: ranges, gidMappings: ranges },
  }
}

const message = (config: Config): CreatorMessage => ({
  operation: 'run',
  id: bundle.newId(),
  config,
  options: { stateDir: join(bundle.directory, 'user/state'), stdio: 'inherit' },
})

describe.skipIf(!existsSync('/usr/bin/newuidmap'))('with newuidmap (package uidmap)', () => {
  it('gives a container users and groups besides its root', { timeout: TIMEOUT }, async () => {
    const config = rangedConfig(['probe', 'report', '/data'])
    const { code, stdout, stderr } = await runAsUser('test/support/waiting-creator.ts', message(config))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout) as Report
    expect(report).toMatchObject({ pid: 1, uids: [7, 7, 7], gids: [8, 8, 8], groups: [9], writes: { '/data': null } })
    const written = statSync(join(bundle.directory, 'user/data/written-by-probe'))
    expect(written).toMatchObject({ uid: FIRST + 6, gid: FIRST + 7 })
  })

  it('refuses ranges that are not the user’s', { timeout: TIMEOUT }, async () => {
    const config = rangedConfig(['probe', 'exit', '0'], FIRST + 2)
    const { code, stderr } = await runAsUser('test/support/waiting-creator.ts', message(config))
    expect(code).toBe(1)
    expect(stderr).toMatch('ERR_UNSUPPORTED')
    expect(stderr).toMatch(`/linux/uidMappings/1/hostID: an ordinary user may map its own uid ${USER}, ${FIRST} to `)
  })

  it('leaves what can be deleted when the creator is killed', { timeout: TIMEOUT }, async () => {
    const killed = { ...message(rangedConfig(['probe', 'wait'])), killAt: 'follow' } as const
    const { signal } = await runAsUser('test/support/creator.ts', killed)
    expect(signal).toBe('SIGKILL')
    const { code, stderr } = await runAsUser('test/support/deleter.ts', killed)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readdirSync(join(bundle.directory, 'user/state'))).toEqual([])
  })
})
