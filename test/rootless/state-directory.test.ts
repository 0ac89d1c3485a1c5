// Where an ordinary user's containers are recorded when nothing is said about it.
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Linux } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()

async function runWith(
  variables: NodeJS.ProcessEnv,
  wrapper: readonly string[] = [],
  linux: Linux = {},
): Promise<void> {
  const { HOME: _home, XDG_RUNTIME_DIR: _runtime, ...env } = process.env
  const made = probeConfig(bundle, ['exit', '0'])
  const config = { ...made, linux: { ...made.linux, ...linux } }
  const message: CreatorMessage = { operation: 'run', id: bundle.newId(), config, options: { stdio: 'ignore' } }
  const options = { env: { ...env, ...variables }, wrapper }
  const { code, stderr } = await runNode('test/support/waiting-creator.ts', message, options)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
}

describe.skipIf(isRoot)('without stateDir', () => {
  it('it is in XDG_RUNTIME_DIR', { timeout: 30_000 }, async () => {
    const runtime = join(bundle.directory, 'runtime')
    mkdirSync(runtime)
    await runWith({ XDG_RUNTIME_DIR: runtime })
    expect(readdirSync(runtime)).toEqual(['libcontainer'])
    expect(statSync(join(runtime, 'libcontainer')).mode & 0o777).toBe(0o700)
  })

  it('for one who is root in a user namespace too', { timeout: 30_000 }, async () => {
    const runtime = join(bundle.directory, 'runtime-of-root')
    mkdirSync(runtime)
    const asRoot = ['unshare', '--user', '--map-root-user', '--']
    const back = { containerID: 0, hostID: 0, size: 1 }
    await runWith({ XDG_RUNTIME_DIR: runtime }, asRoot, { uidMappings: [back], gidMappings: [back] })
    expect(readdirSync(runtime)).toEqual(['libcontainer'])
  })

  it('and without XDG_RUNTIME_DIR and HOME, in a directory of the user’s own in that for temporary files', {
    timeout: 30_000,
  }, async () => {
    const temporary = join(bundle.directory, 'temporary')
    mkdirSync(temporary)
    await runWith({ TMPDIR: temporary })
    const own = `libcontainer-${process.geteuid?.()}`
    expect(readdirSync(temporary)).toContain(own)
    expect(readdirSync(join(temporary, own))).toEqual([])
    expect(statSync(join(temporary, own)).mode & 0o777).toBe(0o700)
  })
})
