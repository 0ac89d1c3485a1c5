// The table of documents, written to a kernel by this library, by crun and by runc: the files must come out the same.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Resources } from 'libcontainer'
import { CASES } from '../../unit/cgroups/documents.ts'
import { MiB, MOUNT_POINT, PARENT } from '../support.ts'
import { DIFFERENCES, type Difference, explains, REFUSED_HERE } from './differences.ts'
import { isRefused, lookAt, lookAtOurs, type Outcome, RUNTIMES, stringify } from './peers.ts'

const { dev } = statSync('/work')
const DISK = `${dev >> 8}:${dev & 0xff}`
const OTHER_DISK = '254:0'

/** What a document's devices and small numbers become, for this machine to have them and for a process to live. */
function fit(resources: Resources): Resources {
  const member = (disk: string) => disk.replace(/(\d+):(\d+)/, '"major":$1,"minor":$2')
  const text = JSON.stringify(resources, (_, value: unknown) => (typeof value === 'bigint' ? `#${value}` : value))
    .replaceAll(member('8:16'), member(OTHER_DISK))
    .replaceAll(/"major":8,"minor":0\b/g, member(DISK))
    .replaceAll('8:16', OTHER_DISK)
    .replaceAll('8:0', DISK)
    .replace('"cpus":"1,3","mems":"0-1"', '"cpus":"0-1","mems":"0"')
    .replace('"memory.max":"5"', '"memory.max":"67108864"')
  const fitted = JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith('#') ? BigInt(value.slice(1)) : value,
  ) as Resources
  const { limit = 0, swap } = fitted.memory ?? {}
  if (fitted.memory === undefined || limit <= 0 || limit > MiB) return fitted
  const more = 64 * MiB
  const both = swap === undefined || swap <= 0 ? {} : { swap: Number(swap) + more }
  return { ...fitted, memory: { ...fitted.memory, limit: Number(limit) + more, ...both } }
}

const documents = CASES.map(([resources]) => fit(resources))

/** How two outcomes differ, one line for each file; nothing when both refuse. */
function differences(one: Outcome, other: Outcome): string[] {
  if (isRefused(one)) return isRefused(other) ? [] : [`accepted, refused here: ${one.refused}`]
  if (isRefused(other)) return [`refused: ${other.refused.trim()}`]
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((file) => one.get(file) !== other.get(file))
    .map((file) => `${file}: ${other.get(file)}, here ${one.get(file)}`)
}

describe(`${documents.length} documents come out as with crun and runc:`, () => {
  const seen = new Set<Difference>()

  before(() => {
    const parent = join(MOUNT_POINT, PARENT)
    if (!existsSync(parent)) mkdirSync(parent)
    // Files of all controllers, whoever makes the cgroup.
    const all = readFileSync(join(MOUNT_POINT, 'cgroup.controllers'), 'utf8').trim().replace(/(\S+)/g, '+$1')
    writeFileSync(join(parent, 'cgroup.subtree_control'), all)
    // Or else single disks have no weight.
    writeFileSync(join(MOUNT_POINT, 'io.cost.qos'), `${DISK} enable=1`)
  })

  for (const resources of documents) {
    const document = stringify(resources)
    it(document, { timeout: 120_000 }, async () => {
      const [ours, ...theirs] = await Promise.all([
        lookAtOurs(resources),
        ...RUNTIMES.map((runtime) => lookAt(runtime, resources)),
      ])
      assert.equal(isRefused(ours), REFUSED_HERE.test(document), JSON.stringify(ours))
      const unexplained = theirs.flatMap((outcome, index) =>
        differences(ours, outcome).flatMap((line) => {
          const runtime = RUNTIMES[index] ?? 'crun'
          const found = DIFFERENCES.find((each) => explains(each, runtime, document, line))
          if (found !== undefined) seen.add(found)
          return found === undefined ? [`${runtime}: ${line}`] : []
        }),
      )
      assert.deepEqual(unexplained, [])
    })
  }

  it('with no other differences than are written down', () => {
    const gone = DIFFERENCES.filter((each) => !each.untilNewer && !seen.has(each))
    assert.deepEqual(gone, [])
  })
})

describe('with the scheduler BFQ', () => {
  const scheduler = `/sys/dev/block/${DISK}/queue/scheduler`
  before(() => {
    execFileSync('modprobe', ['bfq'])
    writeFileSync(scheduler, 'bfq')
  })
  after(() => {
    writeFileSync(scheduler, 'none')
    execFileSync('modprobe', ['--remove', 'bfq'])
  })

  const [major = 0, minor = 0] = DISK.split(':').map(Number)
  for (const [blockIO, expected] of [
    [{ weight: 500 }, 'default 500'],
    [{ weight: 500, weightDevice: [{ major, minor, weight: 300 }] }, `default 500\n${DISK} 300`],
  ] satisfies Array<[Resources['blockIO'], string]>) {
    it(`weights are written as they are: ${JSON.stringify(blockIO)}`, { timeout: 120_000 }, async () => {
      const outcomes = await Promise.all([
        lookAtOurs({ blockIO }),
        ...RUNTIMES.map((runtime) => lookAt(runtime, { blockIO })),
      ])
      const weights = outcomes.map((each) => (isRefused(each) ? each.refused : each.get('io.bfq.weight')))
      assert.deepEqual(weights, [expected, expected, expected])
    })
  }
})
