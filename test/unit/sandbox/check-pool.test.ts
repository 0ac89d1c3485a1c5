// What is wrong with the options of a pool is said by name, with what to do instead.
import { describe, expect, it } from 'vitest'
import { checkPool } from '../../../lib/sandbox/check-pool.ts'
import { checkCommand } from '../../../lib/sandbox/check-run.ts'
import { OF_POOLED_COMMAND } from '../../../lib/sandbox/names.ts'

/** Options, the one that is named, and a word of the remedy. */
const CASES: ReadonlyArray<readonly [unknown, string, RegExp]> = [
  [undefined, '/size', /from 1 to 10000/],
  [{}, '/size', /from 1 to 10000/],
  [{ size: 0 }, '/size', /from 1/],
  [{ size: -1 }, '/size', /from 1/],
  [{ size: Number.NaN }, '/size', /from 1/],
  [{ size: 1.5 }, '/size', /whole number/],
  [{ size: '4' }, '/size', /whole number/],
  [{ size: 10_001 }, '/size', /to 10000/],
  [{ size: 1, concurrency: 0 }, '/concurrency', /from 1/],
  [{ size: 1, concurrency: Number.POSITIVE_INFINITY }, '/concurrency', /from 1/],
  [{ size: 1, reuse: 'yes' }, '/reuse', /leave it out/],
  [{ size: 1, max: 4 }, '/max', /do you mean concurrency\?/],
  [{ size: 1, sizze: 4 }, '/sizze', /do you mean size\?/],
  [{ size: 1, colour: 'red' }, '/colour', /the options are size, concurrency, reuse, root/],
  [{ size: 1, timeout: '5s' }, '/timeout', /give it to run or start/],
  [{ size: 1, memory: 'lots' }, '/memory', /'256M'/],
  [4, '/', /give \{/],
]

const thrownBy = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

describe('the options of a pool', () => {
  it.each(CASES)('%j: %s', (options, option, remedy) => {
    expect(thrownBy(() => checkPool(options))).toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      problems: expect.arrayContaining([{ path: option, message: expect.stringMatching(remedy) }]),
    })
  })

  it('are told about all at once', () => {
    const error = thrownBy(() => checkPool({ size: 0, reuse: 1, memory: 'x', colour: 1 })) as { problems: unknown[] }
    expect(error.problems).toHaveLength(4)
  })

  it('are those of its sandboxes, and how many', () => {
    const { wanted, ...pool } = checkPool({ size: 3, pids: 7 })
    expect(pool).toEqual({ size: 3, concurrency: 3, reuse: false })
    expect(wanted.pids).toBe(7)
    expect(checkPool({ size: 3, concurrency: 9, reuse: true })).toMatchObject({ concurrency: 9, reuse: true })
  })
})

describe('a command of a pool', () => {
  const check = (options: object) => checkCommand('ls', [], options, false, OF_POOLED_COMMAND)

  it('may have its own directory and environment', () =>
    expect(check({ cwd: '/tmp', env: { A: 'b' } })).toMatchObject({ cwd: '/tmp', env: { A: 'b' } }))

  it.each(['files', 'memory', 'root', 'user', 'network', 'size', 'reuse'])('has the pool’s %s', (option) => {
    expect(thrownBy(() => check({ [option]: 1 }))).toMatchObject({
      problems: [{ path: `/${option}`, message: expect.stringMatching(/before their command.*new SandboxPool/) }],
    })
  })
})
