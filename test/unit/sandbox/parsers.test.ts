// Sizes, durations and names as people write them.
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../../lib/sandbox/durations.ts'
import { Faults } from '../../../lib/sandbox/faults.ts'
import { checkNames, OF_POOL, OF_POOLED_COMMAND, OF_SANDBOX } from '../../../lib/sandbox/names.ts'
import { parseSize } from '../../../lib/sandbox/sizes.ts'

describe('a size', () => {
  it.each([
    [0, 0],
    [1024, 1024],
    ['512', 512],
    ['256M', 256 << 20],
    ['256m', 256 << 20],
    ['1.5G', 1.5 * 2 ** 30],
    ['64 KiB', 64 << 10],
    ['2TB', 2 * 2 ** 40],
    [' 1K ', 1024],
  ])('%j is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  it.each(['', 'M', '1X', '-1M', '1e3', '0x10', -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null, {}, '99999999T'])(
    '%j is none',
    (text) => expect(parseSize(text)).toBeUndefined(),
  )
})

describe('a duration', () => {
  it.each([
    [0, 0],
    [1.5, 1.5],
    ['250', 250],
    ['250ms', 250],
    ['5s', 5000],
    ['0.5 s', 500],
    ['2m', 120_000],
    ['2min', 120_000],
    ['1h', 3_600_000],
  ])('%j is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['', 's', '5 seconds', '-5s', '1d', -1, Number.NaN, Number.POSITIVE_INFINITY, null, []])(
    '%j is none',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  )
})

describe('a name', () => {
  const said = (given: object, place = OF_SANDBOX): string => {
    const faults = new Faults()
    checkNames(faults, given, place)
    try {
      faults.throwIfAny()
      return ''
    } catch (error) {
      return String(error)
    }
  }

  it('that is known is nobody’s fault', () => expect(said({ memory: 1, root: 'host' })).toBe(''))
  it('that is misspelt is told right', () => expect(said({ netwrok: 1 })).toMatch('do you mean network?'))
  it('that others use is told ours', () => expect(said({ volumes: 1 })).toMatch('do you mean files?'))
  it('that belongs elsewhere is told where', () => expect(said({ timeout: 1 })).toMatch('give it to run or start'))
  it('that is another’s alias is told by what is meant here', () => {
    expect(said({ max: 1 }, OF_POOL)).toMatch('do you mean concurrency?')
    expect(said({ max: 1 })).not.toMatch('concurrency')
  })
  it('that a pool has decided on is told so', () =>
    expect(said({ memory: 1 }, OF_POOLED_COMMAND)).toMatch('give it to new SandboxPool'))
})
