import { describe, expect, it } from 'vitest'
import { DetachKeys, parseDetachKeys } from '../../../lib/process/detach-keys.ts'

describe('parseDetachKeys', () => {
  it.each([
    ['ctrl-p,ctrl-q', [0x10, 0x11]],
    ['ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_', [0, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f]],
    ['~,.', [0x7e, 0x2e]],
    ['a', [0x61]],
  ])('%s', (text, bytes) => {
    expect([...parseDetachKeys(text)]).toEqual(bytes)
  })

  it.each(['', 'ctrl-', 'ctrl-P', 'ab', 'a,', 'ü', 'ctrl-1'])('refuses %j', (text) => {
    expect(() => parseDetachKeys(text)).toThrowError(
      expect.objectContaining({
        code: 'ERR_INVALID_CONFIG',
        problems: [{ path: '/detachKeys', message: expect.any(String) }],
      }),
    )
  })
})

describe('DetachKeys', () => {
  /** What comes through of chunks, and what is left when the sequence is complete. */
  const typed = (keys: string, ...chunks: string[]) => {
    const detach = new DetachKeys(Buffer.from(keys))
    const fed = chunks.map((chunk) => detach.feed(Buffer.from(chunk)))
    return fed.map(({ bytes, rest }) => [bytes.toString(), rest === null ? null : rest.toString()])
  }

  it('lets everything else through', () => {
    expect(typed('pq', 'abc', 'qp')).toEqual([
      ['abc', null],
      ['q', null],
    ])
  })

  it('finds the sequence within a chunk and across chunks, with what is before and behind it', () => {
    expect(typed('pq', 'abpqcd')).toEqual([['ab', 'cd']])
    expect(typed('pq', 'ap', 'q')).toEqual([
      ['a', null],
      ['', ''],
    ])
    expect(typed('p', 'p')).toEqual([['', '']])
  })

  it('gives what it held back once it is clear, and takes it for a new beginning', () => {
    expect(typed('pq', 'p', 'x')).toEqual([
      ['', null],
      ['px', null],
    ])
    expect(typed('pq', 'pp', 'q')).toEqual([
      ['p', null],
      ['', ''],
    ])
    expect(typed('aab', 'aaab')).toEqual([['a', '']])
    expect(typed('abac', 'ababac')).toEqual([['ab', '']])
  })
})
