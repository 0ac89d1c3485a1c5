// Limits of the cgroup, as the kernel and the container see them. Controllers may be missing: files of the core are not.
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resources } from '../../lib/config/types.ts'
import { Container, probeHost } from '../../lib/index.ts'
import { type Bundle, isRoot, makeBundle, probeConfig } from '../support/bundle.ts'
import { probe } from '../support/report.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = makeBundle()
})
afterAll(() => bundle.remove())

function limited(resources: Resources, args: readonly string[] = ['wait']) {
  const config = probeConfig(bundle, args)
  config.linux = { ...config.linux, resources }
  return config
}

async function directoryOf(id: string): Promise<string> {
  const { cgroup2 } = await probeHost()
  return join(cgroup2?.mountPoint ?? '', cgroup2?.own ?? '', `libcontainer-${id}`)
}

const read = async (id: string, file: string) => readFileSync(join(await directoryOf(id), file), 'utf8')

const failureOf = (attempt: Promise<Container>): Promise<unknown> =>
  attempt.then(
    () => expect.fail('it was accepted'),
    (cause: unknown) => cause,
  )

const CORE = { 'cgroup.max.descendants': '7', 'cgroup.max.depth': '3' }

describe('limits', () => {
  it('are there before the program runs', async () => {
    await using container = await Container.create(bundle.newId(), limited({ unified: CORE }), {
      stateDir: bundle.stateDir,
    })
    expect(await read(container.id, 'cgroup.max.descendants')).toBe('7\n')
    expect(await read(container.id, 'cgroup.max.depth')).toBe('3\n')
  })

  it('a value that the kernel refuses is named, and nothing is left', async () => {
    const id = bundle.newId()
    const config = limited({ unified: { 'cgroup.max.descendants': '7', 'cgroup.max.depth': 'many' } })
    const failure = await failureOf(Container.run(id, config, { stateDir: bundle.stateDir }))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM', syscall: 'writeFile', errno: 'EINVAL', id })
    expect(String(failure)).toMatch(/write "many" to .*cgroup\.max\.depth/)
    await expect(directoryOf(id).then((directory) => readFileSync(join(directory, 'cgroup.procs')))).rejects.toThrow(
      'ENOENT',
    )
  })

  it('a file that does not exist is named', async () => {
    const config = limited({ unified: { 'cgroup.no.such': '7' } })
    const failure = await failureOf(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir }))
    expect(failure).toMatchObject({ code: 'ERR_UNSUPPORTED', errno: 'ENOENT' })
    expect(String(failure)).toMatch(/cgroup\.no\.such[\s\S]*no such file/)
  })

  it('a missing controller is named, with where it is and how to get it', async ({ skip }) => {
    const host = await probeHost()
    if (host.cgroup2?.controllers.includes('memory')) skip('this machine has the memory controller')
    const config = limited({ memory: { limit: 64 << 20 } })
    const failure = await failureOf(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir }))
    expect(failure).toMatchObject({ code: 'ERR_UNSUPPORTED', problems: [{ path: '/linux/resources/memory/limit' }] })
    expect(String(failure)).toMatch(/needs the memory controller, which .*\n {2}\S/)
  })

  it('a limit that only cgroup v1 has is refused', async () => {
    const config = limited({ memory: { swappiness: 5 }, network: { classID: 1 } })
    const failure = await failureOf(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir }))
    expect(failure).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      problems: [{ path: '/linux/resources/memory/swappiness' }, { path: '/linux/resources/network/classID' }],
    })
  })
})

const fuse = { type: 'c', path: '/dev/probed', major: 10, minor: 229, fileMode: 0o666 } as const
const hasFuse = /^229 fuse$/m.test(readFileSync('/proc/misc', 'utf8').replace(/^\s+/gm, ''))

describe.runIf(isRoot && hasFuse)('devices', () => {
  const opens = async (resources: Resources, madeByUs = true) => {
    const config = limited(resources, ['report'])
    if (madeByUs) config.linux = { ...config.linux, devices: [fuse] }
    const { devices } = await probe(bundle, config)
    expect(devices['null']).toMatchObject({ opens: true })
    return devices['probed']?.opens
  }

  it.each<[string, Resources, boolean]>([
    ['made for a container without rules', {}, true],
    ['that no rule allows', { devices: [{ allow: false, access: 'rwm' }] }, false],
    ['that a rule allows', { devices: [{ allow: false }, { allow: true, type: 'c', major: 10, minor: 229 }] }, true],
    ['that a wildcard allows', { devices: [{ allow: false }, { allow: true, type: 'c', major: 10 }] }, true],
    ['where all is allowed', { devices: [{ allow: true }] }, true],
    ['for reading alone', { devices: [{ allow: true, type: 'c', major: 10, access: 'r' }] }, false],
    [
      'in a hole of what is allowed',
      { devices: [{ allow: true }, { allow: false, type: 'c', major: 10, minor: 229 }] },
      false,
    ],
  ])('%s', async (_, resources, allowed) => {
    expect(await opens(resources)).toBe(allowed)
  })
})

describe.skipIf(isRoot)('devices of an ordinary user', () => {
  it('are left to the kernel when only the usual ones are allowed', async () => {
    await using container = await Container.run(
      bundle.newId(),
      limited({ devices: [{ allow: false, access: 'rwm' }] }),
      {
        stateDir: bundle.stateDir,
      },
    )
    expect(container.warnings).toEqual([expect.stringMatching(/^\/linux\/resources\/devices: is left out/)])
  })

  it('are refused when a rule asks for something', async () => {
    const config = limited({ devices: [{ allow: true, type: 'c', major: 10 }] })
    const failure = await failureOf(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir }))
    expect(failure).toMatchObject({ code: 'ERR_UNSUPPORTED', problems: [{ path: '/linux/resources/devices' }] })
  })
})

describe.runIf(isRoot)('a place for the cgroup below one that has processes', () => {
  it('keeps limits of the core', async () => {
    const parent = await directoryOf(`parent-${bundle.marker}`)
    mkdirSync(parent)
    try {
      const config = limited({ unified: CORE })
      const { cgroup2 } = await probeHost()
      config.linux = { ...config.linux, cgroupsPath: `${parent.slice(cgroup2?.mountPoint.length)}/inner` }
      await using container = await Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })
      expect(readFileSync(join(parent, 'inner/cgroup.max.depth'), 'utf8')).toBe('3\n')
      writeFileSync(join(parent, 'cgroup.max.depth'), '5')
      expect(await container.status()).toBe('running')
    } finally {
      rmdirSync(parent)
    }
  })
})
