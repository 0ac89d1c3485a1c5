// A hostile container that shares a volume with one being created: it exchanges a directory of that for a symbolic link
// to the host, back and forth, meanwhile (CVE-2021-30465, CVE-2024-45310). Nothing outside is made, mounted or read.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Config, Mount } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'
import { addAttacker } from '../support/attacker.ts'
import { probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { parseMounts, probe } from '../support/report.ts'

const bundle = useBundle()
const ROUNDS = 40
const SECRET = 'what the host keeps to itself'

let root: string
let share: string
let victim: string

beforeAll(() => addAttacker(bundle))

beforeEach(() => {
  root = join(bundle.directory, 'shared-root')
  share = join(bundle.directory, 'share')
  victim = join(bundle.directory, 'victim')
  for (const directory of [root, share, victim]) rmSync(directory, { recursive: true, force: true })
  for (const name of ['bin', 'proc', 'dev', 'sys', 'tmp', 'etc', 'share'])
    mkdirSync(join(root, name), { recursive: true })
  copyFileSync(join(bundle.rootfs, 'bin/probe'), join(root, 'bin/probe'))
  mkdirSync(join(victim, 'inside'), { recursive: true })
  writeFileSync(join(victim, 'file'), SECRET)
  mkdirSync(join(share, 'swapped/inside'), { recursive: true })
  writeFileSync(join(share, 'swapped/file'), 'of the volume')
})

const volume = (): Mount => ({ destination: '/share', source: share, options: ['bind'] })

function sharing(change: (config: Config) => Config, args: readonly string[]): Config {
  const config = probeConfig(bundle, args)
  const mounts = [...(config.mounts ?? []), volume()]
  return change({ ...config, root: { path: root, readonly: false }, mounts })
}

/** Runs in a container of its own, until it is told to end; then says how often it did it. */
async function startExchanging(link: string) {
  symlinkSync(link, join(share, 'link'))
  const config = probeConfig(bundle, [])
  const args = ['attacker', 'exchange', '/data/swapped', '/data/link']
  const mounts = [...(config.mounts ?? []), { ...volume(), destination: '/data' }]
  const container = await Container.run(
    bundle.newId(),
    { ...config, process: { cwd: '/', ...config.process, args }, mounts },
    { stateDir: bundle.stateDir },
  )
  const { stdout } = container.process
  await new Promise((resolve) => stdout?.once('data', resolve))
  return {
    async end(): Promise<number> {
      const told = text(stdout ?? expect.fail('it has no output'))
      container.process.signal('SIGTERM')
      return Number(await told)
    },
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  }
}

const mount =
  (...added: readonly Mount[]) =>
  ({ mounts, ...config }: Config): Config => ({
    ...config,
    mounts: [...(mounts ?? []), ...added],
  })

const attacks: ReadonlyArray<readonly [string, (round: number) => (config: Config) => Config]> = [
  ['a tmpfs on it', () => mount({ destination: '/share/swapped/inside', type: 'tmpfs', options: ['mode=755'] })],
  ['a tmpfs on what is made there', (round) => mount({ destination: `/share/swapped/${round}/deep`, type: 'tmpfs' })],
  ['a tmpfs filled from it', () => mount({ destination: '/share/swapped', type: 'tmpfs', options: ['tmpcopyup'] })],
  [
    'a file bound there',
    (round) =>
      mount({
        destination: `/share/swapped/file${round}`,
        source: join(bundle.rootfs, 'etc/lower'),
        options: ['bind'],
      }),
  ],
  [
    'hidden and read-only paths',
    () => (config) => ({
      ...config,
      linux: { ...config.linux, maskedPaths: ['/share/swapped/file'], readonlyPaths: ['/share/swapped/inside'] },
    }),
  ],
  [
    'the working directory',
    (round) => (config) => ({ ...config, process: { ...config.process, cwd: `/share/swapped/cwd${round}` } }),
  ],
]

it.each(attacks)('%s', { timeout: 120_000 }, async (_, attack) => {
  const ways = [victim, `../../../../../../../../..${victim}`]
  for (const link of ways) {
    rmSync(join(share, 'link'), { force: true })
    await using exchanging = await startExchanging(link)
    const outcomes = new Set<string>()
    for (let round = 0; round < ROUNDS; round++) {
      const attacked = probe(bundle, sharing(attack(round), ['report', '/share/swapped/file', `${victim}/file`]))
      const report = await attacked.catch((error: { code?: string }) => {
        expect(error.code, String(error)).toMatch(/^ERR_/)
        return null
      })
      outcomes.add(report === null ? 'refused' : 'made')
      if (report === null) continue
      // The link may lead to a place of this name in the root, and what the volume has be copied to that.
      for (const found of Object.values(report.stats)) expect(found?.size).not.toBe(SECRET.length)
      expect(parseMounts(report).filter(({ root: from }) => from.startsWith(victim))).toEqual([])
    }
    expect(outcomes).toContain('made')
    expect(await exchanging.end()).toBeGreaterThan(ROUNDS)
    expect(readdirSync(victim, { recursive: true }).sort()).toEqual(['file', 'inside'])
    expect(readFileSync(join(victim, 'file'), 'utf8')).toBe(SECRET)
    // It ends with either where the other was.
    rmSync(share, { recursive: true })
    mkdirSync(join(share, 'swapped/inside'), { recursive: true })
    writeFileSync(join(share, 'swapped/file'), 'of the volume')
  }
})
