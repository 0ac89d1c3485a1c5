// Clocks of a container's own: offsets, as the program and those that join see them.
import { readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Config, TimeOffsets } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'
import { probeConfig } from '../support/bundle.ts'
import { probeExec } from '../support/executed.ts'
import { useBundle } from '../support/lane.ts'
import { probe } from '../support/report.ts'

const bundle = useBundle()

function timeConfig(args: readonly string[], timeOffsets?: TimeOffsets): Config {
  const { linux, ...config } = probeConfig(bundle, args)
  const namespaces = [...(linux?.namespaces ?? []), { type: 'time' as const }]
  return { ...config, linux: { ...linux, namespaces, ...(timeOffsets === undefined ? {} : { timeOffsets }) } }
}

/** Far beyond what a machine is ever up, so that no two clocks are taken for each other. In seconds. */
const MONOTONIC = 2_000_000_000
const BOOTTIME = 4_000_000_000
/** Between two looks at clocks on a busy machine. */
const LEEWAY = 3600

const hostClock = () => Number(process.hrtime.bigint() / 1_000_000_000n)
const own = () => readlinkSync('/proc/self/ns/time')

describe('a time namespace', () => {
  it('shifts the clocks that timeOffsets names', async () => {
    const offsets = { monotonic: { secs: MONOTONIC, nanosecs: 5 }, boottime: { secs: BigInt(BOOTTIME) } }
    const { clocks, namespaces } = await probe(bundle, timeConfig(['report'], offsets))
    expect(Math.abs(clocks.monotonic - hostClock() - MONOTONIC)).toBeLessThan(LEEWAY)
    expect(clocks.boottime).toBeGreaterThan(BOOTTIME)
    expect(clocks.boottime - clocks.monotonic).toBeGreaterThan(BOOTTIME - MONOTONIC - LEEWAY)
    expect(namespaces['time']).not.toBe(own())
    expect(namespaces['time_for_children']).toBe(namespaces['time'])
  })

  it('has the host’s clocks where nothing is said', async () => {
    const { clocks, namespaces } = await probe(bundle, timeConfig(['report']))
    expect(Math.abs(clocks.monotonic - hostClock())).toBeLessThan(LEEWAY)
    expect(namespaces['time']).not.toBe(own())
  })

  it('is only there where it is asked for', async () => {
    const { namespaces } = await probe(bundle, probeConfig(bundle, ['report']))
    expect(namespaces['time']).toBe(own())
  })

  it('cannot have a clock that would be below zero', async () => {
    const attempt = probe(bundle, timeConfig(['report'], { monotonic: { secs: -BOOTTIME } }))
    await expect(attempt).rejects.toMatchObject({
      code: 'ERR_SYSTEM',
      op: 'setTimeOffsets',
      errno: 'ERANGE',
      hint: expect.stringMatching(/below zero/),
    })
  })
})

describe.each(['create', 'run'] as const)('after %s', (operation) => {
  it('exec is in it', async () => {
    const config = timeConfig(['wait'], { monotonic: { secs: MONOTONIC }, boottime: { secs: BOOTTIME } })
    const options = { stateDir: bundle.stateDir, stdio: 'ignore' } as const
    await using container = await Container[operation](bundle.newId(), config, options)
    const { clocks, namespaces } = await probeExec(container)
    expect(namespaces['time']).toBe(readlinkSync(`/proc/${container.process.pid}/ns/time`))
    expect(clocks.boottime).toBeGreaterThan(BOOTTIME)
    expect(Math.abs(clocks.monotonic - hostClock() - MONOTONIC)).toBeLessThan(LEEWAY)
  })
})
