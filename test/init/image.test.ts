// The init image itself: what is in the file, and what it costs to run and to keep waiting.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { native } from '../../lib/addon.ts'
import { runPlan } from './run-plan.ts'

const image = fileURLToPath(new URL('../../build/Release/init', import.meta.url))
let elf: Buffer

beforeAll(() => {
  elf = readFileSync(image)
})

describe('the file', () => {
  test('is static: no interpreter, no dynamic section, one segment to map', () => {
    const [offset, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)]
    const types = Array.from({ length: count }, (_, i) => elf.readUInt32LE(offset + i * size))
    const PT_LOAD = 1
    const PT_GNU_STACK = 0x6474e551
    expect(types.filter((type) => type === PT_LOAD)).toHaveLength(1)
    expect(types.filter((type) => type !== PT_LOAD && type !== PT_GNU_STACK)).toEqual([])
  })

  test('is small, and the one the addon carries', () => {
    expect(elf.length).toBeLessThan(40 << 10)
    expect(native().initImage.size).toBe(elf.length)
  })

  test('names nothing of the machine it was built on', () => {
    expect(elf.includes(fileURLToPath(new URL('../..', import.meta.url)))).toBe(false)
  })
})

test('waiting costs a few pages, and as many faults to get there', async () => {
  let resident = Number.NaN
  let faults = Number.NaN
  await runPlan([{ op: 'sync', point: 'park', announce: true }], {
    onFrame: (_frame, init) => {
      const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${init.pid}/status`, 'utf8')) ?? []
      resident = Number(kibibytes)
      faults = Number(readFileSync(`/proc/${init.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[7])
      native().proceed(init.control)
    },
  })
  expect(resident).toBeLessThanOrEqual(56)
  expect(faults).toBeLessThanOrEqual(6)
})

test('its signals are a program’s, whoever ignored some before', async () => {
  // This process's parent may ignore any; Node ignores two.
  const ignored = /^SigIgn:\s+(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  expect(ignored).toBe('0000000001001000')
  let status = ''
  await runPlan([{ op: 'sync', point: 'look', announce: true }], {
    onFrame: (_frame, init) => {
      status = readFileSync(`/proc/${init.pid}/status`, 'utf8')
      native().proceed(init.control)
    },
  })
  for (const set of ['SigBlk', 'SigIgn', 'SigCgt']) expect(status).toContain(`${set}:\t0000000000000000`)
})
