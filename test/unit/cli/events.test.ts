// What events tells of a container, in which order, and when it ends.
import { describe, expect, it } from 'vitest'
import { parseStats } from '../../../lib/cgroups/stats.ts'
import { follow } from '../../../lib/cli/events.ts'
import type { Container, ContainerEvent } from '../../../lib/index.ts'

type Followed = Pick<Container, 'events' | 'stats'>

/** Tells these, the last only once it is let. */
function tellingEvents(...types: ContainerEvent['type'][]): Followed['events'] {
  return async function* () {
    for (const type of types) yield { type, count: 1, total: 1, time: new Date() } as ContainerEvent
  }
}

const stats = { ...parseStats(new Map([['cpu.stat', 'usage_usec 1\n']])), network: null }

/** Statistics once, then none until it is over. */
const tellingStats = ((options: { signal: AbortSignal }) =>
  (async function* () {
    yield stats
    await new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)))
  })()) as unknown as Followed['stats']

async function told(followed: Followed): Promise<string[]> {
  const lines: string[] = []
  await follow(followed, 1000, (type) => lines.push(type))
  return lines
}

describe('events', () => {
  it('tells each kill for want of memory, and nothing else that happens', async () => {
    const events = tellingEvents('created', 'started', 'oom', 'oomKill', 'memoryMax', 'oomKill', 'exited', 'oomKill')
    const lines = await told({ events, stats: tellingStats })
    expect(lines.filter((line) => line === 'oom')).toEqual(['oom', 'oom'])
  })

  it('ends with a container that is removed', async () => {
    expect(await told({ events: tellingEvents('created', 'destroyed'), stats: tellingStats })).not.toContain('oom')
  })

  it('fails when there are no statistics to be had', async () => {
    const failing = async function* () {
      yield await Promise.reject(new Error('no cgroup'))
    } as unknown as Followed['stats']
    const events = async function* ({ signal }: { signal: AbortSignal }) {
      yield { type: 'created', time: new Date() }
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    } as unknown as Followed['events']
    await expect(told({ events, stats: failing })).rejects.toThrow('no cgroup')
  })
})
