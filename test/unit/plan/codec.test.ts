// Plans as bytes and back: random ones from the table, the layout of native/wire.h, and what must be refused.
import { describe, expect, it } from 'vitest'
import { isContainerError } from '../../../lib/errors.ts'
import { decodePlan, encodePlan } from '../../../lib/plan/codec.ts'
import { type Field, OPS, type Op, type OpSpec, type Plan, type WireType } from '../../../lib/plan/ops.ts'
import { TABLE_HASH } from '../../../lib/plan/table-hash.gen.ts'
import { allPlans, thrownBy } from './fixtures.ts'

/** A generator of numbers below `limit` that is the same in each run (mulberry32). */
function seeded(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }
}

type Random = ReturnType<typeof seeded>

const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T

const STRINGS = ['', 'a', '/proc/self', 'ä', '日本', '😀', ' =\n"\\', 'x'.repeat(64), 'x'.repeat(65), 'é'.repeat(500)]
const SLOTS = ['', 'rootfs', 'null', 'mount0', 'ns:network', 'device:/dev/tty']

const VALUES: Readonly<Record<WireType, (random: Random) => unknown>> = {
  u32: (random) => pick(random, [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]),
  i32: (random) => pick(random, [0, 1, -1, -0x80000000, 0x7fffffff]),
  u64: (random) => pick(random, [0n, 1n, 1n << 40n, 0xffffffffffffffffn]),
  bool: (random) => random(2) === 1,
  string: (random) => pick(random, STRINGS),
  strings: (random) => Array.from({ length: random(4) }, () => pick(random, STRINGS)),
  u32s: (random) => Array.from({ length: random(4) }, () => random(0x7fffffff)),
  slot: (random) => pick(random, SLOTS),
}

function randomOp(random: Random): Op {
  const [name, spec] = pick(random, Object.entries<OpSpec>(OPS))
  const fields = Object.entries<Field>(spec.fields).map(([field, { type }]) => [field, VALUES[type](random)])
  return { op: name, ...Object.fromEntries(fields) } as Op
}

const randomPlan = (random: Random): Plan => ({
  cloneFlags: 0,
  given: SLOTS.slice(1, 1 + random(SLOTS.length)),
  ops: Array.from({ length: random(40) }, () => randomOp(random)),
})

/** The plan with its slots called as decoding calls them. */
function renameSlots({ given, ops }: Plan): Pick<Plan, 'given' | 'ops'> {
  const names = new Map<string, string>()
  const rename = (slot: string): string => {
    if (slot === '') return ''
    if (!names.has(slot)) names.set(slot, `slot${names.size}`)
    return names.get(slot) as string
  }
  const renamed = given.map(rename)
  const renameIn = (op: Op): Op => {
    const { fields } = OPS[op.op] as OpSpec
    const entries = Object.entries(op).map(([key, value]) => [
      key,
      fields[key]?.type === 'slot' ? rename(value as string) : (value as unknown),
    ])
    return Object.fromEntries(entries) as Op
  }
  return { given: renamed, ops: ops.map(renameIn) }
}

describe('encodePlan and decodePlan', () => {
  it('bring every plan of random operations back', () => {
    for (let seed = 0; seed < 300; seed++) {
      const plan = randomPlan(seeded(seed))
      const bytes = encodePlan(plan)
      const decoded = decodePlan(bytes)
      expect({ given: decoded.given, ops: decoded.ops }, `seed ${seed}`).toEqual(renameSlots(plan))
      expect(Buffer.compare(encodePlan(decoded), bytes), `seed ${seed}`).toBe(0)
    }
  })

  it.each(allPlans())('brings the plan back: %s', (_, plan) => {
    expect(decodePlan(encodePlan(plan)).ops).toEqual(renameSlots(plan).ops)
  })

  it('covers every wire type with the table', () => {
    const used = new Set(
      Object.values<OpSpec>(OPS).flatMap(({ fields }) => Object.values(fields).map(({ type }) => type)),
    )
    expect([...used].sort()).toEqual(Object.keys(VALUES).sort())
  })

  it('carries fault injection and tracing', () => {
    const plan: Plan = { cloneFlags: 0, given: [], ops: [{ op: 'newSession' }] }
    expect(decodePlan(encodePlan(plan))).toMatchObject({ trace: false })
    expect(decodePlan(encodePlan(plan))).not.toHaveProperty('failAt')
    expect(decodePlan(encodePlan(plan, { failAt: 0, trace: true }))).toMatchObject({ failAt: 0, trace: true })
  })

  it('gives each plan a buffer of its own', () => {
    const plan: Plan = { cloneFlags: 0, given: [], ops: [{ op: 'linkUp', name: 'lo' }] }
    const first = encodePlan(plan)
    const copy = first.slice()
    encodePlan({ ...plan, ops: [{ op: 'linkUp', name: 'eth0' }] })
    expect(first).toEqual(copy)
  })
})

describe('the layout', () => {
  it('is that of native/wire.h', () => {
    const plan: Plan = {
      cloneFlags: 0x20000,
      given: ['stdin'],
      ops: [
        { op: 'openTree', tree: 'a', path: '/é', recursive: true, directory: false },
        { op: 'setOomScoreAdj', value: -2 },
      ],
    }
    const bytes = encodePlan(plan)
    const words = Array.from({ length: 8 }, (_, i) => new DataView(bytes.buffer).getUint32(i * 4, true))
    expect(words).toEqual([0x3150434c, TABLE_HASH, bytes.length, 2, 2, 1, 0xffffffff, 0])
    expect([...bytes.subarray(32)]).toEqual([
      ...[10, 0, 0, 0, 20, 0, 0, 0],
      ...[1, 0, 0, 0],
      ...[3, 0, 0, 0, 0x2f, 0xc3, 0xa9, 0],
      ...[1, 0, 0, 0, 0, 0, 0, 0],
      ...[34, 0, 0, 0, 4, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff],
    ])
  })

  it('numbers given slots first, then the others as they appear', () => {
    const plan: Plan = {
      cloneFlags: 0,
      given: ['stdout', 'stdin'],
      ops: [
        { op: 'attachRoot', tree: 'rootfs', onto: '' },
        { op: 'setStdio', stdin: 'stdin', stdout: 'stdout', stderr: '' },
        { op: 'pivotRoot', root: 'rootfs' },
      ],
    }
    const decoded = decodePlan(encodePlan(plan))
    expect(decoded.given).toEqual(['slot0', 'slot1'])
    expect(decoded.ops).toEqual([
      { op: 'attachRoot', tree: 'slot2', onto: '' },
      { op: 'setStdio', stdin: 'slot1', stdout: 'slot0', stderr: '' },
      { op: 'pivotRoot', root: 'slot2' },
    ])
  })
})

describe('encodePlan refuses', () => {
  const refused: ReadonlyArray<readonly [string, Record<string, unknown>, RegExp]> = [
    ['a NUL inside a string', { op: 'linkUp', name: 'l\0o' }, /linkUp\.name cannot be a string/],
    ['a NUL inside a list', { op: 'exec', args: ['a\0'], env: [], passedFds: 0 }, /exec\.args/],
    ['a negative u32', { op: 'setUmask', mask: -1 }, /setUmask\.mask cannot be a u32: -1/],
    ['a u32 of 33 bits', { op: 'setUmask', mask: 2 ** 32 }, /setUmask\.mask/],
    ['a fraction', { op: 'setUmask', mask: 1.5 }, /setUmask\.mask/],
    ['NaN', { op: 'setUmask', mask: Number.NaN }, /setUmask\.mask/],
    ['an i32 of 33 bits', { op: 'setOomScoreAdj', value: 2 ** 31 }, /setOomScoreAdj\.value/],
    ['a u64 of 65 bits', { op: 'dropBounding', keep: 1n << 64n }, /dropBounding\.keep/],
    ['a negative u64', { op: 'dropBounding', keep: -1n }, /dropBounding\.keep cannot be a u64: -1/],
    ['a number for a u64', { op: 'dropBounding', keep: 1 }, /dropBounding\.keep/],
    ['a missing field', { op: 'linkUp' }, /linkUp\.name cannot be a string: nothing/],
    ['a string for a bool', { op: 'sync', point: 'ready', announce: 'yes' }, /sync\.announce/],
    ['an operation that does not exist', { op: 'constructor' }, /no operation constructor/],
  ]

  it.each(refused)('%s', (_, op, message) => {
    const error = thrownBy(() => encodePlan({ cloneFlags: 0, given: [], ops: [op as unknown as Op] }))
    expect(isContainerError(error) && error.code).toBe('ERR_INVALID_CONFIG')
    expect((error as Error).message).toMatch(message)
  })

  it('the same given slot twice', () => {
    expect(() => encodePlan({ cloneFlags: 0, given: ['a', 'a'], ops: [] })).toThrow(/named twice/)
  })

  it('more than 4096 slots', () => {
    const ops = Array.from({ length: 4097 }, (_, i): Op => ({ op: 'attachRoot', tree: `t${i}`, onto: '' }))
    expect(() => encodePlan({ cloneFlags: 0, given: [], ops })).toThrow(/4097 descriptors, of 4096/)
    expect(encodePlan({ cloneFlags: 0, given: [], ops: ops.slice(1) }).length).toBeGreaterThan(4096 * 12)
  })

  it('more than 16 MiB', () => {
    const args = Array.from({ length: 17 }, () => 'x'.repeat(1 << 20))
    expect(() => encodePlan({ cloneFlags: 0, given: [], ops: [{ op: 'exec', args, env: [], passedFds: 0 }] })).toThrow(
      /16 MiB/,
    )
  })
})

describe('decodePlan refuses', () => {
  const plan: Plan = {
    cloneFlags: 0,
    given: ['stdin'],
    ops: [
      { op: 'sync', point: 'ready', announce: true },
      { op: 'attachRoot', tree: 'rootfs', onto: '' },
    ],
  }
  const bytes = encodePlan(plan)
  const patched = (offset: number, value: number): Uint8Array => {
    const copy = bytes.slice()
    new DataView(copy.buffer).setUint32(offset, value, true)
    return copy
  }

  it('every cut', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodePlan(bytes.subarray(0, length)), `${length} bytes`).toThrow()
    }
  })

  it('every cut that says it is whole', () => {
    for (let length = 32; length < bytes.length; length++) {
      expect(() => decodePlan(patched(8, length).subarray(0, length)), `${length} bytes`).toThrow()
    }
  })

  it.each([
    ['another magic', patched(0, 1), /no plan/],
    ['another table', patched(4, TABLE_HASH ^ 1), /another operation table/],
    ['another length', patched(8, bytes.length + 1), /bytes long/],
    ['too many slots', patched(16, 4097), /slots/],
    ['more given than there are', patched(20, 3), /cannot be given/],
    ['fewer operations than bytes', patched(12, 1), /left over/],
    ['an unknown operation', patched(32, 999), /no operation 999/],
    ['an operation of another length', patched(36, 1), /sync is not as long/],
    ['a bool of 2', patched(50, 2), /no bool/],
    ['a slot that does not exist', patched(62, 7), /slot 7 does not exist/],
  ])('%s', (_, damaged, message) => {
    expect(() => decodePlan(damaged)).toThrow(message)
  })
})
