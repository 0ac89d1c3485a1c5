import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { untilAborted } from '../../lib/abort.ts'

it('settles as the promise does, and forgets the signal', async () => {
  const { signal } = new AbortController()
  expect(await untilAborted(Promise.resolve(5), signal)).toBe(5)
  expect(await untilAborted(Promise.resolve(6), undefined)).toBe(6)
  await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('rejects with the reason of a signal, whatever becomes of the promise', async () => {
  const controller = new AbortController()
  const { promise, reject } = (() => {
    let reject!: (reason: unknown) => void
    const promise = new Promise<never>((_, rej) => (reject = rej))
    return { promise, reject }
  })()
  const waiting = untilAborted(promise, controller.signal)
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  reject(new Error('nobody hears of this'))
  await expect(untilAborted(new Promise(() => {}), controller.signal)).rejects.toThrow('enough')
})
