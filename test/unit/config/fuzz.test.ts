// Whatever the document is, validation ends with a verdict: a valid document or a ContainerError, nothing else.
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../lib/config/json.ts'
import { stringifyConfig } from '../../../lib/config/load.ts'
import { templateConfig } from '../../../lib/config/template.ts'
import { document, judge, machine, rootlessDocument } from './documents.ts'
import { type Random, randomFrom } from './random.ts'

type Tree = Record<string, unknown>

/** Every property of the spec at once; as a start for changes, it need not be supported. */
const everything = (): Tree =>
  document({
    '/domainname': 'd',
    '/annotations': { a: 'b' },
    '/hooks': { prestart: [{ path: '/h', args: ['h'], env: ['A=b'], timeout: 1 }] },
    '/mounts/0/uidMappings': [{ containerID: 0, hostID: 5, size: 1 }],
    '/process/terminal': true,
    '/process/consoleSize': { height: 1, width: 1 },
    '/process/user': { uid: 0, gid: 0, umask: 18, additionalGids: [5] },
    '/process/scheduler': { policy: 'SCHED_DEADLINE', nice: 0, flags: [], runtime: 2000, deadline: 3000n, period: 0 },
    '/process/ioPriority': { class: 'IOPRIO_CLASS_BE', priority: 4 },
    '/process/execCPUAffinity': { initial: '0-3', final: '1' },
    '/linux/devices': [{ type: 'c', path: '/dev/x', major: 1, minor: 3, fileMode: 438, uid: 0, gid: 0 }],
    '/linux/sysctl': { 'net.core.somaxconn': '5' },
    '/linux/netDevices': { eth0: { name: 'eth1' } },
    '/linux/seccomp': {
      defaultAction: 'SCMP_ACT_ERRNO',
      architectures: ['SCMP_ARCH_X86'],
      syscalls: [
        { names: ['read'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 2n ** 63n, op: 'SCMP_CMP_EQ' }] },
      ],
    },
    '/linux/intelRdt': { closID: 'x', schemata: ['L3:0=1'], memBwSchema: 'MB:0=1' },
    '/linux/memoryPolicy': { mode: 'MPOL_BIND', nodes: '0', flags: [] },
    '/linux/personality': { domain: 'LINUX' },
    '/linux/timeOffsets': { boottime: { secs: 1, nanosecs: 1 } },
    '/linux/resources': {
      unified: { 'memory.high': '5' },
      devices: [{ allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' }],
      memory: { limit: 5, swap: 6, swappiness: 1 },
      cpu: { shares: 2, quota: 1000, period: 1000, cpus: '0', mems: '0' },
      pids: { limit: 5 },
      blockIO: {
        weight: 10,
        weightDevice: [{ major: 1, minor: 1, weight: 10 }],
        throttleReadBpsDevice: [{ major: 1, minor: 1, rate: 1 }],
      },
      hugepageLimits: [{ pageSize: '2MB', limit: 1 }],
      network: { classID: 1, priorities: [{ name: 'lo', priority: 1 }] },
      rdma: { mlx5: { hcaHandles: 1 } },
    },
  }) as unknown as Tree

/** Every place in a document that is not too deep: its holder and its key there. */
function places(value: unknown, found: Array<readonly [Tree, string]> = [], depth = 0): Array<readonly [Tree, string]> {
  if (typeof value !== 'object' || value === null || depth === 10) return found
  for (const key of Object.keys(value)) {
    found.push([value as Tree, key])
    places((value as Tree)[key], found, depth + 1)
  }
  return found
}

function cyclic(): Tree {
  const tree: Tree = {}
  tree['again'] = tree
  return tree
}

/** New ones each time, since later changes may reach into them. */
const values = (): readonly unknown[] => [
  undefined,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 32,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2n ** 64n,
  -1n,
  5n,
  '',
  'x',
  '/',
  '/proc',
  '/a/../..',
  'NAME=value',
  '\0',
  '\ud800',
  'x'.repeat(5000),
  'bind',
  'user',
  'SCMP_ACT_NOTIFY',
  [],
  {},
  [[]],
  [null],
  [undefined],
  { type: 'user' },
  { path: '/x' },
  cyclic(),
  Symbol('x'),
  () => 'x',
  new Date(0),
  new Map([['a', 1]]),
]

/** Of what a JSON text could say; of anything else nothing. */
function copyOf(tree: Tree): unknown {
  try {
    return parseJson(stringifyConfig(tree))
  } catch {
    return null
  }
}

function mutate(document: Tree, random: Random): void {
  const all = places(document)
  if (all.length === 0) return
  const [holder, key] = random.pick(all)
  const kind = random.below(5)
  if (kind === 0) delete holder[key]
  else if (kind === 1) {
    const name = random.pick(['', '__proto__', 'path', 'type', 'options', 'Linux', '0', '-1', 'a/b~c'])
    // As JSON.parse does it: an assignment to __proto__ would be another thing.
    Object.defineProperty(holder, name, {
      value: random.pick(values()),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  } else if (kind === 2) holder[key] = copyOf(random.pick(all)[0])
  else holder[key] = random.pick(values())
}

/** Nothing but templates, changed a little, would be found unsupported rather than invalid. */
const BASES = [
  everything,
  () => templateConfig(),
  () => rootlessDocument(),
  () => document({ '/process/commandLine': 'x' }),
]

describe('any document', () => {
  it.each([1, 2, 3, 4])('gets a verdict (seed %i)', { timeout: 60_000 }, (seed) => {
    const random = randomFrom(seed)
    const verdicts = new Set<string>()
    for (let round = 0; round < 1000; round++) {
      const base = random.pick(BASES)() as unknown as Tree
      for (let count = random.below(4); count >= 0; count--) mutate(base, random)
      const { code, problems } = judge(base, random.below(2) === 0 ? machine : undefined)
      verdicts.add(code)
      expect(problems.length > 0).toBe(code !== 'valid')
      for (const { path, message } of problems) {
        expect(path === '' || path.startsWith('/')).toBe(true)
        expect(message.length).toBeGreaterThan(5)
      }
    }
    expect(verdicts).toEqual(new Set(['ERR_INVALID_CONFIG', 'ERR_UNSUPPORTED', 'valid']))
  })

  it('of random JSON gets a verdict', () => {
    const random = randomFrom(5)
    for (let round = 0; round < 2000; round++) expect(judge(random.json(5)).code).toBe('ERR_INVALID_CONFIG')
  })
})

describe('characters that the kernel would not see as we do', () => {
  const count = places(everything()).length

  it.each([
    ['a NUL', 'a\0b'],
    ['half of a surrogate pair', 'a\ud800b'],
    ['the other half', '\udc00'],
  ])('%s is found in every string', (_name, bad) => {
    let strings = 0
    for (let index = 0; index < count; index++) {
      const config = everything()
      const [holder, key] = places(config)[index] as readonly [Tree, string]
      if (typeof holder[key] !== 'string') continue
      strings++
      holder[key] = bad
      const { code, problems } = judge(config)
      expect(code).toBe('ERR_INVALID_CONFIG')
      const messages = problems.map(({ path, message }) => `${path} ${message}`)
      expect(messages).toContainEqual(
        expect.stringMatching(`^/.*/?${key} must not contain a NUL character or half of a surrogate pair$`),
      )
    }
    expect(strings).toBeGreaterThan(100)
  })

  it.each([
    '/annotations',
    '/linux/sysctl',
    '/linux/netDevices',
    '/linux/resources/rdma',
    '/linux/resources/unified',
    '/unknown',
  ])('they are found in the keys of %s', (pointer) => {
    const { code, problems } = judge(
      document({ [pointer]: { 'a\0b': pointer.endsWith('rdma') || pointer.endsWith('netDevices') ? {} : 'x' } }),
    )
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(problems).toContainEqual({
      path: `${pointer}/a\\u0000b`,
      message: 'must not have a key with a NUL character or half of a surrogate pair',
    })
  })

  it('a whole surrogate pair is fine', () => {
    expect(judge(document({ '/annotations': { 𝒳: '😀' } }))).toMatchObject({ code: 'valid', warnings: [] })
  })

  it('nesting that never ends is refused', () => {
    const { code, problems } = judge(document({ '/unknown': cyclic() }))
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(problems).toEqual([
      { path: `/unknown${'/again'.repeat(63)}`, message: 'must not be nested more than 64 levels deep' },
    ])
  })

  it('no error is longer than anybody reads', () => {
    const bad = Array.from({ length: 100_000 }, () => '\0')
    const { problems } = judge(document({ '/process/args': bad }))
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toEqual({ path: '', message: 'and 99900 more' })
  })

  it('no text from the document is repeated at any length', () => {
    const long = 'x'.repeat(1_000_000)
    const { problems } = judge(
      document({ '/process/env': [long], [`/linux/sysctl/${long}`]: '1', '/root/readonly': long }),
    )
    expect(problems).toHaveLength(3)
    for (const { path, message } of problems) expect(path.length + message.length).toBeLessThan(1200)
  })

  it('the same part in many places is refused before it takes for ever', () => {
    let tree: Tree = {}
    for (let depth = 0; depth < 60; depth++) tree = { a: tree, b: tree }
    const { code, problems } = judge(document({ '/unknown': tree }))
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(problems).toEqual([{ path: '', message: 'must not have more than 1000000 values' }])
  })
})
