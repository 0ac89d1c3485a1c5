// Limits of the cgroup, as the kernel and the container see them. Controllers may be missing: files of the core are not.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { native } from '../../lib/addon.ts'
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

describe.runIf(isRoot)('update', () => {
  const run = () => Container.run(bundle.newId(), limited({ unified: CORE }), { stateDir: bundle.stateDir })

  it('changes what is given', async () => {
    await using container = await run()
    await container.update({ unified: { 'cgroup.max.depth': '9' } })
    expect(await read(container.id, 'cgroup.max.depth')).toBe('9\n')
    expect(await read(container.id, 'cgroup.max.descendants')).toBe('7\n')
  })

  it('gives the old values back when one is refused', async () => {
    await using container = await run()
    const unified = { 'cgroup.max.depth': '9', 'cgroup.max.descendants': 'many' }
    await expect(container.update({ unified })).rejects.toMatchObject({
      code: 'ERR_SYSTEM',
      operation: 'update',
      errno: 'EINVAL',
    })
    expect(await read(container.id, 'cgroup.max.depth')).toBe('3\n')
    expect(await read(container.id, 'cgroup.max.descendants')).toBe('7\n')
  })

  it('refuses what create would refuse', async () => {
    await using container = await run()
    await expect(container.update({ memory: { swappiness: 5 } })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
    await expect(container.update({ pids: { limit: -5 } })).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
  })

  it('keeps few device programs, however many rules there have been', async () => {
    const programs = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === 'anon_inode:bpf-prog').length
    const linkOf = (fd: string) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return '' // the one that read the directory
      }
    }
    for (let major = 100; major < 112; major++) {
      const config = limited({ devices: [{ allow: false }, { allow: true, type: 'c', major }] }, ['exit', '0'])
      await using container = await Container.run(bundle.newId(), config, {
        stateDir: bundle.stateDir,
        stdio: 'ignore',
      })
      await container.wait()
    }
    expect(programs()).toBeLessThanOrEqual(8)
  })

  it('replaces the device rules', async () => {
    await using container = await run()
    await container.update({ devices: [{ allow: true, type: 'c', major: 10 }] })
    await container.update({ devices: [{ allow: false, access: 'rwm' }] })
    expect(await container.status()).toBe('running')
  })

  it('is for a container that is there', async () => {
    await using container = await run()
    await container.kill()
    await container.wait()
    await expect(container.update({ unified: CORE })).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  })
})

describe.runIf(isRoot)('a file of the cgroup', () => {
  it('tells when it has changed', async () => {
    await using container = await Container.run(bundle.newId(), limited({}), { stateDir: bundle.stateDir })
    const file = native().open(join(await directoryOf(container.id), 'cgroup.events'), 0)
    const emptied = new Promise<string>((resolve) => {
      const unwatch = native().watchFile(file, (text) => {
        if (text === null || !/populated 0/.test(String(text))) return
        unwatch()
        resolve(String(text))
      })
    })
    await container.kill()
    expect(await emptied).toMatch(/^populated 0$/m)
    native().close(file)
  })
})

describe.runIf(isRoot)('stats', () => {
  it('agree with the files', async () => {
    await using container = await Container.run(bundle.newId(), limited({}), { stateDir: bundle.stateDir })
    const { cpu, cgroup } = await container.stats()
    const [, usage] = /^usage_usec (\d+)$/m.exec(await read(container.id, 'cpu.stat')) ?? []
    expect(cpu.usageUs).toBeGreaterThan(0)
    expect(cpu.usageUs).toBeLessThanOrEqual(Number(usage))
    expect(cgroup['nr_descendants']).toBe(0)
  })

  it('come again and again until the container has stopped', async () => {
    await using container = await Container.run(bundle.newId(), limited({}), { stateDir: bundle.stateDir })
    let looks = 0
    for await (const { cpu } of container.stats({ interval: 1 })) {
      expect(cpu.usageUs).toBeGreaterThan(0)
      if (++looks === 3) {
        await container.kill()
        await container.wait()
      }
    }
    expect(looks).toBe(3)
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
