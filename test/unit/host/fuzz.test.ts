// Whatever the text is that the kernel, or whoever writes in its place, gives: facts of the right shape, and no exception.
import { describe, expect, it } from 'vitest'
import { parseEvents } from '../../../lib/cgroups/event-counts.ts'
import { parsePressure, parseStats } from '../../../lib/cgroups/stats.ts'
import { parseMountinfo } from '../../../lib/host/mountinfo.ts'
import {
  findUserName,
  isInitialIdMap,
  parseCgroupMembership,
  parseKernelRelease,
  parseNumber,
  parseStatus,
  parseSubIds,
} from '../../../lib/host/proc-files.ts'
import { parseProcessStat } from '../../../lib/process/identity.ts'
import { type Random, randomFrom } from '../config/random.ts'

/** A parser, a text it is made for, and whether what it says is of the right shape. */
type Parser<T> = readonly [string, (text: string) => T, string, (facts: T) => boolean]

const parser = <T>(...parts: Parser<T>): Parser<unknown> => parts as unknown as Parser<unknown>
const texts = (...values: readonly unknown[]) => values.every((value) => typeof value === 'string')

const PARSERS: ReadonlyArray<Parser<unknown>> = [
  parser(
    'mountinfo',
    parseMountinfo,
    `${String.raw`40 27 8:1 /sub\040dir /mnt/a\040b ro,nosuid shared:5 master:2 - btrfs /dev/x rw`}\n`,
    (mounts) => mounts.every(({ root, mountPoint, type, source }) => texts(root, mountPoint, type, source)),
  ),
  parser(
    'cgroup',
    parseCgroupMembership,
    '12:cpu,cpuacct:/a\n1:name=systemd:/b\n0::/user.slice\n',
    ({ unified, v1Controllers }) => texts(unified ?? '', ...v1Controllers),
  ),
  parser(
    'osrelease',
    parseKernelRelease,
    '6.1.0-18-amd64\n',
    ({ major, minor }) => Number.isInteger(major) && Number.isInteger(minor),
  ),
  parser(
    'status',
    parseStatus,
    'Name:\ta\nCapEff:\t000001ffffffffff\nSeccomp:\t2\n',
    ({ effectiveCapabilities }) => effectiveCapabilities >= 0n,
  ),
  parser(
    'subuid',
    (text) => parseSubIds(text, 1000, 'user'),
    'user:100000:65536\n1000:300000:5\n',
    (ranges) => ranges.every(({ start, count }) => start >= 0 && count > 0),
  ),
  parser(
    'passwd',
    (text) => findUserName(text, 0),
    'root:x:0:0::/root:/bin/sh\n',
    (name) => texts(name ?? ''),
  ),
  parser('uid_map', isInitialIdMap, '         0          0 4294967295\n', (is) => typeof is === 'boolean'),
  parser('a number', parseNumber, '4194304\n', (number) => number === undefined || Number.isFinite(number)),
  parser(
    'stat',
    parseProcessStat,
    `7 (a ) R 1 () S ${Array.from({ length: 40 }, (_, index) => index).join(' ')}\n`,
    ({ state, startTime }) => texts(state) && typeof startTime === 'number',
  ),
  parser(
    'pressure',
    parsePressure,
    'some avg10=0.10 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
    (pressure) => pressure === null || typeof pressure.some === 'object',
  ),
  parser('events', parseEvents, 'low 0\nhigh 5\noom_kill 1\n', (counts) => typeof counts === 'object'),
  parser(
    'statistics',
    (text) =>
      parseStats(new Map(['cpu.stat', 'memory.stat', 'io.stat', 'pids.max', 'rdma.current'].map((n) => [n, text]))),
    'usage_usec 5\n8:0 rbytes=1 wbytes=2\nanon 4096\nmax\n',
    (stats) => typeof stats.cpu.usageUs === 'number',
  ),
]

const ODD = [
  '\0',
  ' ',
  '\n',
  '=',
  ':',
  '-',
  '\\',
  '\\040',
  'NaN',
  '__proto__',
  '1e999',
  'ü',
  '\ud800',
  '/'.repeat(5000),
]

function damaged(text: string, random: Random): string {
  let result = text
  for (let count = random.below(6); count > 0; count--) {
    if (random.below(3) > 0) {
      result = random.damage(result)
    } else {
      const at = random.below(result.length + 1)
      result = result.slice(0, at) + random.pick(ODD) + result.slice(random.below(2) === 0 ? at : at + 9)
    }
  }
  return result
}

describe('any text', () => {
  it.each(PARSERS)('as %s', (_, parse, good, isRight) => {
    const random = randomFrom(7)
    expect(isRight(parse(good))).toBe(true)
    for (let round = 0; round < 3000; round++) {
      const text = damaged(good, random)
      expect(isRight(parse(text)), JSON.stringify(text)).toBe(true)
    }
  })
})
