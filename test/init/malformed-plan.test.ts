// A plan that is wrong anywhere changes nothing: it is refused before its first operation runs.
import { describe, expect, test } from 'vitest'
import { encodePlan } from '../../lib/plan/codec.ts'
import type { Op } from '../../lib/plan/ops.ts'
import { EBADMSG } from './kernel.ts'
import { mount } from './plan-parts.ts'
import { failureIn, runPlan } from './run-plan.ts'

const NEVER = 0xffffffff
/** Announces itself if it runs, then waits for ever: a test that lets it run fails. */
const first: Op = { op: 'sync', point: 'must not run', announce: true }
const setHostname: Op = { op: 'setHostname', name: 'box' }
const setUmask: Op = { op: 'setUmask', mask: 0o22 }

/** A plan with 32-bit words changed: offset → value. */
const patched =
  (changes: Readonly<Record<number, number>>) =>
  (plan: Uint8Array): Uint8Array => {
    const view = new DataView(plan.buffer, plan.byteOffset, plan.byteLength)
    for (const [offset, value] of Object.entries(changes)) view.setUint32(Number(offset), value, true)
    return plan
  }

/** Bytes added, and the header's length with them. */
const longer = (plan: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(plan.length + 4)
  bytes.set(plan)
  return patched({ 8: bytes.length })(bytes)
}

describe('header', () => {
  test.each([
    ['magic number', patched({ 0: 1 }), 'plan: wrong magic number'],
    ['operation table', patched({ 4: 1 }), "plan: made for another operation table than this init's"],
    ['length', patched({ 8: 7 }), 'plan: its length is not that of the packet or file it came in'],
    ['number of operations', patched({ 12: 1000 }), 'plan: more operations than bytes for them'],
    ['number of slots', patched({ 16: 5000 }), 'plan: wrong number of slots'],
    ['number of given slots', patched({ 20: 4000 }), 'plan: wrong number of slots'],
    ['flags', patched({ 28: 2 }), 'plan: unknown flags'],
    ['size', (plan: Uint8Array) => plan.subarray(0, 31), 'plan: too short or too long'],
    ['end', longer, 'plan: bytes behind the last operation'],
  ])('a wrong %s', async (_name, spoil, detail) => {
    expect(await failureIn([first], { spoil })).toMatchObject({ index: NEVER, errno: EBADMSG, detail })
  })

  test('descriptors that do not come along', async () => {
    const spoil = patched({ 20: 2 })
    expect(await failureIn([first], { spoil })).toMatchObject({
      index: NEVER,
      errno: EBADMSG,
      detail: 'plan: another number of descriptors came along than it says',
    })
  })
})

describe('operations', () => {
  const start = encodePlan({ cloneFlags: 0, given: [], ops: [first] }).length
  const failure = (op: Op, changes: Readonly<Record<number, number>>) => {
    const shifted = Object.fromEntries(Object.entries(changes).map(([at, value]) => [Number(at) + start, value]))
    return failureIn([first, op], { spoil: patched(shifted) })
  }
  const expected = { index: 1, errno: EBADMSG, detail: 'plan: unknown or malformed operation' }

  test.each([
    ['an unknown id', setUmask, { 0: 4711 }],
    ['fields shorter than they are', setUmask, { 4: 0 }],
    ['fields longer than the plan', setUmask, { 4: 4096 }],
    ['bytes left over in the fields', setHostname, { 8: 2, 12: 0 }],
    ['a string longer than its operation', setHostname, { 8: 1 << 30 }],
    ['a string without its NUL', setHostname, { 12: 0x78787878 }],
    ['a NUL inside a string', setHostname, { 12: 0x00780078 }],
    ['a boolean that is neither', { op: 'sync', point: '', announce: true } as Op, { 13: 2 }],
    ['a slot beyond the table', { op: 'attachRoot', tree: 'x', onto: '' } as Op, { 8: 99 }],
  ])('%s', async (_name, op, changes) => {
    expect(await failure(op, changes)).toMatchObject(expected)
  })

  test('a filesystem parameter without a value', async () => {
    expect(await failureIn([first, mount({ data: ['size'] })])).toMatchObject(expected)
  })

  test('a program without a name, and more passed descriptors than given ones', async () => {
    const exec = (args: string[], passedFds: number): Op => ({ op: 'exec', args, env: [], passedFds })
    expect(await failureIn([first, exec([], 0)])).toMatchObject(expected)
    expect(await failureIn([first, exec(['x'], 4)])).toMatchObject(expected)
  })
})

describe('a plan too long for a packet', () => {
  const many = (count: number): Op[] => Array.from({ length: count }, () => setUmask)

  test('travels as a file and is checked as well', async () => {
    const { failure, exit } = await runPlan(many(20_000))
    expect(failure).toBeUndefined()
    expect(exit.exitCode).toBe(0)
    const spoil = (plan: Uint8Array) => patched({ [plan.length - 12]: 4711 })(plan)
    expect(await failureIn([first, ...many(20_000)], { spoil })).toMatchObject({ index: 20_000, errno: EBADMSG })
  })
})
