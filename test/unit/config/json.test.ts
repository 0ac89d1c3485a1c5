// The number-preserving reader and writer: the same as JSON where JSON is exact, exact where it is not.
import { describe, expect, it } from 'vitest'
import { MAX_DEPTH, MAX_LENGTH, parseJson } from '../../../lib/config/json.ts'
import { parseConfig, stringifyConfig } from '../../../lib/config/load.ts'
import { isContainerError } from '../../../lib/errors.ts'
import { randomFrom } from './random.ts'

/** Forces the strict reader, which only an integer of 16 digits does. */
const LONG = 1234567890123456
const strictly = (text: string) => (parseJson(`[${LONG},${text}]`) as unknown[])[1]

/** With the precision that JSON.parse has. */
function rounded(value: unknown): unknown {
  return JSON.parse(stringifyConfig(value))
}

function failure(text: string): string {
  try {
    parseJson(text, 'f.json')
  } catch (error) {
    if (!isContainerError(error) || error.code !== 'ERR_INVALID_CONFIG') throw error
    expect(error.path).toBe('f.json')
    return error.message
  }
  throw new Error(`was read: ${text}`)
}

describe('reading', () => {
  it.each([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['340282366920938463463374607431768211456', 2n ** 128n],
    ['1e3', 1000],
    ['1E+20', 1e20],
    ['1.0000000000000000001', 1],
    ['0.1234567890123456789', 0.12345678901234568],
    ['-0', -0],
    ['1000000000000000', 1000000000000000],
  ])('%s exactly', (text, value) => {
    expect(parseJson(text)).toBe(value)
    expect(parseJson(`{"a": ${text}}`)).toEqual({ a: value })
    expect(parseJson(`[\n${text}]`)).toEqual([value])
    expect(strictly(text)).toBe(value)
  })

  it.each([
    ['{"a":1,"a":1}', 'line 1, column 8: the key "a" is there twice in one object'],
    ['{"a":1,"\\u0061":2}', 'column 8: the key "a" is there twice'],
    ['{"root":{},\n "x":{"b":1, "c":"\\"", "b":2}}', 'line 2, column 24: the key "b" is there twice'],
    ['{"__proto__":1,"__proto__":2}', 'the key "__proto__" is there twice'],
    ['', 'line 1, column 1: expected a value'],
    ['  \n ', 'line 2, column 2: expected a value'],
    ['{', 'expected a key in double quotes'],
    ['{"a"}', 'expected ":"'],
    ['{"a":}', 'expected a value'],
    ['{"a":1,}', 'expected a key in double quotes'],
    ['{a:1}', 'expected a key in double quotes'],
    ['{"a":1 "b":2}', 'expected "," or "}"'],
    ['[1,]', 'expected a value'],
    ['[1 2]', 'expected "," or "]"'],
    ['[1', 'expected "," or "]"'],
    ['[1]]', 'expected the end'],
    ['[1] x', 'expected the end'],
    ['"a', 'expected a string'],
    ['"a\nb"', 'expected a string'],
    ['"\\x41"', 'expected a string'],
    ["'a'", 'expected a value'],
    ['01', 'expected a value'],
    ['+1', 'expected a value'],
    ['.5', 'expected a value'],
    ['1.', 'expected a value'],
    ['0x10', 'expected a value'],
    ['NaN', 'expected a value'],
    ['Infinity', 'expected a value'],
    ['True', 'expected a value'],
    ['undefined', 'expected a value'],
    ['// comment\n1', 'expected a value'],
    ['{"a":1}//', 'expected the end'],
    ['9'.repeat(65), 'expected a value'],
    [`{"soft": ${LONG}0, "soft": 1}`, 'the key "soft" is there twice'],
  ])('refuses %s', (text, message) => {
    expect(failure(text)).toContain(`f.json: line`)
    expect(failure(text)).toContain(message)
  })

  it('limits depth and length', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(MAX_DEPTH))).toHaveLength(1)
    expect(failure(nested(MAX_DEPTH + 1))).toContain('nested more than 64 levels deep')
    expect(failure(`${'{"a":'.repeat(MAX_DEPTH + 1)}1${'}'.repeat(MAX_DEPTH + 1)}`)).toContain('nested more than 64')
    expect(failure('['.repeat(1_000_000))).toContain('nested more than 64')
    expect(failure(`"${'x'.repeat(MAX_LENGTH)}"`)).toContain('longer than')
  })

  it('does not let a key reach the prototype', () => {
    for (const read of [parseJson, strictly]) {
      const value = read('{"__proto__": {"polluted": 1}, "constructor": 2, "hasOwnProperty": 3}') as object
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
      expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'hasOwnProperty'])
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('reads random JSON as JSON.parse does, both ways', () => {
    const random = randomFrom(1)
    for (let round = 0; round < 2000; round++) {
      const text = JSON.stringify(random.json(4), null, random.below(3)) ?? 'null'
      expect(parseJson(text)).toEqual(JSON.parse(text))
      expect(strictly(text)).toEqual(JSON.parse(text))
    }
  })

  it('takes and refuses damaged JSON as JSON.parse does', () => {
    const random = randomFrom(2)
    for (let round = 0; round < 5000; round++) {
      const text = random.damage(JSON.stringify(random.json(3)) ?? 'null')
      let expected: unknown
      try {
        expected = JSON.parse(JSON.stringify(JSON.parse(text)))
      } catch {
        failure(text)
        continue
      }
      try {
        expect(rounded(strictly(text))).toEqual(expected)
      } catch (error) {
        // A repeated key is what JSON.parse does not see.
        if (!isContainerError(error) || !error.message.includes('there twice')) throw error
      }
    }
  })
})

describe('parseConfig', () => {
  it.each(['[]', '5', 'null', '"x"', 'true'])('refuses %s', (text) => {
    expect(() => parseConfig(text)).toThrow('a configuration is a JSON object')
  })

  it('keeps unknown properties and the exact integers', () => {
    const text =
      '{"ociVersion":"1.3.0","x":{"limit":18446744073709551615},"process":{"cwd":"/","rlimits":[{"type":"RLIMIT_CORE","soft":0,"hard":9223372036854775807}]}}'
    const config = parseConfig(text)
    expect(config).toMatchObject({ x: { limit: 18446744073709551615n } })
    expect(stringifyConfig(config)).toBe(text)
    expect(parseConfig(stringifyConfig(config, 2))).toEqual({ ...config })
  })
})

describe('stringifyConfig', () => {
  it('writes as JSON.stringify does, with or without a bigint', () => {
    const value = {
      a: [1, 'x\n"', null, undefined, {}, []],
      b: { c: true, d: undefined },
      e: () => 1,
      f: 1.5,
      ü: Number.NaN,
    }
    for (const indent of [0, 2, 4]) {
      const plain = JSON.stringify({ ...value, z: 5 }, null, indent)
      expect(stringifyConfig({ ...value, z: 5 }, indent)).toBe(plain)
      expect(stringifyConfig({ ...value, z: 5n }, indent)).toBe(plain)
    }
  })

  it('refuses a cycle', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => stringifyConfig(cycle)).toThrow('nested too deeply, or contains itself')
  })
})
