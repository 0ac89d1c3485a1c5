// Ways out through what a container shares with the host on purpose, or by neglect: the terminal it is started from,
// sockets without a file.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'
import { addAttacker } from '../support/attacker.ts'
import { probeConfig } from '../support/bundle.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()
const TIMEOUT = 60_000
let attacker: string

beforeAll(() => {
  attacker = addAttacker(bundle)
})

function attack(args: readonly string[], options: Parameters<typeof probeConfig>[2] = {}): Config {
  const { process, ...config } = probeConfig(bundle, [], options)
  return { ...config, process: { cwd: '/', ...process, args: ['attacker', ...args] } }
}

const inTerminal = 'test/support/in-terminal.sh'

describe.runIf(spawnSync('script', ['--version']).status === 0)('typing into the terminal that is inherited', () => {
  const TEXT = 'echo INJECTED\n'
  /** Before 6.2, and where `dev.tty.legacy_tiocsti` is set, whoever has a terminal types into it. */
  const typesAsItLikes = () => {
    const { stdout } = spawnSync(inTerminal, [attacker, 'type', TEXT], { encoding: 'utf8' })
    return /typed (?!0)\d+/.test(stdout)
  }

  it('is for nobody in the container (TIOCSTI)', { timeout: TIMEOUT }, async (test) => {
    test.skip(!typesAsItLikes(), 'this kernel refuses TIOCSTI to everybody')
    const options = { stateDir: bundle.stateDir, stdio: 'inherit' as const }
    const message: CreatorMessage = { operation: 'run', id: bundle.newId(), config: attack(['type', TEXT]), options }
    const { stdout } = await runNode('test/support/waiting-creator.ts', message, { wrapper: [inTerminal] })
    expect(stdout).toContain('typed 0, Operation not permitted')
    expect(stdout).not.toContain('INJECTED')
  })
})

describe('a socket of the host that has no file', () => {
  const NAME = `libcontainer-${process.pid}`
  const connect = async (network: 'host' | 'private') => {
    const server = createServer((socket) => socket.destroy()).listen(`\0${NAME}`)
    await once(server, 'listening')
    try {
      const options = { stateDir: bundle.stateDir, stdio: 'ignore' as const }
      await using container = await Container.run(bundle.newId(), attack(['connect', NAME], { network }), options)
      return (await container.wait()).exitCode
    } finally {
      server.close()
    }
  }

  it('is not reached from a network namespace of one’s own', async () => {
    expect(await connect('private')).toBe(constants.errno.ECONNREFUSED)
  })

  it('is reached from the host’s, as the documentation says', async () => {
    expect(await connect('host')).toBe(0)
  })
})
