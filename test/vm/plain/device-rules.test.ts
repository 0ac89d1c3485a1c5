// Device rules by trying: what a program in a container may do with devices, by this library, by crun and by runc.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import type { DeviceRule } from 'libcontainer'
import { outputOf, outputOfOurs, RUNTIMES, type Runtime } from './peers.ts'

const NODES = '/work/nodes'

/** Of some kinds; that nobody answers for a number does not matter to the rules. */
const DEVICES = ['c 1 3', 'c 10 237', 'c 10 229', 'b 254 0', 'b 254 16', 'c 200 1']

const nameOf = (device: string) => device.replaceAll(' ', '-')

const NONE = { allow: false, access: 'rwm' }
const ALL = { allow: true, access: 'rwm' }
const about = (allow: boolean, type: 'a' | 'b' | 'c', access: string, major?: number, minor?: number): DeviceRule => ({
  ...{ allow, type, access },
  ...(major === undefined ? {} : { major }),
  ...(minor === undefined ? {} : { minor }),
})

/** What may be done with the other devices, and with some. */
const may = (rest: string, some: Readonly<Record<string, string>> = {}) =>
  DEVICES.map((device) => `${nameOf(device)} ${some[device] ?? rest}`)
    .sort()
    .join('\n')

const NULL = { 'c 1 3': 'rwm' }

/** Rules, what they allow, and where somebody else makes something else of them (docs/decisions/0008-device-rules.md). */
const CASES: ReadonlyArray<readonly [DeviceRule[], string, Partial<Record<Runtime, string | RegExp>>?]> = [
  [[], may('m', NULL), { crun: may('rwm') }],
  [[NONE], may('m', NULL)],
  [[ALL], may('rwm')],
  [[ALL, NONE], may('m', NULL)],
  [[NONE, about(true, 'c', 'r', 10, 229)], may('m', { ...NULL, 'c 10 229': 'rm' })],
  [[NONE, about(true, 'c', 'r', 10, 229), about(true, 'c', 'w', 10, 229)], may('m', { ...NULL, 'c 10 229': 'rwm' })],
  [[NONE, about(true, 'c', 'rwm', 10)], may('m', { ...NULL, 'c 10 237': 'rwm', 'c 10 229': 'rwm' })],
  [[NONE, about(true, 'b', 'w', 254, 0)], may('m', { ...NULL, 'b 254 0': 'wm' })],
  [[about(true, 'c', 'rwm', 10, 229), NONE], may('m', NULL)],
  [[ALL, about(false, 'b', 'w')], may('rwm', { 'b 254 0': 'rm', 'b 254 16': 'rm' })],
  [
    [NONE, about(true, 'c', 'rwm', 10), about(false, 'c', 'rwm', 10, 229)],
    may('m', { ...NULL, 'c 10 237': 'rwm' }),
    { runc: /cannot punch hole/ },
  ],
  [
    [NONE, about(true, 'a', 'rwm', 254)],
    may('m', { ...NULL, 'b 254 0': 'rwm', 'b 254 16': 'rwm' }),
    { runc: may('rwm') },
  ],
  [[ALL, about(false, 'a', 'rwm', 254)], may('rwm', { 'b 254 0': 'm', 'b 254 16': 'm' }), { runc: may('m', NULL) }],
]

const extras = {
  args: ['load', 'devices', '/data'],
  mounts: [
    { destination: '/data', source: NODES, options: ['bind'] },
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs' },
  ],
}

describe('device rules', () => {
  before(() => {
    mkdirSync(NODES)
    for (const device of DEVICES) execFileSync('mknod', [`${NODES}/${nameOf(device)}`, ...device.split(' ')])
  })

  for (const [devices, expected, others = {}] of CASES) {
    it(JSON.stringify(devices), { timeout: 120_000 }, async () => {
      const [ours, ...theirs] = await Promise.all([
        outputOfOurs({ devices }, extras),
        ...RUNTIMES.map((runtime) => outputOf(runtime, { devices }, extras)),
      ])
      assert.equal(ours, expected)
      for (const [index, runtime] of RUNTIMES.entries()) {
        const [found = '', other = expected] = [theirs[index], others[runtime]]
        if (typeof other === 'string') assert.equal(found, other, runtime)
        else assert.match(found, other)
      }
    })
  }
})
