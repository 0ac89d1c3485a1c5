// Containers that talk: a root with the talker and a shell in it, and what they say.
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { Config } from '../../lib/config/config.ts'
import { Container, type CreateOptions, type Network } from '../../lib/index.ts'
import { type Bundle, isRoot, ownRights, RUN } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

export interface Stage {
  readonly bundle: Bundle
  /** Where networks are recorded. */
  readonly directory: string
  /** The talker, as a program of the host. */
  readonly talk: string
  config(args: readonly string[], hostname?: string): Config
  /** One that runs until it is deleted. */
  start(args: readonly string[], network: Network, options?: CreateOptions & { id?: string }): Promise<Container>
  /** What a shell says in a container of its own. */
  say(script: string, network: Network, options?: CreateOptions): Promise<string>
}

/** Gives a test file its stage. */
export function useStage(): Stage {
  const bundle = useBundle()
  const directory = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}networks-`))
  beforeAll(() => {
    // For an ordinary user it is up already: test/rootless/network.test.ts.
    if (isRoot) execFileSync('ip', ['link', 'set', 'lo', 'up'])
    const source = fileURLToPath(new URL('talk.c', import.meta.url))
    execFileSync('cc', ['-static', '-w', '-O1', '-D_GNU_SOURCE', '-o', join(bundle.rootfs, 'bin/talk'), source])
    const busybox = existsSync('/bin/busybox.static') ? '/bin/busybox.static' : '/bin/busybox'
    copyFileSync(busybox, join(bundle.rootfs, 'bin/busybox'))
    for (const name of ['sh', 'ip', 'cat', 'ping']) symlinkSync('busybox', join(bundle.rootfs, 'bin', name))
  }, 60_000)
  afterAll(() => rmSync(directory, { recursive: true }))

  const config = (args: readonly string[], hostname = '') =>
    Config.template({
      ...ownRights,
      args,
      rootPath: bundle.rootfs,
      hostname,
      env: [`LIBCONTAINER_TEST=${bundle.marker}`],
    })
  return {
    bundle,
    directory,
    get talk() {
      return join(bundle.rootfs, 'bin/talk')
    },
    config,
    async start(args, network, { id = bundle.newId(), ...options } = {}) {
      const container = await Container.run(id, config(args), { stateDir: bundle.stateDir, network, ...options })
      const { stdout } = container.process
      // A server says when it listens.
      if (args[1] === 'serve' && stdout !== null) await once(stdout, 'data')
      return container
    },
    async say(script, network, options) {
      const made = { stateDir: bundle.stateDir, network, ...options }
      await using container = await Container.run(bundle.newId(), config(['sh', '-c', script]), made)
      const { stdout, stderr } = container.process
      const [said, complained] = await Promise.all([
        stdout === null ? '' : text(stdout),
        stderr === null ? '' : text(stderr),
        container.wait(),
      ])
      return said + complained
    },
  }
}

/** What the host's own talker is told. */
export async function ask(talk: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(talk, ['ask', ...args]).catch((error: { stdout: string }) => error)
  return stdout.trim()
}

/** What a container's talker is told. */
export async function askFrom(container: Container, ...args: readonly string[]): Promise<string> {
  const asking = await container.exec({ args: ['talk', 'ask', ...args] }, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = asking.stdout === null ? '' : await text(asking.stdout)
  await asking.wait()
  return said.trim()
}
