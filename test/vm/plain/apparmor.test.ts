// A profile of AppArmor, loaded here, that the container's processes are under.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, describe, it } from 'node:test'
import { Config, Container } from 'libcontainer'
import { newId, output, PIPED, ROOTFS, stateDir } from '../support.ts'

const PROFILE = `
profile libcontainer-test flags=(attach_disconnected,mediate_deleted) {
  capability,
  signal,
  ptrace,
  file,
  umount,
  deny /tmp/denied/** w,
}
`

const SCRIPT =
  'cat /proc/self/attr/current; mkdir -p /tmp/denied; echo 1 > /tmp/allowed && echo allowed; echo 1 > /tmp/denied/x || echo denied'

function confined(apparmorProfile: string, args: string[]): Config {
  const config = Config.template({ args, rootPath: ROOTFS })
  config.mounts = [...(config.mounts ?? []), { destination: '/tmp', type: 'tmpfs', source: 'tmpfs' }]
  config.process = { ...config.process, cwd: '/', apparmorProfile }
  return config
}

describe('an AppArmor profile', () => {
  before(() => execFileSync('apparmor_parser', ['--replace'], { input: PROFILE }))

  it('is what the first process is under', async () => {
    const config = confined('libcontainer-test', ['busybox', 'sh', '-c', SCRIPT])
    await using container = await Container.run(newId(), config, { stateDir, ...PIPED })
    const said = await output(container.process)
    assert.deepEqual(said.trim().split('\n'), ['libcontainer-test (enforce)', 'allowed', 'denied'])
  })

  it('is what an executed process is under', async () => {
    await using container = await Container.run(newId(), confined('libcontainer-test', ['probe', 'wait']), { stateDir })
    const executed = await container.exec({ args: ['busybox', 'sh', '-c', SCRIPT] }, PIPED)
    const said = await output(executed)
    assert.deepEqual(said.trim().split('\n'), ['libcontainer-test (enforce)', 'allowed', 'denied'])
  })

  it('that is not loaded is named', async () => {
    await assert.rejects(
      Container.run(newId(), confined('no-such-profile', ['probe', 'exit', '0']), { stateDir }),
      /exec no-such-profile\n.*the profile is not loaded/,
    )
  })
})
