// What the kernel tells of a container's cgroup, without being asked again and again.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Cgroup } from '../../lib/cgroups/calls.ts'
import type { CgroupEvent } from '../../lib/cgroups/event-counts.ts'
import { watchCgroupEvents } from '../../lib/cgroups/events.ts'
import { Container, type PressureOptions, probeHost } from '../../lib/index.ts'
import { isRoot, probeConfig } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'

const bundle = useBundle()
const run = (args: readonly string[]) =>
  Container.run(bundle.newId(), probeConfig(bundle, args), { stateDir: bundle.stateDir, stdio: 'ignore' })

async function cgroupOf({ process }: Container): Promise<Cgroup> {
  const { cgroup2 } = await probeHost()
  const path = /^0::(.*)$/m.exec(readFileSync(`/proc/${process.pid}/cgroup`, 'latin1'))?.[1] ?? ''
  return { root: cgroup2?.mountPoint ?? '', path }
}

/** What is told, and a promise for each thing to come. */
async function watch(container: Container) {
  const events: CgroupEvent[] = []
  const waiting: Array<() => void> = []
  let ended = false
  const change = () => {
    for (const wake of waiting.splice(0)) wake()
  }
  const watched = watchCgroupEvents(
    await cgroupOf(container),
    (event) => {
      events.push(event)
      change()
    },
    () => {
      ended = true
      change()
    },
  )
  const until = async (met: () => boolean) => {
    while (!met()) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return {
    events,
    watched,
    told: (count: number) => until(() => events.length >= count),
    gone: () => until(() => ended),
  }
}

describe.runIf(isRoot)('events of the cgroup', () => {
  it('tell of freezing, thawing, and the end of its processes', async () => {
    await using container = await run(['tree'])
    const { events, watched, told, gone } = await watch(container)
    await container.pause()
    await told(1)
    await container.resume()
    await told(2)
    await container.kill()
    await told(3)
    await gone()
    expect(events).toEqual([
      { type: 'frozen', frozen: true },
      { type: 'frozen', frozen: false },
      { type: 'populated', populated: false },
    ])
    watched.close()
  })

  it('are told once, whoever looks first', async () => {
    await using container = await run(['wait'])
    const { events, watched, told } = await watch(container)
    await container.pause()
    watched.look()
    watched.look()
    await told(1)
    await container.resume()
    await told(2)
    watched.look()
    expect(events).toEqual([
      { type: 'frozen', frozen: true },
      { type: 'frozen', frozen: false },
    ])
    watched.close()
    watched.close()
    watched.look()
  })

  it('cannot be watched of a cgroup that is gone', async () => {
    const container = await run(['wait'])
    const cgroup = await cgroupOf(container)
    await container.delete({ force: true })
    expect(() =>
      watchCgroupEvents(
        cgroup,
        () => {},
        () => {},
      ),
    ).toThrow('ENOENT')
  })
})

const measuresPressure = (() => {
  try {
    return readFileSync('/proc/pressure/cpu', 'latin1').startsWith('some')
  } catch {
    return false
  }
})()

describe.runIf(isRoot && measuresPressure)('pressure', () => {
  const trigger: PressureOptions = { resource: 'cpu', kind: 'some', stallUs: 1000, windowUs: 2_000_000 }

  it('is told when processes wait for a processor', { timeout: 60_000 }, async () => {
    await using container = await run(['spin', '3'])
    const before = (await container.stats()).cpu.pressure?.some.totalUs ?? 0
    for await (const event of container.pressure(trigger)) {
      expect(event).toMatchObject({ type: 'pressure', resource: 'cpu', kind: 'some' })
      expect(event.some.totalUs).toBeGreaterThan(before)
      break
    }
  })

  it('ends with the container’s cgroup, and by a signal', { timeout: 30_000 }, async () => {
    const container = await run(['wait'])
    const quiet = { ...trigger, stallUs: trigger.windowUs }
    const never = container.pressure(quiet)[Symbol.asyncIterator]().next()
    const abort = new AbortController()
    const aborted = container
      .pressure({ ...quiet, signal: abort.signal })
      [Symbol.asyncIterator]()
      .next()
    abort.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    await container.delete({ force: true })
    expect(await never).toEqual({ done: true, value: undefined })
  })

  it('is refused as it cannot be', async () => {
    await using container = await run(['wait'])
    const next = (options: PressureOptions) => container.pressure(options)[Symbol.asyncIterator]().next()
    await expect(next({ ...trigger, windowUs: 5 })).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: [{ path: '/windowUs' }, { path: '/stallUs' }],
    })
    await container.delete({ force: true })
    await expect(next(trigger)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', errno: 'ENOENT' })
  })
})

describe.runIf(isRoot)('a container that makes processes without end', () => {
  it.each([false, true])('dies whole; frozen: %s', { timeout: 30_000 }, async (frozen) => {
    await using container = await run(['bomb', '16'])
    if (frozen) await container.pause()
    const { gone } = await watch(container)
    await container.kill()
    expect(await container.wait()).toMatchObject({ signal: 'SIGKILL', oomKilled: false })
    await gone()
    expect(await container.ps()).toEqual([])
  })
})
