// Copying output to streams of the caller, also when there is none any more.
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { copyOutput } from '../../../lib/process/copies.ts'

async function closed(): Promise<Readable> {
  const stream = Readable.from([])
  stream.resume()
  await once(stream, 'close')
  return stream
}

it('copies, and ends the target', async () => {
  const target = new PassThrough()
  const [read] = await Promise.all([text(target), copyOutput(Readable.from(['a', 'b']), target)])
  expect(read).toBe('ab')
})

it('ends the target of a program that wrote nothing and had ended before anybody listened', async () => {
  const target = new PassThrough()
  const [read] = await Promise.all([text(target), copyOutput(await closed(), target)])
  expect(read).toBe('')
})

it('does not wait, nor end it, where the target is this process’s own', async () => {
  await copyOutput(await closed(), process.stdout)
  expect(process.stdout.writableEnded).toBe(false)
})

it('does not wait for a stream that failed before', async () => {
  const stream = new Readable({ read() {} })
  stream.on('error', () => {})
  stream.destroy(new Error('gone'))
  await new Promise((resolve) => stream.once('close', resolve))
  await copyOutput(stream, new PassThrough())
})
