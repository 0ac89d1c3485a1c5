// Device rules to eBPF: the program is run here, by an evaluator of the instructions it is made of.
import { describe, expect, it } from 'vitest'
import { allowsAll, asksForDevices, compileDevices, DEFAULT_RULES, deviceRules } from '../../../lib/cgroups/devices.ts'
import type { DeviceRule } from '../../../lib/config/types.ts'
import { rootConfig } from '../plan/fixtures.ts'

interface Request {
  readonly type: 'c' | 'b'
  readonly major: number
  readonly minor: number
  /** Bits: 1 mknod, 2 read, 4 write. */
  readonly access: number
}

/** What the kernel would answer (the instructions that are in use, and nothing else). */
function evaluate(program: Uint8Array, { type, major, minor, access }: Request): boolean {
  const view = new DataView(program.buffer)
  const context = [((access << 16) | (type === 'b' ? 1 : 2)) >>> 0, major, minor]
  const registers = new Uint32Array(11)
  for (let at = 0, steps = 0; steps <= program.length / 8; at++, steps++) {
    const code = view.getUint8(8 * at)
    const [to, from] = [view.getUint8(8 * at + 1) & 15, view.getUint8(8 * at + 1) >> 4]
    const offset = view.getInt16(8 * at + 2, true)
    const value = view.getInt32(8 * at + 4, true) >>> 0
    const target = registers[to] ?? 0
    if (code === 0x95) return registers[0] === 1
    else if (code === 0x61 && from === 1) registers[to] = context[offset / 4] ?? Number.NaN
    else if (code === 0xb4) registers[to] = value
    else if (code === 0xbc) registers[to] = registers[from] ?? 0
    else if (code === 0x54) registers[to] = target & value
    else if (code === 0x74) registers[to] = target >>> value
    else if (code === 0x56) at += target !== value ? offset : 0
    else if (code === 0x16) at += target === value ? offset : 0
    else throw new Error(`instruction ${at} is ${code}`)
  }
  throw new Error('the program does not end')
}

/** The same said without any program: for each access, the last rule that fits and names it. */
function judge(rules: readonly DeviceRule[], request: Request): boolean {
  const number = (rule: number | bigint = -1, asked: number) => Number(rule) === -1 || Number(rule) === asked
  return (['m', 'r', 'w'] as const).every((letter, bit) => {
    if ((request.access & (1 << bit)) === 0) return true
    const rule = rules.findLast(
      ({ type = 'a', major, minor, access = 'rwm' }) =>
        (type === 'a' || type === request.type) &&
        number(major, request.major) &&
        number(minor, request.minor) &&
        access.includes(letter),
    )
    return rule?.allow ?? false
  })
}

const READ = 2
const WRITE = 4
const sda = (access: number): Request => ({ type: 'b', major: 8, minor: 0, access })
const nullDevice = (access: number): Request => ({ type: 'c', major: 1, minor: 3, access })

describe('compileDevices', () => {
  it.each<[string, DeviceRule[], Request, boolean]>([
    ['nothing is allowed without a rule', [], sda(READ), false],
    ['nothing asked is allowed', [], sda(0), true],
    ['all', [{ allow: true }], sda(READ | WRITE), true],
    ['of another type', [{ allow: true, type: 'c' }], sda(READ), false],
    ['by number', [{ allow: true, type: 'b', major: 8, minor: 0 }], sda(READ), true],
    ['of another number', [{ allow: true, type: 'b', major: 8, minor: 1 }], sda(READ), false],
    ['any minor', [{ allow: true, type: 'b', major: 8, minor: -1 }], sda(READ), true],
    ['any major', [{ allow: true, type: 'b', minor: 0 }], sda(READ), true],
    ['the access that is allowed', [{ allow: true, access: 'r' }], sda(READ), true],
    ['more than is allowed', [{ allow: true, access: 'r' }], sda(READ | WRITE), false],
    [
      'what two rules allow together',
      [
        { allow: true, access: 'r' },
        { allow: true, access: 'w' },
      ],
      sda(6),
      true,
    ],
    ['what one of two denies', [{ allow: true }, { allow: false, access: 'w' }], sda(READ), true],
    ['what the last denies', [{ allow: true }, { allow: false, access: 'w' }], sda(READ | WRITE), false],
    ['what is denied in a range', [{ allow: true }, { allow: false, type: 'b', major: 8, minor: 0 }], sda(READ), false],
    ['what is beside a hole', [{ allow: true }, { allow: false, type: 'b', major: 8, minor: 1 }], sda(READ), true],
    ['the last rule that fits', [{ allow: false }, { allow: true, type: 'b' }], sda(READ), true],
    ['a number beyond all devices', [{ allow: true, major: 2n ** 32n + 8n }], sda(READ), false],
    ['the highest number', [{ allow: true, major: 0xffffffff }], { ...sda(READ), major: 0xffffffff }, true],
    ['a default device', [{ allow: false }, ...DEFAULT_RULES], nullDevice(READ | WRITE), true],
    ['a disk by default', [{ allow: false }, ...DEFAULT_RULES], sda(READ), false],
    ['the node of a disk by default', [{ allow: false }, ...DEFAULT_RULES], sda(1), true],
  ])('%s', (_, rules, request, allowed) => {
    expect(evaluate(compileDevices(rules), request)).toBe(allowed)
    expect(judge(rules, request)).toBe(allowed)
  })

  it('agrees with what the rules say, for any rules', () => {
    let seed = 1
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return (seed >>> 16) % below
    }
    const number = () => random(4) - 1
    for (let round = 0; round < 2000; round++) {
      const rules = Array.from({ length: random(6) }, (): DeviceRule => {
        const type = (['a', 'b', 'c'] as const)[random(3)] ?? 'a'
        const access = ['r', 'w', 'm', 'rw', 'rwm', 'wm'][random(6)] ?? 'r'
        return { allow: random(2) === 1, type, major: number(), minor: number(), access }
      })
      const program = compileDevices(rules)
      for (let i = 0; i < 8; i++) {
        const request = {
          type: random(2) === 1 ? 'c' : 'b',
          major: random(3),
          minor: random(3),
          access: random(8),
        } as const
        expect(evaluate(program, request), JSON.stringify({ rules, request })).toBe(judge(rules, request))
      }
    }
  })

  it('leaves out what is behind a rule for everything', () => {
    const rest: DeviceRule[] = [{ allow: false }, { allow: true, type: 'c', major: 1 }]
    expect(compileDevices([{ allow: true, type: 'b', major: 8 }, ...rest])).toEqual(compileDevices(rest))
  })
})

describe('deviceRules', () => {
  const rules = (
    change: (linux: NonNullable<Parameters<Parameters<typeof rootConfig>[0] & object>[0]>['linux']) => void,
  ) => compileDevices(deviceRules(rootConfig(({ linux }) => change(linux))))

  it('allows the defaults, whatever the document says', () => {
    const program = rules((linux) => {
      linux.resources = { devices: [{ allow: true, type: 'b', major: 8 }, { allow: false }] }
    })
    expect(evaluate(program, nullDevice(READ))).toBe(true)
    expect(evaluate(program, sda(READ))).toBe(false)
  })

  it('allows the devices that are made, unless the document has rules', () => {
    const devices = [
      { type: 'b', path: '/dev/sda', major: 8, minor: 0 },
      { type: 'p', path: '/dev/pipe' },
    ] as const
    expect(
      evaluate(
        rules((linux) => Object.assign(linux, { devices })),
        sda(READ),
      ),
    ).toBe(true)
    const resources = { devices: [{ allow: false, access: 'rwm' }] }
    expect(
      evaluate(
        rules((linux) => Object.assign(linux, { devices, resources })),
        sda(READ),
      ),
    ).toBe(false)
  })
})

describe('what rules come to', () => {
  it.each<[DeviceRule[], boolean]>([
    [[{ allow: true }], true],
    [[{ allow: false }, { allow: true, access: 'rwm' }, ...DEFAULT_RULES], true],
    [[{ allow: true }, { allow: false, type: 'b', major: 8 }], false],
    [[{ allow: true, access: 'rw' }], false],
    [[], false],
  ])('%j allows all: %s', (rules, all) => {
    expect(allowsAll(rules)).toBe(all)
  })

  it.each<[DeviceRule[], boolean]>([
    [[], false],
    [[{ allow: false, access: 'rwm' }], false],
    [[{ allow: false, type: 'b' }], true],
    [[{ allow: true, type: 'c', major: 1 }], true],
  ])('%j asks for devices: %s', (rules, asks) => {
    expect(asksForDevices(rules)).toBe(asks)
  })
})
