// A stock of things that take time to make: who gets one, and what becomes of those that cannot be made.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Making, Stock } from '../../../lib/sandbox/stock.ts'

/** Things are numbers; each is there, or cannot be made, when the test says so. */
class Works {
  readonly begun: Array<{ resolve(): void; reject(error: unknown): void }> = []
  readonly removed: number[] = []
  removing: (item: number) => Promise<void> = async () => {}

  open(size: number, concurrency = size, reuse = false): Stock<number> {
    const making: Making<number> = {
      ...{ size, concurrency, reuse },
      make: () =>
        new Promise((resolve, reject) => {
          const number = this.begun.length
          this.begun.push({ resolve: () => resolve(number), reject })
        }),
      remove: async (item) => {
        this.removed.push(item)
        await this.removing(item)
      },
      closed: () => new Error('closed'),
    }
    return new Stock(making)
  }

  async born(...numbers: number[]): Promise<void> {
    for (const number of numbers) this.begun[number]?.resolve()
    await settle()
  }

  async failed(number: number, error: string): Promise<void> {
    this.begun[number]?.reject(error)
    await settle()
  }
}

/** Until nothing happens any more by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

let works: Works
beforeEach(() => {
  vi.useFakeTimers()
  works = new Works()
})
afterEach(() => vi.useRealTimers())

describe('a stock', () => {
  it('is made at once, and refilled when one has been taken', async () => {
    const stock = works.open(2)
    expect(works.begun).toHaveLength(2)
    await works.born(0, 1)
    expect(stock.ready).toBe(2)
    expect(await stock.take()).toBe(0)
    expect(works.begun).toHaveLength(2)
    stock.refill()
    expect(works.begun).toHaveLength(3)
    stock.refill()
    expect(works.begun).toHaveLength(3)
  })

  it('is given in the order of coming, and only to as many at once as may be', async () => {
    const stock = works.open(1, 2)
    const order: string[] = []
    const takes = ['a', 'b', 'c', 'd'].map(async (name) => {
      const item = await stock.take()
      order.push(`${name}${item}`)
      return item
    })
    // One that waits, and one for each who may have one.
    expect(works.begun).toHaveLength(3)
    await works.born(2, 1, 0)
    expect(order).toEqual(['a2', 'b1'])
    expect({ queued: stock.queued, ready: stock.ready, out: stock.out }).toEqual({ queued: 2, ready: 1, out: 2 })
    stock.give(2, true)
    await settle()
    expect(order).toEqual(['a2', 'b1', 'c0'])
    expect(works.removed).toEqual([2])
    stock.give(1, true)
    await works.born(3)
    await Promise.all(takes)
    expect(order).toEqual(['a2', 'b1', 'c0', 'd3'])
  })

  it('holds the place of one until that is removed', async () => {
    let done = () => {}
    works.removing = () =>
      new Promise((resolve) => {
        done = resolve
      })
    const stock = works.open(1)
    await works.born(0)
    const item = await stock.take()
    stock.refill()
    await works.born(1)
    const next = stock.take()
    stock.give(item, true)
    await settle()
    expect(stock.queued).toBe(1)
    done()
    expect(await next).toBe(1)
  })

  it('is never more than what waits and what is out together', async () => {
    const stock = works.open(3, 2)
    const takes = Array.from({ length: 9 }, () => stock.take())
    await works.born(0, 1, 2, 3, 4, 5, 6)
    expect(works.begun).toHaveLength(5)
    expect(stock.ready + stock.out).toBe(5)
    void Promise.allSettled(takes)
    await stock.close()
  })

  it('makes no more for one who has given up, and hands the next what was made for him', async () => {
    const stock = works.open(1)
    await works.born(0)
    await stock.take()
    const controller = new AbortController()
    const given = stock.take(controller.signal)
    const next = stock.take()
    controller.abort('enough')
    await expect(given).rejects.toBe('enough')
    stock.give(0, true)
    await works.born(1)
    expect(await next).toBe(1)
    await expect(stock.take(AbortSignal.abort('before'))).rejects.toBe('before')
    expect(stock.queued).toBe(0)
  })

  it('replaces one that has gone bad while it waited, and no other', async () => {
    const stock = works.open(1)
    await works.born(0)
    stock.drop(0)
    await settle()
    expect(works.removed).toEqual([0])
    await works.born(1)
    const item = await stock.take()
    stock.drop(item)
    await settle()
    expect(works.removed).toEqual([0])
  })

  it('that is used again takes back what is good, and makes no other', async () => {
    const stock = works.open(1, 1, true)
    const waiting = stock.take()
    await works.born(0)
    stock.give(await waiting, true)
    for (let round = 0; round < 3; round++) {
      const item = await stock.take()
      stock.refill()
      expect(item).toBe(0)
      stock.give(item, true)
    }
    expect(works.begun).toHaveLength(1)
    stock.give(await stock.take(), false)
    await settle()
    await works.born(1)
    expect(works.removed).toEqual([0])
    expect(await stock.take()).toBe(1)
  })

  it('says when it is full', async () => {
    const stock = works.open(2)
    const filling = stock.fill()
    await works.born(0)
    await works.born(1)
    await filling
    await stock.fill()
    await stock.take()
    const controller = new AbortController()
    const again = stock.fill(controller.signal)
    controller.abort('enough')
    await expect(again).rejects.toBe('enough')
  })
})

describe('what cannot be made', () => {
  it('is told to who waits for it, to each his own', async () => {
    const stock = works.open(1, 2)
    const [one, other] = [stock.take(), stock.take()]
    void one.catch(() => {})
    void other.catch(() => {})
    await works.failed(0, 'no')
    await works.failed(1, 'never')
    await works.born(2)
    await expect(one).rejects.toBe('never')
    expect(await other).toBe(2)
  })

  it('is told to the next who finds nothing, once, and is then tried for those who ask', async () => {
    const stock = works.open(1)
    await works.failed(0, 'no')
    await expect(stock.take()).rejects.toBe('no')
    const next = stock.take()
    expect(works.begun).toHaveLength(2)
    await works.born(1)
    expect(await next).toBe(1)
  })

  it('is told to who waits for it to be full', async () => {
    const stock = works.open(1)
    const filling = stock.fill()
    void filling.catch(() => {})
    await works.failed(0, 'no')
    await expect(filling).rejects.toBe('no')
    vi.advanceTimersByTime(100)
    await works.failed(1, 'again')
    await expect(stock.fill()).rejects.toBe('again')
  })

  it('is nobody’s trouble once it has been made after all', async () => {
    const stock = works.open(1)
    await works.failed(0, 'no')
    vi.advanceTimersByTime(100)
    await works.born(1)
    expect(await stock.take()).toBe(1)
  })

  it('is tried unasked ever more seldom, and soon again once it has been made', async () => {
    const stock = works.open(1)
    for (const [number, pause] of [100, 200, 400, 800].entries()) {
      await works.failed(number, 'no')
      vi.advanceTimersByTime(pause - 1)
      expect(works.begun).toHaveLength(number + 1)
      vi.advanceTimersByTime(1)
      expect(works.begun).toHaveLength(number + 2)
    }
    for (let number = 4; number < 12; number++) {
      await works.failed(number, 'no')
      vi.advanceTimersByTime(30_000)
      expect(works.begun).toHaveLength(number + 2)
    }
    await works.born(12)
    stock.give(await stock.take(), true)
    await works.failed(13, 'no')
    vi.advanceTimersByTime(100)
    expect(works.begun).toHaveLength(15)
  })
})

describe('closing', () => {
  it('tells those who wait, removes all there is and waits for what is on its way', async () => {
    const stock = works.open(2, 1)
    await works.born(0, 1)
    const item = await stock.take()
    stock.refill()
    const [waiting, filling] = [stock.take(), stock.fill()]
    void waiting.catch(() => {})
    void filling.catch(() => {})
    const closing = stock.close()
    await expect(waiting).rejects.toThrow('closed')
    await expect(filling).rejects.toThrow('closed')
    stock.give(item, true)
    await works.born(2)
    await closing
    expect(works.removed.sort()).toEqual([0, 1, 2])
    await expect(stock.take()).rejects.toThrow('closed')
    await expect(stock.fill()).rejects.toThrow('closed')
    expect(stock.close()).toBe(stock.close())
    expect(works.begun).toHaveLength(3)
  })

  it('does not mind what cannot be made any more', async () => {
    const stock = works.open(1)
    const closing = stock.close()
    await works.failed(0, 'no')
    await closing
    vi.advanceTimersByTime(60_000)
    expect(works.begun).toHaveLength(1)
  })

  it('tells what could not be removed, now or earlier', async () => {
    works.removing = async (item) => {
      throw new Error(`left ${item}`)
    }
    const stock = works.open(1)
    await works.born(0)
    stock.give(await stock.take(), true)
    await settle()
    // Its place is free all the same.
    expect(stock.out).toBe(0)
    await works.born(1)
    const error = await stock.close().catch((each: unknown) => each)
    expect(error).toBeInstanceOf(AggregateError)
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: left 0', 'Error: left 1'])
    const other = works.open(1)
    await works.born(works.begun.length - 1)
    await expect(other.close()).rejects.toThrow(/^left/)
  })
})
