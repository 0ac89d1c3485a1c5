import { describe, expect, it } from 'vitest'
import { EventFeed, MOST_WAITING } from '../../../lib/runtime/event-feed.ts'
import { Events, type Happening } from '../../../lib/runtime/events.ts'

async function drain(feed: EventFeed): Promise<Happening[]> {
  const taken: Happening[] = []
  for await (const { time, ...happening } of feed.values()) {
    expect(time).toBeInstanceOf(Date)
    taken.push(happening)
  }
  return taken
}

describe('the feed', () => {
  it('hands on what was pushed, in order, before its end', async () => {
    const feed = new EventFeed()
    feed.tell({ type: 'created' }, new Date(5))
    feed.tell({ type: 'started' })
    feed.end()
    feed.tell({ type: 'paused' })
    expect(await drain(feed)).toEqual([{ type: 'created' }, { type: 'started' }])
  })

  it('hands on to a reader that waits', async () => {
    const feed = new EventFeed()
    const draining = drain(feed)
    await Promise.resolve()
    feed.tell({ type: 'started' })
    await new Promise((resolve) => setImmediate(resolve))
    feed.tell({ type: 'destroyed' })
    feed.end()
    expect(await draining).toEqual([{ type: 'started' }, { type: 'destroyed' }])
  })

  it('counts what a slow reader misses, and keeps what comes once', async () => {
    const feed = new EventFeed()
    for (let i = 0; i < MOST_WAITING + 3; i++) feed.tell({ type: 'warning', message: String(i) })
    feed.tell({ type: 'exited', exitCode: 1, signal: null })
    feed.tell({ type: 'paused' })
    feed.tell({ type: 'resumed' })
    feed.tell({ type: 'destroyed' })
    feed.end()
    const taken = await drain(feed)
    expect(taken).toHaveLength(MOST_WAITING + 4)
    expect(taken.slice(MOST_WAITING - 1)).toEqual([
      { type: 'warning', message: String(MOST_WAITING - 1) },
      { type: 'dropped', count: 3 },
      { type: 'exited', exitCode: 1, signal: null },
      { type: 'dropped', count: 2 },
      { type: 'destroyed' },
    ])
  })
})

describe('events of one object', () => {
  it('reach every listener until it leaves, and a look comes after a deletion whatever becomes of it', async () => {
    const events = new Events()
    const told: string[] = []
    const listener = (name: string) => ({
      tell: ({ type }: Happening) => void told.push(`${name} ${type}`),
      look: () => void told.push(`${name} looks, deleting: ${events.deleting}`),
    })
    const remove = events.add(listener('one'))
    events.add(listener('two'))
    events.tell({ type: 'started' })
    remove()
    events.changed()
    const failing = events.whileDeleting(async () => {
      events.changed()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(told).toEqual([
      'one started',
      'two started',
      'two looks, deleting: false',
      'two looks, deleting: true',
      'two looks, deleting: true',
      'two looks, deleting: false',
    ])
  })
})
