// Ways out through what a host program left open, or through the program that makes the container: a working directory,
// an interpreter, hooks.
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Config, Hook } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'
import { addAttacker } from '../support/attacker.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { finishExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'
import { finish } from '../support/report.ts'

const bundle = useBundle()
const TIMEOUT = 60_000
let attacker: string

beforeAll(() => {
  attacker = addAttacker(bundle)
})

const withCwd = (cwd: string, args: readonly string[] = ['report']): Config => {
  const config = probeConfig(bundle, args)
  return { ...config, process: { ...config.process, cwd } }
}

const volume = () => join(bundle.directory, 'told')
const told = (name: string) => readFileSync(join(volume(), name), 'utf8')

/** With a new volume at /tmp/told. */
function withVolume({ mounts = [], ...config }: Config): Config {
  rmSync(volume(), { recursive: true, force: true })
  mkdirSync(volume())
  return { ...config, mounts: [...mounts, { destination: '/tmp/told', source: volume(), options: ['bind'] }] }
}

function tellingInside(name: string): Config {
  const { process, ...config } = withVolume(probeConfig(bundle, []))
  return { ...config, process: { cwd: '/', ...process, args: ['attacker', 'descriptors', `/tmp/told/${name}`] } }
}

describe('a descriptor of the host’s root that the program leaks (CVE-2024-21626)', () => {
  const LEAKED = 9
  const wrapper = ['sh', '-c', 'exec 9</; exec "$@"', 'sh']
  const create = (config: Config) => {
    const options = { stateDir: bundle.stateDir, stdio: 'inherit' as const }
    const message: CreatorMessage = { operation: 'run', id: bundle.newId(), config, options }
    return { id: message.id, ended: runNode('test/support/creator.ts', message, { wrapper }) }
  }

  it.each([`/proc/self/fd/${LEAKED}`, `/proc/1/fd/${LEAKED}`, `/proc/self/fd/${LEAKED}/tmp`])(
    'is no working directory: %s',
    { timeout: TIMEOUT },
    async (cwd) => {
      const { code, stderr } = await create(withCwd(cwd)).ended
      expect(code).toBe(1)
      expect(stderr).toMatch(/step \d+ (makeDirectory|changeDirectory)/)
    },
  )

  it('is not seen in the container', { timeout: TIMEOUT }, async () => {
    const { id, ended } = create(tellingInside('leaked'))
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
    const container = await Container.load(id, { stateDir: bundle.stateDir })
    // Whoever might tell how it ended is gone.
    await vi.waitFor(async () => expect(await container.status()).toBe('stopped'), { timeout: TIMEOUT / 2 })
    await container.delete()
    expect(told('leaked')).toBe('0 1 2 ')
  })
})

it('a directory that is passed on purpose is no working directory outside the root either', async () => {
  const directory = openSync('/', 'r')
  try {
    const attempt = finish(bundle, withCwd('/proc/self/fd/3'), { fds: [directory] })
    await expect(attempt).rejects.toThrow(/step \d+ (makeDirectory|changeDirectory)/)
    await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), {
      stateDir: bundle.stateDir,
      stdio: 'ignore',
    })
    const executed = container.exec({ args: ['probe', 'report'], cwd: '/proc/self/fd/3' }, { fds: [directory] })
    await expect(executed).rejects.toThrow(/step \d+ changeDirectory/)
  } finally {
    closeSync(directory)
  }
})

it('an image’s program that is #!/proc/self/exe executes init, which does nothing (CVE-2019-5736)', async () => {
  const script = join(bundle.rootfs, 'bin/again')
  writeFileSync(script, '#!/proc/self/exe\n')
  chmodSync(script, 0o755)
  const config = probeConfig(bundle, [])
  const again = { ...config, process: { cwd: '/', ...config.process, args: ['again'] } }
  expect(await finish(bundle, again)).toMatchObject({ signal: null, stdout: '' })
  expect((await finish(bundle, again)).exitCode).not.toBe(0)
  await using container = await Container.run(bundle.newId(), probeConfig(bundle, ['wait']), {
    stateDir: bundle.stateDir,
    stdio: 'ignore',
  })
  expect((await finishExec(container, { args: ['again'] })).exitCode).not.toBe(0)
  rmSync(script)
})

describe('hooks have nothing but standard streams', () => {
  const kinds = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'] as const

  it.each(kinds)('%s', async (kind) => {
    const inside = kind === 'startContainer'
    const file = join(inside ? '/tmp/told' : volume(), kind)
    const hook: Hook = { path: inside ? '/bin/attacker' : attacker, args: ['attacker', 'descriptors', file] }
    const config = { ...withVolume(probeConfig(bundle, ['exit', '0'])), hooks: { [kind]: [hook] } }
    const container = await Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })
    await container.wait()
    await container.delete()
    expect(told(kind)).toBe('0 1 2 ')
  })
})
