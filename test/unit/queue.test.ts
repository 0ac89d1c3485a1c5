// Values that come by callback, taken one by one.
import { expect, it } from 'vitest'
import { failOnAbort, Queue } from '../../lib/queue.ts'

async function take<T>(queue: Queue<T>): Promise<T[]> {
  const taken: T[] = []
  for await (const value of queue.values()) taken.push(value)
  return taken
}

it('gives what came before and what comes later, in order, then ends', async () => {
  const queue = new Queue<number>()
  queue.push(1)
  const taken = take(queue)
  await Promise.resolve()
  queue.push(2)
  queue.push(3)
  queue.end()
  queue.push(4)
  expect(await taken).toEqual([1, 2, 3])
})

it('gives falsy values too', async () => {
  const queue = new Queue<number | null>()
  queue.push(0)
  queue.push(null)
  queue.end()
  expect(await take(queue)).toEqual([0, null])
})

it('fails with the reason of a signal, and forgets it', async () => {
  const abort = new AbortController()
  const [failing, forgetting] = [new Queue<number>(), new Queue<number>()]
  failOnAbort(failing, abort.signal)
  failOnAbort(forgetting, abort.signal)()
  failing.push(1)
  abort.abort(new Error('enough'))
  await expect(take(failing)).rejects.toThrow('enough')
  forgetting.end()
  expect(await take(forgetting)).toEqual([])
  const late = new Queue<number>()
  failOnAbort(late, abort.signal)
  await expect(take(late)).rejects.toThrow('enough')
})
