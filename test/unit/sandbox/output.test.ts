// Output as it is kept and told.
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Capture, Lines, read } from '../../../lib/sandbox/output.ts'

describe('lines', () => {
  const tell = (...chunks: Array<string | Buffer>): string[] => {
    const told: string[] = []
    const lines = new Lines((line) => told.push(line))
    for (const each of chunks) lines.push(Buffer.from(each as string))
    lines.end()
    return told
  }

  it('are put together from chunks', () => expect(tell('a', 'b\nc', '\n\nd')).toEqual(['ab', 'c', '', 'd']))
  it('lose their end, whichever it is', () => expect(tell('a\r\nb\n')).toEqual(['a', 'b']))
  it('may be cut within a letter', () => expect(tell(Buffer.from([0xc3]), Buffer.from([0xbc, 0x0a]))).toEqual(['ü']))

  it('come in parts when they do not end', () => {
    expect(tell('x'.repeat(150_000)).map(({ length }) => length)).toEqual([65_536, 65_536, 18_928])
  })
})

describe('what is kept', () => {
  it('is no more than the limit', () => {
    const capture = new Capture(5)
    for (const each of ['abc', 'def', 'ghi']) capture.push(Buffer.from(each))
    expect({ text: capture.bytes.toString(), truncated: capture.truncated }).toEqual({ text: 'abcde', truncated: true })
  })

  it('is whole when it fits', () => {
    const capture = new Capture(3)
    capture.push(Buffer.from('abc'))
    expect(capture.truncated).toBe(false)
  })
})

describe('reading', () => {
  it('stops with what has been written', async () => {
    const stream = new PassThrough()
    let [heard, finished] = ['', 0]
    const reading = read(
      stream,
      (chunk) => {
        heard += chunk
      },
      () => finished++,
    )
    stream.write('written')
    await reading.stop()
    await reading.ended
    expect({ heard, finished, destroyed: stream.destroyed }).toEqual({ heard: 'written', finished: 1, destroyed: true })
  })

  it('has nothing to wait for when the stream has ended before', async () => {
    const stream = new PassThrough()
    stream.end()
    stream.resume()
    await new Promise((resolve) => stream.once('close', resolve))
    const reading = read(
      stream,
      () => {},
      () => {},
    )
    await reading.ended
    await reading.stop()
  })

  it('takes an error for the end', async () => {
    const stream = new PassThrough()
    const reading = read(
      stream,
      () => {},
      () => {},
    )
    stream.destroy(new Error('EIO'))
    await reading.ended
  })
})
